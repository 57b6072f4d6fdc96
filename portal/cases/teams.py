"""What an import can't know of a team: its kind, its places, whether it is trained, who joins.

DT&V's file names teams by the dossiers that they have, so it makes region teams alone. Nothing
here lets a case of the trained groups come to people outside of them (domain.md §4).
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.caseload.models import TEAM_KINDS, Team, TeamMember
from portal.caseload.placenames import fold_place
from portal.caseload.queries import TeamRow, all_teams, members_by_team
from portal.cases.models import Case
from portal.staff.models import StaffMember
from portal.vault import DeskKeys

COMMAND_LINE = "command-line"
"""Who the audit log says it was: a person at the server, whom the portal can't know."""
AT_THE_DESK = frozenset({"supervisor", "coordinator"})


class TeamError(Exception):
    """This team can't be so; the message is one clear line.

    `why` names the reason for pages: role (no supervisor or coordinator), restricted (cases would
    leave the trained groups); empty for what only the command line can ask.
    """

    def __init__(self, message: str, why: str = "") -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True)
class Wish:
    """What a team should be; None = as it is."""

    kind: str | None = None
    places: tuple[str, ...] | None = None
    trained: bool | None = None


def teams_with_members(session: Session) -> list[tuple[TeamRow, int]]:
    """Every team, and how many people work there now."""
    members = members_by_team(session)
    return [(team, len(members.get(team.id, ()))) for team in all_teams(session)]


def add_team(session: Session, keys: DeskKeys, name: str, wish: Wish) -> None:
    """Raises TeamError."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 100:
        raise TeamError("the name of a team has 1 to 100 characters")
    if session.scalar(sa.select(Team.id).where(Team.name == name)) is not None:
        raise TeamError(f"there is a team {name!r} already: change it with `portal team set`")
    if wish.kind is None:
        raise TeamError(f"--kind is missing: one of {', '.join(TEAM_KINDS)}")
    team = Team(id=secrets.token_hex(8), name=name, kind="region", places=[], trained=False)
    session.add(team)
    _apply(team, wish)
    session.flush()
    _record(session, keys, "team.add", team.id, wish)


def set_team(session: Session, keys: DeskKeys, name: str, wish: Wish) -> None:
    """Raises TeamError, also when cases that need a trained team would lose theirs."""
    if wish == Wish():
        raise TeamError("nothing to change: give --kind, --places or --trained")
    team = _named(session, name)
    if wish.trained is False:
        _check_nothing_leaves(session, Case.team_id == team.id)
    _apply(team, wish)
    session.flush()
    _record(session, keys, "team.set", team.id, wish)


def join_team(session: Session, keys: DeskKeys, name: str, email: str) -> None:
    """Somebody works in this team from now on, and in no other. Raises TeamError."""
    team = _named(session, name)
    member = session.scalar(sa.select(StaffMember).where(StaffMember.email == email.lower()))
    if member is None:
        raise TeamError(f"nobody here has the e-mail address {email}")
    put_in_team(session, keys, team, member, COMMAND_LINE)


def put_in_team(
    session: Session, keys: DeskKeys, team: Team, member: StaffMember, actor: str
) -> None:
    """`join_team` for rows that were found. `actor` is a member's id. Raises TeamError."""
    if not AT_THE_DESK & set(member.roles):
        raise TeamError(f"{member.email} is no supervisor or coordinator", "role")
    if not team.trained:
        _check_nothing_leaves(session, Case.supervisor_id == member.id)
    row = session.get(TeamMember, member.id) or TeamMember(member_id=member.id)
    row.team_id = team.id
    session.add(row)
    session.flush()
    audit.record(
        session, keys, actor=actor, action="team.join", object_id=team.id, reason=member.id
    )


def _named(session: Session, name: str) -> Team:
    team = session.scalar(sa.select(Team).where(Team.name == " ".join(name.split())))
    if team is None:
        raise TeamError(f"there is no team {name!r}: see `portal team list`")
    return team


def _apply(team: Team, wish: Wish) -> None:
    if wish.kind is not None:
        if wish.kind not in TEAM_KINDS:
            raise TeamError(f"--kind must be one of {', '.join(TEAM_KINDS)}, not {wish.kind!r}")
        team.kind = wish.kind
    if wish.places is not None:
        team.places = list(dict.fromkeys(_folded(wish.places)))
    if wish.trained is not None:
        team.trained = wish.trained


def _folded(places: Iterable[str]) -> Iterable[str]:
    for place in places:
        if not (folded := fold_place(place)):
            raise TeamError(f"{place!r} names no place")
        yield folded


def _check_nothing_leaves(session: Session, those: sa.ColumnElement[bool]) -> None:
    restricted = sa.select(sa.func.count()).where(Case.open, Case.restricted, those)
    if number := session.scalar(restricted):
        raise TeamError(
            f"{number} open cases must stay within the trained groups: give them to a trained "
            "team first",
            "restricted",
        )


def _record(session: Session, keys: DeskKeys, action: str, team_id: str, wish: Wish) -> None:
    said = {"kind": wish.kind, "places": wish.places, "trained": wish.trained}
    changed = " ".join(
        name if name == "places" else f"{name}={value}"
        for name, value in said.items()
        if value is not None
    )
    audit.record(
        session, keys, actor=COMMAND_LINE, action=action, object_id=team_id, reason=changed
    )
