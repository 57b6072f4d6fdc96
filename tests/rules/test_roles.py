"""Who works here: roles from claims, and what every staff route declares."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.settings import Settings
from portal.staff.guards import safe_next, staff_route
from portal.staff.models import ROLES
from portal.staff.oidc import open_staff
from portal.staff.routes import routes
from portal.staff.service import Identity, known_roles
from portal.web.who import who

SETTINGS = Settings(
    data_dir=Path(),
    database_url="",
    public_url="https://portal.test",
    keys_file=Path(),
    oidc_issuer="https://idp.test",
)


def identity(claims: dict[str, Any], **settings: Any) -> Identity:
    door = open_staff(replace(SETTINGS, **settings))
    return door._identity({"sub": "1", **claims}, {})


@pytest.mark.parametrize(
    ("claimed", "roles"),
    [
        (["coordinator", "supervisor", "canteen"], ("supervisor", "coordinator")),
        ("auditor", ("auditor",)),
        ("supervisors", ()),
        ([], ()),
        (None, ()),
        ({"supervisor": True}, ()),
        ([["supervisor"]], ()),
        (7, ()),
    ],
)
def test_known_roles(claimed: object, roles: tuple[str, ...]):
    assert known_roles(claimed) == roles


@pytest.mark.parametrize(
    ("path", "claims"),
    [
        ("roles", {"roles": ["editor"]}),
        ("realm_access.roles", {"realm_access": {"roles": ["editor"]}}),
        ("https://portal.test/roles", {"https://portal.test/roles": ["editor"]}),
    ],
)
def test_role_claim_by_path(path: str, claims: dict[str, Any]):
    assert identity(claims, oidc_roles_claim=path).roles == ("editor",)


def test_claims_in_our_own_words():
    told = identity({"email": "Some.One@Portal.test", "name": " A \n B ", "locale": "en-GB"})
    assert (told.email, told.name, told.locale) == ("some.one@portal.test", "A B", "en")
    assert not told.email_verified
    assert identity({"email": "a@b.test", "email_verified": True}).email_verified
    assert identity({"email": "a@b.test", "email_verified": False}).email == ""
    odd = identity({"email": ["a"], "name": {"first": "A"}, "locale": "tlh", "sid": 7})
    assert (odd.email, odd.name, odd.locale, odd.sid) == ("", "", "", None)


@pytest.mark.parametrize(
    ("said", "proves"),
    [({}, True), ({"email_verified": True}, True), ({"email_verified": False}, False),
     ({"email_verified": "true"}, False), ({"email_verified": "false"}, False),
     ({"email_verified": 1}, False)],
)  # fmt: skip
def test_an_organisations_own_provider_may_be_trusted_with_addresses(
    said: dict[str, Any], proves: bool
) -> None:
    claims = {"email": "a@b.test", **said}
    assert identity(claims, oidc_trust_email=True).email_verified is proves
    assert identity(claims).email_verified is (said.get("email_verified") is True)


@pytest.mark.parametrize("path", ["/desk/", "/desk/cases/7?sort=age", "/partners/"])
def test_safe_next(path: str):
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "//elsewhere.test", "https://elsewhere.test/desk/", "/desk"),
        *("/staff/sign-out", "/desk/\\elsewhere", "/desk/\r\nx", "/desk/ x", "/desk/é"),
        "/desk/" + "x" * 500,
    ],
)
def test_unsafe_next(path: str):
    assert safe_next(path) == ""


async def _page(_request: Request) -> Response:
    return Response()


def test_a_route_declares_who_may_enter():
    endpoint: Any = staff_route("/desk/", _page, roles=("coordinator",)).endpoint
    assert endpoint.who == {"coordinator"}
    assert endpoint.__name__ == "_page"
    with pytest.raises(ValueError, match="captain"):
        staff_route("/desk/", _page, roles=("captain",))
    with pytest.raises(ValueError, match="at least one"):
        who()


def test_every_route_of_the_room_declares_it():
    declared = {r.path: getattr(r.endpoint, "who", None) for r in routes if isinstance(r, Route)}
    assert len(declared) == len(routes)
    assert {path for path, names in declared.items() if names == {"anyone"}} == {
        "/staff/sign-in",
        "/staff/callback",
        "/staff/sign-out",
        "/staff/bye",
    }
    assert declared["/staff/backchannel-logout"] == {"provider"}
    assert declared["/staff/"] == set(ROLES)
