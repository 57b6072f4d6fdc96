"""Questions about the audit log, for who watches over it: rows with names, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.audit import AuditRow
from portal.i18n import AMSTERDAM
from portal.staff.models import StaffMember

PAGE = 100
MOST_LINES = 20_000
"""How many rows one file holds at the most: what doesn't fit is asked for in shorter spans."""
CHUNK = 1_000


@dataclass(frozen=True)
class Filter:
    """Which rows; what is empty limits nothing. Days are Dutch days, both ends included."""

    first: date | None = None
    last: date | None = None
    actor: str = ""
    """A member's id, or what stands for who isn't one, such as `worker`."""
    action: str = ""
    """How the action begins: "case." finds all about cases."""
    object_id: str = ""
    before: int | None = None
    """Only rows with a smaller number: the next page."""


@dataclass(frozen=True)
class Line:
    seq: int
    at: datetime
    actor: str
    """The name of a member, or what stands in the row."""
    action: str
    object_id: str
    reason: str


@dataclass(frozen=True)
class Lines:
    """`more`: there are older ones that fit the filter."""

    rows: tuple[Line, ...]
    more: bool


def lines(session: Session, wanted: Filter, limit: int = PAGE) -> Lines:
    """The newest rows that fit, by number: times could repeat, numbers can't."""
    found = session.execute(_query(wanted).limit(limit + 1)).yield_per(CHUNK)
    rows = tuple(Line(*row) for row in found)
    return Lines(rows[:limit], len(rows) > limit)


def actors(session: Session) -> tuple[tuple[str, str], ...]:
    """(id, name) of everybody who works or worked here, by name."""
    rows = session.execute(sa.select(StaffMember.id, StaffMember.name).order_by(StaffMember.name))
    return tuple((row.id, row.name) for row in rows)


def _query(wanted: Filter) -> sa.Select[int, datetime, str, str, str, str]:
    return (
        sa.select(
            AuditRow.seq,
            AuditRow.at,
            sa.func.coalesce(StaffMember.name, AuditRow.actor),
            AuditRow.action,
            AuditRow.object_id,
            AuditRow.reason,
        )
        .outerjoin(StaffMember, StaffMember.id == AuditRow.actor)
        .where(*_conditions(wanted))
        .order_by(AuditRow.seq.desc())
    )


def _conditions(wanted: Filter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.first:
        yield AuditRow.at >= _midnight(wanted.first)
    if wanted.last:
        yield AuditRow.at < _midnight(wanted.last + timedelta(days=1))
    if wanted.actor:
        yield AuditRow.actor == wanted.actor
    if wanted.action:
        yield AuditRow.action.startswith(wanted.action, autoescape=True)
    if wanted.object_id:
        yield AuditRow.object_id == wanted.object_id
    if wanted.before is not None:
        yield AuditRow.seq < wanted.before


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM)
