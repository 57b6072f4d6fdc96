"""What the scenarios may ask for: applicants with a phone, members at a desk, people's dossiers."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.demo.house import CASELOAD
from tests.browser.applicant import Applicant, Look, nothing_more
from tests.browser.dossiers import Caseload
from tests.browser.member import Member
from tests.support.chromium import Device
from tests.support.portal_server import PortalServer


@pytest.fixture(scope="session")
def caseload(demo_server: PortalServer) -> Caseload:
    return Caseload(demo_server.data / CASELOAD)


@pytest.fixture
def applicant(phone: Device, demo_server: PortalServer) -> Callable[..., Applicant]:
    """`applicant("ar", javascript=False)`: somebody with a phone of their own."""

    def enter(tag: str, *, look: Look = nothing_more, **options: Any) -> Applicant:
        page = phone.page(locale=tag, **options)
        return Applicant(page, demo_server.base_url, tag, look)

    return enter


@pytest.fixture
def member(desktop: Device, demo_server: PortalServer) -> Callable[..., Member]:
    """`member("partner-ngo-1", "/partners/")`: somebody who has signed in, at their first page."""

    def enter(who: str, home: str = "/desk/", **options: Any) -> Member:
        someone = Member(desktop.page(**options), demo_server.base_url, who, home)
        someone.sign_in()
        return someone

    return enter
