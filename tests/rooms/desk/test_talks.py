"""Talks at the desk: proposed, read before sending, changed, cancelled, held."""

from datetime import date, timedelta

import pytest

from portal.i18n import dutch_day
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    OWN,
    STRANGER,
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
from tests.support.talks import (
    PLACE,
    close,
    count,
    desk_of,
    proposed,
    talk_of,
    working_day,
)
from tests.support.visitor import Visitor
from tests.support.world import PERSON, World

ASKED = {
    **PERSON, "talk_topic": "departure", "talk_way": "phone", "talk_days": "Dinsdag <i>",
    "talk_with": "guardian", "interpreter_gender": "woman", "talk_lang": "Tigrinya",
}  # fmt: skip


def day_of(day: date) -> dict[str, str]:
    return {"day.day": str(day.day), "day.month": str(day.month), "day.year": str(day.year)}


def filled(day: date | None = None, **others: str) -> dict[str, str]:
    return {
        **day_of(day or working_day()), "time": "10.30", "minutes": "٤٥", "way": "place",
        "place": PLACE, "interpreter": "phone", **others,
    }  # fmt: skip


def form_page(world: World, case_id: str, who: str = OWN) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(f"/desk/cases/{case_id}/talks/new")
    return visitor


def test_a_talk_is_proposed_read_and_sent_once(world: World) -> None:
    case_id = routed(world, "appointment", ASKED)
    visitor = opened(world, case_id)
    make_move(visitor, "start")
    assert f"/desk/cases/{case_id}/talks/new" in html(visitor)
    visitor = form_page(world, case_id)
    form = visitor.form("/preview")
    assert form.values["talk_lang"] == ["Tigrinya"]
    assert form.values["gender"] == ["woman"]
    assert form.values["company"] == ["guardian"]
    assert form.values["way"] == ["phone"]
    assert "Dinsdag &lt;i&gt;" in html(visitor)
    visitor.send(form, filled(number="2", own="Neem uw papieren mee."))
    assert status_of(visitor) == 200, read(visitor)
    assert 'lang="ar" dir="rtl"' in html(visitor)
    assert "azc Assen, kamer 4 &lt;b&gt;" in html(visitor)
    assert count(world, case_id) == messages_of(world, case_id) == 0
    send = visitor.form("/send")
    visitor.send(send, {})
    assert path_of(visitor) == f"/desk/cases/{case_id}"
    talk = talk_of(world, case_id)
    assert (talk["state"], talk["open"], talk["number"], talk["minutes"], talk["way"]) == (
        "proposed", True, 2, 45, "place",
    )  # fmt: skip
    assert dutch_day(talk["start"]) == working_day()
    assert b"azc Assen" not in talk["about"]
    assert case_of(world, case_id)["state"] == "meeting_planned"
    assert case_of(world, case_id)["due"] == talk["start"]
    assert log_of(world, case_id)[-3:] == ["plan_meeting", "talk_proposed", "message"]
    assert audited(world, "case.talk_proposed") == 1
    assert "azc Assen, kamer 4 &lt;b&gt;" in html(visitor)
    visitor.send(send, {})  # a double tap
    assert status_of(visitor) == 200
    assert (count(world, case_id), messages_of(world, case_id)) == (1, 1)
    assert path_of(form_page(world, case_id)) == f"/desk/cases/{case_id}/talks/{talk['id']}"


def test_without_its_move_the_case_stays_where_it_is(world: World) -> None:
    case_id = routed(world)  # not begun with: the table has no such move
    visitor = form_page(world, case_id)
    visitor.submit(filled(), "/preview")
    assert 'name="move"' not in html(visitor)
    visitor.submit(form="/send")
    assert talk_of(world, case_id)["state"] == "proposed"
    assert case_of(world, case_id)["state"] == "assigned"


SATURDAY = next(d for d in (dutch_day() + timedelta(days=n) for n in range(7, 15))
                if d.weekday() == 5)  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (day_of(dutch_day() - timedelta(days=1)), "f-day"),
        (day_of(SATURDAY), "f-day"),
        (day_of(SATURDAY + timedelta(days=1)), "f-day"),
        (day_of(working_day(400)), "f-day"),
        ({"day.day": "31", "day.month": "2"}, "f-day"),
        ({"time": "half tien"}, "f-time"),
        ({"minutes": "0"}, "f-minutes"),
        ({"minutes": "9999"}, "f-minutes"),
        ({"minutes": "uur"}, "f-minutes"),
        ({"place": " "}, "f-place"),
        ({"way": "nonsense"}, "f-way"),
        ({"interpreter": ""}, "f-interpreter"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    world: World, wrong: dict[str, str], field: str
) -> None:
    case_id = routed(world)
    visitor = form_page(world, case_id)
    visitor.submit(filled(own="Tot dan.", talk_lang="Tigrinya", number="1") | wrong, "/preview")
    assert status_of(visitor) == 422
    assert f'href="#{field}"' in html(visitor)
    again = visitor.form("/preview").values
    kept = [again[name] for name in ("own", "talk_lang", "number")]
    assert kept == [["Tot dan."], ["Tigrinya"], ["1"]]
    assert all(f'value="{each}"' in html(visitor) for name, each in wrong.items()
               if name in ("minutes", "time"))  # fmt: skip
    assert count(world, case_id) == 0


