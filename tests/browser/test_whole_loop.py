"""The whole loop in Arabic: from an article to IOM support, the desk's answer, and its reading."""

from collections.abc import Callable

import pytest

from tests.browser.applicant import Applicant
from tests.browser.dossiers import Caseload, sign_in_name
from tests.browser.member import Member
from tests.browser.requests_told import INDIC, iom

Applicants = Callable[..., Applicant]
Members = Callable[..., Member]


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_from_an_article_to_the_supervisors_answer(
    applicant: Applicants, member: Members, caseload: Caseload, javascript: bool
) -> None:
    row = caseload.take("none")
    person = applicant("ar", javascript=javascript)
    person.visit("")
    person.follow("info/")
    person.follow("info/iom-rean")
    person.follow("ask/")
    person.follow("ask/iom_support")
    person.answer(iom(row, "ar"))
    code, reference = person.send()
    person.fill({"last_four": code[-4:].translate(INDIC)})
    person.press("Check")
    assert person.reads("Yes, that is right. You have your code.")

    supervisor = member(sign_in_name(row), javascript=javascript)
    supervisor.open(reference)
    assert supervisor.reads("The person agreed that this request is given to IOM.")
    supervisor.press("Begin with this request")
    supervisor.follow("Write a message")
    supervisor.touch(supervisor.page.locator('a[href$="/message/iom_contact"]'))
    supervisor.press("Read it before sending")
    supervisor.press("Send the message")

    reader = applicant("ar", javascript=javascript)
    reader.visit("follow")
    typed = " ".join(code[i : i + 4] for i in range(0, 16, 4)).translate(INDIC)
    reader.open_case(typed.replace(" ", "  ", 1))
    assert reader.at("follow/case")
    assert reader.reads("How to reach IOM")
    assert reader.reads("Being worked on")
    reader.touch(reader.page.get_by_role("link", name=reader.say("Finish")).last)
    assert reader.reads("You have finished")
    reader.visit("follow/case")
    assert reader.at("follow")
