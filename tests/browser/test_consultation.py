"""A consultation from agenda to closed minutes, by keyboard and eye; then the auditor's day."""

from collections.abc import Callable

from portal.i18n import dutch_day
from tests.browser.applicant import Applicant
from tests.browser.dossiers import Caseload, sign_in_name
from tests.browser.inspection import inspect
from tests.browser.member import Member
from tests.browser.requests_told import question
from tests.support.chromium import Device
from tests.support.portal_server import PortalServer

Applicants = Callable[..., Applicant]
Members = Callable[..., Member]


def test_from_an_agenda_to_minutes_and_the_log(
    applicant: Applicants,
    member: Members,
    caseload: Caseload,
    desktop: Device,
    demo_server: PortalServer,
) -> None:
    row = caseload.take("none")
    person = applicant("ar")
    person.ask("question", question(row, "ar"))
    _, reference = person.send()
    someone = member(sign_in_name(row))
    someone.visit("/desk/consultations/")
    inspect(someone.page)
    someone.page.locator("#f-place").fill("azc Assen")
    today = dutch_day()
    for part in ("day", "month", "year"):
        someone.page.locator(f"#f-held-{part}").fill(str(getattr(today, part)))
    someone.press("Make the agenda")
    inspect(someone.page)
    agenda = someone.page.url.removeprefix(someone.base_url)
    someone.open(reference)
    someone.follow("Put on an agenda")
    inspect(someone.page)
    someone.page.locator(f'input[value="{agenda.rpartition("/")[2]}"]').check()
    someone.page.locator("#f-proposal").fill("Langer in het azc, want de vlucht is vlakbij.")
    someone.press("Put on the agenda")
    inspect(someone.page)
    someone.visit(agenda)
    someone.touch(someone.page.locator("ol.agenda a").first)
    someone.page.locator('input[name="outcome"][value="longer_azc"]').check()
    someone.press("Save, and to the agenda")  # without having asked what speaks against it
    inspect(someone.page)
    someone.page.locator('input[name="dissent"][value="somebody"]').check()
    someone.page.locator("#f-dissent_text").fill("De kamer is vol.")
    someone.page.locator("#f-dissent_by").fill("COA")
    someone.page.locator("#f-action-0-text").fill("Kamer regelen.")
    someone.page.locator("#f-action-0-owner").select_option("org:coa")
    for part in ("day", "month", "year"):
        someone.page.locator(f"#f-action-0-due-{part}").fill(str(getattr(today, part)))
    someone.press("Save, and to the agenda")
    assert someone.reads("Longer in the azc, for departure is very near")
    someone.page.locator('input[name="present"][value="coa"]').check()
    someone.press("Save")
    someone.press("Close the minutes")
    inspect(someone.page)
    someone.follow("Minutes, to print")
    inspect(someone.page)
    assert "De kamer is vol." in someone.text
    assert "Kamer regelen." in someone.text
    someone.visit(agenda)
    someone.touch(someone.page.locator("ol.agenda a").first)
    inspect(someone.page)

    auditor = Member(desktop.page(), demo_server.base_url, "auditor-1")
    auditor.page.goto(f"{demo_server.base_url}/desk/log/?action=consultation.")
    auditor.touch(auditor.page.locator('button[name="person"][value="auditor-1"]'))
    inspect(auditor.page)
    assert "consultation.close" in auditor.text
    assert "De kamer is vol." not in auditor.text
    auditor.press("Check the chain")
    inspect(auditor.page)
    assert auditor.reads("The chain holds")
