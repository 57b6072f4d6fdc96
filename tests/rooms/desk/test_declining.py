"""Declining: the decision of a person, and the message that says why, in one deed."""

from datetime import UTC, datetime

import pytest

from portal.cases import handling, workflow
from portal.i18n import translate
from tests.rooms.desk.at_the_desk import (
    OWN,
    audited,
    case_of,
    html,
    log_of,
    make_move,
    messages_of,
    opened,
    path_of,
    read,
    routed,
    status_of,
)
from tests.rooms.routed_cases import desk, given_to
from tests.support.assessed import assess_all
from tests.support.visitor import Visitor
from tests.support.world import QUESTION, World

DUTCH = "Eerst moet de rechtbank <b>beslissen</b>."


def ready(world: World) -> str:
    """A case that may be declined."""
    case_id = routed(world)
    given_to(world, case_id, state="in_progress")
    assess_all(world, case_id, OWN)
    return case_id


def previewed(world: World, case_id: str) -> Visitor:
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}/message/not_now")
    visitor.submit({"reason": "procedure_pending", "own": DUTCH}, "/preview")
    assert status_of(visitor) == 200, read(visitor)
    return visitor


def test_the_message_and_the_decision_are_one_deed(world: World) -> None:
    case_id = ready(world)
    visitor = previewed(world, case_id)
    assert translate("ar", workflow.REASONS["procedure_pending"]) in html(visitor)
    assert 'name="move"' not in html(visitor)  # nobody can leave the decision out
    form = visitor.form("/send")
    visitor.send(form, {})
    assert path_of(visitor) == f"/desk/cases/{case_id}"
    visitor.send(form, {})  # a double tap
    assert path_of(visitor) == f"/desk/cases/{case_id}"
    assert case_of(world, case_id)["state"] == "not_now"
    assert messages_of(world, case_id) == 1
    assert log_of(world, case_id)[-2:] == ["decline", "message"]
    assert (audited(world, "case.decline"), audited(world, "case.message")) == (1, 1)


def test_a_decision_that_comes_second_is_not_sent_either(world: World) -> None:
    case_id = ready(world)
    visitor = previewed(world, case_id)
    opened(world, case_id, "supervisor-assen-2").submit({"text": "Wacht even."}, "/note")
    visitor.submit(form="/send")
    assert status_of(visitor) == 409
    assert "Eerst moet de rechtbank" in read(visitor)
    assert case_of(world, case_id)["state"] == "in_progress"
    assert messages_of(world, case_id) == 0


def test_the_person_reads_reason_later_lawyer_complaint_and_never_the_note(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    given_to(world, case_id, state="in_progress")
    assess_all(world, case_id, OWN)
    opened(world, case_id).submit({"text": "Alleen voor collega's."}, "/note")
    previewed(world, case_id).submit(form="/send")
    reader = world.visitor()
    reader.get("/ar/follow")
    reader.submit({"code": code})
    page = html(reader)
    assert translate("ar", workflow.REASONS["procedure_pending"]) in page
    for said in (
        "When this changes, you can ask again. Nothing that you sent is lost.",
        "You do not agree? Talk to your lawyer. You can also make a complaint.",
        "In Dutch, in the words of your supervisor. Not translated:",
        "You do not understand it? Ask for a talk with an interpreter.",
    ):
        assert translate("ar", said) in page, said
    assert "&lt;b&gt;beslissen&lt;/b&gt;" in page
    assert 'href="/ar/ask/appointment"' in page
    for hidden in ("Alleen voor collega", "Gevraagd en gelezen", "check_", "Applicant 01"):
        assert hidden not in page


@pytest.mark.parametrize("state", sorted(set(workflow.STATES) - {"in_progress", "sent"}))
def test_in_no_other_state_is_there_such_a_message(world: World, state: str) -> None:
    case_id = ready(world)
    form = previewed(world, case_id).form("/send")
    given_to(world, case_id, state=state, open=state not in workflow.CLOSED)
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}/message/not_now")
    assert status_of(visitor) == 409
    visitor.get(f"/desk/cases/{case_id}/message")
    assert "/message/not_now" not in html(visitor)
    data = form.filled({}) | {"csrf": visitor.form("sign-out").values["csrf"]}
    visitor.post(f"/desk/cases/{case_id}/message/not_now/send", data)
    assert status_of(visitor) == 409
    assert messages_of(world, case_id) == 0


def test_neither_without_the_other(world: World) -> None:
    case_id = ready(world)
    visitor = opened(world, case_id)
    make_move(visitor, "decline", reason="dublin")
    assert status_of(visitor) == 409
    assert f"/desk/cases/{case_id}/message/not_now" in html(visitor)
    assert case_of(world, case_id)["state"] == "in_progress"
    with pytest.raises(workflow.NotAllowed):
        world.db.write_now(
            handling.send_letter, desk(world, case_id, OWN), "not_now", {"reason": "other"}, "",
            str(datetime.now(UTC)),
        )  # fmt: skip
    assert messages_of(world, case_id) == 0


def test_without_a_reason_nothing_is_decided(world: World) -> None:
    case_id = ready(world)
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}/message/not_now")
    visitor.submit({"own": DUTCH}, "/preview")
    assert status_of(visitor) == 422
    assert 'href="#f-reason"' in html(visitor)
    assert "&lt;b&gt;beslissen&lt;/b&gt;" in html(visitor)
    assert path_of(visitor).endswith("/preview")
    assert case_of(world, case_id)["state"] == "in_progress"
