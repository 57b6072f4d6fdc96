"""Another contact, by the holder of the code: it waits, and is never shown again."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import pending
from portal.cases.models import Case, PendingChange
from portal.cases.pending import CONTACT
from portal.cases.sealing import answers_of, data_key_of, messages_key_of
from portal.desk.history import EVENTS
from portal.vault import VaultError, unseal_json
from tests.rooms.changes_asked import (
    FOLLOW,
    JUST_AFTER,
    NUMBER,
    PHONE,
    apply_due,
    contact,
    grow_older,
    letters,
    log,
    opened,
    rows,
    withdraw,
)
from tests.support.world import PERSON, QUESTION, World


def test_a_new_contact_is_read_back_once_and_never_shown_again(world: World) -> None:
    case_id, code = world.send("question", {**QUESTION, "contact_channel": "post",
                                            "contact_target": "Oldcanary 1"})  # fmt: skip
    visitor = opened(world, code)
    shown = [visitor.get(f"{FOLLOW}/contact").text]
    shown.append(visitor.submit({"contact_channel": "phone"}, "contact").text)
    confirm = visitor.submit(PHONE, "contact").text
    assert NUMBER in confirm
    assert "Canarydays" in confirm
    assert "after 24 hours" in confirm
    assert rows(world) == []
    form = visitor.form("confirm")
    for _ in range(2):
        shown.append(visitor.send(form, {}).text)
    shown.append(visitor.get(f"{FOLLOW}/contact").text)  # it waits already
    assert visitor.page.url.path == FOLLOW
    assert rows(world) == [("contact", "waiting", True)]
    grow_older(world, JUST_AFTER)
    assert (apply_due(world), apply_due(world)) == (1, 0)
    shown += [visitor.get(FOLLOW).text, visitor.get(f"{FOLLOW}/contact").text]
    assert [page for page in shown if "anary" in page or "0612345678" in page] == []
    told = repr(letters(world, case_id))
    assert "anary" not in told
    assert "0612345678" not in told
    assert log(world) == ["sent", "contact_change_asked", "contact_changed"]
    assert [each["letter"] for each in letters(world, case_id)] == [
        "change_announced", "contact_changed",
    ]  # fmt: skip


@pytest.mark.parametrize("channel", ["code", "centre"])
def test_a_way_that_leads_nowhere_asks_for_no_address_and_keeps_none(
    world: World, channel: str
) -> None:
    case_id, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/contact")
    visitor.submit({"contact_channel": channel}, "contact")
    form = visitor.form("confirm")
    data = {**form.filled({}), **PHONE}  # a branch that doesn't apply
    visitor.post(form.action, data)
    found = world.db.read_now(pending.contact_of, world.keys.require_desk(), case_id)
    assert found.waiting
    assert found.waiting.answers == {"contact_channel": channel}


WRONG: list[tuple[dict[str, str], dict[str, str], int]] = [
    ({}, {}, 422),
    ({"contact_channel": "pigeon"}, {}, 422),
    ({"contact_channel": "phone"}, {"contact_target": "", "contact_safe": "yes"}, 422),
    ({"contact_channel": "phone"}, {"contact_target": "06\u202e12", "contact_safe": "yes"}, 422),
    ({"contact_channel": "phone"}, {"contact_target": "x" * 201, "contact_safe": "yes"}, 422),
    ({"contact_channel": "phone"}, {"contact_target": "06"}, 422),
]


@pytest.mark.parametrize(("first", "second", "status"), WRONG)
def test_what_is_wrong_with_a_new_contact_is_said_and_nothing_is_kept(
    world: World, first: dict[str, str], second: dict[str, str], status: int
) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/contact")
    visitor.submit(first, "contact")
    if second:
        assert visitor.page.status_code == 200
        assert "error-summary" not in visitor.page.text
        visitor.submit(second, "contact")
        assert second.get("contact_target", "")[:200] in visitor.page.text
    assert visitor.page.status_code == status
    assert "error-summary" in visitor.page.text
    data = {"csrf": visitor.form("contact").values["csrf"], "step": "reach", **first, **second}
    visitor.post(f"{FOLLOW}/contact/confirm", data)
    assert visitor.page.status_code == status
    assert rows(world) == []


def test_only_the_desk_opens_a_new_contact_and_only_in_its_place(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    contact(opened(world, code))
    desk = world.keys.require_desk()

    def check(session: Session) -> None:
        row = session.scalars(sa.select(PendingChange)).one()
        assert row.desk_key
        assert row.sealed
        assert b"Canary" not in row.sealed
        key = desk.unwrap(row.desk_key, f"pending_change|desk_key|{row.id}")
        assert unseal_json(key, row.sealed, f"pending_change|sealed|{row.id}") == {
            "contact_channel": "phone", **PHONE,
        }  # fmt: skip
        case = session.get_one(Case, case_id)
        for other in (messages_key_of(desk, case), data_key_of(desk, case)):
            with pytest.raises(VaultError):
                unseal_json(other, row.sealed, f"pending_change|sealed|{row.id}")
        with pytest.raises(VaultError):
            desk.unwrap(row.desk_key, "pending_change|desk_key|another")

    world.db.read_now(check)


def test_the_desk_sees_what_waits_and_then_what_is_true(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    path = f"/desk/cases/{case_id}"
    member = world.signed_in("supervisor-assen-1")
    assert 'id="contact"' not in member.get(path).text
    visitor = opened(world, code)
    contact(visitor)
    page = member.get(path).text
    assert NUMBER in page
    assert "notice-warning" in page
    found = world.db.read_now(pending.contact_of, world.keys.require_desk(), case_id)
    assert found.now is None
    visitor.get(FOLLOW)
    visitor.submit(form="undo")
    page = member.get(path).text
    assert NUMBER not in page
    assert "notice-warning" not in page
    assert rows(world) == [("contact", "undone", False)]
    contact(visitor)
    grow_older(world, JUST_AFTER)
    assert apply_due(world) == 1
    contact(visitor, "centre")
    withdraw(visitor)
    page = member.get(path).text
    assert page.count(NUMBER) == 1
    assert page.count("notice-warning") == 1
    assert "is-no" in page  # it isn't safe to call
    found = world.db.read_now(pending.contact_of, world.keys.require_desk(), case_id)
    assert found.now
    assert found.waiting
    assert found.now.answers == {"contact_channel": "phone", **PHONE}
    assert found.waiting.answers == {"contact_channel": "centre"}

    def first(session: Session) -> dict[str, Any]:
        case = session.get_one(Case, case_id)
        return answers_of(case, data_key_of(world.keys.require_desk(), case))

    assert world.db.read_now(first)["contact_channel"] == PERSON["contact_channel"]


def test_a_contact_that_does_not_open_is_said_to_be_so(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    contact(opened(world, code))
    world.db.write_now(lambda s: s.execute(sa.update(PendingChange).values(sealed=b"v1.k.x")))
    page = world.signed_in("supervisor-assen-1").get(f"/desk/cases/{case_id}")
    assert page.status_code == 200
    found = world.db.read_now(pending.contact_of, world.keys.require_desk(), case_id)
    assert found.waiting
    assert found.waiting.answers is None


def test_every_event_has_its_sentence() -> None:
    assert {f"{what}_{how}" for what in ("withdraw", "contact_change")
            for how in ("asked", "undone", "dropped")} <= set(EVENTS)  # fmt: skip
    assert {"contact_changed", "withdraw"} <= set(EVENTS)
    assert [step.key for step in CONTACT.steps] == ["contact", "reach"]