def test_by_telephone_no_place_is_needed(world: World) -> None:
    case_id = routed(world)
    visitor = form_page(world, case_id)
    visitor.submit(filled(way="phone", place=""), "/preview")
    visitor.submit(form="/send")
    assert talk_of(world, case_id)["way"] == "phone"


def test_a_proposal_is_changed_and_counts_as_a_new_one(world: World) -> None:
    case_id = routed(world)
    talk_id = proposed(world, case_id)
    before = talk_of(world, case_id)
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}/talks/{talk_id}/change")
    assert visitor.form("/preview").values["place"] == [PLACE]
    later = working_day(20)
    visitor.submit(day_of(later), "/preview")
    visitor.submit(form="/send")
    talk = talk_of(world, case_id)
    assert (talk["id"], talk["uid"], talk["state"]) == (talk_id, before["uid"], "proposed")
    assert (talk["sequence"], dutch_day(talk["start"])) == (1, later)
    assert log_of(world, case_id)[-2:] == ["talk_changed", "message"]


def test_a_cancelled_talk_is_told_and_another_can_be_proposed(world: World) -> None:
    case_id = routed(world)
    make_move(opened(world, case_id), "start")
    visitor = form_page(world, case_id)
    visitor.submit(filled(), "/preview")
    visitor.submit({"move": "yes"}, "/send")
    talk_id = talk_of(world, case_id)["id"]
    visitor.get(f"/desk/cases/{case_id}/talks/{talk_id}")
    form = visitor.form("/cancel")
    visitor.send(form, {"own": "Ik ben ziek."})
    assert talk_of(world, case_id)["state"] == "cancelled"
    assert case_of(world, case_id)["state"] == "in_progress"
    assert "Ik ben ziek." in read(visitor)
    visitor.send(form, {})
    assert status_of(visitor) == 200
    assert messages_of(world, case_id) == 2
    assert proposed(world, case_id) != talk_id


def test_another_team_finds_no_talk_and_no_talk_of_another_case(world: World) -> None:
    case_id, other = routed(world), routed(world)
    talk_id = proposed(world, case_id)
    stranger = world.signed_in(STRANGER)
    for page in ("new", talk_id, f"{talk_id}/change", f"{talk_id}/calendar"):
        assert stranger.get(f"/desk/cases/{case_id}/talks/{page}").status_code == 404
    own = world.signed_in(OWN)
    own.get(f"/desk/cases/{case_id}/talks/{talk_id}")
    cancel, version = own.form("/cancel"), desk_of(world, other).version
    for page in (talk_id, f"{talk_id}/change", f"{talk_id}/calendar", "x" * 32):
        assert own.get(f"/desk/cases/{other}/talks/{page}").status_code == 404
    own.post(cancel.action.replace(case_id, other), {**cancel.values, "version": str(version)})
    assert status_of(own) == 404
    assert talk_of(world, case_id)["state"] == "proposed"


def test_who_comes_second_is_told_and_keeps_the_text(world: World) -> None:
    case_id = routed(world)
    first, second = form_page(world, case_id), form_page(world, case_id, COLLEAGUE)
    for visitor in (first, second):
        visitor.submit(filled(own="Tot ziens."), "/preview")
    first.submit(form="/send")
    second.submit(form="/send")
    assert status_of(second) == 409
    assert "Tot ziens." in read(second)
    assert (count(world, case_id), messages_of(world, case_id)) == (1, 1)


def test_in_a_closed_case_a_talk_is_cancelled_and_none_proposed(world: World) -> None:
    case_id = routed(world)
    talk_id = proposed(world, case_id)
    close(world, case_id)
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}/talks/{talk_id}/change")
    assert status_of(visitor) == 409
    visitor.get(f"/desk/cases/{case_id}/talks/{talk_id}")
    visitor.submit(form="/cancel")
    assert talk_of(world, case_id)["state"] == "cancelled"
    assert status_of(form_page(world, case_id)) == 409
