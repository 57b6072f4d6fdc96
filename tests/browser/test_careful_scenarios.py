"""Scenarios 9, 10 and 12 (domain.md section 8): what is not asked, not shown, not done at once."""

from collections.abc import Callable

from playwright.sync_api import Page

from portal.desk.reasons import SENTENCES
from portal.i18n import translate
from tests.browser.applicant import Applicant
from tests.browser.dossiers import Caseload, sign_in_name
from tests.browser.inspection import inspect, stored
from tests.browser.member import Member
from tests.browser.requests_told import iom, medical, part, talk
from tests.support.chromium import ConsoleGuard

Applicants = Callable[..., Applicant]
Members = Callable[..., Member]

TYPED = 'form.ask input[type="text"], form.ask textarea'
SENSITIVE = ("إجبار", "يجبر", "تهديد", "يهدد", "اتجار", "استغلال", "سلامة", "أمان")
"""Forcing, threatening, trafficking, exploiting, safety."""


def test_9_pregnant_and_no_illness_is_asked(
    applicant: Applicants, member: Members, caseload: Caseload
) -> None:
    row = caseload.take("none")
    told = medical(row, "ar")
    person = applicant("ar")
    person.visit("ask/medical")
    person.answer(part(told, last="sender"))
    for step in ("health", "lawyer"):
        assert person.page.locator(TYPED).count() == 0, "nothing about an illness can be typed"
        person.answer({step: told[step]})
    assert person.reads("Talk to your lawyer and your doctor")
    assert person.reads("Go on seeing your doctor. This request does not replace a doctor.")
    for slug in ("ziek-op-reis", "advocaat"):
        assert person.page.locator(f'main a[href="/ar/info/{slug}"]').count() == 1
    person.answer(part(told, "language"))
    _, reference = person.send()

    supervisor = member(sign_in_name(row))
    supervisor.open(reference)
    assert supervisor.reads(SENTENCES["medical_task"])
    assert "ትግርኛ" in supervisor.text
    interpreter = supervisor.page.locator(
        "dl.answers div", has_text=translate("nl", "Who should interpret?")
    )
    assert translate("nl", "A woman") in interpreter.inner_text()


def test_10_a_talk_and_nobody_learns_why(
    applicant: Applicants, member: Members, caseload: Caseload, console_guard: ConsoleGuard
) -> None:
    row = caseload.take("none")
    told = talk(row, "ar")
    seen: list[str] = []

    def look(page: Page) -> None:
        seen.append(f"{page.title()} {page.url}")

    person = applicant("ar")
    person.visit("safety")
    assert person.page.context.cookies() == []
    assert stored(person.page) == []
    person.look = look
    person.touch(person.page.locator('main a[href^="/ar/ask/appointment"]'))
    person.answer(told)
    read_back = person.text
    code, reference = person.send()
    kept = [read_back.split(person.say("What would you like to talk about?"))[-1], person.text]
    person.open_case(code)
    kept.append(person.text)
    assert person.page.locator("h1").inner_text() == person.say("Ask for a talk")
    assert not [word for word in SENSITIVE if any(word in each for each in kept)]
    assert not [each for each in seen if "safety" in each or any(w in each for w in SENSITIVE)]

    trained = member("supervisor-vertrouwelijk-1")
    found = trained.find(reference, view="unowned")
    assert trained.say("Trained group only") in found.inner_text()
    trained.open(reference, view="unowned")
    assert trained.say(SENTENCES["trained_group"]) % {"team": "Team Vertrouwelijk"} in trained.text
    case = trained.page.url.removeprefix(trained.base_url)

    console_guard.allow("status of 404")
    own = member(sign_in_name(row))
    for view in ("mine", "team", "unowned"):
        own.visit(f"/desk/?view={view}")
        assert own.row(reference).count() == 0
    own.visit(case)
    assert row.family_name not in own.text


def test_12_a_lawyer_asks_and_the_client_withdraws(
    applicant: Applicants, member: Members, caseload: Caseload
) -> None:
    row = caseload.take_of("supervisor-ter-apel-2")  # who is away
    told = iom(row) | {
        "sender": {"sender_role": "lawyer"},
        "location": {"location_type": "vbl", "place": "Ter Apel"},
    }
    lawyer = applicant("nl")
    lawyer.visit("ask/iom_support")
    lawyer.answer(part(told, last="sender"))
    assert lawyer.reads("The questions after this are about the person for whom you ask.")
    mandate = {
        "sender_name": "Lawyer 1",
        "sender_reach": "lawyer-1@example.org",
        "sender_mandate": "paper",
    }
    lawyer.answer({"mandate": mandate})
    lawyer.answer(part(told, "goal"))
    code, reference = lawyer.send()

    deputy = member("supervisor-ter-apel-1")
    assert deputy.say("Check the mandate") in deputy.find(reference).inner_text()
    deputy.open(reference)
    assert deputy.reads(SENTENCES["deputy"])
    assert deputy.reads(SENTENCES["mandate_hold"])
    assert "Lawyer 1" in deputy.text

    client = applicant("ar")
    client.open_case(code)
    assert client.reads("Somebody sent this request in your name")
    client.press("Withdraw this request", "link")
    client.press("Yes, withdraw it")
    assert client.reads("A withdrawal was asked for")
    assert client.page.get_by_role("button", name=client.say("Undo")).is_visible()
    assert not client.reads("Withdrawn by you")
    inspect(client.page)

    deputy.open(reference)
    assert deputy.reads("This waits, and the person can still undo it")
    inspect(deputy.page)
    deputy.press("The mandate is in order")
    assert deputy.say("Check the mandate") not in deputy.page.locator(".case-line").inner_text()
