"""The caseload file: all or nothing, each bad row by line and reason, never in the clear."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.caseload import absence, importing
from portal.caseload.importing import (
    Difference,
    Outcome,
    import_rows,
    read_file,
)
from portal.caseload.queries import (
    all_handlers,
    all_teams,
    team_of,
)
from portal.db import Database
from portal.demo import world as demo
from portal.staff.models import Organisation, StaffMember
from tests.rooms.caseload_file import DESK, GOOD, KEYS, NOW, changed, file, found, imported, rows_in

pytestmark = pytest.mark.both_databases


def test_a_good_file(db: Database, tmp_path: Path) -> None:
    outcome = imported(db, file(tmp_path, *GOOD))
    assert (outcome.added, outcome.changed, outcome.unchanged) == (2, 0, 0)
    assert outcome.new_teams == ("Team Assen",)
    assert outcome.new_supervisors == ("s1@demo.example",)
    first, second = found(db, "0000000001"), found(db, "0000000002")
    assert first is not None
    assert second is not None
    assert first.person.family_name == "Applicant 01"
    assert first.person.birth_date == "1999-04-02"
    assert (first.procedure, first.open, first.flags) == ("none", True, frozenset())
    assert second.person.given_names == "Zoë"
    assert second.flags == {"dublin", "family"}
    assert second.language == "fa-AF"
    assert second.supervisor_id is None
    (handler,) = db.read_now(all_handlers)
    assert (handler.name, handler.team) == ("s1@demo.example", "Team Assen")
    assert first.supervisor_id == handler.id
    assert db.read_now(team_of, handler.id) == first.team_id
    (team,) = db.read_now(all_teams)
    assert team.places == ("assen",)
    assert found(db, "0000000003") is None


def test_a_dry_run_changes_nothing_and_says_what_the_real_one_does(
    db: Database, tmp_path: Path
) -> None:
    path = file(tmp_path, *GOOD)
    dry = imported(db, path, dry_run=True)
    assert rows_in(db) == [0, 0, 0, 0]
    assert imported(db, path) == dry
    counted = rows_in(db)
    path = file(tmp_path, changed(location="azc Utrecht"), GOOD[1], changed(v_number="0000000003"))
    dry = imported(db, path, dry_run=True)
    assert rows_in(db) == counted
    assert db.read_now(all_teams)[0].places == ("assen",)
    real = imported(db, path)
    assert (real.added, real.changed, real.unchanged, real.differences) == (
        1, 1, 1, (Difference(2, "001", ("location",)),)
    )  # fmt: skip
    assert real == dry
    assert len(real.moved) == 1


def test_importing_again_updates(db: Database, tmp_path: Path) -> None:
    imported(db, file(tmp_path, *GOOD))
    assert imported(db, file(tmp_path, *GOOD)) == Outcome(0, 0, 2, (), ())
    before = found(db, "0000000001")
    cells = {"family_name": "Applicant One", "procedure": "pending", "flags": "vbl",
             "team": "VBL Ter Apel", "supervisor": "s2@demo.example"}  # fmt: skip
    outcome = imported(db, file(tmp_path, changed(**cells)))
    (difference,) = outcome.differences
    assert difference.columns == ("family_name", "procedure", "supervisor", "team", "flags")
    assert (outcome.changed, outcome.missing, outcome.closed) == (1, 1, 0)
    assert outcome.new_teams == ("VBL Ter Apel",)
    assert outcome.new_supervisors == ("s2@demo.example",)
    assert before is not None
    assert outcome.moved == outcome.ruled == (before.id,)
    after = found(db, "0000000001")
    assert before is not None
    assert after is not None
    assert after.id == before.id
    assert after.person.family_name == "Applicant One"
    assert (after.procedure, after.flags) == ("pending", {"vbl"})
    assert after.team_id != before.team_id
    assert after.supervisor_id != before.supervisor_id
    assert found(db, "0000000002")  # who is not in the file stays


def test_a_supervisor_who_is_known_keeps_their_team_and_name(db: Database, tmp_path: Path) -> None:
    db.write_now(demo.seed_people, NOW)
    email = "supervisor-assen-1@demo.example"
    counted = rows_in(db)
    line = changed(supervisor=email.upper(), team="Team Utrecht")
    assert imported(db, file(tmp_path, line)).new_supervisors == ()
    assert rows_in(db) == [1, *counted[1:]]
    handler = next(h for h in db.read_now(all_handlers) if h.name == "Supervisor Assen 1")
    assert handler.team == "Team Assen"


def test_the_demo_world(db: Database, tmp_path: Path) -> None:
    db.write_now(demo.seed_people, NOW)
    demo.seed_caseload(db, KEYS, tmp_path / "demo.csv")
    rows, bad = read_file(tmp_path / "demo.csv")
    assert (len(rows), bad) == (300, [])
    assert len({row.location for row in rows}) == 6
    assert {row.procedure for row in rows} == {"pending", "none", "unknown"}
    assert len({flag for row in rows for flag in row.flags}) == 5
    assert rows_in(db)[0] == 300
    members = db.read_now(lambda s: [m.roles for m in s.scalars(sa.select(StaffMember))])
    assert members.count(["supervisor"]) == 14
    assert members.count(["coordinator"]) == 2
    assert db.read_now(lambda s: s.scalars(sa.select(Organisation.kind)).all()) == ["iom", "ngo"]
    trained = {team.id for team in db.read_now(all_teams) if team.trained}
    assert trained == {"amv", "vertrouwelijk"}
    assert db.read_now(absence.absences, NOW.date()) == (
        absence.Away(demo.AWAY, date(2026, 11, 20), date(2026, 12, 4), demo.DEPUTY),
    )
    again = tmp_path / "again.csv"
    demo.write_caseload(again)
    assert again.read_bytes() == (tmp_path / "demo.csv").read_bytes()


def test_nothing_that_says_who_it_is_stands_in_the_clear(sqlite_url: str, tmp_path: Path) -> None:
    db = Database(sqlite_url)
    canaries = {"v_number": "4711081542", "birth_date": "1971-09-13", "nationality": "Canaryland",
                "family_name": "Canaryfamily", "given_names": "Canarygiven"}  # fmt: skip
    imported(db, file(tmp_path, changed(**canaries)))
    imported(db, file(tmp_path, changed(**canaries, location="azc Utrecht")))
    db.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("portal.db*"))
    assert b"azc Utrecht" in kept  # so the search can find what stands there
    for name, canary in canaries.items():
        assert canary.encode() not in kept, name


def test_an_import_is_all_or_nothing(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [changed(v_number=f"{n:010d}") for n in range(1, 6)]
    imported(db, file(tmp_path, *lines[:2]))
    counted, written = rows_in(db), importing._write

    def fails_at_last(session, statement, rows):
        if isinstance(statement, sa.Update) and rows:
            raise RuntimeError
        written(session, statement, rows)

    monkeypatch.setattr(importing, "_write", fails_at_last)
    moved = changed(location="azc Utrecht", team="Team Utrecht", supervisor="s9@demo.example")
    with pytest.raises(RuntimeError):
        imported(db, file(tmp_path, moved, *lines[1:]))
    assert rows_in(db) == counted


def test_progress_is_told(db: Database, tmp_path: Path) -> None:
    rows, _ = read_file(file(tmp_path, *(changed(v_number=f"{n:010d}") for n in range(1, 502))))
    told: list[int] = []
    later = NOW + timedelta(days=1)
    db.write_now(import_rows, KEYS.public, DESK, rows, later, dry_run=True, progress=told.append)
    assert told == [500, 501]


def are_open(db: Database) -> list[bool]:
    """Of the two good rows."""
    both = (found(db, "0000000001"), found(db, "0000000002"))
    return [each.open for each in both if each]


def test_what_the_file_lacks_is_closed_only_when_told(db: Database, tmp_path: Path) -> None:
    imported(db, file(tmp_path, *GOOD))
    path = file(tmp_path, GOOD[0])
    kept = imported(db, path)
    assert (kept.missing, kept.closed) == (1, 0)
    dry = imported(db, path, close_missing=True, dry_run=True)
    assert (dry.missing, dry.closed) == (1, 1)
    assert are_open(db) == [True, True]
    assert imported(db, path, close_missing=True) == dry
    assert [d.open for d in (found(db, "0000000001"), found(db, "0000000002")) if d] == [
        True,
        False,
    ]
    assert imported(db, path, close_missing=True).missing == 0
    back = imported(db, file(tmp_path, *GOOD))
    assert [each.columns for each in back.differences] == [("closed",)]
    assert are_open(db) == [True, True]
