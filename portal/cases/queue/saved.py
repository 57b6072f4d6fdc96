"""The filters that a member gave a name, to come back to with one press."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.cases.queue.models import SavedFilter
from portal.staff.models import StaffMember, new_id
from portal.vault import DeskKeys, VaultError

AT_MOST = 12
NAME_LENGTH = 60


class TooMany(Exception):
    """This member has AT_MOST filters already."""


@dataclass(frozen=True)
class Saved:
    """`name` is empty when our keys don't open it."""

    id: str
    name: str
    query: str


def saved_filters(session: Session, keys: DeskKeys, member_id: str) -> tuple[Saved, ...]:
    """A member's own filters, the first saved first."""
    rows = session.scalars(
        sa.select(SavedFilter)
        .where(SavedFilter.member_id == member_id)
        .order_by(SavedFilter.created, SavedFilter.id)
    )
    return tuple(Saved(row.id, _name_of(keys, row), row.query) for row in rows)


def save_filter(
    session: Session, keys: DeskKeys, member_id: str, name: str, query: str, now: datetime
) -> None:
    """Keep a filter under a name; the same filter again gets the new name. Raises TooMany.

    The member's row is locked, so that two forms at once make no thirteenth.
    """
    session.get_one(StaffMember, member_id, with_for_update=True)
    theirs = sa.select(SavedFilter).where(SavedFilter.member_id == member_id)
    row = session.scalar(theirs.where(SavedFilter.query == query))
    if row is None:
        kept = sa.select(sa.func.count()).select_from(theirs.subquery())
        if (session.scalar(kept) or 0) >= AT_MOST:
            raise TooMany
        row = SavedFilter(id=new_id(), member_id=member_id, query=query, created=now)
        session.add(row)
    row.name = keys.wrap(name[:NAME_LENGTH].encode(), _place(row.id))
    session.flush()
    audit.record(session, keys, actor=member_id, action="filter.save", object_id=row.id, now=now)


def remove_filter(
    session: Session, keys: DeskKeys, member_id: str, filter_id: str, now: datetime
) -> bool:
    """False: this member has no such filter, or no more."""
    row = session.scalar(
        sa.select(SavedFilter).where(
            SavedFilter.id == filter_id, SavedFilter.member_id == member_id
        )
    )
    if row is None:
        return False
    session.delete(row)
    session.flush()
    audit.record(
        session, keys, actor=member_id, action="filter.remove", object_id=filter_id, now=now
    )
    return True


def _name_of(keys: DeskKeys, row: SavedFilter) -> str:
    try:
        return keys.unwrap(row.name, _place(row.id)).decode()
    except VaultError:
        return ""


def _place(filter_id: str) -> str:
    return f"saved_filter|name|{filter_id}"
