"""Who of the staff may see and handle a case: the one place that decides it.

A supervisor sees their own cases and those of their team. Who stands in for somebody sees the open
cases of that person too, on the days of the absence and not a day longer; the cases stay with
whom they belong to. Nobody untrained stands in within a trained group (domain.md §4).

The teams of kind `trafficking` also see and handle the cases in which somebody saw a signal. They
are the trained group of that check: a team that is trained for minors is not.
A coordinator oversees the cases of their team; one of an ILC team those of all teams, for the ILC
is where cases go that nobody else has. To oversee is to count, to see reference, state and date,
and to give a case to others; names, kinds and content stay with those to whom it is visible. What
belongs to a trained group is given by trained people alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload.absence import stood_in_for
from portal.caseload.models import TRAFFICKING_TEAM, Team
from portal.caseload.queries import team_of
from portal.cases.models import Case
from portal.i18n import dutch_day


@dataclass(frozen=True)
class Actor:
    """Who of the staff asks."""

    id: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Sight:
    """What somebody may see at one moment."""

    member_id: str
    team_id: str | None
    stands_in_for: tuple[str, ...] = ()
    """Ids of who is away today."""
    trained: bool = False
    in_trained_group: bool = False
    """Works in a team of kind `trafficking`."""

    @property
    def mine(self) -> sa.ColumnElement[bool]:
        """Their own cases, and the open ones of whom they stand in for."""
        own = Case.supervisor_id == self.member_id
        if not self.stands_in_for:
            return own
        whose = Case.supervisor_id.in_((self.member_id, *self.stands_in_for))
        trained_teams = sa.select(Team.id).where(Team.trained)
        ordinary = sa.and_(sa.not_(Case.restricted), Case.team_id.not_in(trained_teams))
        theirs = Case.open if self.trained else sa.and_(Case.open, ordinary)
        return sa.and_(whose, sa.or_(own, theirs))

    @property
    def team(self) -> sa.ColumnElement[bool]:
        return Case.team_id == self.team_id if self.team_id else sa.false()

    @property
    def asked(self) -> sa.ColumnElement[bool]:
        """The cases of any team that the trained group was asked to look at."""
        return sa.and_(Case.trained_group_asked) if self.in_trained_group else sa.false()

    @property
    def all(self) -> sa.ColumnElement[bool]:
        if self.in_trained_group:
            return sa.or_(self.mine, self.team, self.asked)
        return sa.or_(self.mine, self.team)


def sight_of(session: Session, actor: Actor, now: datetime) -> Sight:
    """What this person may see now. Who works in no team stands in for nobody."""
    team = session.get(Team, team_of(session, actor.id) or "")
    if team is None:
        return Sight(actor.id, None)
    absent: Sequence[str] = stood_in_for(session, actor.id, dutch_day(now))
    in_group = team.kind == TRAFFICKING_TEAM
    return Sight(actor.id, team.id, tuple(absent), team.trained, in_group)


def visible(session: Session, actor: Actor, now: datetime) -> sa.ColumnElement[bool]:
    """The cases that an actor may see and handle now."""
    return sight_of(session, actor, now).all


def is_visible(session: Session, actor: Actor, case_id: str, now: datetime) -> bool:
    """Whether there is such a case for this person. Nothing of it is read."""
    seen = visible(session, actor, now)
    return session.scalar(sa.select(Case.id).where(Case.id == case_id, seen)) is not None


@dataclass(frozen=True)
class Oversight:
    """What a coordinator answers for at one moment."""

    sight: Sight
    teams: tuple[str, ...]
    """Ids of the teams that they oversee."""
    everywhere: bool = False
    """A coordinator of an ILC team: all teams, and all people."""

    @property
    def cases(self) -> sa.ColumnElement[bool]:
        """The open cases that they count and see in lists."""
        return sa.and_(Case.open, Case.team_id.in_(self.teams))

    @property
    def to_give(self) -> sa.ColumnElement[bool]:
        """The open cases that they may give to somebody else."""
        if self.sight.trained:
            return sa.and_(Case.open, sa.or_(self.sight.all, self.cases))
        trained_teams = sa.select(Team.id).where(Team.trained)
        ordinary = sa.and_(sa.not_(Case.restricted), Case.team_id.not_in(trained_teams))
        return sa.and_(Case.open, sa.or_(self.sight.all, sa.and_(self.cases, ordinary)))


def oversight_of(session: Session, actor: Actor, now: datetime) -> Oversight:
    """What this person oversees now: nothing without the role or a team."""
    sight = sight_of(session, actor, now)
    if "coordinator" not in actor.roles or sight.team_id is None:
        return Oversight(sight, ())
    if session.get_one(Team, sight.team_id).kind != "ilc":
        return Oversight(sight, (sight.team_id,))
    return Oversight(sight, tuple(session.scalars(sa.select(Team.id).order_by(Team.name))), True)
