"""How much lies with whom: open cases per team and supervisor, and the list behind each number.

A number and its list ask with the same condition, so they agree. A case that no team has yet is
the worker's, and counts nowhere here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload.absence import away_on
from portal.caseload.models import Team
from portal.caseload.queries import all_handlers
from portal.cases import workflow
from portal.cases.access import Actor, Oversight, oversight_of
from portal.cases.kinds import KINDS
from portal.cases.models import Case, CaseEvent
from portal.cases.queue import person_name
from portal.cases.sealing import answers_of, data_key_of
from portal.i18n import dutch_day
from portal.settings import Settings
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, VaultError

WHATS = ("open", "new", "untouched", "alert", "late", "waiting")
"""What can be counted and listed. `untouched` and `alert` are new cases that wait too long."""
NOBODY = "none"
PAGE = 100


@dataclass(frozen=True)
class Days:
    """Since when a new case has waited too long: for its team, and for its coordinator."""

    now: datetime
    team: datetime
    alert: datetime


@dataclass(frozen=True)
class Load:
    """The open cases of one person in one team, or those of a team that nobody has."""

    member_id: str
    """NOBODY where no supervisor has the case."""
    name: str
    active: bool
    away: bool
    deputy: str
    """Who stands in, by name; empty when nobody does."""
    counts: Mapping[str, int]
    """By the names of WHATS."""


@dataclass(frozen=True)
class TeamLoad:
    id: str
    name: str
    trained: bool
    people: tuple[Load, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Wanted:
    """Which cases to list: a team's or all, a person's (NOBODY: nobody's) or everybody's."""

    what: str = "open"
    team_id: str = ""
    member_id: str = ""
    after: tuple[datetime, str] | None = None


@dataclass(frozen=True)
class OverseenCase:
    """A line of a list. What says who it is about is empty where the case isn't visible."""

    id: str
    reference: str
    state: str
    created: datetime
    due: datetime
    team: str
    supervisor: str
    version: int
    visible: bool
    may_give: bool
    name: str
    kind: str
    restricted: bool
    untouched: bool
    alert: bool


@dataclass(frozen=True)
class OverseenList:
    rows: tuple[OverseenCase, ...]
    total: int
    following: tuple[datetime, str] | None
    team: str
    """The name of the team that was asked for, if any."""
    member: str


def days_of(settings: Settings, now: datetime) -> Days:
    return Days(
        now,
        workflow.waited_longer_than(settings.untouched_team_days, now),
        workflow.waited_longer_than(settings.untouched_alert_days, now),
    )


def is_what(what: str, days: Days) -> sa.ColumnElement[bool]:
    """The condition of one number. Raises KeyError for a name that isn't of WHATS."""
    new = Case.state == "assigned"
    return {
        "open": sa.true(),
        "new": new,
        "untouched": sa.and_(new, Case.created < days.team),
        "alert": sa.and_(new, Case.created < days.alert),
        "late": Case.due < days.now,
        "waiting": Case.state == "info_needed",
    }[what]


def workload(
    session: Session, settings: Settings, actor: Actor, now: datetime
) -> tuple[TeamLoad, ...]:
    """The teams that an actor oversees, with everybody who works there or has cases there."""
    oversight = oversight_of(session, actor, now)
    counted = _counts(session, oversight, days_of(settings, now))
    names = {
        member_id: (name, active)
        for member_id, name, active in session.execute(
            sa.select(StaffMember.id, StaffMember.name, StaffMember.active)
        )
    }
    away = away_on(session, dutch_day(now))
    there: dict[str, set[str]] = {}
    for handler in all_handlers(session):
        there.setdefault(handler.team_id, set()).add(handler.id)
    teams = session.scalars(sa.select(Team).where(Team.id.in_(oversight.teams)).order_by(Team.name))
    found = []
    for team in teams:
        of_team = {member: counts for (at, member), counts in counted.items() if at == team.id}
        people = sorted(
            (names[each][0].casefold(), each)
            for each in there.get(team.id, set()) | (set(of_team) - {NOBODY})
        )
        loads = [
            Load(
                member_id,
                *names[member_id],
                member_id in away,
                names[away.get(member_id) or ""][0] if away.get(member_id) else "",
                of_team.get(member_id, _NONE),
            )
            for _, member_id in people
        ]
        if NOBODY in of_team:
            loads.insert(0, Load(NOBODY, "", True, False, "", of_team[NOBODY]))
        total = {what: sum(load.counts[what] for load in loads) for what in WHATS}
        found.append(TeamLoad(team.id, team.name, team.trained, tuple(loads), total))
    return tuple(found)


_NONE: Mapping[str, int] = dict.fromkeys(WHATS, 0)


def _counts(
    session: Session, oversight: Oversight, days: Days
) -> dict[tuple[str, str], dict[str, int]]:
    """By (team, member or NOBODY): one query, whatever the number of teams."""
    numbers = [
        sa.func.sum(sa.case((is_what(what, days), 1), else_=0)).label(what) for what in WHATS
    ]
    rows = session.execute(
        sa.select(Case.team_id, Case.supervisor_id, *numbers)
        .where(oversight.cases)
        .group_by(Case.team_id, Case.supervisor_id)
    )
    return {
        (team or "", member or NOBODY): dict(zip(WHATS, map(int, counts), strict=True))
        for team, member, *counts in rows
    }


def overseen_list(
    session: Session,
    keys: DeskKeys,
    settings: Settings,
    actor: Actor,
    wanted: Wanted,
    now: datetime,
) -> OverseenList:
    """The cases behind a number, next deadline first."""
    oversight, days = oversight_of(session, actor, now), days_of(settings, now)
    those = sa.and_(oversight.cases, is_what(wanted.what, days))
    if wanted.team_id:
        those = sa.and_(those, Case.team_id == wanted.team_id)
    if wanted.member_id == NOBODY:
        those = sa.and_(those, Case.supervisor_id.is_(None))
    elif wanted.member_id:
        those = sa.and_(those, Case.supervisor_id == wanted.member_id)
    version = (
        sa.select(sa.func.max(CaseEvent.id))
        .where(CaseEvent.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )
    query = (
        sa.select(
            Case,
            Team.name,
            StaffMember.name,
            version,
            sa.case((oversight.sight.all, True), else_=False),
            sa.case((oversight.to_give, True), else_=False),
        )
        .join(Team, Team.id == Case.team_id)
        .outerjoin(StaffMember, StaffMember.id == Case.supervisor_id)
        .where(those)
        .order_by(Case.due, Case.id)
        .limit(PAGE + 1)
    )
    if wanted.after:
        due, last = wanted.after
        query = query.where(sa.or_(Case.due > due, sa.and_(Case.due == due, Case.id > last)))
    found = session.execute(query).all()
    rows = tuple(_row(keys, days, *columns) for columns in found[:PAGE])
    named = sa.select(StaffMember.name).where(StaffMember.id == wanted.member_id)
    of_team = sa.select(Team.name).where(Team.id == wanted.team_id, Team.id.in_(oversight.teams))
    return OverseenList(
        rows,
        session.scalar(sa.select(sa.func.count()).select_from(Case).where(those)) or 0,
        (rows[-1].due, rows[-1].id) if len(found) > PAGE else None,
        session.scalar(of_team) or "",
        (session.scalar(named) or "") if rows else "",
    )


def _row(
    keys: DeskKeys,
    days: Days,
    case: Case,
    team: str,
    supervisor: str | None,
    version: int,
    visible: bool,
    may_give: bool,
) -> OverseenCase:
    name = ""
    if visible:
        try:
            name = person_name(answers_of(case, data_key_of(keys, case)))
        except VaultError:
            name = ""  # one unreadable request mustn't hide the others
    new = case.state == "assigned"
    return OverseenCase(
        case.id,
        case.reference,
        case.state,
        case.created,
        case.due,
        team,
        supervisor or "",
        version,
        bool(visible),
        bool(may_give),
        name,
        case.kind if visible and case.kind in KINDS else "",
        case.restricted and bool(visible),
        new and case.created < days.team,
        new and case.created < days.alert,
    )
