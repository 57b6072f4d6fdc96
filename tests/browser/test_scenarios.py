"""Scenarios 1, 2, 7 and 8 (domain.md section 8), from asking to the answer and back.

On a phone, in Arabic and in Dutch, with and without JavaScript, through the real pages of a real
process, with the worker routing beside it.
"""

from collections.abc import Callable

import pytest

from portal.intake import cleaning
from tests.browser.applicant import Applicant
from tests.browser.dossiers import Caseload, sign_in_name
from tests.browser.member import Member
from tests.browser.requests_told import RESULT, iom, mediation, part, question

Applicants = Callable[..., Applicant]
Members = Callable[..., Member]

WITHDRAW = {"nl": ("intrek", "trek in", "stop uw"), "ar": ("سحب", "اسحب")}
"""Words that would tell somebody to give up a procedure."""

pytestmark = pytest.mark.parametrize(
    ("tag", "javascript"),
    [
        pytest.param("ar", True, id="ar-script"),
        pytest.param("nl", False, id="nl-no-script"),
        pytest.param("ar", False, id="ar-no-script", marks=pytest.mark.nightly),
        pytest.param("nl", True, id="nl-script", marks=pytest.mark.nightly),
    ],
)
"""Both languages, with and without JavaScript, each time; every pair of them at night."""


def test_1_a_pending_procedure_becomes_a_question(
    applicant: Applicants, member: Members, caseload: Caseload, tag: str, javascript: bool
) -> None:
    row = caseload.take("pending")
    person = applicant(tag, javascript=javascript)
    person.visit("ask/mediation")
    person.answer(part(mediation(row, tag), last="sender"))
    person.answer({"procedure": {"procedure_pending": "yes"}})
    assert "advice=procedure" in person.page.url
    assert person.reads("Talk to your lawyer first")
    assert person.page.locator(f'main a[href="/{tag}/info/advocaat"]').count() == 1
    assert not [word for word in WITHDRAW[tag] if word in person.text.lower()]
    person.press("Save this as a question")
    person.answer(part(question(row, tag), "question"))
    assert person.at("ask/check")
    _, reference = person.send()

    supervisor = member(sign_in_name(row))
    found = supervisor.find(reference)
    assert supervisor.say("Question") in found.inner_text()
    supervisor.open(reference)
    assert supervisor.say("Mediation (bemiddelingsverzoek)") not in supervisor.text
    supervisor.visit(supervisor.page.url.removeprefix(supervisor.base_url) + "/message")
    assert supervisor.page.locator('a[href$="/message/own_words"]').count() == 1
    assert supervisor.page.locator('a[href$="/message/mediation_started"]').count() == 0


def test_1_the_record_says_pending_though_the_person_says_no(
    applicant: Applicants, member: Members, caseload: Caseload, tag: str, javascript: bool
) -> None:
    row = caseload.take("pending")
    person = applicant(tag, javascript=javascript)
    person.ask("mediation", mediation(row, tag))
    code, reference = person.send()

    supervisor = member(sign_in_name(row))
    assert supervisor.say("Question") in supervisor.find(reference).inner_text()
    supervisor.open(reference)
    assert supervisor.say("a procedure is pending") in supervisor.text
    supervisor.visit(supervisor.page.url.removeprefix(supervisor.base_url) + "/message")
    assert supervisor.page.locator('a[href$="/message/mediation_started"]').count() == 0

    reader = applicant(tag, javascript=javascript)
    reader.open_case(code)
    assert reader.reads("First talk to your lawyer")
    assert reader.reads(
        "So no mediation starts, and nothing goes to your embassy. This protects you."
    )
    letters = reader.page.locator(".letters").inner_text().lower()
    assert not [word for word in WITHDRAW[tag] if word in letters]


def test_2_a_complete_mediation_and_back(
    applicant: Applicants, member: Members, caseload: Caseload, tag: str, javascript: bool
) -> None:
    row = caseload.take("none")
    person = applicant(tag, javascript=javascript)
    person.ask("mediation", mediation(row, tag))
    assert RESULT in person.text
    code, reference = person.send()
    assert len(code) == 16

    supervisor = member(sign_in_name(row), javascript=javascript)
    supervisor.open(reference)
    assert RESULT in supervisor.text
    assert supervisor.reads("The V-number and the date of birth belong to one dossier.")
    supervisor.press("Begin with this request")
    supervisor.follow("Write a message")
    supervisor.touch(supervisor.page.locator('a[href$="/message/mediation_started"]'))
    supervisor.press("Read it before sending")
    title = "DT&V takes up your request for mediation"
    for language in {"nl", tag}:
        shown = supervisor.page.locator(f'.preview [lang="{language}"]')
        assert Applicant(person.page, "", language).say(title) in shown.inner_text()
    supervisor.press("Send the message")

    reader = applicant(tag, javascript=javascript)
    reader.open_case(code)
    assert reader.reads(title)
    assert row.family_name not in reader.text
    assert row.v_number not in reader.text
    if tag != "nl":
        reader.open_dutch()
        dutch = reader.page.locator('.letters [lang="nl"]').last
        assert Applicant(person.page, "", "nl").say(title) in dutch.inner_text()
    reader.fill({"text": "شكرا. متى يكون الموعد؟"})
    reader.press("Send the message")
    assert reader.reads("Your message has been sent.")
    supervisor.open(reference)
    assert "شكرا. متى يكون الموعد؟" in supervisor.page.locator(".letters").inner_text()


def test_7_without_a_number_at_a_private_address(
    applicant: Applicants, member: Members, tag: str, javascript: bool
) -> None:
    person = applicant(tag, javascript=javascript)
    person.visit("ask/")
    assert "088" in person.text  # IOM's own number, for who would rather not ask DT&V
    person.ask("iom_support", iom(None, tag))
    _, reference = person.send()
    desk = member("supervisor-ilc-1")
    desk.open(reference, view="unowned")
    assert desk.reads("The person gave no V-number. Check who this is at the first talk.")


def test_8_a_number_that_is_none(applicant: Applicants, tag: str, javascript: bool) -> None:
    person = applicant(tag, javascript=javascript)
    told = question(None, tag)
    person.visit("ask/question")
    person.answer(part(told, last="birth"))
    for typed, message in (
        ("III-V123AL568", cleaning.DOCUMENT_NUMBER),
        ("12 345 678", cleaning.TEN_DIGITS),
    ):
        assert person.step == "v-number"
        person.fill({"v_number": typed})
        person.press("Next")
        field = person.page.locator('[name="v_number"]')
        assert field.input_value() == typed
        shown = person.page.locator(".field .error").inner_text().strip()
        assert shown == person.say(message)
    person.fill({"v_number_unknown": "yes"})
    person.press("Next")
    person.answer(part(told, "nationality"))
    person.send()
