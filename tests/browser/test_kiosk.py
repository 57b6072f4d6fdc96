"""The next person at a shared screen: nothing of the one before, by any way back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from portal.settings import Settings
from tests.browser.applicant import Applicant
from tests.browser.inspection import stored
from tests.browser.requests_told import iom
from tests.support.chromium import ConsoleGuard

Applicants = Callable[..., Applicant]

EXIT = Settings.exit_url
CANARIES = ("Zeldzaam", "9876543210", "Canarystad")


def full_of_canaries() -> dict[str, dict[str, str]]:
    told = iom(None)
    told["name"] = {"family_name": "Zeldzaam"}
    told["v-number"] = {"v_number": "9876543210"}
    told["location"] = {"location_type": "azc", "place": "Canarystad"}
    return told


def assert_nothing_left(page: Page, secrets: tuple[str, ...], how: str) -> None:
    page.wait_for_load_state()
    page.wait_for_timeout(100)  # a page out of the browser's memory reloads itself
    html = page.content() if page.url != "about:blank" else ""
    for secret in secrets:
        assert secret not in html, f"{how}: {secret} at {page.url}"


@pytest.mark.parametrize(
    ("sent", "javascript"),
    [
        pytest.param(True, True, id="sent-script"),
        pytest.param(False, False, id="unsent-no-script"),
        pytest.param(True, False, id="sent-no-script", marks=pytest.mark.nightly),
        pytest.param(False, True, id="unsent-script", marks=pytest.mark.nightly),
    ],
)
def test_nothing_is_left_after_finish(applicant: Applicants, sent: bool, javascript: bool) -> None:
    person = applicant("nl", javascript=javascript)
    page = person.page
    person.visit("")
    person.ask("iom_support", full_of_canaries())
    secrets = CANARIES
    if sent:
        code, reference = person.send()
        secrets += (code, code[:4] + " " + code[4:8], reference)
        person.open_case(code)
    if javascript:
        assert stored(page) == []
    person.touch(page.locator(".way-finish"))
    if not sent:
        person.press("Finish and wipe")
    assert person.reads("You have finished")
    assert_nothing_left(page, secrets, "finish")
    assert page.context.cookies() == []
    if javascript:
        assert stored(page) == []
    for number in range(1, 6):
        page.go_back()
        assert_nothing_left(page, secrets, f"back {number}")
        page.reload()
        assert_nothing_left(page, secrets, f"back {number}, reload")
    for number in range(1, 4):
        page.go_forward()
        assert_nothing_left(page, secrets, f"forward {number}")
    for path in ("ask/check", "ask/sent", "follow/case", "ask/iom_support"):
        person.visit(path)
        assert_nothing_left(page, secrets, path)


@pytest.mark.parametrize("way", ["link", "shift", "no-script"])
def test_leaving_quickly(applicant: Applicants, console_guard: ConsoleGuard, way: str) -> None:
    """The machine of the exit is out of reach here: that it was asked for is what counts."""
    for pattern in (EXIT, "ERR_NAME_NOT_RESOLVED"):
        console_guard.allow(pattern)
    person = applicant("nl", javascript=way != "no-script")
    page = person.page
    person.ask("iom_support", full_of_canaries())
    if way == "shift":
        for key in ("Shift", "a", "Shift", "Shift"):  # not three times in a row
            page.keyboard.press(key)
        assert person.at("ask/check")
    with page.expect_request(EXIT):
        if way == "shift":
            page.keyboard.press("Shift")
        else:
            page.locator("[data-exit]").tap()
    page.wait_for_timeout(200)
    assert page.context.cookies() == []
    assert_nothing_left(page, CANARIES, "elsewhere")
    page.go_back()
    assert_nothing_left(page, CANARIES, "back from elsewhere")
    person.visit("ask/check")
    assert person.at("ask/")


def test_a_page_says_that_it_may_not_be_kept(applicant: Applicants) -> None:
    person = applicant("nl")
    answers = []
    person.page.on("response", lambda answer: answers.append(answer))
    person.visit("ask/question")
    person.answer({"urgent": {"urgent": "none"}})
    person.visit("follow")
    kept = [
        answer.url
        for answer in answers
        if "/static/" not in answer.url and answer.headers.get("cache-control") != "no-store"
    ]
    assert kept == []
