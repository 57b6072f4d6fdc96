"""Every desk page, as a supervisor and a coordinator see it, on the screen of an office."""

from collections.abc import Callable

import pytest

from portal.cases.checks import CHECKS
from tests.browser.applicant import Applicant
from tests.browser.dossiers import Caseload, sign_in_name
from tests.browser.inspection import inspect
from tests.browser.member import Member
from tests.browser.requests_told import iom, mediation, question
from tests.support.chromium import ConsoleGuard, axe
from tests.support.page_lint import check_fragment

RING = """["", "::after"].some((part) => {
  const style = getComputedStyle(document.activeElement, part);
  return style.outlineStyle !== "none" || style.boxShadow !== "none";
})"""
"""Whether what has the focus shows it, itself or by the frame that it lays over its row."""

Applicants = Callable[..., Applicant]
Members = Callable[..., Member]
BLANKS = {
    "info_needed": {"needed": "photos"},
    "own_words": {"own": "Beste lezer, ik bel u morgen."},
}


@pytest.mark.parametrize("who", ["supervisor-assen-1", "coordinator-assen", "supervisor-ilc-1"])
def test_the_queue(member: Members, who: str) -> None:
    someone = member(who)
    for path in (
        "/desk/?view=mine",
        "/desk/?view=team",
        "/desk/?view=unowned",
        "/desk/?view=team&q=0000000000",
        "/desk/?view=team&q=hello",
        "/desk/?view=team&state=done&kind=mediation",
        "/staff/",
    ):
        someone.visit(path)
        inspect(someone.page)


def test_signing_in_and_out(member: Members) -> None:
    someone = member("supervisor-assen-1")
    someone.press("Sign out")
    inspect(someone.page)
    someone.page.goto(f"{someone.base_url}/desk/")
    inspect(someone.page)


def test_a_case_and_its_messages(
    applicant: Applicants, member: Members, caseload: Caseload, console_guard: ConsoleGuard
) -> None:
    row = caseload.take("none")
    person = applicant("ar")
    person.ask("mediation", mediation(row, "ar"))
    _, reference = person.send()
    someone = member(sign_in_name(row))
    someone.open(reference)
    inspect(someone.page)
    case = someone.page.url.removeprefix(someone.base_url).partition("#")[0]
    someone.press("Begin with this request")
    someone.page.locator("#f-text").fill("Eerst de papieren bekijken.")
    someone.press("Save the note")
    assert "Eerst de papieren bekijken." in someone.text
    someone.visit(f"{case}/checks")
    inspect(someone.page)
    someone.press("Save what I assessed")
    inspect(someone.page)
    for check in CHECKS:
        someone.page.locator(f'[name="{check}.result"][value="signal"]').check()
        someone.page.locator(f'[name="{check}.reason"]').fill("Zo gezien in het gesprek.")
    someone.press("Save what I assessed")
    inspect(someone.page)
    someone.visit(f"{case}/message")
    inspect(someone.page)
    for key in BLANKS:
        someone.visit(f"{case}/message/{key}")
        inspect(someone.page)
        _fill_in(someone, BLANKS.get(key, {}))
        someone.press("Read it before sending")
        inspect(someone.page)
    someone.visit(f"{case}/message/mediation_started")
    someone.press("Read it before sending")
    someone.press("Send the message")
    inspect(someone.page)
    console_guard.allow("status of 404")
    for nowhere in ("/desk/cases/" + "0" * 32, f"{case}/message/no_such_letter", "/desk/nowhere"):
        someone.visit(nowhere)
        inspect(someone.page)


def test_the_filters_stand_on_one_line(member: Members) -> None:
    someone = member("supervisor-assen-1")
    fields = ("#f-q", "#f-state", "#f-kind", ".filters button >> nth=0", ".filters button >> nth=1")
    boxes = [someone.page.locator(each).bounding_box() for each in fields]
    assert len({(box["y"], box["height"]) for box in boxes if box}) == 1
    assert None not in boxes


def test_a_mediation_without_a_dossier_is_on_hold_until_a_ruling_was_read(
    applicant: Applicants, member: Members
) -> None:
    person = applicant("ar")
    person.ask("mediation", mediation(None, "ar"))
    _, reference = person.send()
    someone = member("supervisor-ilc-1")
    someone.open(reference, view="unowned")
    someone.press("Take over")
    inspect(someone.page)
    someone.follow("May mediation begin?")
    inspect(someone.page)
    someone.press("No procedure is pending: lift the hold")
    inspect(someone.page)
    for part, digits in (("day", "3"), ("month", "2"), ("year", "2026")):
        someone.page.locator(f'[name="ruling.{part}"]').fill(digits)
    someone.press("No procedure is pending: lift the hold")
    assert "dinsdag 3 februari 2026" in someone.text
    inspect(someone.page)
    someone.follow("May mediation begin?")
    inspect(someone.page)


