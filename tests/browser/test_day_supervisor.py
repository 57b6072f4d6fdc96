"""The day of a supervisor, from the list of today to a refusal that is understood."""

import json
from collections.abc import Callable
from pathlib import Path

from portal.cases.workflow import REASONS
from portal.desk.comparing import BORN, NAME
from portal.i18n import dutch_day
from tests.browser.applicant import Applicant
from tests.browser.at_work import begin_talk, fill_day, type_checks
from tests.browser.dossiers import Caseload, sign_in_name
from tests.browser.inspection import inspect
from tests.browser.member import Member
from tests.browser.requests_told import Steps, iom, question
from tests.support.chromium import ConsoleGuard
from tests.support.portal_server import PortalServer
from tests.support.talks import working_day

Applicants = Callable[..., Applicant]
Members = Callable[..., Member]

PLACE = "azc Assen, kamer 4"
REASON = "Gevraagd in het gesprek en nagelezen in het dossier."
OWN = "Beste lezer, eerst moet de rechter uitspraak doen."


def test_a_request_from_the_list_of_today_to_the_export(
    applicant: Applicants,
    member: Members,
    caseload: Caseload,
    demo_server: PortalServer,
    console_guard: ConsoleGuard,
) -> None:
    console_guard.allow("status of 409")  # declining before the checks
    row = caseload.take("none")
    told: Steps = {**iom(row, "ar"), "urgent": {"urgent": "flight"}}
    told["name"] = {"family_name": row.family_name.replace("pp", "p")}
    person = applicant("ar")
    person.ask("iom_support", told)
    code, reference = person.send()

    supervisor = member(sign_in_name(row))
    supervisor.open(reference, view="today")
    case = supervisor.page.url.removeprefix(supervisor.base_url).partition("#")[0]
    compared = supervisor.page.locator("table.compared tbody tr")
    name, born = (compared.filter(has_text=supervisor.say(each)) for each in (NAME, BORN))
    assert "is-different" in (name.get_attribute("class") or "")
    assert supervisor.say("Differs") in name.inner_text()
    assert row.family_name in name.inner_text()
    assert supervisor.say("The same") in born.inner_text()
    supervisor.press("Begin with this request")

    assert supervisor.reads("Closing and declining wait for the four checks.")
    closing = supervisor.page.get_by_role("button", name=supervisor.say("Close the request"))
    assert closing.count() == 0
    supervisor.visit(f"{case}/message/not_now")
    assert supervisor.reads("First the four checks")
    type_checks(supervisor, case, REASON)
    supervisor.press("Save what I assessed")
    assert not supervisor.reads("Closing and declining wait for the four checks.")
    assert supervisor.text.count(REASON) == 3, "what was seen of trafficking is the group's alone"
    assert closing.count() == 1
    supervisor.visit(f"{case}/message/not_now")
    assert not supervisor.reads("First the four checks")

    _a_talk(supervisor, person, case, code, demo_server)
    _others(supervisor, person, case, code)
    _exports(supervisor, case, reference)


def _a_talk(
    supervisor: Member, person: Applicant, case: str, code: str, server: PortalServer
) -> None:
    """Proposed with an interpreter, read in both languages, confirmed on the phone, held."""
    supervisor.visit(f"{case}/talks/new")
    fill_day(supervisor, "day", working_day())
    supervisor.page.fill("#f-time", "10.30")
    supervisor.page.check('[name="way"][value="place"]')
    supervisor.page.fill("#f-place", PLACE)
    supervisor.page.check('[name="interpreter"][value="there"]')
    supervisor.page.check('[name="gender"][value="woman"]')
    supervisor.press("Read it before sending")
    dutch, arabic = (
        supervisor.page.locator(f'.preview [lang="{tag}"]').first.inner_text()
        for tag in ("nl", "ar")
    )
    assert PLACE in dutch
    assert PLACE in arabic
    assert person.say("An interpreter is there.") in arabic
    assert supervisor.page.locator('.preview [lang="ar"]').first.get_attribute("dir") == "rtl"
    supervisor.press("Send the proposal")

    person.open_case(code)
    person.press("Yes, I can come")
    assert person.reads("You said that you can come.")

    supervisor.visit(case)
    assert supervisor.reads("The person can come")
    supervisor.follow("Change, cancel or write down the talk")
    begin_talk(server, supervisor.page.url.rpartition("/")[2])
    supervisor.page.reload()
    supervisor.page.locator("summary", has_text=supervisor.say("The talk took place")).click()
    supervisor.page.select_option("#f-number", "1")
    supervisor.page.fill("#f-text", "Rustig gesprek. Wil eerst met de familie bellen.")
    inspect(supervisor.page)
    supervisor.press("Write down that it took place")
    assert supervisor.page.locator("#talks ~ ul.checks li.is-yes").count() == 1


