"""How a person is reached: the way that they chose, now or at a moment before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import pending
from portal.cases.models import Case, PendingChange
from portal.cases.sealing import answers_of, data_key_of
from portal.vault import DeskKeys, VaultError


def way_of(
    session: Session, keys: DeskKeys, case: Case, before: datetime | None = None
) -> Mapping[str, Any]:
    """The answers of pending.CONTACT that are in force, or were just before a moment.

    Raises VaultError when our keys don't open them.
    """
    query = (
        sa.select(PendingChange)
        .where(
            PendingChange.case_id == case.id,
            PendingChange.kind == "contact",
            PendingChange.state == "done",
        )
        .order_by(PendingChange.settled.desc(), PendingChange.id)
        .limit(1)
    )
    if before:
        query = query.where(PendingChange.settled < before)
    row = session.scalar(query)
    if row is None:
        return answers_of(case, data_key_of(keys, case))
    contact = pending.opened(keys, row).answers
    if contact is None:
        raise VaultError("the contact doesn't open")
    return contact


def address_in(way: Mapping[str, Any]) -> str | None:
    """What was typed as an e-mail address. None: they want no e-mail, or it isn't safe for them."""
    if way.get("contact_channel") != "email" or way.get("contact_safe") == "no":
        return None
    return str(way.get("contact_target") or "")
