"""Bringing the caseload up to date with DT&V's file, all of it or nothing.

Two parts. `compare` reads, seals and finds what differs: the long part, which locks nobody out.
`apply` writes that down in one short transaction. A team or a supervisor that the portal doesn't
know yet is made: DT&V's export is the authority on both, and a supervisor signs in with the same
e-mail later.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload.models import Dossier, Team, TeamMember
from portal.caseload.placenames import fold_place
from portal.caseload.queries import PERSON, key_place, person_place, unseal_person
from portal.caseload.reading import COLUMNS, BadRow, CaseloadError, Row, read_content, read_file
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, PublicKeys, new_key, seal_json, subkey

CHUNK = 500
_COLUMN = {"team_id": "team", "supervisor_id": "supervisor", "open": "closed"}
"""What the file calls a column of the table, where the two differ."""
WHEREABOUTS = frozenset({"team", "supervisor", "location", "flags", "closed"})
"""When one of these changes, the open cases of the dossier must be routed again (domain.md R7)."""


@dataclass(frozen=True)
class Difference:
    """A line of the file that changes a dossier, and in which columns. Nobody is named."""

    line: int
    ending: str
    """The last three digits of the V-number."""
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What an import did, or in a dry run would do."""

    added: int
    changed: int
    unchanged: int
    new_teams: tuple[str, ...]
    new_supervisors: tuple[str, ...]
    missing: int = 0
    """Open dossiers that the file doesn't name."""
    closed: int = 0
    """Those of them that were closed."""
    differences: tuple[Difference, ...] = field(default=(), repr=False)
    moved: tuple[str, ...] = field(default=(), repr=False)
    """Ids of dossiers with another place, team or supervisor."""
    ruled: tuple[str, ...] = field(default=(), repr=False)
    """Ids of dossiers of which another thing is known about a procedure."""


@dataclass
class Plan:
    """Rows of tables, ready to be written."""

    teams: list[dict[str, Any]] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)
    team_members: list[dict[str, Any]] = field(default_factory=list)
    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    closed: list[dict[str, Any]] = field(default_factory=list)
    outcome: Outcome = Outcome(0, 0, 0, (), ())


def import_rows(
    session: Session,
    public: PublicKeys,
    desk: DeskKeys,
    rows: Sequence[Row],
    now: datetime,
    *,
    close_missing: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Outcome:
    """Compare, and unless it is a dry run apply, in one transaction."""
    plan = compare(
        session,
        public,
        desk,
        rows,
        now,
        close_missing=close_missing,
        dry_run=dry_run,
        progress=progress,
    )
    if not dry_run:
        apply(session, plan)
    return plan.outcome


def compare(
    session: Session,
    public: PublicKeys,
    desk: DeskKeys,
    rows: Sequence[Row],
    now: datetime,
    *,
    close_missing: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Plan:
    """What the file would change. `progress` is called with the number of rows done.

    In a dry run nothing is sealed, which is half of the work: such a plan can't be applied.
    """
    plan = Plan()
    teams, new_teams = _teams(session, rows, plan)
    people, new_people = _supervisors(session, rows, teams, now, plan)
    differences: list[Difference] = []
    moved: list[str] = []
    ruled: list[str] = []
    named: set[str] = set()
    for start in range(0, len(rows), CHUNK):
        chunk = {
            desk.blind_index("v-number", row.v_number): row for row in rows[start : start + CHUNK]
        }
        known = {
            dossier.v_index: dossier
            for dossier in session.scalars(sa.select(Dossier).where(Dossier.v_index.in_(chunk)))
        }
        for index, row in chunk.items():
            plain = _plain(row, teams, people)
            dossier = known.get(index)
            if dossier is None:
                plan.added.append({} if dry_run else _new(public, row, index, plain, now))
            elif columns := _differing(desk, dossier, row, plain):
                plan.changed.append({} if dry_run else _changed(desk, dossier, row, plain, now))
                differences.append(Difference(row.line, row.v_number[-3:], columns))
                if WHEREABOUTS & set(columns):
                    moved.append(dossier.id)
                if "procedure" in columns:
                    ruled.append(dossier.id)
        session.expunge_all()
        named.update(chunk)
        progress(min(start + CHUNK, len(rows)))
    missing = _missing(session, named)
    if close_missing:
        plan.closed = [{"id": each, "open": False, "updated": now} for each in missing]
    plan.outcome = Outcome(
        len(plan.added),
        len(plan.changed),
        len(rows) - len(plan.added) - len(plan.changed),
        new_teams,
        new_people,
        len(missing),
        len(plan.closed),
        tuple(differences),
        tuple(moved),
        tuple(ruled),
    )
    return plan


def standing(session: Session) -> str:
    """A mark of the caseload as it is: another one after anything changed that `compare` looks at.

    With the same file and the same mark an import does the same.
    """
    dossiers = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.sum(sa.case((Dossier.open, 1), else_=0)),
            sa.func.max(Dossier.updated),
        ).select_from(Dossier)
    ).one()
    teams = session.execute(
        sa.select(Team.id, Team.name, Team.kind, Team.places).order_by(Team.id)
    ).all()
    people = session.execute(
        sa.select(StaffMember.id, StaffMember.email, TeamMember.member_id)
        .outerjoin(TeamMember, TeamMember.member_id == StaffMember.id)
        .order_by(StaffMember.id)
    ).all()
    known = [list(dossiers), [list(team) for team in teams], [list(each) for each in people]]
    return hashlib.sha256(json.dumps(known, default=str).encode()).hexdigest()


