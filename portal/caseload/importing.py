"""Reading the caseload file (design.md §7): UTF-8 CSV with a header line.

Columns: v_number, birth_date, family_name, given_names, nationality, location, procedure,
supervisor, team, flags, language. All rows are checked first; a bad row is named by line and
reason, and nothing is imported unless all are good or bad ones may be skipped. A team or a
supervisor that the portal doesn't know yet is made: DT&V's export is the authority on both, and a
supervisor signs in with the same e-mail later.
"""

import csv
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload.models import FLAGS, PROCEDURES, Dossier, Team, TeamMember
from portal.caseload.placenames import fold_place
from portal.caseload.queries import PERSON, key_place, person_place, unseal_person
from portal.i18n import ALIASES, all_languages
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, PublicKeys, new_key, seal_json, subkey

COLUMNS = (
    "v_number", "birth_date", "family_name", "given_names", "nationality", "location",
    "procedure", "supervisor", "team", "flags", "language",
)  # fmt: skip
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class CaseloadError(Exception):
    """The file can't be read at all; the message is one clear line."""


@dataclass(frozen=True)
class Row:
    """One good line of the file."""

    line: int
    v_number: str
    birth_date: date
    family_name: str
    given_names: str
    nationality: str
    location: str
    procedure: str
    supervisor: str
    team: str
    flags: tuple[str, ...]
    language: str

    @property
    def person(self) -> dict[str, str]:
        return {
            "v_number": self.v_number,
            "birth_date": self.birth_date.isoformat(),
            "family_name": self.family_name,
            "given_names": self.given_names,
            "nationality": self.nationality,
        }


@dataclass(frozen=True)
class BadRow:
    line: int
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What an import did, or in a dry run would do."""

    added: int
    changed: int
    unchanged: int
    new_teams: tuple[str, ...]
    new_supervisors: tuple[str, ...]


def read_file(path: Path) -> tuple[list[Row], list[BadRow]]:
    """Good and bad rows. Raises CaseloadError when the file isn't a caseload file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise CaseloadError(f"{path}: the first line must be {','.join(COLUMNS)}")
            return _check((reader.line_num, row) for row in reader)
    except OSError as error:
        raise CaseloadError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CaseloadError(f"{path}: not UTF-8") from None
    except csv.Error as error:
        raise CaseloadError(f"{path}: not CSV ({error})") from None


def _check(lines: Iterable[tuple[int, dict[str, str]]]) -> tuple[list[Row], list[BadRow]]:
    good: list[Row] = []
    bad: list[BadRow] = []
    seen: dict[str, int] = {}
    for line, raw in lines:
        try:
            row = _row(line, raw)
            if first := seen.get(row.v_number):
                raise ValueError(f"v_number stands in line {first} too")
            seen[row.v_number] = line
            good.append(row)
        except ValueError as error:
            bad.append(BadRow(line, str(error)))
    return good, bad


def _row(line: int, raw: dict[str, str]) -> Row:
    if None in raw or None in raw.values():
        raise ValueError(f"must have {len(COLUMNS)} columns")
    cells = {name: value.strip() for name, value in raw.items()}
    longest = {"location": 100, "team": 100}  # as the tables have it
    if any("\0" in cell or len(cell) > longest.get(name, 200) for name, cell in cells.items()):
        raise ValueError("a cell is too long or holds NUL")
    if not re.fullmatch(r"[0-9]{10}", cells["v_number"]):
        raise ValueError("v_number must be ten digits")
    if not cells["family_name"]:
        raise ValueError("family_name is empty")
    if cells["procedure"] not in PROCEDURES:
        raise ValueError(f"procedure must be one of {', '.join(PROCEDURES)}")
    if not cells["team"]:
        raise ValueError("team is empty")
    if cells["supervisor"] and not _EMAIL.fullmatch(cells["supervisor"]):
        raise ValueError("supervisor must be an e-mail address or empty")
    return Row(
        line=line,
        birth_date=_birth_date(cells.pop("birth_date")),
        flags=_flags(cells.pop("flags")),
        language=_language(cells.pop("language")),
        supervisor=cells.pop("supervisor").lower(),
        **cells,
    )


def _birth_date(cell: str) -> date:
    try:
        born = datetime.strptime(cell, "%Y-%m-%d").date()
    except ValueError:
        raise ValueError("birth_date must be YYYY-MM-DD") from None
    if not date(1900, 1, 1) <= born <= datetime.now(UTC).date():
        raise ValueError("birth_date is not between 1900 and today")
    return born


def _flags(cell: str) -> tuple[str, ...]:
    flags = tuple(sorted({flag.strip() for flag in cell.split(";") if flag.strip()}))
    if unknown := [flag for flag in flags if flag not in FLAGS]:
        raise ValueError(f"unknown flag {unknown[0]!r}; known: {', '.join(FLAGS)}")
    return flags


