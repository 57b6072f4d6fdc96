"""The referrals of a case as the desk and the organisation read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.cases.sealing import ANSWERS, data_key_of
from portal.cases.sharing.models import Referral
from portal.staff.models import Organisation
from portal.vault import DeskKeys, VaultError, subkey, unseal_json


@dataclass(frozen=True)
class ReferralLine:
    """A referral as the desk and the organisation see it. `reason` is a code or ""."""

    id: str
    organisation_id: str
    organisation: str
    state: str
    turn: int
    made: datetime
    changed: datetime
    reason: str
    note: str


def referrals_of(
    session: Session, keys: DeskKeys, case_id: str, organisations: Sequence[str] = ()
) -> tuple[ReferralLine, ...]:
    """The referrals of a case, the newest first; only those to `organisations` when it names any.

    Who may see the case is the caller's question.
    """
    case = session.get_one(Case, case_id)
    try:
        key = subkey(data_key_of(keys, case), ANSWERS)
    except VaultError:
        key = None
    query = (
        sa.select(Referral, Organisation.name)
        .join(Organisation, Organisation.id == Referral.organisation_id)
        .where(Referral.case_id == case_id)
        .order_by(Referral.made.desc(), Referral.id)
    )
    if organisations:
        query = query.where(Referral.organisation_id.in_(organisations))
    return tuple(_line(row, name, key) for row, name in session.execute(query))


def _line(row: Referral, organisation: str, key: bytes | None) -> ReferralLine:
    said: dict[str, str] = {}
    if key and row.sealed:
        said = unseal_json(key, row.sealed, sealed_place(row.id))
    return ReferralLine(
        row.id,
        row.organisation_id,
        organisation,
        row.state,
        row.turn,
        row.made,
        row.changed,
        said.get("reason", ""),
        said.get("note", ""),
    )


def sealed_place(referral_id: str) -> str:
    return f"referral|sealed|{referral_id}"
