"""The day of a coordinator: who has too much, who is away, what DT&V's file changes, who works."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from playwright.sync_api import Locator

from portal.caseload.importing import COLUMNS, Row
from portal.i18n import dutch_day
from tests.browser.at_work import fill_day, sent
from tests.browser.dossiers import Caseload
from tests.browser.inspection import inspect
from tests.browser.member import Member
from tests.support.chromium import ConsoleGuard
from tests.support.portal_server import PortalServer

Members = Callable[..., Member]

PERSON = '<th scope="row" class="person">'
GIVEN = ("supervisor-assen-2", "Supervisor Assen 1")
"""Whose cases are given, and to whom."""
ABSENT, DEPUTY = "supervisor-rotterdam-1", "supervisor-utrecht-1"


def test_numbers_agree_and_cases_are_given(
    member: Members, caseload: Caseload, demo_server: PortalServer
) -> None:
    rows = [caseload.take_of(GIVEN[0]) for _ in range(3)]
    references = [sent(demo_server, row) for row in rows]
    colleague = member(GIVEN[0])
    for reference in references:
        assert colleague.find(reference).count() == 1
    assert "Supervisor Assen 2" in colleague.page.locator(".member-name").inner_text()

    someone = member("coordinator-assen")
    someone.follow("Workload")
    inspect(someone.page)
    numbers = someone.page.locator("table.figures td a")
    assert numbers.count() >= 6
    for number in numbers.all():
        address, count = number.get_attribute("href"), _number(number)
        listed = someone.page.context.request.get(f"{someone.base_url}{address}").text()
        assert listed.count(PERSON) == count, address

    someone.touch(_of(someone, "Supervisor Assen 2").locator("a").first)
    before = someone.page.locator("table.queue tbody tr").count()
    someone.press("Give")
    assert someone.page.locator("#error-summary li").count() == 2, "whose, and to whom"
    for reference in references[:2]:
        someone.row(reference).get_by_role("checkbox").check()
    someone.page.locator("#f-handler").select_option(label=GIVEN[1])
    inspect(someone.page)
    someone.press("Give")
    assert someone.page.get_by_role("status").count() == 1
    assert someone.page.locator("table.queue tbody tr").count() == before - 2
    inspect(someone.page)

    for who, there in (("supervisor-assen-1", references[:2]), (GIVEN[0], references[2:])):
        has_them = member(who)
        has_them.visit("/desk/?view=mine")
        assert [each for each in references if has_them.row(each).count()] == there


def test_an_absence_shows_the_deputy_their_list(
    member: Members,
    caseload: Caseload,
    demo_server: PortalServer,
    console_guard: ConsoleGuard,
) -> None:
    console_guard.allow("status of 404")
    lives = {"location_type": "detention", "place": "Rotterdam"}
    reference = sent(demo_server, caseload.take_of(ABSENT), **lives)
    own, deputy, someone = member(ABSENT), member(DEPUTY), member("coordinator-ilc")
    own.open(reference)
    case = own.page.url.removeprefix(own.base_url)
    deputy.visit(case)
    assert deputy.reads("There is no such case for you")

    someone.visit("/desk/absences")
    today = dutch_day()
    for field, who in (
        ("#f-member", "Supervisor Rotterdam 1 · Detentie Rotterdam"),
        ("#f-deputy", "Supervisor Utrecht 1 · Team Utrecht"),
    ):
        someone.page.locator(field).select_option(label=who)
    fill_day(someone, "first", today)
    fill_day(someone, "last", today - timedelta(days=1))
    someone.press("Plan")
    assert someone.page.locator("#error-summary li").count() == 1, "the last day is too early"
    inspect(someone.page)
    fill_day(someone, "last", today + timedelta(days=13))
    someone.press("Plan")
    planned = someone.row("Supervisor Rotterdam 1")
    assert "Supervisor Utrecht 1" in planned.inner_text()
    inspect(someone.page)

    stands_in = someone.say("You stand in for %(supervisor)s") % {
        "supervisor": "Supervisor Rotterdam 1"
    }
    assert stands_in in deputy.find(reference).inner_text()
    deputy.open(reference)
    assert stands_in in deputy.text

    someone.touch(planned.get_by_role("button"))
    assert someone.row("Supervisor Rotterdam 1").count() == 0
    deputy.visit(case)
    assert deputy.reads("There is no such case for you")


def test_a_caseload_file_shows_its_differences_first(
    member: Members,
    caseload: Caseload,
    demo_server: PortalServer,
    console_guard: ConsoleGuard,
) -> None:
    console_guard.allow("status of 409")  # another file than the one that was shown
    row = caseload.take_of("supervisor-utrecht-1")
    reference = sent(demo_server, row)
    before, after = member("supervisor-utrecht-1"), member("supervisor-utrecht-2")
    someone = member("coordinator-ilc")
    assert before.find(reference).count() == 1
    moved = replace(row, supervisor="supervisor-utrecht-2@demo.example")
    new = replace(row, v_number="2999999991", family_name="Applicant of the file")
    bad = replace(row, v_number="12", family_name="Applicant with a short number")

    someone.visit("/desk/caseload")
    inspect(someone.page)
    _upload(someone, [moved, new, bad])
    someone.press("Show what would change")
    assert someone.reads("There are bad lines")
    assert someone.page.locator('form[action="/desk/caseload/import"]').count() == 0
    inspect(someone.page)
    someone.follow("Choose another file")
    _upload(someone, [moved, new])
    someone.press("Show what would change")
    shown = someone.page.locator("table.figures.words tbody tr")
    assert shown.count() == 1
    assert row.v_number[-3:] in shown.inner_text()
    assert row.v_number not in someone.page.content(), "three digits are enough to find it"
    assert row.family_name not in someone.text
    inspect(someone.page)
    assert before.find(reference).count() == 1, "looking changes nothing"

    _upload(someone, [moved])  # not the file that was shown
    someone.press("Import")
    assert someone.reads("Nothing was imported")
    someone.follow("Choose another file")
    _upload(someone, [moved, new])
    someone.press("Show what would change")
    _upload(someone, [moved, new])
    someone.press("Import")
    assert someone.reads("The dossiers are imported")
    inspect(someone.page)
    assert after.find(reference).count() == 1
    before.visit("/desk/?view=mine")
    assert before.row(reference).count() == 0


def test_people_organisations_and_figures(member: Members) -> None:
    someone = member("coordinator-ilc")
    someone.visit("/desk/people")
    inspect(someone.page)
    someone.touch(someone.row("Supervisor ILC 2").locator("a"))
    inspect(someone.page)
    someone.press("Close the account")
    assert someone.say("account closed") in someone.row("Supervisor ILC 2").inner_text()
    someone.touch(someone.row("Supervisor ILC 2").locator("a"))
    someone.press("Open the account again")
    assert someone.say("account closed") not in someone.row("Supervisor ILC 2").inner_text()

    someone.visit("/desk/organisations")
    someone.page.fill("#f-name", "Stichting <Voorbeeld>")
    someone.page.locator('[name="kind"][value="ngo"]').check()
    someone.press("Add")
    row = someone.row("Stichting <Voorbeeld>")
    row.locator("summary").click()
    row.locator('input[name="name"]').fill("Stichting Elders")
    inspect(someone.page)
    someone.touch(row.get_by_role("button"))
    assert someone.row("Stichting Elders").count() == 1
    assert someone.row("Voorbeeld").count() == 0

    for scope in ("team", "all"):
        someone.visit(f"/desk/figures?scope={scope}")
        with someone.page.expect_download() as saving:
            someone.page.locator('main a[href^="/desk/figures.csv"]').first.click()
        text = saving.value.path().read_text(encoding="utf-8-sig")
        lines = list(csv.reader(io.StringIO(text)))
        assert len(lines) > 5
        assert saving.value.suggested_filename.startswith(f"figures-{scope}-")


def _number(link: Locator) -> int:
    found = re.match(r"\d+", link.inner_text())
    assert found
    return int(found[0])


def _of(someone: Member, name: str) -> Locator:
    return someone.page.locator("table.figures tbody tr", has_text=name)


def _upload(someone: Member, rows: Iterable[Row]) -> None:
    """Choose a file with these dossiers."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        day, flags = row.birth_date.isoformat(), ";".join(row.flags)
        values = {**vars(row), "birth_date": day, "flags": flags}
        writer.writerow(values[name] for name in COLUMNS)
    someone.page.set_input_files(
        "#f-file",
        {"name": "dtv.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()},
    )
