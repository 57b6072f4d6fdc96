"""A request that somebody fills in with a helper beside: who helps, and what was ticked before.

The staff door signs it, the public door takes it into the draft, and sending stores it with the
case. It is short-lived, and says nothing of the person but the language and the kind of request.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.cases.sharing.consents import Given, give, known_purposes
from portal.staff.models import Organisation
from portal.vault import PublicKeys, subkey

LASTS = timedelta(minutes=15)
"""From the ticks to the first question; after that the draft has it."""


@dataclass(frozen=True)
class Helper:
    """Who helps with a draft; empty: nobody. `purposes` is what the person ticked."""

    organisation_id: str = ""
    organisation: str = ""
    member_id: str = ""
    purposes: tuple[str, ...] = ()
    language: str = ""
    version: str = ""

    def __bool__(self) -> bool:
        return bool(self.organisation_id)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Helper":
        """As JSON has it."""
        purposes = known_purposes(plain.get("purposes", ()))
        return cls(**{key: str(value) for key, value in plain.items() if key != "purposes"},
                   purposes=purposes)  # fmt: skip


def sign(keys: PublicKeys, helper: Helper, kind: str) -> str:
    """A token for an address; the name of the organisation isn't in it."""
    payload = [
        helper.organisation_id, helper.member_id, "".join(key[0] for key in helper.purposes),
        helper.language, helper.version, kind,
    ]  # fmt: skip
    return _signer(keys).dumps(payload)


def read(keys: PublicKeys, token: str, kind: str, tag: str) -> Helper | None:
    """The helper of a token for this kind and language; None when it is over, or none of ours."""
    try:
        payload = _signer(keys).loads(token, max_age=int(LASTS.total_seconds()))
        organisation, member, letters, language, version, of_kind = payload
    except (BadData, TypeError, ValueError):
        return None
    if (of_kind, language) != (kind, tag):
        return None
    first = {"s": "see", "w": "write", "r": "receive"}
    purposes = known_purposes(first.get(each) for each in letters)
    return Helper(organisation, "", member, purposes, language, version)


def name_of(session: Session, organisation_id: str) -> str:
    """The name of an organisation; "" when it isn't one of ours any more."""
    found = session.get(Organisation, organisation_id)
    return found.name if found else ""


def keep(session: Session, case: Case, helper: Helper, now: datetime) -> None:
    """Store with a new case what was ticked before it was filled in, in the same transaction.

    Without a tick nothing is stored: the organisation sees nothing of the request.
    """
    if not helper.purposes or not name_of(session, helper.organisation_id):
        return
    given = Given(
        helper.organisation_id,
        helper.purposes,
        "with_helper",
        helper.language,
        helper.version,
        recorded_by=helper.member_id,
    )
    give(session, case, given, "applicant", now)


def _signer(keys: PublicKeys) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        subkey(keys.pepper, "assist"), signer_kwargs={"digest_method": hashlib.sha256}
    )
