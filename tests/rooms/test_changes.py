"""Withdrawing by the holder of the code: it waits a day, can be undone, and is told of."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import service
from portal.cases.letters import LETTERS
from portal.cases.models import Case, PendingChange
from portal.cases.workflow import STATES
from portal.i18n import format_date, translate
from tests.rooms.changes_asked import (
    FOLLOW,
    JUST_AFTER,
    JUST_BEFORE,
    apply_due,
    grow_older,
    letters,
    log,
    moved,
    opened,
    rows,
    state,
    withdraw,
)
from tests.support.world import QUESTION, World


def test_a_withdrawal_asks_first_waits_and_then_happens_once(world: World) -> None:
    case_id, code = world.send("question", QUESTION, "en")
    visitor = opened(world, code)
    page = visitor.get(f"{FOLLOW}/withdraw")
    assert "after 24 hours" in page.text
    assert "cannot be called back from here" in page.text
    assert log(world) == ["sent"]
    form = visitor.form("withdraw")
    for _ in range(2):
        page = visitor.send(form, {})
        assert translate("en", STATES["sent"]) in page.text
        assert "A withdrawal was asked for" in page.text
    assert visitor.get(f"{FOLLOW}/withdraw").url.path == FOLLOW  # it waits already
    assert [each["letter"] for each in letters(world, case_id)] == ["change_announced"]
    grow_older(world, JUST_BEFORE)
    assert (apply_due(world), state(world, case_id)) == (0, "sent")
    grow_older(world, JUST_AFTER - JUST_BEFORE)
    assert (apply_due(world), state(world, case_id)) == (1, "withdrawn")
    assert apply_due(world) == 0
    assert log(world) == ["sent", "withdraw_asked", "withdraw"]
    assert [each["letter"] for each in letters(world, case_id)] == ["change_announced", "withdrawn"]
    page = visitor.send(form, {})
    assert translate("en", STATES["withdrawn"]) in page.text
    assert "/undo" not in page.text
    assert visitor.get(f"{FOLLOW}/withdraw").url.path == FOLLOW
    assert visitor.get(f"{FOLLOW}/contact").url.path == FOLLOW


def test_the_announcement_says_when_and_that_it_stands_only_here(world: World) -> None:
    case_id, code = world.send("question", QUESTION, "ar")
    visitor = opened(world, code, "ar")
    withdraw(visitor, "ar")
    due = world.db.read_now(lambda session: session.scalars(sa.select(PendingChange)).one().due)
    (letter,) = letters(world, case_id)
    assert set(letter["texts"]) == {"ar", "nl"}
    for tag, text in letter["texts"].items():
        assert format_date(due, tag) in text["text"]
        assert translate(tag, LETTERS["change_announced"].paragraphs[3]) in text["text"]
    assert abs(due - datetime.now(UTC) - timedelta(hours=24)) < timedelta(minutes=1)
    page = visitor.get("/ar/follow/case").text
    assert format_date(due, "ar") in page
    assert translate("ar", "From this site") in page


def test_meanwhile_the_desk_goes_on(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    visitor = opened(world, code)
    withdraw(visitor)
    moved(world, case_id, "start", "ask_info")
    visitor.get(FOLLOW)
    form = next(f for f in map(visitor.form, range(9)) if "text" in f.names)
    visitor.send(form, {"text": "Here it is."})
    assert state(world, case_id) == "in_progress"
    grow_older(world, JUST_AFTER)
    assert apply_due(world) == 1
    assert state(world, case_id) == "withdrawn"


LOGS: list[tuple[list[tuple[str, dict[str, str]]], list[str]]] = [
    ([], ["nothing"]),
    ([("refer", {})], ["passed_on"]),
    ([("consent_asked", {"organisation": "0" * 32}), ("refer", {"entry": "ros"})], ["passed_on"]),
    ([("referred_to", {"organisation": "0" * 32})], ["passed_on"]),
    ([("referred_outside", {"entry": "ros"}), ("refer", {"entry": "iom"})], ["iom"]),
    ([("refer", {}), ("message", {"letter": "iom_referred"})], ["iom"]),
    ([("message", {"letter": "reading"}), ("carry_out", {})], ["nothing", "steps"]),
    ([("message", {"letter": "mediation_started"})], ["nothing", "steps"]),
]


@pytest.mark.parametrize(("events", "told"), LOGS)
def test_the_last_letter_says_what_is_not_undone(
    world: World, events: list[tuple[str, dict[str, str]]], told: list[str]
) -> None:
    case_id, code = world.send("question", QUESTION, "en")

    def write(session: Session) -> None:
        case = session.get_one(Case, case_id)
        for name, detail in events:
            service.log_event(session, case, name, "staff", datetime.now(UTC), detail=detail)

    world.db.write_now(write)
    withdraw(opened(world, code))
    grow_older(world, JUST_AFTER)
    apply_due(world)
    text = letters(world, case_id)[-1]["texts"]["en"]["text"]
    (blank,) = LETTERS["withdrawn"].blanks
    assert [each.value for each in blank.options if each.label in text] == told


def test_undoing_brings_back_what_was_and_a_second_time_changes_nothing(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/withdraw")
    asking = visitor.form("withdraw")
    visitor.send(asking, {})
    undoing = visitor.form("undo")
    for _ in range(2):
        page = visitor.send(undoing, {})
        assert "It is undone. Nothing changes." in page.text
        assert "A withdrawal was asked for" not in page.text
    visitor.send(asking, {})  # "back", and the old form once more
    grow_older(world, JUST_AFTER)
    assert apply_due(world) == 0
    assert state(world, case_id) == "sent"
    assert log(world) == ["sent", "withdraw_asked", "withdraw_undone"]
    assert [each["letter"] for each in letters(world, case_id)] == [
        "change_announced", "change_undone",
    ]  # fmt: skip
    withdraw(visitor)  # a new form asks anew
    assert [kind for kind, _, _ in rows(world)] == ["withdraw", "withdraw"]
    assert log(world)[-1] == "withdraw_asked"


def test_undoing_after_it_happened_says_so(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    withdraw(visitor)
    form = visitor.form("undo")
    grow_older(world, JUST_AFTER)
    apply_due(world)
    page = visitor.send(form, {})
    assert "It cannot be undone here any more." in page.text
    assert state(world, case_id) == "withdrawn"
    assert log(world)[-1] == "withdraw"


def test_somebody_else_with_the_code_can_undo_but_not_with_another_code(world: World) -> None:
    _, code = world.send("question", QUESTION)
    _, other = world.send("question", QUESTION)
    visitor = opened(world, code)
    withdraw(visitor)
    (change,) = visitor.form("undo").values["change"]
    stranger = opened(world, other)
    withdraw(stranger)
    page = stranger.send(stranger.form("undo"), {"change": change})
    assert "It cannot be undone here any more." in page.text
    assert [each for _, each, _ in rows(world)] == ["waiting", "waiting"]
    second = opened(world, code)
    second.submit(form="undo")
    assert sorted(each for _, each, _ in rows(world)) == ["undone", "waiting"]


@pytest.mark.parametrize("path", ["withdraw", "contact", "contact/confirm", "undo"])
def test_nothing_happens_by_a_form_of_another_visit(world: World, path: str) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    withdraw(visitor)
    (change,) = visitor.form("undo").values["change"]
    before = (log(world), rows(world))
    data = {"csrf": "wrong", "contact_channel": "code", "change": change, "nonce": "a" * 32}
    visitor.post(f"{FOLLOW}/{path}", data)
    assert visitor.page.status_code == 200
    assert (log(world), rows(world)) == before
    foreign = {"Origin": "https://elsewhere.example"}
    assert visitor.client.post(f"{FOLLOW}/{path}", headers=foreign).status_code == 403


@pytest.mark.parametrize("name", ["\0", "\ud800".encode("utf-8", "surrogatepass"), "x" * 9000, ""])
def test_broken_names_of_forms_break_nothing(world: World, name: Any) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/withdraw")
    (csrf,) = visitor.form("withdraw").values["csrf"]
    paths = ("withdraw", "contact/confirm", "undo")
    for path in (*(f"{FOLLOW}/{each}" for each in paths), FOLLOW):
        data = {"csrf": csrf, "nonce": name, "change": name, "text": "?", "contact_channel": "code"}
        visitor.post(path, data)
        assert visitor.page.url.path == FOLLOW
    assert sorted(rows(world)) == [("contact", "waiting", True), ("withdraw", "waiting", False)]