def _language(cell: str) -> str:
    tag = ALIASES.get(cell.lower(), cell)
    if tag and tag not in all_languages():
        raise ValueError(f"unknown language {cell!r}")
    return tag


def import_rows(
    session: Session,
    public: PublicKeys,
    desk: DeskKeys,
    rows: Sequence[Row],
    now: datetime,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Outcome:
    """Add and update dossiers. `progress` is called with the number of rows done."""
    teams, new_teams = _teams(session, rows, dry_run=dry_run)
    supervisors, new_supervisors = _supervisors(session, rows, teams, now, dry_run=dry_run)
    known = {dossier.v_index: dossier for dossier in session.scalars(sa.select(Dossier))}
    added = changed = 0
    for done, row in enumerate(rows, 1):
        index = desk.blind_index("v-number", row.v_number)
        dossier = known.get(index)
        if dossier is None:
            added += 1
            if not dry_run:
                session.add(_new(public, row, index, teams, supervisors, now))
        elif _differs(desk, dossier, row, teams, supervisors):
            changed += 1
            if not dry_run:
                _update(desk, dossier, row, teams, supervisors, now)
        if done % 500 == 0 or done == len(rows):
            progress(done)
    return Outcome(added, changed, len(rows) - added - changed, new_teams, new_supervisors)


def _teams(
    session: Session, rows: Sequence[Row], *, dry_run: bool
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Team ids by name, and the names that were not there yet."""
    by_name = {team.name: team for team in session.scalars(sa.select(Team))}
    new = tuple(sorted({row.team for row in rows} - set(by_name)))
    for name in new:
        by_name[name] = Team(id=secrets.token_hex(8), name=name, kind="region", places=[])
    for row in rows:  # a region team serves the places where its own people live
        team, place = by_name[row.team], fold_place(row.location)
        if team.kind == "region" and place and place not in team.places and not row.flags:
            team.places = [*team.places, place]
    if dry_run:
        session.expire_all()
    else:
        session.add_all(by_name[name] for name in new)
        session.flush()
    return {name: team.id for name, team in by_name.items()}, new


def _supervisors(
    session: Session, rows: Sequence[Row], teams: dict[str, str], now: datetime, *, dry_run: bool
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Member ids by e-mail, and the e-mails that were not there yet."""
    wanted = {row.supervisor: teams[row.team] for row in rows if row.supervisor}
    known = {
        member.email: member.id
        for member in session.scalars(sa.select(StaffMember))
        if member.email in wanted
    }
    in_team = set(session.scalars(sa.select(TeamMember.member_id)))
    new = tuple(sorted(set(wanted) - set(known)))
    for email in new:
        known[email] = secrets.token_hex(16)
        if not dry_run:
            session.add(
                StaffMember(
                    id=known[email], email=email, name=email, roles=["supervisor"], created=now
                )
            )
    if not dry_run:
        session.flush()
        session.add_all(
            TeamMember(member_id=known[email], team_id=team)
            for email, team in wanted.items()
            if known[email] not in in_team
        )
        session.flush()
    return known, new


def _plain(row: Row, teams: dict[str, str], supervisors: dict[str, str]) -> dict[str, object]:
    return {
        "location": row.location,
        "procedure": row.procedure,
        "flags": list(row.flags),
        "language": row.language,
        "team_id": teams[row.team],
        "supervisor_id": supervisors.get(row.supervisor),
        "open": True,
    }


def _new(
    public: PublicKeys,
    row: Row,
    index: str,
    teams: dict[str, str],
    supervisors: dict[str, str],
    now: datetime,
) -> Dossier:
    dossier_id, data_key = secrets.token_hex(16), new_key()
    return Dossier(
        id=dossier_id,
        v_index=index,
        data_key=public.wrap(data_key, key_place(dossier_id)),
        person=seal_json(subkey(data_key, PERSON), row.person, person_place(dossier_id)),
        updated=now,
        **_plain(row, teams, supervisors),
    )


def _differs(
    desk: DeskKeys,
    dossier: Dossier,
    row: Row,
    teams: dict[str, str],
    supervisors: dict[str, str],
) -> bool:
    plain = _plain(row, teams, supervisors)
    return any(getattr(dossier, name) != value for name, value in plain.items()) or (
        unseal_person(desk, dossier).__dict__ != row.person
    )


def _update(
    desk: DeskKeys,
    dossier: Dossier,
    row: Row,
    teams: dict[str, str],
    supervisors: dict[str, str],
    now: datetime,
) -> None:
    for name, value in _plain(row, teams, supervisors).items():
        setattr(dossier, name, value)
    data_key = desk.unwrap(dossier.data_key, key_place(dossier.id))
    dossier.person = seal_json(subkey(data_key, PERSON), row.person, person_place(dossier.id))
    dossier.updated = now
