"""Scenarios 3, 4, 5, 6 and 11 (domain.md section 8): who is specialised in this, and is it asked?

On a phone, through the real pages of a real process, with the worker routing beside it. What must
stay between few people is in test_careful_scenarios.py.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from portal.desk.reasons import SENTENCES
from portal.desk.weighing import MINOR, NOT_ON_HOLD, URGENT
from tests.browser.applicant import Applicant, nothing_more
from tests.browser.dossiers import Caseload
from tests.browser.inspection import inspect
from tests.browser.member import Member
from tests.browser.requests_told import iom, ngo, part, question, talk, third_country

Applicants = Callable[..., Applicant]
Members = Callable[..., Member]

IOM_NUMBER = "088-746 44 66"
PROMISES = re.compile(
    r"u (krijgt|ontvangt) (geld|steun|een ticket|ondersteuning)|u heeft recht op|"
    r"u komt in aanmerking|you (will get|are entitled)|you are eligible",
    re.IGNORECASE,
)
"""Words that would say that somebody may have the support: only IOM can say that."""


@pytest.mark.parametrize(
    "javascript",
    [
        pytest.param(True, id="script", marks=pytest.mark.nightly),
        pytest.param(False, id="no-script"),
    ],
)
def test_3_a_family_that_does_not_want_the_same(
    applicant: Applicants, member: Members, caseload: Caseload, javascript: bool
) -> None:
    row = caseload.take_of("supervisor-amersfoort-1")
    partner, child = f"Partner of {row.family_name}", f"Child of {row.family_name}"
    at_home = {"location": {"location_type": "family_location", "place": "Amersfoort"}}
    person = applicant("ar", javascript=javascript)
    person.visit("ask/ngo_support")
    person.answer(part(ngo(row, "ar"), last="family-too"))
    assert person.step == "family"
    person.fill(
        {
            "family.0.family_name": partner,
            "family.0.birth_date.year": "١٩٩١",
            "family.0.relation": "partner",
            "family.0.consents": "apart",
        }
    )
    person.press("Add another family member")
    assert person.page.locator('[name="family.0.family_name"]').input_value() == partner
    person.answer(
        {
            "family": {
                "family.1.family_name": child,
                "family.1.relation": "child",
                "family.1.consents": "yes",
            }
        }
    )
    person.answer(part(ngo(row, "ar"), "wishes") | at_home)
    _, helped = person.send()
    person.press("Ask something else", "link")
    person.follow("ask/question")
    person.answer(question(row, "ar") | at_home)
    _, asked = person.send()

    supervisor = member("supervisor-amersfoort-1", javascript=javascript)
    assert supervisor.say("Question") in supervisor.find(asked).inner_text()
    supervisor.open(helped)
    assert supervisor.reads(SENTENCES["match"])
    own_talk = supervisor.find(partner, view="unowned")
    assert supervisor.say("Talk") in own_talk.inner_text()
    assert supervisor.row(child).count() == 0
    supervisor.open(partner, view="unowned")
    assert "مخبز" not in supervisor.text  # nothing of what the other one wishes
    if javascript:
        inspect(supervisor.page)


def test_4_a_boy_alone(applicant: Applicants, member: Members, caseload: Caseload) -> None:
    row = caseload.take_of("supervisor-amv-1")
    told = iom(row, "ar")
    person = applicant("ar")
    person.visit("ask/iom_support")
    person.answer(part(told, last="name"))
    person.look = inspect
    person.answer(part(told, "birth", "birth"))
    person.answer({"alone": {"minor_alone": "yes"}})
    person.look = nothing_more
    assert person.reads("You do not have to do this alone")
    assert person.reads("A specialist for young people reads your request.")
    assert person.page.locator('main a[href="/ar/info/alleenstaande-kinderen"]').count() == 1
    person.answer(part(told, "v-number"))
    _, reference = person.send()

    specialist = member("supervisor-amv-1")
    assert specialist.say("Trained group only") in specialist.find(reference).inner_text()
    specialist.open(reference)
    assert specialist.reads(MINOR)
    untrained = member("coordinator-assen")
    untrained.visit("/desk/?view=team")
    assert untrained.row(reference).count() == 0


def test_5_a_flight_in_thirty_hours(
    applicant: Applicants, member: Members, caseload: Caseload
) -> None:
    row = caseload.take_of("supervisor-rotterdam-1")
    person = applicant("ar")
    person.visit("ask/appointment")
    person.answer({"urgent": {"urgent": "flight"}})
    assert person.reads("This site may be too slow for you. Please call first.")
    assert person.reads("Will you be put on a plane soon? Call your lawyer now.")
    assert person.page.locator(".big-phone").inner_text().strip() == "112"
    told = talk(row, "ar") | {"location": {"location_type": "detention", "place": "Rotterdam"}}
    person.answer(part(told, "sender"))
    _, reference = person.send()

    supervisor = member("supervisor-rotterdam-1")
    assert supervisor.say("Flight very soon") in supervisor.find(reference).inner_text()
    supervisor.open(reference)
    assert supervisor.reads(URGENT["flight"])


def test_6_dublin_and_nothing_is_promised(
    applicant: Applicants, member: Members, caseload: Caseload
) -> None:
    row = caseload.take_of("supervisor-dublin-1")
    promised: list[str] = []

    def look(page: Page) -> None:
        promised.extend(found[0] for found in PROMISES.finditer(page.locator("main").inner_text()))

    person = applicant("nl", look=look)
    person.visit("info/iom-rean")
    assert IOM_NUMBER in person.text.replace("\u2011", "-")
    person.follow("ask/")
    assert IOM_NUMBER in person.text.replace("\u2011", "-")
    person.ask("iom_support", iom(row))
    code, reference = person.send()

    specialist = member("supervisor-dublin-1")
    specialist.open(reference)
    specialist.press("Begin with this request")
    specialist.follow("Write a message")
    specialist.touch(specialist.page.locator('a[href$="/message/iom_contact"]'))
    specialist.press("Read it before sending")
    specialist.press("Send the message")

    reader = applicant("nl", look=look)
    reader.open_case(code)
    assert reader.reads("How to reach IOM")
    assert IOM_NUMBER in reader.text
    assert promised == []


def test_11_another_country_without_a_proof(
    applicant: Applicants, member: Members, caseload: Caseload
) -> None:
    row = caseload.take("none")
    told = third_country(row, "ar")
    person = applicant("ar")
    person.visit("ask/third_country")
    person.answer(part(told, last="sender"))
    assert person.reads(
        "You must be able to show that the country lets you in. That is often hard."
    )
    person.answer(part(told, "country"))
    code, reference = person.send()

    supervisor = member(row.supervisor.partition("@")[0])
    supervisor.open(reference)
    assert not supervisor.reads(NOT_ON_HOLD)
    supervisor.press("Begin with this request")
    supervisor.follow("Write a message")
    supervisor.touch(supervisor.page.locator('a[href$="/message/info_needed"]'))
    supervisor.page.locator('[name="needed"][value="identity"]').check()
    supervisor.press("Read it before sending")
    supervisor.page.locator('[name="move"]').check()
    supervisor.press("Send the message")

    reader = applicant("ar")
    reader.open_case(code)
    letter = reader.page.locator('.letters [lang="ar"]').first.inner_text()
    assert reader.say("Copies of your identity papers") in letter
    assert reader.reads("You cannot get something? Write that too. It is also an answer.")
    reader.fill({"text": "زوجتي هناك. لا أملك ورقة."})
    reader.press("Send the message")
    assert reader.reads("Being worked on")
    supervisor.open(reference)
    assert "زوجتي هناك" in supervisor.page.locator(".letters").inner_text()
