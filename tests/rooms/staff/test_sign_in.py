"""Signing in and out at the certified provider, over HTTP and with Chromium."""

from pathlib import Path
from urllib.parse import urlencode

import httpx2
import pytest
import sqlalchemy as sa

from portal.audit import AuditRow
from portal.staff.models import StaffMember, StaffSession
from portal.staff.service import token_hash
from tests.rooms.staff.house import (
    CLIENT_ID,
    Desk,
    StaffHouse,
    actions,
    bye_of,
    changed_query,
    query_of,
    staff_house,
)
from tests.support.chromium import Device, axe
from tests.support.free_port import free_port
from tests.support.idp import IdentityProvider, Visitor, start_identity_provider
from tests.support.page_lint import check_page


def sign_in(desk: Desk, person: Visitor, account: str) -> httpx2.Response:
    return desk.client.get(person.sign_in(desk.start(), account))


def test_whole_sign_in(house, certified, visitor, open_desk):
    desk = open_desk(house)
    answer = sign_in(desk, visitor(certified), "supervisor-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/")
    flags = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("staff="))
    assert "HttpOnly" in flags
    assert "SameSite=lax" in flags
    assert "Max-Age" not in flags
    home = desk.client.get("/staff/")
    check_page(home.text)
    assert "Supervisor Assen 1" in home.text
    assert home.headers["cache-control"] == "no-store"
    assert desk.client.get("/desk/here/7").status_code == 200
    member = house.member("supervisor-1@portal.test")
    assert (member["issuer"], member["subject"]) == (certified.issuer, "supervisor-1")
    assert (member["roles"], member["locale"]) == (["supervisor"], "nl")
    stored = house.db.read_now(lambda s: s.scalars(sa.select(StaffSession.token_hash)).all())
    assert stored == [token_hash(desk.token())]
    assert desk.client.cookies.get("sign-in") is None  # the ten-minute cookie is gone
    assert actions(house) == ["staff.sign_in"]


def test_name_and_roles_from_userinfo(sqlite_url, tmp_path, port, open_desk):
    provider = start_identity_provider(f"http://127.0.0.1:{port}", claims_in_id_token=False)
    person = Visitor(provider)
    try:
        with staff_house(sqlite_url, tmp_path, port, issuer=provider.issuer) as house:
            desk = open_desk(house)
            assert sign_in(desk, person, "coordinator-1").status_code == 303
            assert "Coordinator Assen" in desk.client.get("/staff/").text
    finally:
        person.close()
        provider.stop()


def test_forged_state(house, certified, visitor, open_desk):
    desk = open_desk(house)
    back = visitor(certified).sign_in(desk.start(), "supervisor-1")
    answer = desk.client.get(changed_query(back, state="forged"))
    check_page(answer.text)
    assert answer.status_code == 400
    assert house.count(StaffSession) == 0
    # And one who never started here: a link from somebody else signs nobody in.
    assert open_desk(house).client.get(back).status_code == 400


def test_replayed_code(house, certified, visitor, open_desk):
    desk, thief = open_desk(house), open_desk(house)
    back = visitor(certified).sign_in(desk.start(), "supervisor-1")
    assert desk.client.get(back).status_code == 303
    state = query_of(thief.start())["state"]
    assert thief.client.get(back).status_code == 400
    stolen = changed_query(back, state=state)
    thief.start()  # a newer sign-in makes the state of the older one worthless
    assert thief.client.get(stolen).status_code == 400
    state = query_of(thief.start())["state"]
    assert thief.client.get(changed_query(back, state=state)).status_code == 403
    assert house.count(StaffSession) == 1


def test_stolen_code_before_its_owner_uses_it(house, certified, visitor, open_desk):
    desk, thief = open_desk(house), open_desk(house)
    back = visitor(certified).sign_in(desk.start(), "supervisor-1")
    state = query_of(thief.start())["state"]
    # The code is fresh, but the thief has no verifier that fits its challenge (PKCE).
    assert thief.client.get(changed_query(back, state=state)).status_code == 403
    assert house.count(StaffMember) == 0


def test_wrong_nonce(house, certified, visitor, open_desk):
    desk = open_desk(house)
    asked = changed_query(desk.start(), nonce="another")
    back = visitor(certified).sign_in(asked, "supervisor-1")
    assert desk.client.get(back).status_code == 403
    assert house.count(StaffMember) == 0


