"""A coordinator's deeds with absences: of people whom they oversee, and written down.

The cases stay with whom they belong to; the deputy sees them on these days (portal.cases.access).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal import audit
from portal.caseload import absence
from portal.caseload.absence import AbsenceError, Away
from portal.caseload.models import Absence, Team, TeamMember
from portal.cases.access import Actor, oversight_of
from portal.cases.models import Case
from portal.i18n import dutch_day
from portal.staff.models import StaffMember
from portal.vault import DeskKeys

LONGEST = timedelta(days=366)
"""A longer one is a year that was mistyped, and would show somebody's cases to others for ever."""


@dataclass(frozen=True)
class Planned:
    """An absence that isn't over, as a page shows it."""

    member_id: str
    member: str
    team: str
    first_day: date
    last_day: date
    deputy: str
    """Empty when nobody stands in."""
    now: bool
    open_cases: int
    """How many this person has."""
    untrained: bool
    """The member's team is trained and the deputy's isn't: no case of that team is shown."""


def planned(session: Session, actor: Actor, now: datetime) -> tuple[Planned, ...]:
    """The absences of whom the actor oversees that are not over, the first to begin first."""
    oversight, today = oversight_of(session, actor, now), dutch_day(now)
    deputy = aliased(StaffMember)
    deputys_team = (
        sa.select(Team.trained)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .where(TeamMember.member_id == Absence.deputy_id)
        .correlate(Absence)
        .scalar_subquery()
    )
    open_cases = (
        sa.select(sa.func.count())
        .where(Case.supervisor_id == StaffMember.id, Case.open)
        .correlate(StaffMember)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Absence,
            StaffMember.name,
            Team.name,
            Team.trained,
            deputy.name,
            deputys_team,
            open_cases,
        )
        .join(StaffMember, StaffMember.id == Absence.member_id)
        .join(TeamMember, TeamMember.member_id == StaffMember.id)
        .join(Team, Team.id == TeamMember.team_id)
        .outerjoin(deputy, deputy.id == Absence.deputy_id)
        .where(Absence.last_day >= today, Team.id.in_(oversight.teams))
        .order_by(Absence.first_day, StaffMember.name)
    )
    return tuple(
        Planned(
            away.member_id,
            name,
            team,
            away.first_day,
            away.last_day,
            by or "",
            away.first_day <= today,
            cases,
            bool(by and trained and not theirs),
        )
        for away, name, team, trained, by, theirs, cases in rows
    )


def plan(
    session: Session,
    keys: DeskKeys,
    actor: Actor,
    member_id: str,
    days: tuple[date, date],
    deputy_id: str,
    now: datetime,
) -> None:
    """Somebody will be away from the first to the last of `days`. Raises AbsenceError."""
    email = _overseen(session, actor, member_id, now)
    if days[1] < dutch_day(now):
        raise AbsenceError("the absence is over already", "over")
    if days[1] - days[0] > LONGEST:
        raise AbsenceError("an absence lasts a year at most", "long")
    working = sa.select(StaffMember.email).join(TeamMember, TeamMember.member_id == StaffMember.id)
    deputy = working.where(StaffMember.id == deputy_id, StaffMember.active)
    by = session.scalar(deputy) if deputy_id else ""
    if by is None:
        raise AbsenceError(f"{deputy_id} works in no team", "no_deputy")
    absence.add_absence(session, Away(email, *days, by))
    audit.record(
        session,
        keys,
        actor=actor.id,
        action="absence.add",
        object_id=member_id,
        reason=f"{days[0]} {days[1]} {deputy_id}",
        now=now,
    )


def end(
    session: Session, keys: DeskKeys, actor: Actor, member_id: str, first_day: date, now: datetime
) -> None:
    """Somebody is back, or doesn't go. Raises AbsenceError."""
    email = _overseen(session, actor, member_id, now)
    absence.end_absence(session, email, first_day, dutch_day(now))
    audit.record(
        session,
        keys,
        actor=actor.id,
        action="absence.end",
        object_id=member_id,
        reason=str(first_day),
        now=now,
    )


def _overseen(session: Session, actor: Actor, member_id: str, now: datetime) -> str:
    """The e-mail address of somebody whom the actor oversees, their row locked.

    Two absences of one person at once: the second waits, and finds the days taken.
    """
    email = session.scalar(
        sa.select(StaffMember.email)
        .join(TeamMember, TeamMember.member_id == StaffMember.id)
        .where(
            StaffMember.id == member_id,
            TeamMember.team_id.in_(oversight_of(session, actor, now).teams),
        )
        .with_for_update(of=StaffMember)
    )
    if email is None:
        raise AbsenceError(f"{member_id} is nobody's to plan", "nobody")
    return email
