"""One row more or less of what is filled in several times: nothing typed is lost on the way."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from portal.cases.kinds import KINDS
from tests.rooms.test_at_once import code_on
from tests.rooms.test_every_field import EVERYTHING, kept, visiting, whole_draft
from tests.rooms.test_later import open_
from tests.support.visitor import Visitor
from tests.support.world import World

KIND = KINDS["third_country"]
STEP = f"/en/ask/{KIND.key}?step=family"
TYPED = {
    "family.0.family_name": "Canary\u202eone",  # as no name can be
    "family.0.birth_date.day": "31",
    "family.0.birth_date.month": "2",
    "family.0.birth_date.year": "يوم",
}


def asked_for_family(world: World) -> Visitor:
    """Somebody at the step about their family, with every other step answered."""
    draft = whole_draft(KIND, EVERYTHING).left("family", {})
    visitor, _ = visiting(world, KIND, draft)
    visitor.get(STEP)
    return visitor


def press(visitor: Visitor, button: str, values: dict[str, Any] | None = None) -> httpx2.Response:
    """Press a button of a group, without following where it leads."""
    form = visitor.form()
    data = form.filled({**(values or {}), "rows": button})
    return visitor.client.post(form.action, data=data, follow_redirects=False)


def rows(visitor: Visitor) -> list[str]:
    values = visitor.form().values
    return [values[name][0] for name in values if name.endswith(".family_name")]


def test_a_button_leads_back_to_the_step_at_its_new_row(world: World) -> None:
    visitor = asked_for_family(world)
    answered = press(visitor, "add:family", TYPED)
    assert answered.status_code == 303
    assert answered.headers["location"] == f"{STEP}#f-family-1"
    for _ in range(2):  # and as often as one reloads or goes back
        visitor.get(STEP)
        assert visitor.page.status_code == 200
        assert rows(visitor) == ["Canary\u202eone", ""]
        shown = visitor.form().values
        assert {name: shown[name][0] for name in TYPED} == TYPED
        assert 'id="f-family-1"' in visitor.page.text
        assert "aria-invalid" not in visitor.page.text


def test_pressing_twice_by_accident_adds_one(world: World) -> None:
    visitor = asked_for_family(world)
    form = visitor.form()
    data = form.filled({**TYPED, "rows": "add:family"})
    for _ in range(2):
        visitor.post(form.action, data)
    assert len(rows(visitor)) == 2


def test_a_row_is_taken_away_and_the_others_stay(world: World) -> None:
    visitor = asked_for_family(world)
    for number in range(2):
        press(visitor, "add:family", {f"family.{number}.family_name": f"Member {number}"})
        visitor.get(STEP)
    removed = press(visitor, "remove:family:1", {"family.2.family_name": "Member 2"})
    assert removed.headers["location"].endswith("#f-family-1")
    visitor.get(STEP)
    assert rows(visitor) == ["Member 0", "Member 2"]
    press(visitor, "remove:family:1")
    visitor.get(STEP)
    assert press(visitor, "remove:family:0").headers["location"].endswith("#f-family-0")
    visitor.get(STEP)
    assert rows(visitor) == [""]


def test_no_more_rows_than_may_be_kept(world: World) -> None:
    visitor = asked_for_family(world)
    most = next(field.most for step in KIND.steps for field in step.fields if field.fields)
    for _ in range(most + 2):
        press(visitor, "add:family")
        visitor.get(STEP)
    assert len(rows(visitor)) == most


@pytest.mark.parametrize(
    "button", ["add:own_attempts", "add:", "remove:family:x", "remove:family:" + "9" * 5000, "add"]
)
def test_a_button_that_is_none_goes_on_like_next(world: World, button: str) -> None:
    visitor = asked_for_family(world)
    assert press(visitor, button, TYPED).status_code == 422


def test_what_is_half_typed_is_no_answer_and_is_never_sent(world: World) -> None:
    draft = whole_draft(KIND, EVERYTHING)
    visitor, token = visiting(world, KIND, draft)
    visitor.get(STEP)
    press(visitor, "add:family", TYPED)
    assert kept(world, token, KIND) == draft.answers
    visitor.get(f"/en/ask/check?kind={KIND.key}")  # the step has to be finished first
    assert visitor.page.url.path == "/en/ask/"
    visitor.get(STEP)
    visitor.submit(TYPED)
    assert visitor.page.status_code == 422
    good = {"family_name": "Member 1", "relation": "child", "birth_date.day": "1",
            "birth_date.month": "2", "birth_date.year": "2015"}  # fmt: skip
    names = visitor.form().names
    visitor.submit({f"family.0.{n}": v for n, v in good.items() if f"family.0.{n}" in names})
    assert visitor.page.url.path == "/en/ask/check", visitor.page.text
    assert "Canary" not in visitor.page.text
    visitor.get(STEP)
    assert rows(visitor) == ["Member 1"]


def test_an_old_page_says_so_and_keeps_rows_and_all(world: World) -> None:
    visitor = asked_for_family(world)
    form = visitor.form()
    page = visitor.send(form, {**TYPED, "rows": "add:family", "csrf": "old"})
    assert page.status_code == 422
    assert "Your visit had ended" in page.text
    assert rows(visitor) == ["Canary\u202eone", ""]


def test_it_waits_with_a_draft_that_is_kept_for_later(world: World) -> None:
    visitor = asked_for_family(world)
    press(visitor, "add:family", TYPED)
    visitor.get(STEP)
    form = replace(visitor.form(), action=f"http://127.0.0.1:8000{STEP.replace('?', '/later?')}")
    page = visitor.send(form, {"family.1.family_name": "Member 1"})
    other = open_(world.visitor(), code_on(page.text))
    assert "step=family" in str(other.page.url)
    assert rows(other) == ["Canary\u202eone", "Member 1"]


def test_a_lone_surrogate_among_the_choices_breaks_nothing(world: World) -> None:
    kind = KINDS["mediation"]
    visitor, _ = visiting(world, kind, whole_draft(kind, EVERYTHING))
    visitor.get("/en/ask/mediation?step=target")
    csrf = visitor.form().values["csrf"][0]
    body = f"csrf={csrf}&rows=add:target_countries&target_countries.0.country=%ED%A0%80"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    address = "/en/ask/mediation?step=target"
    assert visitor.post(address, content=body.encode(), headers=headers).status_code == 200
