"""A day of somebody at an NGO: a request with a person who reads Tigrinya, until they stop it."""

from collections.abc import Callable
from pathlib import PurePath
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from portal.cases.sharing import consents
from portal.i18n import translate
from tests.browser.applicant import Applicant
from tests.browser.dossiers import Caseload, sign_in_name
from tests.browser.inspection import inspect
from tests.browser.member import Member
from tests.browser.requests_told import Steps, question
from tests.support.chromium import ConsoleGuard

Applicants = Callable[..., Applicant]
Members = Callable[..., Member]
NGO, NGO_NAME = "partner-ngo-1", "VluchtelingenWerk Nederland"
TAG = "ti"
ASKS = "መዓስ መልሲ ክረክብ እየ?"
FOR_THEM = "Mevrouw komt dinsdag met de papieren."
HELPED = translate(TAG, "%(organisation)s helps you with this request.") % {
    "organisation": NGO_NAME
}


def steps_of(caseload: Caseload) -> tuple[str, Steps]:
    """Somebody's request: who its supervisor is, and what is filled in."""
    row = caseload.take("none")
    return sign_in_name(row), question(row, TAG) | {"question": {"question_text": ASKS}}


def test_a_request_with_a_helper_from_the_ticks_to_the_end_of_consent(
    applicant: Applicants, member: Members, caseload: Caseload, console_guard: ConsoleGuard
) -> None:
    console_guard.allow("status of 404")
    supervisor_name, steps = steps_of(caseload)
    helper = member(NGO, "/partners/", has_touch=True)
    _allowed(helper)
    beside = Applicant(helper.page, helper.base_url, TAG)
    assert HELPED in beside.text
    inspect(helper.page)
    beside.answer(steps)
    assert HELPED in beside.text
    assert all(beside.reads(each.label) for each in consents.PURPOSES)
    inspect(helper.page)
    code, reference = beside.send()
    assert NGO_NAME in beside.text
    inspect(helper.page)

    person = applicant(TAG)
    _person_sees_who_sees(person, code)
    _helper_reads(helper, reference, steps)
    _supervisor_asks(member(supervisor_name), reference)
    _helper_reads_and_writes(helper)
    case = urlsplit(helper.page.url).path
    _nobody_else_sees(member("partner-iom-1", "/partners/"), reference, case)

    person.visit("follow/case")
    assert FOR_THEM in person.text
    assert translate(TAG, "From %(organisation)s") % {"organisation": NGO_NAME} in person.text
    inspect(person.page)
    helper.visit("/partners/")
    person.touch(person.page.locator('form[action$="/stop"] button'))
    assert person.reads("It is stopped. They cannot see this request any more.")
    assert person.reads("No other organisation can see it.")
    inspect(person.page)
    helper.touch(helper.row(reference).locator("a").first)
    assert helper.reads("There is no such request for you")
    assert reference not in helper.page.content()
    inspect(helper.page)
    helper.follow("To the list")
    assert not helper.row(reference).count()
    desk = member(supervisor_name)
    desk.open(reference)
    assert desk.reads("not any more")
    inspect(desk.page)


@pytest.mark.nightly  # the same is counted over HTTP in each run
def test_with_a_helper_it_is_at_most_two_screens_more_than_alone(
    applicant: Applicants, member: Members, caseload: Caseload
) -> None:
    alone: list[str] = []
    person = applicant(TAG, look=lambda page: alone.append(_screen(page)))
    person.visit("")
    person.follow("ask/")
    person.follow("ask/question")
    person.answer(steps_of(caseload)[1])
    person.send()

    helped: list[str] = []
    helper = member(NGO, "/partners/", has_touch=True)
    helped.append(_screen(helper.page))
    _allowed(helper, lambda page: helped.append(_screen(page)))
    beside = Applicant(helper.page, helper.base_url, TAG, lambda page: helped.append(_screen(page)))
    beside.answer(steps_of(caseload)[1])
    beside.send()
    assert helped[-1] == alone[-1] == "sent"
    assert len(alone) < len(helped) <= len(alone) + 2, (alone, helped)


def _screen(page: Page) -> str:
    """The end of the address, for a message that shows both ways."""
    address = urlsplit(page.url)
    return f"{PurePath(address.path).name}{'?' + address.query if address.query else ''}"


def _allowed(helper: Member, seen: Callable[[Page], object] = inspect) -> None:
    """From the list to the first question; `seen` is called on each page on the way."""
    page = helper.page
    helper.follow("Help somebody with a request")
    seen(page)
    page.select_option("#f-language", TAG)
    page.select_option("#f-kind", "question")
    helper.press("Next")
    for each in consents.PURPOSES:
        tick = page.locator(f'label[for="f-{each.key}"]')
        assert not tick.locator("input").is_checked()
        own = tick.locator(f'[lang="{TAG}"]')
        assert own.all_inner_texts() == [translate(TAG, each.label), translate(TAG, each.help)]
        assert translate("nl", each.label) in tick.inner_text()
    seen(page)
    for each in consents.PURPOSES:
        page.check(f"#f-{each.key}")
    helper.press("Go on to the questions")
    assert "/ask/question" in page.url
    seen(page)


def _person_sees_who_sees(person: Applicant, code: str) -> None:
    person.open_case(code)
    assert person.at("follow/case")
    assert NGO_NAME in person.text
    assert all(person.reads(each.label) for each in consents.PURPOSES)


def _helper_reads(helper: Member, reference: str, steps: Steps) -> None:
    """What was allowed, and not what is kept back."""
    helper.find(reference)
    inspect(helper.page)
    helper.touch(helper.row(reference).locator("a").first)
    assert ASKS in helper.text
    assert steps["v-number"]["v_number"] not in helper.page.content()
    inspect(helper.page)


def _supervisor_asks(supervisor: Member, reference: str) -> None:
    supervisor.open(reference)
    supervisor.press("Begin with this request")
    assert NGO_NAME in supervisor.text
    supervisor.follow("Write a message")
    supervisor.touch(supervisor.page.locator('a[href$="/message/own_words"]'))
    supervisor.page.locator("main form").locator('[name="own"]').fill("Belt u mij morgen?")
    supervisor.press("Read it before sending")
    supervisor.press("Send the message")


def _helper_reads_and_writes(helper: Member) -> None:
    """The answer in both languages; then their own words, which aren't there before they write."""
    helper.page.reload()
    for tag in (TAG, "nl"):
        told = helper.page.locator(f'.letters [lang="{tag}"]')
        assert translate(tag, "A message from your supervisor") in told.first.inner_text()
    assert "Belt u mij morgen?" in helper.text
    helper.press("Send")
    assert helper.reads("Write something first.")
    inspect(helper.page)
    helper.page.fill("#f-text", FOR_THEM)
    helper.press("Send")
    assert FOR_THEM in helper.page.locator(".letters").inner_text()
    inspect(helper.page)


def _nobody_else_sees(other: Member, reference: str, case: str) -> None:
    assert not other.row(reference).count()
    other.visit(case)
    assert other.reads("There is no such request for you")
    assert NGO_NAME not in other.text
    inspect(other.page)
