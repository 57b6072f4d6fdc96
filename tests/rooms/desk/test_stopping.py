"""A new contact that waits: seen in the queue, and stopped by who spoke to the person."""

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.cases.queries import case_file
from portal.desk.wording import say
from portal.i18n import translate
from tests.rooms.changes_asked import (
    JUST_AFTER,
    PHONE,
    apply_due,
    asked,
    contact,
    grow_older,
    letters,
    rows,
    withdraw,
)
from tests.rooms.changes_asked import opened as following
from tests.rooms.desk.at_the_desk import (
    OWN,
    STRANGER,
    audited,
    html,
    log_of,
    opened,
    path_of,
    read,
    status_of,
)
from tests.rooms.routed_cases import actor_of
from tests.support.visitor import Visitor
from tests.support.world import QUESTION, World

MARK = say("nl", "A change waits")
SAID = "Zij belde zelf: dit nummer is niet van haar."


def sent(world: World) -> tuple[str, str]:
    case_id, code = world.send("question", QUESTION)
    world.route()
    return case_id, code


@pytest.mark.parametrize("kind", ["contact", "withdraw"])
def test_the_queue_and_the_case_say_that_a_change_waits(world: World, kind: str) -> None:
    case_id, _ = sent(world)
    member = world.signed_in(OWN)
    member.get("/desk/")
    assert MARK not in read(member)
    assert asked(world, case_id, kind, "a" * 32)
    for page in ("/desk/", f"/desk/cases/{case_id}"):
        member.get(page)
        assert MARK in read(member)
    grow_older(world, JUST_AFTER)
    apply_due(world)
    member.get("/desk/?view=team")
    assert MARK not in read(member)


def stop(visitor: Visitor, text: str = SAID) -> None:
    visitor.submit({"text": text}, "/contact/stop")


def test_who_spoke_to_the_person_stops_the_new_contact(world: World) -> None:
    case_id, code = sent(world)
    contact(following(world, code))
    member = opened(world, case_id)
    form = member.form("/contact/stop")
    member.send(form, {"text": SAID})
    assert path_of(member) == f"/desk/cases/{case_id}"
    assert PHONE["contact_target"] not in read(member)
    assert rows(world) == [("contact", "undone", False)]
    assert log_of(world, case_id)[-1] == "contact_change_stopped"
    assert audited(world, "case.contact_stopped") == 1
    file = world.db.read_now(case_file, world.keys.require_desk(), actor_of(world, OWN), case_id,
                             datetime.now(UTC))  # fmt: skip
    assert file is not None
    assert file.log[-1].note == SAID
    grow_older(world, JUST_AFTER)
    assert apply_due(world) == 0
    told = letters(world, case_id)[-1]
    assert (told["letter"], told["values"]) == ("change_undone", {"change": "stopped"})
    stopped = "Your supervisor stopped the change. We reach you in the same way as before."
    assert translate("ar", stopped) in told["texts"]["ar"]["text"]
    assert SAID not in repr(letters(world, case_id))
    assert stopped in read(following(world, code))
    assert SAID not in read(following(world, code))
    member.send(form, {"text": SAID})  # an old page
    assert status_of(member) == 409


def test_a_reason_must_be_given(world: World) -> None:
    case_id, code = sent(world)
    contact(following(world, code))
    member = opened(world, case_id)
    stop(member, " ")
    assert status_of(member) == 422
    assert rows(world) == [("contact", "waiting", True)]


def test_a_withdrawal_is_stopped_by_nobody_but_the_person(world: World) -> None:
    case_id, code = sent(world)
    withdraw(following(world, code))
    member = opened(world, case_id)
    assert "/contact/stop" not in html(member)
    values: dict[str, Any] = {
        name: member.form("/note").values[name] for name in ("csrf", "version")
    }
    member.post(f"/desk/cases/{case_id}/contact/stop", {**values, "text": SAID})
    assert status_of(member) == 409
    assert SAID in read(member)  # what was typed isn't lost
    assert rows(world) == [("withdraw", "waiting", False)]


def test_another_team_stops_nothing(world: World) -> None:
    case_id, code = sent(world)
    contact(following(world, code))
    stranger = world.signed_in(STRANGER)
    stranger.get("/staff/")
    csrf = stranger.form("sign-out").values["csrf"]
    stranger.post(f"/desk/cases/{case_id}/contact/stop", {"csrf": csrf, "text": SAID})
    assert status_of(stranger) == 404
    assert rows(world) == [("contact", "waiting", True)]