def test_answer_of_another_issuer(house, certified, visitor, open_desk):
    desk = open_desk(house)
    back = visitor(certified).sign_in(desk.start(), "supervisor-1")
    elsewhere = changed_query(back, iss="https://elsewhere.test")
    assert desk.client.get(elsewhere).status_code == 403


@pytest.mark.parametrize("account", ["nobody-1", "stranger-1"])
def test_no_role_no_entry_and_nothing_stored(house, certified, visitor, open_desk, account):
    desk = open_desk(house)
    answer = sign_in(desk, visitor(certified), account)
    check_page(answer.text)
    assert answer.status_code == 403
    assert house.count(StaffMember) == house.count(StaffSession) == house.count(AuditRow) == 0
    assert not desk.is_in()


def test_changed_roles_end_the_other_sessions(house, certified, visitor, open_desk):
    first, second = open_desk(house), open_desk(house)
    person = visitor(certified)
    sign_in(first, person, "supervisor-1")
    house.change(sa.update(StaffMember).values(roles=["supervisor", "auditor"]))
    assert first.is_in()
    sign_in(second, person, "supervisor-1")
    assert second.is_in()
    assert not first.is_in()
    assert house.member("supervisor-1@portal.test")["roles"] == ["supervisor"]


def test_copied_cookie_after_sign_out(house, certified, visitor, open_desk):
    desk, thief = open_desk(house), open_desk(house)
    sign_in(desk, visitor(certified), "supervisor-1")
    thief.client.cookies.set("staff", desk.token())
    assert thief.is_in()
    assert desk.sign_out().startswith(f"{certified.issuer}/session/end?client_id=portal&")
    assert not thief.is_in()
    assert not desk.is_in()
    assert actions(house) == ["staff.sign_in", "staff.sign_out"]


def test_back_channel_logout(house, certified, visitor, open_desk):
    desk, other = open_desk(house), open_desk(house)
    person = visitor(certified)
    sign_in(desk, person, "supervisor-1")
    sign_in(other, visitor(certified), "supervisor-2")
    query = urlencode({"client_id": CLIENT_ID, "post_logout_redirect_uri": bye_of(house)})
    assert person.sign_out(f"{certified.issuer}/session/end?{query}") == bye_of(house)
    assert not desk.is_in()
    assert other.is_in()
    assert actions(house) == ["staff.sign_in", "staff.sign_in", "staff.signed_out_by_provider"]


def test_provider_down(sqlite_url, tmp_path, port, open_desk):
    nowhere = f"http://127.0.0.1:{free_port()}"
    with staff_house(sqlite_url, tmp_path, port, issuer=nowhere) as house:
        answer = open_desk(house).client.get("/staff/sign-in")
    check_page(answer.text)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_description_of_another_issuer(sqlite_url, tmp_path, port, certified, open_desk):
    # The same provider under another name: its description says who it really is.
    issuer = certified.issuer.replace("localhost", "127.0.0.1")
    with staff_house(sqlite_url, tmp_path, port, issuer=issuer) as house:
        assert open_desk(house).client.get("/staff/sign-in").status_code == 503


def test_chromium_with_the_certified_provider(
    sqlite_url: str, tmp_path: Path, port: int, certified: IdentityProvider, desktop: Device
):
    """The provider is another site for the browser: cookies and `form-action` must allow it."""
    with staff_house(sqlite_url, tmp_path, port, issuer=certified.issuer) as house:
        page = desktop.page()
        page.goto(f"{house.base_url}/desk/here/7")
        page.get_by_label("Account").fill("supervisor-1")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/desk/here/7")
        page.goto(f"{house.base_url}/staff/")
        assert axe(page) == []
        page.locator("form[action='/staff/sign-out'] button").click()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/staff/bye*")
        assert axe(page) == []
        page.goto(f"{house.base_url}/desk/")
        assert page.url.startswith(certified.issuer)


def test_chromium_with_the_demo_provider(demo_house: StaffHouse, desktop: Device):
    page = desktop.page(javascript=False)
    page.goto(f"{demo_house.base_url}/staff/sign-in")
    page.get_by_role("button", name="Supervisor Assen 1").click()
    page.wait_for_url("**/staff/")
    assert "Supervisor Assen 1" in page.locator("h1").inner_text()
    page.locator("form[action='/staff/sign-out'] button").click()
    page.wait_for_url("**/staff/bye*")
