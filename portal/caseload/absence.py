"""Who is away, and who stands in: whole days of the Dutch calendar, both ends included.

No source says how DT&V replaces an absent supervisor; a deputy with dates is our proposal
(domain.md §4).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.caseload.deputies import deputy_of
from portal.caseload.models import Absence
from portal.staff.models import StaffMember


class AbsenceError(Exception):
    """This absence can't be; the message is one clear line.

    `why` names the reason for pages, which say it in their reader's language: order, own_deputy,
    overlap, nobody, none. `day` is the first day of the absence that is in the way.
    """

    def __init__(self, message: str, why: str, day: date | None = None) -> None:
        super().__init__(message)
        self.why = why
        self.day = day


@dataclass(frozen=True)
class Away:
    """One absence, with e-mail addresses instead of ids; `deputy` may be empty."""

    member: str
    first_day: date
    last_day: date
    deputy: str


def away_on(session: Session, day: date) -> dict[str, str | None]:
    """Member ids of who is absent on a day, and their deputies' ids."""
    rows = session.execute(
        sa.select(Absence.member_id, Absence.deputy_id).where(
            Absence.first_day <= day, Absence.last_day >= day
        )
    )
    return {row.member_id: row.deputy_id for row in rows}


def stood_in_for(session: Session, member_id: str, day: date) -> tuple[str, ...]:
    """The ids of who is away on a day and has this member as deputy, or as deputy's deputy."""
    away = away_on(session, day)
    return tuple(absent for absent in sorted(away) if deputy_of(absent, away) == member_id)


def add_absence(session: Session, away: Away) -> None:
    """Raises AbsenceError: unknown people, days in the wrong order, or away already."""
    member = _member(session, away.member)
    deputy = _member(session, away.deputy) if away.deputy else None
    if away.last_day < away.first_day:
        raise AbsenceError("the last day is before the first", "order")
    if deputy == member:
        raise AbsenceError("nobody is their own deputy", "own_deputy")
    overlapping = sa.select(Absence.first_day).where(
        Absence.member_id == member,
        Absence.first_day <= away.last_day,
        Absence.last_day >= away.first_day,
    )
    if other := session.scalar(overlapping):
        message = f"{away.member} is away already, from {other}"
        raise AbsenceError(message, "overlap", other)
    session.add(
        Absence(
            member_id=member,
            first_day=away.first_day,
            last_day=away.last_day,
            deputy_id=deputy,
        )
    )
    session.flush()


def remove_absence(session: Session, email: str, first_day: date) -> None:
    """Raises AbsenceError when there is none that begins on that day."""
    row = session.get(Absence, (_member(session, email), first_day))
    if row is None:
        raise AbsenceError(f"{email} has no absence from {first_day}", "none")
    session.delete(row)
    session.flush()


def end_absence(session: Session, email: str, first_day: date, today: date) -> None:
    """Somebody is back: the days that were stay, today and later are taken off.

    Raises AbsenceError when there is none that begins on that day, or it is over already.
    """
    row = session.get(Absence, (_member(session, email), first_day))
    if row is None or row.last_day < today:
        raise AbsenceError(f"{email} has no absence from {first_day}", "none")
    if row.first_day >= today:
        session.delete(row)
    else:
        row.last_day = today - timedelta(days=1)
    session.flush()


def absences(session: Session, since: date) -> tuple[Away, ...]:
    """Every absence that isn't over on `since`, the first to begin first."""
    deputy = aliased(StaffMember)
    rows = session.execute(
        sa.select(StaffMember.email, Absence.first_day, Absence.last_day, deputy.email)
        .join(StaffMember, StaffMember.id == Absence.member_id)
        .outerjoin(deputy, deputy.id == Absence.deputy_id)
        .where(Absence.last_day >= since)
        .order_by(Absence.first_day, StaffMember.email)
    )
    return tuple(Away(email, first, last, by or "") for email, first, last, by in rows)


def _member(session: Session, email: str) -> str:
    found = session.scalar(sa.select(StaffMember.id).where(StaffMember.email == email.lower()))
    if found is None:
        raise AbsenceError(f"nobody here has the e-mail address {email}", "nobody")
    return found
