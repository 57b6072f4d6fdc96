"""The queue: who waits, found and filtered, page after page."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.cases import queue, service
from portal.cases.models import Case
from portal.cases.sealing import messages_key_of
from portal.desk.forms import read_after, write_after
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    IOM,
    OWN,
    STRANGER,
    UNKNOWN_PERSON,
    audited,
    case_of,
    change,
    html,
    log_of,
    opened,
    read,
    routed,
)
from tests.support.world import QUESTION, World

pytestmark = pytest.mark.both_databases


def test_the_queue_lists_who_waits_and_writes_down_who_looked(world: World) -> None:
    mine = routed(world)
    routed(world, answers={**QUESTION, "v_number": "0000000003", "birth_date": {"year": 1988}})
    visitor = world.signed_in(OWN)
    visitor.get("/desk/")
    assert f"/desk/cases/{mine}" in html(visitor)
    assert html(visitor).count('class="queue-link"') == 1
    visitor.get("/desk/?view=team")
    assert html(visitor).count('class="queue-link"') == 2
    assert audited(world, "queue.view") == 2
    visitor.get("/desk/?view=unowned")
    assert "queue-link" not in html(visitor)
    assert "Supervisor Assen 2" not in read(visitor)


def test_a_case_without_supervisor_waits_under_its_team(world: World) -> None:
    case_id = routed(world, answers=UNKNOWN_PERSON)  # azc Assen by what was said
    visitor = world.signed_in(OWN)
    visitor.get("/desk/?view=unowned")
    assert f"/desk/cases/{case_id}" in html(visitor)
    visitor.get(f"/desk/cases/{case_id}")
    visitor.submit(form="/take-over")
    assert case_of(world, case_id)["supervisor_id"] == world.member_id(OWN)
    assert log_of(world, case_id)[-1] == "taken_over"


@pytest.mark.parametrize("typed", ["0000000001", "٠٠.٠٠.٠٠.٠٠.٠١", " 00 0000 0001 "])
def test_search_finds_a_v_number_in_any_writing(world: World, typed: str) -> None:
    case_id = routed(world)
    visitor = world.signed_in(COLLEAGUE)
    visitor.get("/desk/")
    visitor.submit({"q": typed}, form="/desk/search")
    assert f"/desk/cases/{case_id}" in html(visitor)


def test_search_finds_a_reference_and_nothing_of_another_team(world: World) -> None:
    case_id = routed(world)
    reference = world.db.read_now(lambda session: session.get_one(Case, case_id).reference)
    for who, found in ((OWN, True), (STRANGER, False)):
        visitor = world.signed_in(who)
        for typed in (reference, reference.lower(), reference.replace("-", " "), "0000000001"):
            visitor.get("/desk/")
            visitor.submit({"q": typed}, form="/desk/search")
            assert ("queue-link" in html(visitor)) is found
    visitor.get("/desk/")
    visitor.submit({"q": "Applicant"}, form="/desk/search")
    assert "ABCD-2345" in read(visitor)


def test_filters_keep_only_what_fits(world: World) -> None:
    routed(world)
    routed(world, "iom_support", IOM)
    visitor = world.signed_in(OWN)
    for params, rows in (
        ({"kind": "iom_support"}, 1),
        ({"state": "assigned"}, 2),
        ({"state": "in_progress"}, 0),
        ({"kind": "nonsense", "state": "\x00", "view": "all"}, 2),
    ):
        visitor.get("/desk/", params=params)
        assert html(visitor).count('class="queue-link"') == rows, params


def test_pages_follow_each_other_without_gap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 3)
    monkeypatch.setattr("portal.cases.queue.lists.COUNT_UP_TO", 5)
    monkeypatch.setattr("portal.desk.listing.COUNT_UP_TO", 5)
    sent = {world.send("question", QUESTION)[0] for _ in range(7)}
    world.route()
    visitor, seen = world.signed_in(OWN), []
    address = "/desk/?kind=question"
    while address:
        visitor.get(address)
        assert "5+" in read(visitor)
        seen += re.findall(r"/desk/cases/([0-9a-f]{32})", html(visitor))
        following = re.search(r'href="(/desk/\?[^"]*after=[^"]+)"', html(visitor))
        address = unescape(following[1]) if following else ""
        assert not address or "kind=question" in address
    assert len(seen) == len(sent) == 7
    assert set(seen) == sent


@pytest.mark.parametrize("after", ["x", "====", "\x00", "é", "MDAwMS0wMS0wMVQwMDowMCsxNDowMCB4"])
def test_a_broken_place_in_the_list_is_the_first_page(world: World, after: str) -> None:
    routed(world)
    visitor = world.signed_in(OWN)
    visitor.get("/desk/", params={"after": after})
    assert "queue-link" in html(visitor)


def test_htmx_gets_the_list_alone(world: World) -> None:
    routed(world)
    visitor = world.signed_in(OWN)
    visitor.get("/desk/", headers={"hx-request": "true"})
    assert "<html" not in html(visitor)
    assert "queue-link" in html(visitor)


def test_a_deadline_that_passed_is_marked(world: World) -> None:
    case_id = routed(world)
    visitor = world.signed_in(OWN)
    for due, mark in ((-1, "is-late"), (2, "is-soon"), (90, "")):
        moment = datetime.now(UTC) + timedelta(hours=due)
        change(world, sa.update(Case).where(Case.id == case_id).values(due=moment))
        visitor.get("/desk/")
        assert re.findall(r"is-late|is-soon", html(visitor)) == ([mark] if mark else [])


def test_a_new_message_of_the_person_is_the_next_step(world: World) -> None:
    case_id = routed(world)
    new = "Het nieuwe bericht van de aanvrager lezen"

    def reply(session: Session) -> None:
        key = messages_key_of(world.keys.require_desk(), session.get_one(Case, case_id))
        now = datetime.now(UTC)
        service.reply(session, world.settings, case_id, key, "متى؟", "n1", now)

    visitor = opened(world, case_id)
    visitor.submit(form="/move")
    visitor.get("/desk/")
    assert new not in read(visitor)
    world.db.write_now(reply)
    visitor.get("/desk/")
    assert new in read(visitor)
    visitor.get(f"/desk/cases/{case_id}")
    assert new in read(visitor)
    assert "متى؟" in read(visitor)
    visitor.get(f"/desk/cases/{case_id}/message/reading")
    visitor.submit(form="/preview")
    visitor.submit(form="/send")
    visitor.get("/desk/")
    assert new not in read(visitor)


@hypothesis.given(text=st.text(max_size=80))
def test_any_word_is_a_place_in_the_list_or_none(text: str) -> None:
    found = read_after(text)
    assert found is None or read_after(write_after(found)) == found