def test_a_new_contact_that_the_person_does_not_want_is_stopped(
    applicant: Applicants, member: Members, caseload: Caseload
) -> None:
    row = caseload.take("none")
    person = applicant("ar")
    person.ask("question", question(row, "ar"))
    code, reference = person.send()
    somebody = applicant("en")
    somebody.open_case(code)
    somebody.press("Change how we reach you", "link")
    somebody.fill({"contact_channel": "phone"})
    somebody.press("Next")
    somebody.fill({"contact_target": "06 00000000", "contact_safe": "yes"})
    somebody.press("Next")
    somebody.press("Yes, change it")
    someone = member(sign_in_name(row))
    assert someone.say("A change waits") in someone.find(reference).inner_text()
    inspect(someone.page)
    someone.open(reference)
    stop = someone.say("Stop the new contact")
    someone.page.locator(".notice summary", has_text=stop).click()
    inspect(someone.page)
    someone.page.locator("#f-stopped").fill("Niet haar nummer.")
    someone.press("Stop the new contact")
    assert "06 00000000" not in someone.text
    inspect(someone.page)
    person.open_case(code)
    assert person.reads("Nothing changes")


@pytest.mark.nightly
def test_two_at_once(
    applicant: Applicants, member: Members, caseload: Caseload, console_guard: ConsoleGuard
) -> None:
    """Who comes second is told so, and keeps the note that was typed."""
    console_guard.allow("status of 409")
    row = caseload.take("none")
    person = applicant("nl")
    person.ask("iom_support", iom(row))
    _, reference = person.send()
    first, second = member(sign_in_name(row)), member(sign_in_name(row))
    first.open(reference)
    second.open(reference)
    first.press("Begin with this request")
    second.page.locator("#f-text").fill("Dit wil ik niet kwijt.")
    second.press("Save the note")
    inspect(second.page)
    assert "Dit wil ik niet kwijt." in second.text


def test_the_desk_in_the_dark(member: Members) -> None:
    someone = member("supervisor-assen-1", color_scheme="dark")
    assert axe(someone.page) == []
    someone.visit("/desk/?view=team")
    someone.touch(someone.page.locator("table.queue a").first)
    assert axe(someone.page) == []


def test_filters_replace_the_list_alone(member: Members) -> None:
    someone = member("coordinator-assen")
    someone.visit("/desk/?view=team")
    page = someone.page
    page.evaluate("window.stillTheSamePage = true")
    with page.expect_response(lambda answer: "kind=question" in answer.url) as found:
        page.locator("#f-kind").select_option("question")
    fragment = found.value.text()
    assert "<html" not in fragment
    check_fragment(fragment)
    page.wait_for_function(
        "[...document.querySelectorAll('#queue td.kind')].every((e) => e.innerText === 'Vraag')"
    )
    assert page.evaluate("window.stillTheSamePage")


def test_the_queue_by_keyboard(member: Members) -> None:
    """From the first Tab to an open case without a mouse, the ring always to be seen."""
    someone = member("supervisor-assen-1")
    someone.visit("/desk/?view=team")
    page = someone.page
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(RING), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if page.evaluate("document.activeElement.matches('a.queue-link')"):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/desk/cases/" in page.url


def _fill_in(someone: Member, values: dict[str, str]) -> None:
    form = someone.page.locator("main form")
    for name, value in values.items():
        field = form.locator(f'[name="{name}"]')
        if field.count() and field.first.get_attribute("type") in ("checkbox", "radio"):
            form.locator(f'[name="{name}"][value="{value}"]').check()
        elif field.count():
            field.fill(value)
        else:  # a date in three parts
            for part, digits in zip(("year", "month", "day"), value.split("-"), strict=True):
                form.locator(f'[name="{name}.{part}"]').fill(digits)
    for group in form.locator('fieldset[role="radiogroup"]').all():
        if not group.locator("input:checked").count():
            group.locator("input").first.check()
    for select in form.locator("select").all():
        select.select_option(index=1)
