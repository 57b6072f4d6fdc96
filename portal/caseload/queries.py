"""Questions about dossiers, teams and supervisors."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload.models import Dossier, Team, TeamMember
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, subkey, unseal_json

PERSON = "person"


@dataclass(frozen=True)
class Person:
    """Who a dossier is about. `birth_date` is ISO."""

    v_number: str
    birth_date: str
    family_name: str
    given_names: str
    nationality: str


@dataclass(frozen=True)
class FoundDossier:
    id: str
    person: Person
    team_id: str
    supervisor_id: str | None
    flags: frozenset[str]
    procedure: str
    location: str
    language: str
    open: bool


@dataclass(frozen=True)
class TeamRow:
    id: str
    name: str
    kind: str
    places: tuple[str, ...]
    trained: bool = False


@dataclass(frozen=True)
class Handler:
    """A supervisor or coordinator to whom a case can be given."""

    id: str
    name: str
    team_id: str
    team: str


def person_place(dossier_id: str) -> str:
    return f"dossier|person|{dossier_id}"


def key_place(dossier_id: str) -> str:
    return f"dossier|data_key|{dossier_id}"


def unseal_person(keys: DeskKeys, dossier: Dossier) -> Person:
    data_key = keys.unwrap(dossier.data_key, key_place(dossier.id))
    sealed: dict[str, Any] = unseal_json(
        subkey(data_key, PERSON), dossier.person, person_place(dossier.id)
    )
    return Person(**sealed)


def dossier_by_v_number(session: Session, keys: DeskKeys, v_number: str) -> FoundDossier | None:
    """The dossier with this V-number (ten digits), found by its keyed hash."""
    index = keys.blind_index("v-number", v_number)
    dossier = session.scalar(sa.select(Dossier).where(Dossier.v_index == index))
    return _found(keys, dossier) if dossier else None


def dossier_by_id(session: Session, keys: DeskKeys, dossier_id: str) -> FoundDossier | None:
    dossier = session.get(Dossier, dossier_id)
    return _found(keys, dossier) if dossier else None


def _found(keys: DeskKeys, dossier: Dossier) -> FoundDossier:
    return FoundDossier(
        dossier.id,
        unseal_person(keys, dossier),
        dossier.team_id,
        dossier.supervisor_id,
        frozenset(dossier.flags),
        dossier.procedure,
        dossier.location,
        dossier.language,
        dossier.open,
    )


def all_teams(session: Session) -> tuple[TeamRow, ...]:
    return tuple(
        TeamRow(team.id, team.name, team.kind, tuple(team.places), team.trained)
        for team in session.scalars(sa.select(Team).order_by(Team.name))
    )


def team_of(session: Session, member_id: str) -> str | None:
    return session.scalar(sa.select(TeamMember.team_id).where(TeamMember.member_id == member_id))


def members_by_team(session: Session) -> dict[str, frozenset[str]]:
    """The ids of who works in each team that has anybody."""
    rows = session.execute(
        sa.select(TeamMember.team_id, TeamMember.member_id)
        .join(StaffMember, StaffMember.id == TeamMember.member_id)
        .where(StaffMember.active)
    )
    members: dict[str, set[str]] = {}
    for team_id, member_id in rows:
        members.setdefault(team_id, set()).add(member_id)
    return {team_id: frozenset(ids) for team_id, ids in members.items()}


def all_handlers(session: Session) -> tuple[Handler, ...]:
    """Everybody who is in a team and works here, by team and name."""
    rows = session.execute(
        sa.select(StaffMember.id, StaffMember.name, Team.id, Team.name)
        .join(TeamMember, TeamMember.member_id == StaffMember.id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(StaffMember.active)
        .order_by(Team.name, StaffMember.name)
    )
    return tuple(Handler(*row) for row in rows)
