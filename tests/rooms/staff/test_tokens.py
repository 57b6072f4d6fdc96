"""Tokens that nobody may believe: ID tokens and back-channel logouts."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey

from portal.demo.provider import DemoProvider
from portal.staff.models import StaffMember
from portal.staff.oidc import LOGOUT_EVENT
from tests.rooms.staff.house import CLIENT_ID, StaffHouse, query_of, staff_house
from tests.rooms.staff.lies import signed, twisted
from tests.support.page_lint import check_page

LIES = ["none", "wrong key", "shared secret", "no token"]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-client"},
        {"aud": "another-client", "azp": CLIENT_ID},
        {"iss": "https://elsewhere.test"},
        {"exp": 1},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"iat": None},
    ],
    ids=str,
)
def test_id_token_with_a_wrong_claim(demo_house, provider, open_desk, claims):
    with twisted(provider, **claims):
        assert open_desk(demo_house).sign_in("supervisor-1").status_code == 403
    assert demo_house.count(StaffMember) == 0


@pytest.mark.parametrize("kind", LIES)
def test_id_token_with_a_wrong_signature(demo_house, provider, open_desk, kind):
    provider.id_token = lambda grant: signed(provider, provider.id_claims(grant), kind)
    assert open_desk(demo_house).sign_in("supervisor-1").status_code == 403
    assert demo_house.count(StaffMember) == 0


def test_new_signing_key(demo_house, provider, open_desk):
    assert open_desk(demo_house).sign_in("supervisor-1").status_code == 303
    provider.key = ECKey.generate_key("P-256", auto_kid=True)
    assert open_desk(demo_house).sign_in("supervisor-1").status_code == 303
    provider.key = ECKey.generate_key("P-256", auto_kid=True)
    assert call_back(demo_house, signed(provider, logout_claims(provider))) == 200


def test_second_proof(sqlite_url, tmp_path, port, provider, open_desk):
    with staff_house(sqlite_url, tmp_path, port, provider, issuer=provider.issuer, acr="mfa") as h:
        desk = open_desk(h)
        assert query_of(desk.start())["acr_values"] == "mfa"
        answer = desk.sign_in("supervisor-1")
        check_page(answer.text)
        assert answer.status_code == 403
        with twisted(provider, acr="mfa"):
            assert desk.sign_in("supervisor-1").status_code == 303


def logout_claims(provider: DemoProvider, **changed: Any) -> dict[str, Any]:
    now = int(datetime.now(UTC).timestamp())
    claims: dict[str, Any] = {"iss": provider.issuer, "aud": CLIENT_ID, "iat": now}
    claims |= {"exp": now + 120, "jti": "once", "sub": "supervisor-1"}
    claims |= {"events": {LOGOUT_EVENT: {}}}
    return {name: value for name, value in (claims | changed).items() if value is not None}


def call_back(house: StaffHouse, token: str) -> int:
    address = f"{house.base_url}/staff/backchannel-logout"
    return httpx2.post(address, data={"logout_token": token}).status_code


def test_logout_of_all_sessions_of_a_person(demo_house, provider, open_desk):
    desks = [open_desk(demo_house) for _ in range(3)]
    for desk, sub in zip(desks, ("supervisor-1", "supervisor-1", "supervisor-2"), strict=True):
        desk.sign_in(sub)
    assert call_back(demo_house, signed(provider, logout_claims(provider))) == 200
    assert [desk.is_in() for desk in desks] == [False, False, True]


def test_logout_of_one_session(demo_house, provider, open_desk):
    desks = [open_desk(demo_house) for _ in range(2)]
    for desk, sid in zip(desks, ("one", "two"), strict=True):
        with twisted(provider, sid=sid):
            desk.sign_in("supervisor-1")
    claims = logout_claims(provider, sub=None, sid="one")
    assert call_back(demo_house, signed(provider, claims)) == 200
    assert [desk.is_in() for desk in desks] == [False, True]


def test_replayed_logout_token(demo_house, provider, open_desk):
    token = signed(provider, logout_claims(provider))
    assert call_back(demo_house, token) == 200
    desk = open_desk(demo_house)
    desk.sign_in("supervisor-1")
    assert call_back(demo_house, token) == 400
    assert desk.is_in()


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://elsewhere.test"},
        {"aud": "another-client"},
        {"iat": 1},
        {"iat": None},
        {"exp": 1},
        {"jti": None},
        {"jti": 7},
        {"sub": None},
        {"sub": 7},
        {"events": None},
        {"events": {}},
        {"events": [LOGOUT_EVENT]},
        {"nonce": "an ID token"},
    ],
    ids=str,
)
def test_forged_logout_claims(demo_house, provider, open_desk, changed):
    desk = open_desk(demo_house)
    desk.sign_in("supervisor-1")
    assert call_back(demo_house, signed(provider, logout_claims(provider, **changed))) == 400
    assert desk.is_in()


@pytest.mark.parametrize("kind", LIES)
def test_forged_logout_signature(demo_house, provider, open_desk, kind):
    desk = open_desk(demo_house)
    desk.sign_in("supervisor-1")
    assert call_back(demo_house, signed(provider, logout_claims(provider), kind)) == 400
    assert desk.is_in()


def test_many_forged_logouts_must_wait(demo_house):
    assert [call_back(demo_house, "forged") for _ in range(11)] == [400] * 10 + [429]