def lock(session: Session) -> None:
    """Nobody else imports until this transaction ends. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE dossier IN SHARE ROW EXCLUSIVE MODE"))


def apply(session: Session, plan: Plan) -> None:
    """Write a plan down. Nothing else may have changed the caseload since it was made."""
    _write(session, sa.insert(Team), plan.teams)
    _write(session, sa.update(Team), plan.places)
    _write(session, sa.insert(StaffMember), plan.members)
    _write(session, sa.insert(TeamMember), plan.team_members)
    _write(session, sa.insert(Dossier), plan.added)
    _write(session, sa.update(Dossier), plan.changed)
    _write(session, sa.update(Dossier), plan.closed)


def _write(session: Session, statement: sa.Insert | sa.Update, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        session.execute(statement, rows[start : start + CHUNK])


def _teams(
    session: Session, rows: Sequence[Row], plan: Plan
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Team ids by name, and the names that were not there yet."""
    found = session.execute(sa.select(Team.id, Team.name, Team.kind, Team.places)).all()
    ids = {name: team_id for team_id, name, _, _ in found}
    places = {team_id: list(served) for team_id, _, kind, served in found if kind == "region"}
    before = {team_id: len(served) for team_id, served in places.items()}
    new = tuple(sorted({row.team for row in rows} - set(ids)))
    for name in new:
        ids[name] = secrets.token_hex(8)
        places[ids[name]] = []
    for row in rows:  # a region team serves the places where its own people live
        served, place = places.get(ids[row.team]), fold_place(row.location)
        if served is not None and place and place not in served and not row.flags:
            served.append(place)
    plan.teams = [
        {"id": ids[name], "name": name, "kind": "region", "places": places[ids[name]],
         "trained": False}
        for name in new
    ]  # fmt: skip
    plan.places = [
        {"id": team_id, "places": places[team_id]}
        for team_id, served in before.items()
        if len(places[team_id]) > served
    ]
    return ids, new


def _supervisors(
    session: Session, rows: Sequence[Row], teams: dict[str, str], now: datetime, plan: Plan
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Member ids by e-mail, and the e-mails that were not there yet."""
    wanted = {row.supervisor: teams[row.team] for row in rows if row.supervisor}
    ids = {
        email: member_id
        for email, member_id in session.execute(sa.select(StaffMember.email, StaffMember.id))
        if email in wanted
    }
    new = tuple(sorted(set(wanted) - set(ids)))
    for email in new:
        ids[email] = secrets.token_hex(16)
        plan.members.append(
            {"id": ids[email], "email": email, "name": email, "roles": ["supervisor"],
             "locale": "nl", "active": True, "created": now}
        )  # fmt: skip
    in_team = set(session.scalars(sa.select(TeamMember.member_id)))
    plan.team_members = [
        {"member_id": ids[email], "team_id": team}
        for email, team in wanted.items()
        if ids[email] not in in_team
    ]
    return ids, new


def _plain(row: Row, teams: dict[str, str], people: dict[str, str]) -> dict[str, Any]:
    return {
        "location": row.location,
        "procedure": row.procedure,
        "flags": list(row.flags),
        "language": row.language,
        "team_id": teams[row.team],
        "supervisor_id": people.get(row.supervisor),
        "open": True,
    }


def _new(
    public: PublicKeys, row: Row, index: str, plain: dict[str, Any], now: datetime
) -> dict[str, Any]:
    dossier_id, data_key = secrets.token_hex(16), new_key()
    return {
        "id": dossier_id,
        "v_index": index,
        "data_key": public.wrap(data_key, key_place(dossier_id)),
        "person": seal_json(subkey(data_key, PERSON), row.person, person_place(dossier_id)),
        "updated": now,
        **plain,
    }


def _differing(
    desk: DeskKeys, dossier: Dossier, row: Row, plain: dict[str, Any]
) -> tuple[str, ...]:
    """The columns of the file that differ from the dossier, in the file's order."""
    names = {_COLUMN.get(name, name) for name, value in plain.items()
             if getattr(dossier, name) != value}  # fmt: skip
    known = unseal_person(desk, dossier).__dict__
    names |= {name for name, value in row.person.items() if known[name] != value}
    return tuple(name for name in (*COLUMNS, "closed") if name in names)


def _changed(
    desk: DeskKeys, dossier: Dossier, row: Row, plain: dict[str, Any], now: datetime
) -> dict[str, Any]:
    data_key = desk.unwrap(dossier.data_key, key_place(dossier.id))
    person = seal_json(subkey(data_key, PERSON), row.person, person_place(dossier.id))
    return {"id": dossier.id, "person": person, "updated": now, **plain}


def _missing(session: Session, named: set[str]) -> list[str]:
    """Ids of the open dossiers whose V-number isn't in the file."""
    found = session.execute(
        sa.select(Dossier.id, Dossier.v_index).where(Dossier.open).order_by(Dossier.id)
    ).yield_per(CHUNK)
    return [dossier_id for dossier_id, index in found if index not in named]


__all__ = [
    "COLUMNS", "BadRow", "CaseloadError", "Difference", "Outcome", "Plan", "Row", "apply",
    "compare", "import_rows", "read_content", "read_file", "standing",
]  # fmt: skip
