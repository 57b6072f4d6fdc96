"""A day at IOM: one request is accepted and helped, one declined, and one never comes."""

from collections.abc import Callable

import pytest

from portal.i18n import translate
from tests.browser.applicant import Applicant
from tests.browser.dossiers import Caseload
from tests.browser.inspection import inspect
from tests.browser.member import Member
from tests.browser.requests_told import Steps, iom, question

Applicants = Callable[..., Applicant]
Members = Callable[..., Member]
DESK, IOM, IOM_NAME = "supervisor-assen-1", "partner-iom-1", "IOM Nederland"
NOTE = "Wij bellen morgen met een tolk."
WORDS = {
    "accepted": "It wants to help you, and will get in touch with you.",
    "in_contact": "It is in contact with you.",
    "helped": "It has helped you.",
}
"""What IOM presses, and what the person reads then."""
AT_THE_DESK = {
    "accepted": "Accepted",
    "in_contact": "In contact with the person",
    "helped": "Has helped",
}
TOOK_NO = "It has no room to help more people at this time."


def sent(person: Applicant, kind: str, steps: Steps) -> tuple[str, str]:
    person.ask(kind, steps)
    return person.send()


def refer(desk: Member, reference: str, basis: str) -> None:
    """The supervisor passes it on to IOM, or asks the person first."""
    desk.open(reference)
    desk.press("Begin with this request")
    desk.follow("Ask an organisation to help")
    choice = desk.page.locator("fieldset", has_text=IOM_NAME).locator(f'[value$=":{basis}"]')
    choice.first.check()
    desk.press("Ask this organisation")
    assert desk.reads("Who else sees this")


def answer(at_iom: Member, word: str, note: str = "") -> None:
    if note:
        at_iom.page.fill('[name="note"]', note)
    at_iom.touch(at_iom.page.locator(f'button[name="word"][value="{word}"]'))


def test_what_was_ticked_is_passed_on_accepted_and_helped(
    applicant: Applicants, member: Members, caseload: Caseload
) -> None:
    person = applicant("ar")
    code, reference = sent(person, "iom_support", iom(caseload.take_of(DESK), "ar"))
    desk = member(DESK)
    refer(desk, reference, "answers")
    assert desk.reads("Waits for the organisation's answer")
    case = desk.page.url.removeprefix(desk.base_url).partition("#")[0]
    person.open_case(code)
    assert person.reads("An organisation can see your request now")

    at_iom = member(IOM, "/partners/")
    assert at_iom.say("Waits for your answer") in at_iom.row(reference).inner_text()
    inspect(at_iom.page)
    at_iom.open(reference)
    inspect(at_iom.page)
    answer(at_iom, "accepted", NOTE)
    inspect(at_iom.page)
    for number, (word, told) in enumerate(WORDS.items()):
        if number:
            answer(at_iom, word)
        person.visit("follow/case")
        assert person.reads(told)
        assert NOTE not in person.text
        desk.visit(case)
        assert desk.reads(AT_THE_DESK[word])
    inspect(at_iom.page)
    inspect(person.page)
    inspect(desk.page)
    notes = desk.page.locator(".note").all_inner_texts()
    assert NOTE in notes


@pytest.mark.nightly
def test_what_iom_declines_it_sees_no_more_and_the_person_reads_why(
    applicant: Applicants, member: Members, caseload: Caseload
) -> None:
    person = applicant("ti")
    code, reference = sent(person, "iom_support", iom(caseload.take_of(DESK), "ti"))
    desk = member(DESK)
    refer(desk, reference, "answers")
    at_iom = member(IOM, "/partners/")
    at_iom.open(reference)
    at_iom.page.locator("details.more summary").click()
    answer(at_iom, "declined", "Vol tot mei.")
    assert at_iom.reads("Choose a reason, which the person reads.")
    assert at_iom.page.input_value('[name="note"]') == "Vol tot mei."
    inspect(at_iom.page)
    at_iom.page.select_option("#f-reason", "full")
    answer(at_iom, "declined")
    assert at_iom.page.url == f"{at_iom.base_url}/partners/"
    assert not at_iom.row(reference).count()
    inspect(at_iom.page)

    person.open_case(code)
    assert person.reads(TOOK_NO)
    assert "Vol tot mei." not in person.text
    assert person.reads("No other organisation can see it.")
    inspect(person.page)
    desk.open(reference)
    assert desk.reads("Declined")
    assert "Vol tot mei." in desk.text
    assert translate("nl", TOOK_NO) in desk.text


@pytest.mark.nightly
def test_who_says_no_on_the_follow_page_is_not_passed_on(
    applicant: Applicants, member: Members, caseload: Caseload
) -> None:
    person = applicant("ar")
    code, reference = sent(person, "question", question(caseload.take_of(DESK), "ar"))
    desk = member(DESK)
    refer(desk, reference, "ask")
    inspect(desk.page)
    assert desk.reads("The person was asked and has not answered yet")
    at_iom = member(IOM, "/partners/")
    assert not at_iom.row(reference).count()

    person.open_case(code)
    asked = person.page.locator('form[action$="/share"]')
    assert asked.locator("input:checked").count() == 0
    inspect(person.page)
    person.touch(asked.locator('button[value="yes"]'))  # yes to what? Nothing is given
    assert person.reads("You said yes. Tick what they may do.")
    inspect(person.page)
    person.touch(person.page.locator('form[action$="/share"] button[value="no"]'))
    assert person.reads("We wrote down your answer.")
    assert person.reads("No other organisation can see it.")
    assert not person.page.locator('form[action$="/share"]').count()
    inspect(person.page)
    desk.open(reference)
    assert desk.reads("The person does not want it")
    at_iom.visit("/partners/")
    assert not at_iom.row(reference).count()
