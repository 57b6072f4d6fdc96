"""Every public page on a phone: axe, valid HTML, the console, a narrow screen, large letters."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.applicant import Applicant
from tests.browser.dossiers import Caseload
from tests.browser.inspection import inspect
from tests.browser.requests_told import appointment, iom, mediation, part, question
from tests.support.chromium import ConsoleGuard, axe

ROOT = Path(__file__).parent.parent.parent
ARTICLES = sorted(path.stem for path in (ROOT / "locales" / "nl" / "articles").glob("*.md"))
TAGS = ("ar", "nl", "en")
GENERAL = ("", "info/", "organisations", "safety", "privacy", "accessibility", "search",
           "search?q=iom", "search?q=xqzxqzxqz", "ask/", "follow", "end")  # fmt: skip

Applicants = Callable[..., Applicant]


@pytest.mark.parametrize("tag", TAGS)
def test_the_general_pages(applicant: Applicants, tag: str) -> None:
    person = applicant(tag, look=inspect)
    for path in GENERAL:
        person.visit(path)


@pytest.mark.nightly
@pytest.mark.parametrize("tag", TAGS)
def test_every_answer_in_one_language(applicant: Applicants, tag: str) -> None:
    person = applicant(tag, look=inspect)
    for slug in ARTICLES[TAGS.index(tag) :: len(TAGS)]:
        person.visit(f"info/{slug}")


@pytest.mark.parametrize("tag", ["ar", pytest.param("nl", marks=pytest.mark.nightly)])
def test_an_answer_with_all_of_it_open(applicant: Applicants, tag: str) -> None:
    person = applicant(tag)
    person.visit("info/vertrektermijn")
    for each in person.page.locator("details summary").all():
        each.tap()
    inspect(person.page)


def test_every_step_of_iom_support_and_what_follows(
    applicant: Applicants, caseload: Caseload
) -> None:
    person = applicant("ar", look=inspect)
    person.ask("iom_support", iom(caseload.take("none"), "ar"))
    code, _ = person.send()
    person.fill({"last_four": "0000" if code[-4:] != "0000" else "1111"})
    person.press("Check")
    person.fill({"last_four": code[-4:]})
    person.press("Check")
    person.open_case("")
    person.open_case(code[:-1])
    person.open_case(code[:-1] + str((int(code[-1]) + 1) % 10))
    person.open_case("1234 5678 9012 3452")
    person.open_case(code)
    person.press("Send the message")
    person.fill({"text": "شكرا"})
    person.press("Send the message")
    person.press("Change how we reach you", "link")
    person.press("Next")  # nothing was chosen
    person.fill({"contact_channel": "phone"})
    person.press("Next")
    person.press("Next")  # nothing was filled in
    person.fill({"contact_target": "0612345678", "contact_safe": "yes"})
    person.press("Next")
    person.press("Yes, change it")
    person.press("Undo")
    person.press("Withdraw this request", "link")
    person.press("Yes, withdraw it")
    assert person.reads("A withdrawal was asked for")
    person.press("Undo")
    assert person.reads("It is undone. Nothing changes.")


def test_every_step_of_mediation(applicant: Applicants, caseload: Caseload) -> None:
    told = mediation(caseload.take("none"))
    person = applicant("nl", look=inspect)
    person.visit("ask/mediation")
    person.answer(part(told, last="sender"))
    person.press("Next")  # nothing was chosen
    person.fill({"procedure_pending": "unknown"})
    person.press("Next")  # to the advice
    person.press("Change my answer", "link")
    person.answer({"procedure": {"procedure_pending": "no"}})
    person.fill({"attempt_made": "no"})
    person.press("Next")
    person.press("Change my answer", "link")
    person.answer(part(told, "attempt", "family-too"))
    person.look = lambda _page: None  # the steps about the person have been looked at
    person.answer(part(told, "language", "contact"))
    person.look = inspect
    person.answer(part(told, "decides"))
    assert person.at("ask/check")
    person.visit("end")
    person.press("Finish and wipe")


@pytest.mark.parametrize("tag", ["ar", pytest.param("en", marks=pytest.mark.nightly)])
def test_the_steps_of_the_other_kinds(applicant: Applicants, tag: str) -> None:
    person = applicant(tag, look=inspect)
    person.visit("ask/appointment")
    person.fill({"urgent": "flight"})
    person.press("Next")
    person.press("Go on with the request", "link")
    person.answer(part(appointment(), "sender"))
    told = question(None, tag)
    person.visit("ask/question")
    person.answer(part(told, last="birth"))
    for typed in ("III-V123AL568", "12 345 678", ""):
        person.fill({"v_number": typed})
        person.press("Next")
    person.fill({"v_number_unknown": "yes"})
    person.press("Next")
    person.answer(part(told, "nationality", "location"))
    person.fill({"contact_channel": "phone"})
    person.press("Next")
    assert person.step == "reach"


@pytest.mark.parametrize("tag", ["ar", pytest.param("nl", marks=pytest.mark.nightly)])
def test_what_is_not_there(applicant: Applicants, console_guard: ConsoleGuard, tag: str) -> None:
    console_guard.allow("status of 404")
    person = applicant(tag, look=inspect)
    for path in ("info/no-such-answer", "nowhere", "ask/no-such-kind"):
        person.visit(path)


@pytest.mark.parametrize("tag", ["ar", pytest.param("nl", marks=pytest.mark.nightly)])
def test_in_the_dark(applicant: Applicants, caseload: Caseload, tag: str) -> None:
    """The colours of the night have enough contrast too."""
    person = applicant(tag, color_scheme="dark")
    for path in ("", "info/iom-rean", "search?q=iom", "safety", "ask/", "follow"):
        person.visit(path)
        assert axe(person.page) == []
    person.visit("ask/iom_support")
    person.press("Next")
    assert axe(person.page) == []
    person.answer(iom(caseload.take("none"), tag))
    assert axe(person.page) == []
    code, _ = person.send()
    assert axe(person.page) == []
    person.open_case(code)
    assert axe(person.page) == []
