"""Importing dossiers in the browser: nothing by looking, and then exactly what was shown."""

import csv
import io
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from portal.caseload.models import Dossier, Team
from portal.caseload.reading import COLUMNS, BadRow
from portal.desk.coordinator.caseload_import import reason_of
from portal.files.limits import LARGEST
from tests.rooms.desk.at_the_desk import (
    COORDINATOR,
    audited,
    case_of,
    csrf_of,
    html,
    log_of,
    messages_of,
    read,
    routed,
    status_of,
)
from tests.rooms.desk.test_workload import ILC
from tests.support.visitor import Visitor
from tests.support.world import DOSSIERS, World

CHECK, IMPORT = "/desk/caseload/check", "/desk/caseload/import"


def lines(**changes: dict[str, str]) -> list[dict[str, str]]:
    """The caseload of the world as rows of a file, with other cells by V-number."""
    rows = []
    for v_number, born, location, procedure, supervisor, team, flags in DOSSIERS:
        email = f"{supervisor}@demo.example" if supervisor else ""
        cells = (v_number, born, f"Applicant {v_number[-2:]}", "", "SY", location, procedure,
                 email, team, flags, "ar")  # fmt: skip
        rows.append(dict(zip(COLUMNS, cells, strict=True)) | changes.get(f"v{v_number}", {}))
    return rows


def content(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


MOVED = {"v0000000001": {"location": "azc Utrecht", "team": "Team Utrecht",
                         "supervisor": "supervisor-utrecht-1@demo.example"}}  # fmt: skip
RENAMED = {"v0000000002": {"family_name": "Other"}}
NEW = dict(lines()[0], v_number="0000000099", family_name="=HYPERLINK(1)", team="Team <b>Nieuw</b>")


def start(world: World, who: str = ILC) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get("/desk/caseload")
    return visitor


def send(
    page: Visitor, path: str, file: bytes | None, hidden: dict[str, Any] | None = None, **ticks: str
) -> httpx2.Response:
    """Send the form of the page that has this address, with a file."""
    data = hidden or {"csrf": csrf_of(page), **ticks}
    files = {"file": ("caseload.csv", file or b"", "text/csv")}
    return page.post(path, data, files=files)


def checked(page: Visitor, file: bytes, **ticks: str) -> dict[str, Any]:
    """Look at the differences; the fields of the form that imports them."""
    send(page, CHECK, file, None, **ticks)
    assert status_of(page) == 200, read(page)
    values = page.form(IMPORT).values
    return {name: value for name, value in values.items() if name != "file"}


def dossiers(world: World) -> list[tuple[Any, ...]]:
    """What the table holds, without the ids and seals of each."""
    rows = sa.select(Dossier.v_index, Dossier.location, Dossier.open, Dossier.person, Team.name)
    query = rows.join(Team, Team.id == Dossier.team_id).order_by(Dossier.v_index)
    return world.db.read_now(lambda s: [tuple(row) for row in s.execute(query)])


def test_looking_stores_nothing_and_importing_does_what_was_shown(world: World) -> None:
    case_id = routed(world)
    before = dossiers(world)
    file = content([*lines(**MOVED, **RENAMED), NEW])
    page = start(world)
    hidden = checked(page, file)
    assert dossiers(world) == before
    words = read(page)
    assert "New dossiers 1" in words or "1" in words
    assert "Team <b>Nieuw</b>" in words  # as text
    assert "<b>Nieuw" not in html(page)
    assert "…001" in words
    assert "family_name" in words
    assert "HYPERLINK" not in html(page)
    assert "0000000001" not in html(page)
    assert audited(world, "caseload.check") == 1
    send(page, IMPORT, file, hidden)
    assert status_of(page) == 200
    assert page.page.url.path == "/desk/caseload"
    after = dossiers(world)
    assert len(after) == len(before) + 1
    assert ("azc Utrecht", True) in {(row[1], row[2]) for row in after}
    assert audited(world, "caseload.import") == 1
    assert case_of(world, case_id)["team_id"] == "utrecht"
    assert log_of(world, case_id)[-1] == "rerouted"
    assert messages_of(world, case_id) == 1


def test_another_file_is_not_imported_and_its_differences_are_shown(world: World) -> None:
    before = dossiers(world)
    page = start(world)
    hidden = checked(page, content(lines(**RENAMED)))
    send(page, IMPORT, content(lines(**MOVED)), hidden)
    assert status_of(page) == 409
    assert "location" in read(page)
    assert dossiers(world) == before
    assert audited(world, "caseload.import") == 0
    send(page, IMPORT, content(lines(**MOVED)),
         {k: v for k, v in page.form(IMPORT).values.items() if k != "file"})  # fmt: skip
    assert audited(world, "caseload.import") == 1


def test_a_caseload_that_changed_meanwhile_is_shown_anew(world: World) -> None:
    page, other = start(world), start(world)
    hidden = checked(page, content(lines(**RENAMED)))
    theirs = checked(other, content(lines(**MOVED)))
    send(other, IMPORT, content(lines(**MOVED)), theirs)
    assert status_of(other) == 200
    before = dossiers(world)
    send(page, IMPORT, content(lines(**RENAMED)), hidden)
    assert status_of(page) == 409
    assert "location" in read(page)  # it would take the other import back: seen before it happens
    assert dossiers(world) == before


def test_the_same_form_twice_at_once_imports_once(world: World) -> None:
    file = content([*lines(**RENAMED), NEW])
    pages = [start(world), start(world)]
    hidden = [checked(page, file) for page in pages]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda n: send(pages[n], IMPORT, file, hidden[n]), range(2)))
    assert sorted(status_of(page) for page in pages) == [200, 409]
    assert audited(world, "caseload.import") == 1
    assert len(dossiers(world)) == len(DOSSIERS) + 1


