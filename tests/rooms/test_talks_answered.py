"""A talk on the follow page: read, confirmed, another time asked for, put in a calendar."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from portal.cases.models import Case
from portal.cases.sealing import messages_key_of
from portal.cases.talks import answers as talks_answers
from portal.db import Database
from portal.desk.wording import WROTE, say
from portal.i18n import format_date, translate
from portal.intake import kiosk
from tests.rooms.changes_asked import letters, log, moved, opened, together
from tests.rooms.desk.at_the_desk import case_of, html, log_of, read
from tests.support.talks import PLACE, close, move_to, proposed, talk_of, working_day
from tests.support.world import QUESTION, World

FOLLOW = "/en/follow/case"
NAMES = {"family_name": "Canaryfamily", "given_names": "Canarygiven"}

CHANGED = "This talk has changed, or it has begun. Please look again."


def with_talk(world: World) -> tuple[str, str]:
    """(case id, code) of a question with a talk that the desk has proposed."""
    case_id, code = world.send("question", {**QUESTION, **NAMES})
    world.route()
    proposed(world, case_id)
    return case_id, code


def answers_of(world: World, case_id: str) -> tuple[str, bool]:
    talk = talk_of(world, case_id)
    return talk["state"], talk["answer"] is not None


@pytest.mark.parametrize("tag", ["nl", "en", "ar"])
def test_the_proposal_stands_there_with_the_dutch_day_and_no_name(world: World, tag: str) -> None:
    _, code = with_talk(world)
    visitor = opened(world, code, tag)
    page = html(visitor)
    for each in (tag, "nl"):
        assert format_date(working_day(), each) in page
    assert f'action="/{tag}/follow/case/talk"' in page
    assert PLACE.replace("<b>", "&lt;b&gt;") in page
    assert not [word for word in ("Canary", "0000000001", "Supervisor Assen") if word in page]


def test_yes_is_told_once_and_can_be_taken_back_until_the_talk(world: World) -> None:
    case_id, code = with_talk(world)
    visitor = opened(world, code)
    form = visitor.form("/talk")
    for _ in range(2):
        visitor.send(form, {})
        assert answers_of(world, case_id) == ("confirmed", False)
        assert "Yes, I can come" not in read(visitor)
    assert log_of(world, case_id).count("talk_confirmed") == 1
    visitor.get(f"{FOLLOW}/talk")
    visitor.submit(form="/talk")
    assert answers_of(world, case_id) == ("other_asked", False)
    assert "Yes, I can come" in read(visitor)
    visitor.send(form, {})
    assert answers_of(world, case_id) == ("confirmed", False)


def test_another_time_reaches_the_queue_with_its_words_once(world: World) -> None:
    case_id, code = with_talk(world)
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/talk")
    form = visitor.form("/talk")
    for _ in range(2):
        visitor.send(form, {"text": "الثلاثاء <b>"})
    assert answers_of(world, case_id) == ("other_asked", True)
    assert "الثلاثاء".encode() not in talk_of(world, case_id)["answer"]
    assert log_of(world, case_id)[-2:] == ["talk_other_asked", "reply"]
    assert letters(world, case_id)[-1] == {"own": "الثلاثاء <b>"}
    assert html(visitor).count("الثلاثاء &lt;b&gt;") == 1
    desk = world.signed_in("supervisor-assen-1")
    desk.get(f"/desk/cases/{case_id}")
    assert html(desk).count("الثلاثاء &lt;b&gt;") == 2


def test_without_words_the_queue_sees_it_too(world: World) -> None:
    case_id, code = with_talk(world)
    desk = world.signed_in("supervisor-assen-1")
    new = say("nl", WROTE)
    desk.get("/desk/?view=mine")
    assert new not in read(desk)
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/talk")
    visitor.submit(form="/talk")
    desk.get("/desk/?view=mine")
    assert new in read(desk)
    assert log_of(world, case_id)[-1] == "talk_other_asked"


def test_an_answer_to_what_asks_for_more_takes_the_case_up_again(world: World) -> None:
    case_id, code = with_talk(world)
    moved(world, case_id, "start", "ask_info")
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/talk")
    visitor.submit({"text": "Tuesday."}, "/talk")
    assert log_of(world, case_id)[-2:] == ["reply", "answer"]


def test_who_waits_for_a_talk_that_does_not_suit_is_looked_at_before_it(world: World) -> None:
    case_id, code = with_talk(world)
    moved(world, case_id, "start", "plan_meeting")
    changed(world, case_id)
    assert case_of(world, case_id)["due"] == talk_of(world, case_id)["start"]
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/talk")
    visitor.submit(form="/talk")
    assert case_of(world, case_id)["due"] < datetime.now(UTC) + timedelta(days=14)


def test_what_is_too_long_stays_to_be_mended(world: World) -> None:
    case_id, code = with_talk(world)
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/talk")
    long = "<i>" + "x" * 600
    visitor.submit({"text": long}, "/talk")
    assert visitor.page.status_code == 422
    assert visitor.form("/talk").values["text"] == [long]
    assert answers_of(world, case_id) == ("proposed", False)


def changed(world: World, case_id: str) -> None:
    """The desk proposes another day."""
    visitor = world.signed_in("supervisor-assen-1")
    visitor.get(f"/desk/cases/{case_id}/talks/{talk_of(world, case_id)['id']}/change")
    day = working_day(30)
    parts = {"day.day": str(day.day), "day.month": str(day.month), "day.year": str(day.year)}
    visitor.submit(parts, "/preview")
    visitor.submit(form="/send")


def begun(world: World, case_id: str) -> None:
    move_to(world, talk_of(world, case_id)["id"], datetime.now(UTC) - timedelta(minutes=1))


def cancelled(world: World, case_id: str) -> None:
    visitor = world.signed_in("supervisor-assen-1")
    visitor.get(f"/desk/cases/{case_id}/talks/{talk_of(world, case_id)['id']}")
    visitor.submit(form="/cancel")


@pytest.mark.parametrize("event", [changed, begun, cancelled, close])
def test_nobody_answers_what_they_did_not_read(
    world: World, event: Callable[[World, str], None]
) -> None:
    case_id, code = with_talk(world)
    visitor = opened(world, code)
    yes = visitor.form("/talk")
    visitor.get(f"{FOLLOW}/talk")
    other = visitor.form("/talk")
    event(world, case_id)
    before = log(world)
    for form in (yes, other):
        visitor.send(form, {})
        assert visitor.page.url.path == FOLLOW
        assert translate("en", CHANGED) in read(visitor)
    assert log(world) == before
    if event is not changed:
        visitor.get(f"{FOLLOW}/talk")
        assert visitor.page.url.path == FOLLOW
        assert "Yes, I can come" not in read(visitor)
    else:
        assert format_date(working_day(30), "en") in read(visitor)


def test_the_talk_of_another_case_is_out_of_reach(world: World) -> None:
    case_id, code = with_talk(world)
    _, other_code = world.send("question", QUESTION)
    form = opened(world, code).form("/talk")
    other = opened(world, other_code)
    assert "/talk" not in html(other)
    csrf = other.form(f"{FOLLOW}").values["csrf"]
    other.post(form.action, {**form.values, "csrf": csrf})
    assert other.page.url.path == FOLLOW
    assert answers_of(world, case_id) == ("proposed", False)
    for page in ("talk", "talk/calendar"):
        other.get(f"{FOLLOW}/{page}")
        assert other.page.url.path == FOLLOW


def test_without_the_visits_own_token_nothing_is_answered(world: World) -> None:
    case_id, code = with_talk(world)
    visitor = opened(world, code)
    visitor.submit({"csrf": "x"}, "/talk")
    assert answers_of(world, case_id) == ("proposed", False)


def test_two_answers_at_once_are_one(world: World) -> None:
    case_id, _ = with_talk(world)
    talk = talk_of(world, case_id)

    def yes(db: Database) -> bool:
        return db.write_now(talks_answers.confirm, case_id, talk["id"], 0, datetime.now(UTC))

    def other(db: Database) -> bool:
        key = messages_key_of(
            world.keys.require_desk(), world.db.read_now(lambda s: s.get_one(Case, case_id))
        )
        return db.write_now(talks_answers.ask_other, world.settings, case_id, talk["id"], 0, key,
                            "Dinsdag", "a" * 32, datetime.now(UTC))  # fmt: skip

    assert together(world, yes, yes, other, other) == [True] * 4
    names = log_of(world, case_id)
    assert names.count("talk_other_asked") == names.count("reply") == 1
    assert 1 <= names.count("talk_confirmed") <= 2


def test_a_shared_screen_saves_no_calendar(world: World) -> None:
    _, code = with_talk(world)
    visitor = world.visitor()
    visitor.get(world.db.write_now(kiosk.new_link, world.keys.public, "Hall", datetime.now(UTC)))
    visitor.get("/en/follow")
    visitor.submit({"code": code}, "/follow")
    assert "Yes, I can come" in read(visitor)
    assert "/calendar" not in html(visitor)
    visitor.get(f"{FOLLOW}/talk/calendar")
    assert visitor.page.url.path == FOLLOW


def test_the_calendar_says_when_and_nothing_else(world: World) -> None:
    case_id, code = with_talk(world)
    visitor = opened(world, code, "ar")
    page = visitor.get("/ar/follow/case/talk/calendar")
    assert page.headers["content-type"].startswith("text/calendar")
    assert page.headers["content-disposition"] == 'attachment; filename="appointment.ics"'
    assert "no-store" in page.headers["cache-control"]
    talk = talk_of(world, case_id)
    assert f"UID:{talk['uid']}\r\n" in page.text
    assert f"DTSTART:{talk['start']:%Y%m%dT%H%M%SZ}\r\n" in page.text
    assert "STATUS:TENTATIVE\r\n" in page.text
    hidden = ("LOCATION", "DESCRIPTION", "Assen", "DT", "IOM", "Canary", "0000000001", case_id,
              talk["id"], "http")  # fmt: skip
    text = re.sub("DTSTAMP|DTSTART|DTEND", "", page.text)
    assert not [word for word in hidden if word in text]
    visitor.get("/ar/follow/case")
    visitor.submit(form="/talk")
    again = visitor.get("/ar/follow/case/talk/calendar").text
    assert f"UID:{talk['uid']}\r\n" in again
    assert "STATUS:CONFIRMED\r\n" in again
