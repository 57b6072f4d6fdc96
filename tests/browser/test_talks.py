"""A talk, from the desk's proposal to the person's yes: each page stands every inspection."""

from collections.abc import Callable

from tests.browser.applicant import Applicant
from tests.browser.dossiers import Caseload, sign_in_name
from tests.browser.inspection import inspect
from tests.browser.member import Member
from tests.browser.requests_told import question
from tests.support.talks import working_day

Applicants = Callable[..., Applicant]
Members = Callable[..., Member]


def test_a_talk_is_proposed_and_confirmed(
    applicant: Applicants, member: Members, caseload: Caseload
) -> None:
    row = caseload.take("none")
    person = applicant("ar")
    person.ask("question", question(row, "ar"))
    code, reference = person.send()

    supervisor = member(sign_in_name(row))
    supervisor.open(reference)
    supervisor.press("Begin with this request")
    inspect(supervisor.page)
    supervisor.follow("Propose a talk")
    supervisor.press("Read it before sending")
    inspect(supervisor.page)  # with all that is still to be filled in
    day, fill = working_day(), supervisor.page.fill
    for part in ("day", "month", "year"):
        fill(f"#f-day-{part}", str(getattr(day, part)))
    fill("#f-time", "10.30")
    supervisor.page.check('[name="way"][value="place"]')
    fill("#f-place", "azc Assen, kamer 4")
    supervisor.page.check('[name="interpreter"][value="phone"]')
    supervisor.page.check('[name="gender"][value="woman"]')
    supervisor.press("Read it before sending")
    inspect(supervisor.page)
    supervisor.press("Send the proposal")
    assert supervisor.reads("Proposed, not answered yet")
    inspect(supervisor.page)
    supervisor.follow("Change, cancel or write down the talk")
    supervisor.page.locator("details.more summary").last.click()
    inspect(supervisor.page)
    talk = supervisor.page.url.removeprefix(supervisor.base_url)
    supervisor.visit(talk.rpartition("/")[0] + "/held")
    inspect(supervisor.page)

    reader = applicant("ar")
    reader.visit("follow")
    reader.open_case(code)
    inspect(reader.page)
    reader.press("Yes, I can come")
    assert reader.reads("You said that you can come.")
    inspect(reader.page)
    reader.follow("follow/case/talk")
    inspect(reader.page)
    supervisor.visit(talk)
    assert supervisor.reads("The person can come")