def test_bad_lines_are_named_and_stop_the_import_unless_left_out(world: World) -> None:
    bad = [*lines(**RENAMED), dict(NEW, v_number="12", family_name="x"), dict(NEW, flags="<i>")]
    page = start(world)
    send(page, CHECK, content(bad))
    assert status_of(page) == 422
    assert "9" in read(page)
    assert "v_number" in read(page)
    assert "<i>" not in html(page)
    assert IMPORT not in html(page)
    hidden = checked(start_again := start(world), content(bad), skip_bad="yes")
    send(start_again, IMPORT, content(bad), {k: v for k, v in hidden.items() if k != "skip_bad"})
    assert audited(world, "caseload.import") == 0
    send(start_again, IMPORT, content(bad), hidden)
    assert audited(world, "caseload.import") == 1
    assert len(dossiers(world)) == len(DOSSIERS)


def test_missing_dossiers_are_closed_only_when_asked_and_from_a_whole_file(world: World) -> None:
    some = lines()[:-1]
    page = start(world)
    send(page, CHECK, content(some))
    assert IMPORT not in html(page)  # changes nothing
    send(
        page, CHECK, content([*some, dict(NEW, v_number="1")]), close_missing="yes", skip_bad="yes"
    )
    assert status_of(page) == 422
    hidden = checked(page, content(some), close_missing="yes")
    send(page, IMPORT, content(some), hidden)
    assert [row[2] for row in dossiers(world)].count(False) == 1


@pytest.mark.parametrize(
    "file", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b"PK\x03\x04", None, b",".join([b"x"] * 9)]
)
def test_what_is_no_caseload_is_said_at_the_file(world: World, file: bytes | None) -> None:
    page = start(world)
    for path in (CHECK, IMPORT):
        send(page, path, file)
        assert status_of(page) == 422
        assert 'id="f-file-error"' in html(page)


def test_too_large_a_file_is_refused(world: World) -> None:
    page = start(world)
    csrf = csrf_of(page)
    for size in (LARGEST + 1, LARGEST + 200_000):
        send(page, CHECK, b"x" * size, {"csrf": csrf})
        assert status_of(page) in (413, 422)


def test_nothing_of_the_file_is_written_to_a_disk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_args: Any, **_options: Any) -> None:
        raise AssertionError("a temporary file was made")

    page = start(world)
    monkeypatch.setattr(tempfile, "TemporaryFile", never)
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", never)
    rows = [dict(NEW, v_number=f"{n:010d}", team="Team Assen") for n in range(100, 20_000)]
    file = content(rows)
    assert len(file) > 1024 * 1024
    send(page, CHECK, file[:2_000_000])  # ends within a line: that one is bad
    assert status_of(page) == 422
    assert len(dossiers(world)) == len(DOSSIERS)


@pytest.mark.parametrize("who", [COORDINATOR, "supervisor-assen-1", "partner-iom-1"])
def test_only_a_coordinator_of_the_ilc_imports(world: World, who: str) -> None:
    file = content(lines(**RENAMED))
    hidden = checked(start(world), file)
    page = start(world, who)
    assert status_of(page) == 403
    for path in (CHECK, IMPORT):
        send(page, path, file, {**hidden, "csrf": csrf_of(page)})
        assert status_of(page) == 403
    assert audited(world, "caseload.import") == 0


def test_an_address_cannot_pretend_an_import(world: World) -> None:
    page = start(world)
    for done in ("1", "999999999", "x", "-1", "٣"):
        page.get(f"/desk/caseload?done={done}")
        assert status_of(page) == 200
        assert 'role="status"' not in html(page)


def test_what_reading_says_of_a_bad_line_has_words() -> None:
    assert "3" in reason_of("en", BadRow(9, "v_number stands in line 3 too"))
    assert reason_of("en", BadRow(9, "a new reason")) == "a new reason"
