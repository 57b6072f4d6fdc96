"""Who no e-mail tells of a change is told by a person; and staff see when e-mail fails."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.cases import service
from portal.cases.access import Actor
from portal.cases.models import Case
from portal.desk import reach
from portal.desk.history import EVENTS
from portal.desk.queries import case_data
from portal.desk.wording import MAIL_FAILED, say
from tests.rooms.changes_asked import asked, undone
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
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
from tests.rooms.letters_sent import BY_MAIL, sent_by_mail
from tests.support.world import QUESTION, World

PHONE = {"contact_channel": "phone", "contact_target": "0600000000", "contact_safe": "yes"}
TOLD = "Called: it <b>was</b> her, she moved."


def changed(world: World, **answers: Any) -> str:
    """A case at the desk in which a change waits: its id."""
    case_id, _ = world.send("question", {**QUESTION, **answers})
    world.route()
    assert asked(world, case_id, "withdraw", "nonce")
    return case_id


def fail(world: World, case_id: str, name: str = "mail_failed", why: str = "refused") -> None:
    def write(session: Session) -> None:
        case, detail = session.get_one(Case, case_id), {"why": why} if why else {}
        service.log_event(session, case, name, "worker", datetime.now(UTC), detail=detail)

    world.db.write_now(write)


@pytest.mark.parametrize(
    ("answers", "how"),
    [
        (PHONE, "phone"),
        ({**PHONE, "contact_channel": "post"}, "post"),
        ({**PHONE, "contact_channel": "lawyer"}, "lawyer"),
        ({"contact_channel": "centre"}, "centre"),
        ({"contact_channel": "code"}, "code"),
        (BY_MAIL, "email"),  # this world has no mail server
        ({**PHONE, "contact_safe": "no"}, "unsafe"),
        ({**BY_MAIL, "contact_safe": "no"}, "unsafe"),
    ],
)
def test_the_case_says_how_to_tell_the_person(
    world: World, answers: dict[str, Any], how: str
) -> None:
    page = read(opened(world, changed(world, **answers)))
    assert [key for key, text in reach.HOW.items() if say("nl", text) in page] == [how]


def test_who_told_the_person_writes_it_down_and_nobody_calls_again(world: World) -> None:
    case_id = changed(world, **PHONE)
    visitor, late = opened(world, case_id), opened(world, case_id, COLLEAGUE)
    visitor.submit({"text": TOLD}, "/told")
    assert status_of(visitor) == 200
    assert path_of(visitor) == f"/desk/cases/{case_id}"
    assert "&lt;b&gt;was" in html(visitor)
    assert TOLD.split("<")[0] in read(visitor)
    assert f'action="/desk/cases/{case_id}/told"' not in html(visitor)
    assert log_of(world, case_id)[-1] == "told_of_change"
    assert audited(world, "case.told") == 1
    late.submit({"text": "I called as well"}, "/told")
    assert status_of(late) == 409
    assert "I called as well" in read(late)
    assert log_of(world, case_id).count("told_of_change") == 1
    # Another change after it must be told again.
    assert asked(world, case_id, "contact", "another")
    assert f'action="/desk/cases/{case_id}/told"' in html(opened(world, case_id))


def test_it_needs_words_a_change_that_waits_and_a_case_of_ones_own(world: World) -> None:
    case_id = changed(world, **PHONE)
    visitor = opened(world, case_id)
    form = visitor.form("/told")
    visitor.submit({"text": "  "}, "/told")
    assert status_of(visitor) == 422
    stranger = world.signed_in(STRANGER)
    stranger.get("/staff/")
    csrf = stranger.form("/staff/sign-out").values["csrf"]
    stranger.post(form.action, {**form.filled({}), "csrf": csrf, "text": TOLD})
    assert status_of(stranger) == 404
    assert undone(world, case_id)
    own = opened(world, case_id, OWN)
    assert f'action="/desk/cases/{case_id}/told"' not in html(own)
    note = own.form("/note").filled({})
    own.post(form.action, {**note, "text": TOLD})
    assert status_of(own) == 409
    assert TOLD in read(own)
    assert "told_of_change" not in log_of(world, case_id)


@pytest.mark.parametrize("why", [*MAIL_FAILED, "something from before"])
def test_an_address_that_fails_is_said_until_there_is_another(world: World, why: str) -> None:
    case_id, _ = sent_by_mail(world)
    sentence = say("nl", MAIL_FAILED.get(why, why))
    assert sentence not in read(opened(world, case_id))
    fail(world, case_id, why=why)
    page = read(opened(world, case_id))
    assert page.count(sentence) == 2  # on top, and in the log
    fail(world, case_id, "contact_changed", "")
    assert read(opened(world, case_id)).count(sentence) == 1


def test_with_a_mail_server_only_a_failing_address_needs_a_person(world: World) -> None:
    case_id = changed(world, **BY_MAIL)
    actor, now = Actor(world.member_id(OWN), ("supervisor",)), datetime.now(UTC)

    def how(mails: bool) -> str:
        keys = world.keys.require_desk()
        data = world.db.read_now(case_data, keys, actor, case_id, now)
        assert data
        return reach.reach_of(data, "en", mails=mails).how

    assert (how(True), how(False)) == ("", reach.HOW["email"])
    fail(world, case_id)
    assert how(True) == reach.HOW["email"]


def test_its_events_have_sentences() -> None:
    assert {"told_of_change", "mail_failed"} <= set(EVENTS)