def _others(supervisor: Member, person: Applicant, case: str, code: str) -> None:
    """An organisation is asked for help, and the local consultation looks at it."""
    supervisor.follow("Ask an organisation to help")
    inspect(supervisor.page)
    supervisor.page.locator('[name="choice"][value$=":answers"]').check()
    supervisor.press("Ask this organisation")
    assert "IOM Nederland" in supervisor.page.locator("[aria-labelledby=sharing]").inner_text()
    person.open_case(code)
    assert "IOM Nederland" in person.text

    supervisor.visit("/desk/consultations/")
    supervisor.page.fill("#f-place", "azc Assen, zaal 2")
    fill_day(supervisor, "held", dutch_day())
    supervisor.press("Make the agenda")
    agenda = supervisor.page.url.rpartition("/")[2]
    supervisor.visit(f"{case}/consult")
    supervisor.page.check(f'input[value="{agenda}"]')
    supervisor.page.fill("#f-proposal", "Langer in het azc tot na het gesprek met IOM.")
    supervisor.press("Put on the agenda")
    assert supervisor.reads("On the agenda")
    inspect(supervisor.page)  # a case with all that a day leaves in it


def _exports(supervisor: Member, case: str, reference: str) -> None:
    supervisor.visit(f"{case}/export")
    inspect(supervisor.page)
    files: dict[str, bytes] = {}
    for text in ("Save as PDF, to read", "Save as JSON, for another system"):
        with supervisor.page.expect_download() as saving:
            supervisor.page.get_by_role("link", name=supervisor.say(text)).click()
        name = saving.value.suggested_filename
        assert reference in name, "the file is called by its reference, and by nobody's name"
        files[name.rpartition(".")[2]] = Path(saving.value.path()).read_bytes()
    assert files["pdf"].startswith(b"%PDF-")
    assert json.loads(files["json"])["case"]["reference"] == reference
    supervisor.visit(case)
    assert supervisor.page.locator("ol.log li").count() > 8


def test_a_refusal_is_understood_in_arabic(
    applicant: Applicants, member: Members, caseload: Caseload
) -> None:
    row = caseload.take("pending")
    person = applicant("ar")
    person.ask("question", question(row, "ar"))
    code, reference = person.send()

    supervisor = member(sign_in_name(row))
    supervisor.open(reference)
    case = supervisor.page.url.removeprefix(supervisor.base_url)
    supervisor.press("Begin with this request")
    type_checks(supervisor, case, REASON)
    supervisor.press("Save what I assessed")
    supervisor.visit(f"{case}/message/not_now")
    supervisor.press("Read it before sending")
    assert supervisor.page.locator("#error-summary").count() == 1, "nobody declines without reason"
    supervisor.page.check('[name="reason"][value="procedure_pending"]')
    supervisor.page.fill("#f-own", OWN)
    supervisor.press("Read it before sending")
    arabic = supervisor.page.locator('.preview [lang="ar"]').first.inner_text()
    assert person.say(REASONS["procedure_pending"]) in arabic
    inspect(supervisor.page)
    supervisor.press("Send the message")

    person.open_case(code)
    assert person.reads("Not possible now")
    for text in (
        "This is not possible now",
        REASONS["procedure_pending"],
        "When this changes, you can ask again. Nothing that you sent is lost.",
        "You do not agree? Talk to your lawyer. You can also make a complaint.",
    ):
        assert person.reads(text), text
    own = person.page.locator('.letter-own [lang="nl"]')
    assert own.inner_text().strip() == OWN
    person.touch(person.page.locator(".letter-own a"))  # a talk about what isn't understood
    assert person.at("ask/appointment")


def test_two_supervisors_at_once(
    applicant: Applicants, member: Members, caseload: Caseload, console_guard: ConsoleGuard
) -> None:
    """Both assess the same request: the first is kept, the second reads so and loses no word."""
    console_guard.allow("status of 409")
    row = caseload.take_of("supervisor-assen-1")
    person = applicant("nl")
    person.ask("iom_support", iom(row))
    _, reference = person.send()
    first, second = member("supervisor-assen-1"), member("supervisor-assen-2")
    first.open(reference)
    case = first.page.url.removeprefix(first.base_url)
    type_checks(first, case, "Van de eerste <b>.")
    type_checks(second, case, "Van de tweede & laatste.", "signal")
    first.press("Save what I assessed")
    second.press("Save what I assessed")
    assert second.reads("Somebody else changed this case")
    assert second.text.count("Van de tweede & laatste.") == 4
    inspect(second.page)
    second.follow("Open the case")
    assert second.text.count("Van de eerste <b>.") == 3
    assert "Van de tweede" not in second.text
