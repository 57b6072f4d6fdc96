"""Who works where: a coordinator's list of people, and what they change of it.

A coordinator oversees who works in their team and may take in who works in none; one of the ILC
oversees everybody. Nobody changes their own place: it decides what they see.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditRow
from portal.caseload.models import Team, TeamMember
from portal.caseload.queries import TeamRow, all_teams
from portal.cases import teams
from portal.cases.access import Actor, Oversight, oversight_of
from portal.cases.models import Case
from portal.staff import managing
from portal.staff.models import Organisation, StaffMember
from portal.vault import DeskKeys

LOOK_BACK = 200_000
"""Rows of the audit log in which the last sign-in is looked for: the log has no index for it."""


class StaffingError(Exception):
    """Nothing was changed; `why` is gone, self, team, training, moved, role or restricted."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class PersonRow:
    """A member of the staff, as a coordinator sees them."""

    id: str
    name: str
    email: str
    roles: tuple[str, ...]
    team_id: str
    team: str
    organisation: str
    active: bool
    known: bool
    """Has signed in at least once; else only the caseload names them."""
    last_sign_in: datetime | None
    """None also when it was too long ago to be looked up."""
    open_cases: int

    @property
    def at_the_desk(self) -> bool:
        """Whether they can work in a team."""
        return bool(teams.AT_THE_DESK & set(self.roles))


@dataclass(frozen=True)
class Staff:
    people: tuple[PersonRow, ...]
    teams: tuple[TeamRow, ...]
    """Where the actor may put somebody."""
    oversight: Oversight


def staff(session: Session, actor: Actor, now: datetime) -> Staff:
    """Everybody whom the actor oversees, who works here first, by name."""
    oversight = oversight_of(session, actor, now)
    open_cases = (
        sa.select(sa.func.count())
        .where(Case.supervisor_id == StaffMember.id, Case.open)
        .correlate(StaffMember)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(StaffMember, Team.id, Team.name, Organisation.name, open_cases)
        .outerjoin(TeamMember, TeamMember.member_id == StaffMember.id)
        .outerjoin(Team, Team.id == TeamMember.team_id)
        .outerjoin(Organisation, Organisation.id == StaffMember.organisation_id)
        .where(_overseen(oversight))
        .order_by(StaffMember.active.desc(), StaffMember.name, StaffMember.id)
    )
    seen = _last_sign_ins(session)
    found = (
        PersonRow(
            member.id,
            member.name,
            member.email,
            tuple(member.roles),
            team_id or "",
            team or "",
            organisation or "",
            member.active,
            member.subject is not None,
            seen.get(member.id),
            cases,
        )
        for member, team_id, team, organisation, cases in rows
    )
    people = tuple(each for each in found if oversight.everywhere or each.at_the_desk)
    mine = tuple(team for team in all_teams(session) if team.id in oversight.teams)
    return Staff(people, mine, oversight)


def put_in_team(
    session: Session,
    keys: DeskKeys,
    actor: Actor,
    member_id: str,
    team_id: str,
    was: str,
    now: datetime,
    *,
    trained: bool,
) -> None:
    """Somebody works in this team from now on, and in no other. Raises StaffingError.

    `was` is the id of the team that the page showed, or "". `trained`: the coordinator says that
    this person is trained, without which nobody comes into a trained team.
    """
    member, oversight = _member(session, actor, member_id, now)
    team = session.get(Team, team_id) if team_id in oversight.teams else None
    if team is None:
        raise StaffingError("team")
    row = session.get(TeamMember, member_id, populate_existing=True)
    if (row.team_id if row else "") != was:
        raise StaffingError("moved")
    if was == team_id:
        return
    if team.trained and not trained:
        raise StaffingError("training")
    try:
        teams.put_in_team(session, keys, team, member, actor.id)
    except teams.TeamError as error:
        raise StaffingError(error.why) from None


def set_active(
    session: Session,
    keys: DeskKeys,
    actor: Actor,
    member_id: str,
    now: datetime,
    *,
    active: bool,
) -> None:
    """Close somebody's account here, or open it again. Their cases stay. Raises StaffingError."""
    member, _ = _member(session, actor, member_id, now)
    managing.set_active(session, keys, member, actor.id, active=active)


def add_organisation(
    session: Session, keys: DeskKeys, actor: Actor, name: str, kind: str, now: datetime
) -> None:
    """Raises StaffingError for who isn't of the ILC, and managing.OrganisationError."""
    _check_everywhere(session, actor, now)
    managing.add_organisation(session, keys, name, kind, actor.id)


def rename_organisation(
    session: Session,
    keys: DeskKeys,
    actor: Actor,
    organisation_id: str,
    was: str,
    name: str,
    now: datetime,
) -> None:
    """Raises StaffingError for who isn't of the ILC, and managing.OrganisationError."""
    _check_everywhere(session, actor, now)
    managing.rename_organisation(session, keys, organisation_id, was, name, actor.id)


def _check_everywhere(session: Session, actor: Actor, now: datetime) -> None:
    if not oversight_of(session, actor, now).everywhere:
        raise StaffingError("gone")


def _member(
    session: Session, actor: Actor, member_id: str, now: datetime
) -> tuple[StaffMember, Oversight]:
    """Somebody whom the actor oversees, locked, and not the actor themselves."""
    if member_id == actor.id:
        raise StaffingError("self")
    oversight = oversight_of(session, actor, now)
    member = session.scalar(
        sa.select(StaffMember)
        .outerjoin(TeamMember, TeamMember.member_id == StaffMember.id)
        .where(StaffMember.id == member_id, _overseen(oversight))
        .with_for_update(of=StaffMember)
        .execution_options(populate_existing=True)
    )
    if member is None:
        raise StaffingError("gone")
    if not oversight.everywhere and not teams.AT_THE_DESK & set(member.roles):
        raise StaffingError("gone")
    return member, oversight


def _overseen(oversight: Oversight) -> sa.ColumnElement[bool]:
    """People of the teams that are overseen, and for whom works in one also those of none."""
    if oversight.everywhere:
        return sa.true()
    if not oversight.teams:
        return sa.false()
    return sa.or_(TeamMember.team_id.in_(oversight.teams), TeamMember.team_id.is_(None))


def _last_sign_ins(session: Session) -> dict[str, datetime]:
    newest = audit.head(session)[0]
    rows = session.execute(
        sa.select(AuditRow.actor, sa.func.max(AuditRow.at).label("newest"))
        .where(AuditRow.seq > newest - LOOK_BACK, AuditRow.action == "staff.sign_in")
        .group_by(AuditRow.actor)
    )
    return {row.actor: row.newest for row in rows}
