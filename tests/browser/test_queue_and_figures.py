"""The queue and the figures on the screen of an office and on a phone: no scrolling sideways."""

from collections.abc import Callable

import pytest

from portal.cases.queue.lists import VIEWS
from tests.browser.inspection import inspect
from tests.browser.member import Member
from tests.support.chromium import Device
from tests.support.portal_server import PortalServer

Members = Callable[..., Member]
SIDEWAYS = "document.documentElement.scrollWidth > window.innerWidth"


def test_every_list_fits_and_is_walked_by_keys(member: Members) -> None:
    someone = member("supervisor-assen-1")
    page = someone.page
    for view in VIEWS:
        someone.visit(f"/desk/?view={view}")
        inspect(page)
        assert not page.evaluate(SIDEWAYS), view
    someone.visit("/desk/?view=team")
    links = page.locator("[data-rows] a")
    assert links.count() > 2
    links.first.focus()
    for key, row in (("j", 1), ("ArrowDown", 2), ("k", 1), ("ArrowUp", 0), ("k", 0)):
        page.keyboard.press(key)
        assert links.nth(row).evaluate("link => link === document.activeElement"), key
    page.locator("#f-q").focus()
    page.keyboard.type("jk")
    assert page.locator("#f-q").input_value() == "jk"
    page.set_viewport_size({"width": 360, "height": 740})
    assert not page.evaluate(SIDEWAYS)


def test_the_figures_of_the_desk(member: Members) -> None:
    for who, scope in (("coordinator-assen", "team"), ("coordinator-ilc", "all")):
        someone = member(who)
        someone.visit(f"/desk/figures?scope={scope}")
        inspect(someone.page)
        assert not someone.page.evaluate(SIDEWAYS)
        assert someone.page.get_by_role("img").count() >= 5


@pytest.mark.parametrize("tag", ["nl", "ar"])
def test_the_public_figures(phone: Device, demo_server: PortalServer, tag: str) -> None:
    page = phone.page(locale=tag)
    page.goto(f"{demo_server.base_url}/{tag}/figures")
    inspect(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.get_by_role("img").count() == 6
    assert not page.locator("svg.chart").first.evaluate(
        "chart => chart.getBoundingClientRect().width > 320"
    )
