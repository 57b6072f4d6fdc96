"""Who may enter where: every route with every identity. A route that isn't listed fails."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.routing import Route

from tests.support.consultations import Spoken, spoken_about
from tests.support.files import attached
from tests.support.talks import proposed
from tests.support.visitor import Visitor
from tests.support.world import QUESTION, World

PUBLIC = {"anyone"}
CODE = {"code"}
DESK = {"supervisor", "coordinator"}
EVERY_ROLE = {"supervisor", "coordinator", "partner", "editor", "auditor"}

ROUTES: dict[tuple[str, str], set[str]] = {
    ("GET", "/"): PUBLIC,
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("GET", "/metrics"): PUBLIC,
    ("GET", "/.well-known/security.txt"): PUBLIC,
    ("GET", "/exit"): PUBLIC,
    ("POST", "/exit"): PUBLIC,
    ("GET", "/{lang}/search"): PUBLIC,
    ("POST", "/{lang}/finder"): PUBLIC,
    ("GET", "/{lang}/figures"): PUBLIC,
    ("GET", "/{lang}/figures.csv"): PUBLIC,
    ("GET", "/{lang}/ask/"): PUBLIC,
    ("GET", "/{lang}/ask/check"): PUBLIC,
    ("POST", "/{lang}/ask/check"): PUBLIC,
    ("GET", "/{lang}/ask/sent"): PUBLIC,
    ("POST", "/{lang}/ask/sent"): PUBLIC,
    ("GET", "/{lang}/ask/later"): PUBLIC,
    ("POST", "/{lang}/ask/later"): PUBLIC,
    ("GET", "/{lang}/ask/{kind}/later"): PUBLIC,
    ("POST", "/{lang}/ask/{kind}/later"): PUBLIC,
    ("GET", "/kiosk"): PUBLIC,
    ("POST", "/kiosk/here"): PUBLIC,
    ("GET", "/kiosk/{token}"): PUBLIC,
    ("GET", "/{lang}/ask/{kind}"): PUBLIC,
    ("POST", "/{lang}/ask/{kind}"): PUBLIC,
    ("GET", "/{lang}/ask/{kind}/with/{token}"): PUBLIC,
    ("POST", "/{lang}/ask/{kind}/alone"): PUBLIC,
    ("GET", "/{lang}/ask/{kind}/files"): PUBLIC,
    ("POST", "/{lang}/ask/{kind}/files"): PUBLIC,
    ("POST", "/{lang}/ask/{kind}/files/remove"): PUBLIC,
    ("GET", "/{lang}/follow"): PUBLIC,
    ("POST", "/{lang}/follow"): PUBLIC,
    ("GET", "/{lang}/follow/case"): CODE,
    ("POST", "/{lang}/follow/case"): CODE,
    ("GET", "/{lang}/follow/case/withdraw"): CODE,
    ("POST", "/{lang}/follow/case/withdraw"): CODE,
    ("GET", "/{lang}/follow/case/contact"): CODE,
    ("POST", "/{lang}/follow/case/contact"): CODE,
    ("POST", "/{lang}/follow/case/contact/confirm"): CODE,
    ("POST", "/{lang}/follow/case/undo"): CODE,
    ("GET", "/{lang}/follow/case/talk"): CODE,
    ("POST", "/{lang}/follow/case/talk"): CODE,
    ("GET", "/{lang}/follow/case/talk/calendar"): CODE,
    ("POST", "/{lang}/follow/case/share"): CODE,
    ("POST", "/{lang}/follow/case/stop"): CODE,
    ("GET", "/{lang}/follow/case/files"): CODE,
    ("POST", "/{lang}/follow/case/files"): CODE,
    ("GET", "/{lang}/end"): PUBLIC,
    ("POST", "/{lang}/end"): PUBLIC,
    ("GET", "/staff/sign-in"): PUBLIC,
    ("GET", "/staff/callback"): PUBLIC,
    ("POST", "/staff/sign-out"): PUBLIC,
    ("GET", "/staff/bye"): PUBLIC,
    ("POST", "/staff/backchannel-logout"): {"provider"},
    ("GET", "/staff/"): EVERY_ROLE,
    ("GET", "/desk/"): DESK,
    ("POST", "/desk/search"): DESK,
    ("GET", "/desk/figures"): {"coordinator"},
    ("GET", "/desk/figures.csv"): {"coordinator"},
    ("POST", "/desk/filters"): DESK,
    ("POST", "/desk/filters/remove"): DESK,
    ("GET", "/desk/cases/{id}"): DESK,
    ("POST", "/desk/cases/{id}/take-over"): DESK,
    ("POST", "/desk/cases/{id}/mandate"): DESK,
    ("POST", "/desk/cases/{id}/split"): DESK,
    ("POST", "/desk/cases/{id}/assign"): {"coordinator"},
    ("POST", "/desk/cases/{id}/move"): DESK,
    ("POST", "/desk/cases/{id}/note"): DESK,
    ("POST", "/desk/cases/{id}/contact/stop"): DESK,
    ("GET", "/desk/cases/{id}/checks"): DESK,
    ("POST", "/desk/cases/{id}/checks"): DESK,
    ("POST", "/desk/cases/{id}/told"): DESK,
    ("GET", "/desk/cases/{id}/hold"): DESK,
    ("POST", "/desk/cases/{id}/hold"): DESK,
    ("GET", "/desk/cases/{id}/talks/new"): DESK,
    ("GET", "/desk/cases/{id}/talks/held"): DESK,
    ("POST", "/desk/cases/{id}/talks/held"): DESK,
    ("POST", "/desk/cases/{id}/talks/preview"): DESK,
    ("POST", "/desk/cases/{id}/talks/send"): DESK,
    ("GET", "/desk/cases/{id}/talks/{talk_id}"): DESK,
    ("GET", "/desk/cases/{id}/talks/{talk_id}/change"): DESK,
    ("POST", "/desk/cases/{id}/talks/{talk_id}/cancel"): DESK,
    ("POST", "/desk/cases/{id}/talks/{talk_id}/held"): DESK,
    ("GET", "/desk/cases/{id}/talks/{talk_id}/calendar"): DESK,
    ("GET", "/desk/cases/{id}/mediation"): DESK,
    ("POST", "/desk/cases/{id}/mediation"): DESK,
    ("POST", "/desk/cases/{id}/mediation/undo"): DESK,
    ("GET", "/desk/cases/{id}/export"): DESK,
    ("GET", "/desk/cases/{id}/export.json"): DESK,
    ("GET", "/desk/cases/{id}/export.pdf"): DESK,
    ("GET", "/desk/export-schema.json"): PUBLIC,
    ("GET", "/desk/cases/{id}/no-fault"): DESK,
    ("POST", "/desk/cases/{id}/no-fault"): DESK,
    ("GET", "/desk/cases/{id}/no-fault/advice"): DESK,
    ("GET", "/desk/cases/{id}/refer"): DESK,
    ("POST", "/desk/cases/{id}/refer"): DESK,
    ("GET", "/desk/cases/{id}/message"): DESK,
    ("GET", "/desk/cases/{id}/message/{letter}"): DESK,
    ("POST", "/desk/cases/{id}/message/{letter}/preview"): DESK,
    ("POST", "/desk/cases/{id}/message/{letter}/send"): DESK,
    ("GET", "/desk/cases/{id}/files/{file_id}"): DESK,
    ("GET", "/desk/cases/{id}/files/{file_id}/release"): DESK,
    ("POST", "/desk/cases/{id}/files/{file_id}/release"): DESK,
    ("GET", "/desk/workload"): {"coordinator"},
    ("GET", "/desk/workload/cases"): {"coordinator"},
    ("POST", "/desk/workload/give"): {"coordinator"},
    ("GET", "/desk/absences"): {"coordinator"},
    ("POST", "/desk/absences"): {"coordinator"},
    ("POST", "/desk/absences/end"): {"coordinator"},
    ("GET", "/desk/caseload"): {"coordinator"},
    ("POST", "/desk/caseload/check"): {"coordinator"},
    ("POST", "/desk/caseload/import"): {"coordinator"},
    ("GET", "/partners/"): {"partner"},
    ("GET", "/partners/cases/{id}"): {"partner"},
    ("POST", "/partners/cases/{id}/write"): {"partner"},
    ("POST", "/partners/cases/{id}/answer"): {"partner"},
    ("GET", "/partners/assist"): {"partner"},
    ("GET", "/partners/assist/consent"): {"partner"},
    ("POST", "/partners/assist/consent"): {"partner"},
    ("GET", "/desk/cases/{id}/consult"): DESK,
    ("POST", "/desk/cases/{id}/consult"): DESK,
    ("GET", "/desk/consultations/"): DESK,
    ("POST", "/desk/consultations/"): DESK,
    ("GET", "/desk/consultations/{consultation_id}"): DESK,
    ("POST", "/desk/consultations/{consultation_id}"): DESK,
    ("POST", "/desk/consultations/{consultation_id}/close"): DESK,
    ("GET", "/desk/consultations/{consultation_id}/minutes"): DESK,
    ("POST", "/desk/consultations/{consultation_id}/actions/{action_id}"): DESK,
    ("GET", "/desk/consultations/{consultation_id}/cases/{item_id}"): DESK,
    ("POST", "/desk/consultations/{consultation_id}/cases/{item_id}"): DESK,
    ("POST", "/desk/consultations/{consultation_id}/cases/{item_id}/off"): DESK,
    ("POST", "/desk/consultations/{consultation_id}/cases/{item_id}/add"): DESK,
    ("GET", "/desk/log/"): {"auditor"},
    ("POST", "/desk/log/verify"): {"auditor"},
    ("GET", "/desk/log/csv"): {"auditor"},
    ("GET", "/desk/people"): {"coordinator"},
    ("POST", "/desk/people/team"): {"coordinator"},
    ("POST", "/desk/people/active"): {"coordinator"},
    ("GET", "/desk/organisations"): {"coordinator"},
    ("POST", "/desk/organisations"): {"coordinator"},
    ("POST", "/desk/organisations/rename"): {"coordinator"},
    ("GET", "/desk/texts/"): {"editor"},
    ("GET", "/desk/texts/{tag}"): {"editor"},
    ("GET", "/desk/texts/{tag}/interface"): {"editor"},
    ("POST", "/desk/texts/{tag}/interface"): {"editor"},
    ("GET", "/desk/texts/{tag}/articles/{slug}"): {"editor"},
    ("POST", "/desk/texts/{tag}/articles/{slug}"): {"editor"},
}
"""The declared table. A new route is entered here by a person who thought about it."""

STAFF = (
    "supervisor-assen-1",  # has the case
    "supervisor-assen-2",  # of the same team
    "supervisor-utrecht-1",  # of another team
    "coordinator-assen",
    "coordinator-ilc",
    "partner-iom-1",
    "editor-1",
    "auditor-1",
)
GOOD_FORM = {"version": "0", "text": "A note", "name": "start", "handler": "utrecht:",
             "ruling.day": "1", "ruling.month": "2", "ruling.year": "2026"}  # fmt: skip
"""Fields that would be right, so that nothing but who asks can be the reason of a refusal."""
ILC_ALONE = {template for _, template in ROUTES
             if template.startswith(("/desk/caseload", "/desk/organisations"))}  # fmt: skip
"""They concern all teams, so a coordinator of another team than the ILC has nothing there."""
OF_A_CASE = ("{id}", "{consultation_id}")
"""What stands in the address of a case, or of what belongs to its team."""
SEES_THE_CASE = {"supervisor-assen-1", "supervisor-assen-2", "coordinator-assen"}


def declared(world: World) -> dict[tuple[str, str], object]:
    """What the application says of itself: `who` at each endpoint."""
    found = {}
    for route in world.app.routes:
        assert isinstance(route, Route), f"{route} says nobody who may enter"
        assert hasattr(route.endpoint, "who"), f"{route.path} doesn't say who may enter"
        for method in (route.methods or set()) - {"HEAD"}:
            path = re.sub(r"\{(\w+)(:\w+)?\}", r"{\1}", route.path)
            found[method, path] = route.endpoint.who
    return found


def test_the_application_has_these_routes_and_no_others(world: World) -> None:
    assert declared(world) == {key: frozenset(who) for key, who in ROUTES.items()}


def test_the_prepared_pages_are_public_and_set_no_cookie(world: World) -> None:
    visitor = world.visitor()
    for path in world.app.state.information.library.paths():
        page = visitor.client.get(path)
        assert page.status_code == 200, path
        assert "set-cookie" not in page.headers


@dataclass(frozen=True)
class Scene:
    """A case of Team Assen, and somebody who tries every door."""

    world: World
    case_id: str
    code: str
    file_id: str
    talk_id: str
    consultation: Spoken

    def path(self, template: str) -> str:
        return template.format(
            lang="nl",
            kind="question",
            id=self.case_id,
            letter="reading",
            file_id=self.file_id,
            talk_id=self.talk_id,
            **self.consultation.ids,
            token="x",
            tag="en",
            slug="iom-rean",
        )


@pytest.fixture
def scene(world: World) -> Scene:
    case_id, code = world.send("question", QUESTION)
    world.route()
    talk_id = proposed(world, case_id)
    spoken = spoken_about(world, "supervisor-assen-1", case_id)
    return Scene(world, case_id, code, attached(world, case_id), talk_id, spoken)


def enter(visitor: Visitor, method: str, path: str, data: Any = None) -> tuple[int, str]:
    answer = visitor.client.request(method, path, data=data, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", "")


def test_nobody_enters_without_a_code_or_a_sign_in(scene: Scene) -> None:
    for (method, template), who in ROUTES.items():
        status, location = enter(scene.world.visitor(), method, scene.path(template))
        where = f"{method} {template}: {status} {location}"
        if who == CODE:
            assert (status, location) == (303, "/nl/follow"), where
        elif who == {"provider"}:
            assert status == 503, where  # this world has no provider whose keys could be asked
        elif who != PUBLIC:
            assert status == 303, where
            assert location.startswith("/staff/sign-in"), where
        else:
            assert status in (200, 204, 303, 404, 422, 503, 403), where
            assert not location.startswith("/staff/sign-in"), where


@pytest.mark.parametrize("person", STAFF)
def test_each_member_enters_what_their_role_and_team_allow(scene: Scene, person: str) -> None:
    role = person.split("-")[0]
    for (method, template), who in ROUTES.items():
        if who in (PUBLIC, CODE, {"provider"}):
            continue
        visitor = scene.world.signed_in(person)
        data = None
        if method == "POST":
            data = {"csrf": csrf_of(visitor), **GOOD_FORM}
        status, location = enter(visitor, method, scene.path(template), data)
        where = f"{person}: {method} {template}: {status} {location}"
        if role not in who or (template in ILC_ALONE and person != "coordinator-ilc"):
            assert status == 403, where
        elif any(each in template for each in OF_A_CASE) and person not in SEES_THE_CASE:
            assert status == 404, where
        else:
            assert status in (200, 303, 409, 422), where
            assert "sign-in" not in location, where


def csrf_of(visitor: Visitor) -> str:
    home = visitor.client.get("/staff/").text
    found = re.search(r'name="csrf" value="(\w+)"', home)
    assert found
    return found.group(1)


def test_no_deed_without_the_sessions_own_token(scene: Scene) -> None:
    others = csrf_of(scene.world.signed_in("supervisor-assen-2"))
    for (method, template), who in ROUTES.items():
        if method != "POST" or not who & EVERY_ROLE:
            continue
        alone = {
            "coordinator": "coordinator-assen",
            "editor": "editor-1",
            "auditor": "auditor-1",
            "partner": "partner-iom-1",
        }
        visitor = scene.world.signed_in(alone[min(who)] if len(who) == 1 else "supervisor-assen-1")
        for data in (None, {"csrf": others}, {"csrf": ""}):
            assert enter(visitor, method, scene.path(template), data)[0] == 403, template


def test_no_deed_from_another_site(scene: Scene) -> None:
    for (method, template), who in ROUTES.items():
        if method != "POST" or who == {"provider"}:
            continue
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            visitor = scene.world.visitor()
            answer = visitor.client.post(scene.path(template), headers=headers)
            assert answer.status_code == 403, template


def test_a_code_opens_its_own_case_alone(scene: Scene) -> None:
    world = scene.world
    _, other_code = world.send("question", QUESTION)
    reader = world.visitor()
    reader.get("/nl/follow")
    page = reader.submit({"code": scene.code})
    assert page.url.path == "/nl/follow/case"
    other = world.visitor()
    other.get("/nl/follow")
    second = other.submit({"code": other_code})
    references = [re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", each.text) for each in (page, second)]
    assert references[0] is not None
    assert references[1] is not None
    assert references[0].group() != references[1].group()


def test_opening_and_refusing_are_written_before_the_page_leaves(scene: Scene) -> None:
    from portal.audit import AuditRow

    def rows(session: Any) -> list[tuple[str, str]]:
        return [(r.action, r.object_id) for r in session.query(AuditRow).order_by(AuditRow.seq)]

    scene.world.signed_in("supervisor-assen-1").client.get(f"/desk/cases/{scene.case_id}")
    scene.world.signed_in("supervisor-utrecht-1").client.get(f"/desk/cases/{scene.case_id}")
    seen = scene.world.db.read_now(rows)
    assert ("case.view", scene.case_id) in seen
    assert ("case.refused", scene.case_id) in seen
