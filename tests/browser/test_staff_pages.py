"""Every page of staff, with a case in which everything has happened: axe, widths, HTML, one <h1>.

A page is walked here, or is inspected by another test that says so in ELSEWHERE, or is no page.
A new route of staff that is neither fails.
"""

from collections.abc import Iterator

import pytest

from tests.browser.dossiers import Caseload
from tests.browser.full_case import FullCase, demo_world, full_case
from tests.browser.inspection import inspect
from tests.browser.member import Member
from tests.house.test_routes import EVERY_ROLE, ROUTES
from tests.support.chromium import Device
from tests.support.portal_server import PortalServer
from tests.support.world import World

CASE, TALK = "/desk/cases/{id}", "/desk/cases/{id}/talks/{talk_id}"
MEETING = "/desk/consultations/{consultation_id}"
WALKED: dict[str, tuple[str, ...]] = {
    "supervisor": (
        CASE,
        f"{CASE}/checks",
        TALK,
        f"{TALK}/change",
        f"{CASE}/talks/held",
        f"{CASE}/mediation",
        f"{CASE}/no-fault",
        f"{CASE}/no-fault/advice",
        f"{CASE}/refer",
        f"{CASE}/message",
        f"{CASE}/files/{{file_id}}/release",
        f"{CASE}/consult",
        MEETING,
        f"{MEETING}/cases/{{item_id}}",
        f"{MEETING}/minutes",
    ),
    "coordinator": (CASE, "/desk/workload/cases"),
    "partner": (
        "/partners/",
        "/partners/cases/{id}",
        "/partners/assist",
        "/partners/assist/consent",
    ),
    "editor": (
        "/staff/",
        "/desk/texts/",
        "/desk/texts/{tag}",
        "/desk/texts/{tag}/interface",
        "/desk/texts/{tag}/articles/{slug}",
    ),
    "auditor": ("/desk/log/",),
}
ELSEWHERE = {
    "/desk/": "test_queue_and_figures",
    "/desk/figures": "test_queue_and_figures",
    f"{CASE}/hold": "test_desk",
    f"{CASE}/message/{{letter}}": "test_desk",
    f"{CASE}/talks/new": "test_talks",
    f"{CASE}/export": "test_day_supervisor",
    "/desk/consultations/": "test_consultation",
    "/desk/workload": "test_day_coordinator",
    "/desk/absences": "test_day_coordinator",
    "/desk/caseload": "test_day_coordinator",
    "/desk/people": "test_day_coordinator",
    "/desk/organisations": "test_day_coordinator",
}
"""Which test inspects it, with what a day leaves in it."""
NO_PAGES = {
    "/desk/figures.csv",
    f"{CASE}/export.json",
    f"{CASE}/export.pdf",
    f"{TALK}/calendar",
    f"{CASE}/files/{{file_id}}",
    "/desk/log/csv",
}
SIGN_IN = {
    "coordinator": "coordinator-assen",
    "partner": "partner-iom-1",
    "editor": "editor-1",
    "auditor": "auditor-1",
}
QUERIES = {
    "/partners/assist/consent": "?language=ar&kind=iom_support",
    "/desk/workload/cases": "?what=open&team=assen",
}


@pytest.fixture(scope="session")
def demo(demo_server: PortalServer) -> Iterator[World]:
    world = demo_world(demo_server)
    yield world
    world.close()


@pytest.fixture(scope="session")
def everything(demo: World, caseload: Caseload) -> FullCase:
    return full_case(demo, caseload.take_of("supervisor-assen-1", "none"))


def test_each_page_of_staff_is_inspected() -> None:
    pages = {path for (method, path), who in ROUTES.items() if method == "GET" and who & EVERY_ROLE}
    walked = {path for paths in WALKED.values() for path in paths}
    assert pages == walked | ELSEWHERE.keys() | NO_PAGES


@pytest.mark.parametrize("role", WALKED)
def test_the_pages_of(
    role: str, desktop: Device, demo_server: PortalServer, everything: FullCase
) -> None:
    who = SIGN_IN.get(role, everything.who)
    someone = Member(desktop.page(), demo_server.base_url, who)
    someone.page.goto(f"{demo_server.base_url}/staff/")
    someone.touch(someone.page.locator(f'button[name="person"][value="{who}"]'))
    failed = []
    for template in WALKED[role]:
        path = template.format(**everything.ids, tag="ar", slug="iom-rean")
        answer = someone.page.goto(f"{someone.base_url}{path}{QUERIES.get(template, '')}")
        assert answer is not None
        assert answer.status == 200, path
        _open_all(someone)
        try:
            inspect(someone.page)
        except AssertionError as wrong:
            failed.append(str(wrong))
    assert not failed, "\n".join(failed)


def _open_all(someone: Member) -> None:
    """What is folded away is read and measured too."""
    someone.page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
