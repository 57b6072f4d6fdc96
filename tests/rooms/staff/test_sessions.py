"""How sessions end, and which member a sign-in belongs to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.staff.models import Organisation, StaffMember, StaffSession
from tests.rooms.staff.house import PEOPLE, StaffHouse, actions, staff_house
from tests.rooms.staff.lies import twisted
from tests.support.page_lint import check_page

EMAIL = "supervisor-1@portal.test"


def know_from_caseload(house: StaffHouse) -> None:
    """A member as the caseload import makes one: an e-mail address that never signed in."""
    row = {"id": "a" * 32, "email": EMAIL, "name": EMAIL, "roles": [], "locale": "nl"}
    created = datetime.now(UTC)
    house.change(sa.insert(StaffMember).values(**row, active=True, created=created))


def test_idle_and_absolute_end(demo_house, open_desk):
    desk, now = open_desk(demo_house), datetime.now(UTC)
    desk.sign_in("supervisor-1")
    demo_house.age_sessions(seen=now - timedelta(minutes=19))
    assert desk.is_in()  # and this was noticed: the idle time starts again
    demo_house.age_sessions(seen=now - timedelta(minutes=20, seconds=1))
    assert not desk.is_in()
    desk.sign_in("supervisor-1")
    demo_house.age_sessions(expires=now - timedelta(seconds=1))
    assert not desk.is_in()
    desk.sign_in("supervisor-1")
    assert demo_house.count(StaffSession) == 1  # what ended is gone


def test_use_keeps_a_session_alive_but_not_for_ever(demo_house, open_desk):
    desk = open_desk(demo_house)
    desk.sign_in("supervisor-1")
    long_ago = datetime.now(UTC) - timedelta(minutes=15)
    demo_house.age_sessions(seen=long_ago)
    assert desk.is_in()
    row = sa.select(StaffSession.seen, StaffSession.created, StaffSession.expires)
    seen, created, expires = demo_house.db.read_now(lambda s: tuple(s.execute(row).one()))
    assert seen > long_ago
    assert expires - created == timedelta(hours=8)


def test_preset_cookie_never_survives(demo_house, open_desk):
    victim, thief = open_desk(demo_house), open_desk(demo_house)
    victim.client.cookies.set("staff", "preset", domain="127.0.0.1", path="/")
    answer = victim.client.get(victim.choose(victim.start(), "supervisor-1"))
    assert answer.status_code == 303
    assert victim.is_in()
    assert "staff=preset" not in str(answer.headers)
    thief.client.cookies.set("staff", "preset")
    assert not thief.is_in()


def test_sign_in_ends_the_session_it_replaces(demo_house, open_desk):
    desk, old = open_desk(demo_house), open_desk(demo_house)
    old.sign_in("supervisor-2")
    address = desk.start()
    desk.client.cookies.set("staff", old.token(), domain="127.0.0.1", path="/")
    desk.client.get(desk.choose(address, "supervisor-1"))
    assert not old.is_in()
    assert demo_house.count(StaffSession) == 1


def test_closed_account(demo_house, open_desk):
    desk = open_desk(demo_house)
    desk.sign_in("supervisor-1")
    demo_house.change(sa.update(StaffMember).values(active=False))
    assert not desk.is_in()
    answer = open_desk(demo_house).sign_in("supervisor-1")
    check_page(answer.text)
    assert answer.status_code == 403
    assert actions(demo_house) == ["staff.sign_in", "staff.sign_in_refused"]


def test_lost_role_ends_all_sessions(demo_house, provider, open_desk):
    desk = open_desk(demo_house)
    desk.sign_in("supervisor-1")
    provider.people = {"supervisor-1": replace(PEOPLE[0], roles=())}
    assert open_desk(demo_house).sign_in("supervisor-1").status_code == 403
    assert not desk.is_in()
    assert demo_house.member(EMAIL)["roles"] == []


def test_member_known_from_the_caseload(demo_house, open_desk):
    know_from_caseload(demo_house)
    assert open_desk(demo_house).sign_in("supervisor-1").status_code == 303
    member = demo_house.member(EMAIL)
    assert (member["id"], member["subject"]) == ("a" * 32, "supervisor-1")
    assert member["name"] == "Supervisor Assen 1"


@pytest.mark.parametrize("verified", [False, "true", 1, None])
def test_unverified_email_takes_nobody_over(demo_house, provider, open_desk, verified):
    know_from_caseload(demo_house)
    with twisted(provider, email_verified=verified):
        answer = open_desk(demo_house).sign_in("supervisor-1")
    check_page(answer.text)
    assert answer.status_code == 403
    assert demo_house.member(EMAIL)["subject"] is None


@pytest.mark.parametrize(("verified", "status"), [(None, 303), (False, 403)])
def test_a_trusted_providers_email_takes_over_unless_it_says_unverified(
    sqlite_url, tmp_path, port, provider, open_desk, verified, status
):
    opened = staff_house(
        sqlite_url, tmp_path, port, provider, issuer=provider.issuer, trust_email=True
    )
    with opened as house, twisted(provider, email_verified=verified):
        know_from_caseload(house)
        assert open_desk(house).sign_in("supervisor-1").status_code == status
        taken = house.member(EMAIL)["subject"]
    assert taken == ("supervisor-1" if status == 303 else None)


def test_same_email_under_another_subject(demo_house, provider, open_desk):
    open_desk(demo_house).sign_in("supervisor-1")
    provider.people = {"new": replace(PEOPLE[0], sub="new")}
    assert open_desk(demo_house).sign_in("new").status_code == 403


def test_partner_belongs_to_an_organisation_we_know(demo_house, open_desk):
    demo_house.change(sa.insert(Organisation).values(id="b" * 32, name="Helping Hand", kind="ngo"))
    desk = open_desk(demo_house)
    desk.sign_in("partner-1")
    assert demo_house.member("partner-1@portal.test")["organisation_id"] == "b" * 32
    home = desk.client.get("/staff/")
    check_page(home.text)
    assert "/desk/" not in home.text
