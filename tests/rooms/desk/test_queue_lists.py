"""The lists of the queue: a count is the number of its rows, and what needs somebody says why."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.cases import queue
from portal.cases.access import Actor, Sight
from portal.cases.models import Case
from portal.cases.queue import Queue, QueueRow, lists, queue_page, why_today
from portal.cases.queue.lists import VIEWS
from portal.cases.workflow import CLOSED
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    COORDINATOR,
    OWN,
    change,
    html,
    make_move,
    opened,
    read,
    routed,
)
from tests.rooms.desk.queue_worlds import many_cases
from tests.support.assessed import assess_all
from tests.support.world import World

pytestmark = pytest.mark.both_databases


PEOPLE = ((OWN, "supervisor"), (COLLEAGUE, "supervisor"), (COORDINATOR, "coordinator"))
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
UNTOUCHED = timedelta(days=2)


def all_rows(world: World, actor: Actor, view: str, **filters: str) -> list[QueueRow]:
    """Every page of a list, one after the other."""
    rows: list[QueueRow] = []
    after = None
    while True:
        asked = Queue(view, after=after, **filters)
        now = datetime.now(UTC)
        keys, untouched = world.keys.require_desk(), now - UNTOUCHED
        page = world.db.read_now(queue_page, keys, actor, asked, now, untouched)
        assert len(page.rows) <= queue.PAGE
        rows += page.rows
        after = page.following
        if after is None:
            return rows


def counts_of(world: World, actor: Actor) -> dict[str, int]:
    keys, now = world.keys.require_desk(), datetime.now(UTC)
    return world.db.read_now(queue_page, keys, actor, Queue(), now, now - UNTOUCHED).counts


@pytest.mark.parametrize("seed", range(3))
def test_counts_agree_with_lists(world: World, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(queue, "PAGE", 7)
    many_cases(world, 90, seed)
    for who, role in PEOPLE:
        actor = Actor(world.member_id(who), (role,))
        counted = counts_of(world, actor)
        assert set(counted) == set(VIEWS)
        for view in VIEWS:
            ids = [row.id for row in all_rows(world, actor, view)]
            assert len(ids) == len(set(ids)) == counted[view], (who, view)
        assert counted["today"]
        assert counted["done"]


def test_today_has_exactly_what_has_a_reason(world: World) -> None:
    many_cases(world, 120, 7)
    now = datetime.now(UTC)
    for who, role in PEOPLE:
        actor = Actor(world.member_id(who), (role,))
        mine = {row.id: row for view in ("mine", "team") for row in all_rows(world, actor, view)}
        theirs = {
            row.id
            for row in mine.values()
            if why_today(row, now)
            and (role == "coordinator" or row.supervisor_id in (actor.id, None))
        }
        assert {row.id for row in all_rows(world, actor, "today")} == theirs


def test_waiting_and_done_are_the_own_ones_or_the_teams(world: World) -> None:
    many_cases(world, 120, 3)
    recent = datetime.now(UTC) - lists.DONE_FOR
    for who, role in PEOPLE:
        actor = Actor(world.member_id(who), (role,))
        waiting, done = all_rows(world, actor, "waiting"), all_rows(world, actor, "done")
        assert {row.state for row in waiting} == {"info_needed"}
        assert {row.state for row in done} <= CLOSED
        closed = [row.closed for row in done]
        assert closed == sorted(closed, key=lambda at: at or NOW, reverse=True)
        assert all(at and at >= recent for at in closed)
        if role == "supervisor":
            assert {row.supervisor_id for row in (*waiting, *done)} == {actor.id}
        some = all_rows(world, actor, "team", language="nl", state="in_progress")
        assert all((row.language, row.state) == ("nl", "in_progress") for row in some)


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, ()),
        ({"due": NOW - timedelta(hours=1)}, ("late",)),
        ({"due": NOW + timedelta(hours=5)}, ("today",)),
        ({"due": NOW + timedelta(hours=12)}, ()),  # Dutch midnight is eleven hours away
        ({"urgent": "flight"}, ("flight",)),
        ({"urgent": "flight", "state": "meeting_planned"}, ()),
        ({"urgent": "danger", "restricted": True}, ("danger", "restricted")),
        ({"wrote_last": True}, ("wrote",)),
        ({"untouched": True}, ("untouched",)),
        ({"untouched": True, "state": "in_progress"}, ()),
        ({"change_waits": True, "alarm": True}, ("alarm", "change_waits")),
        ({"state": "done", "due": NOW - timedelta(days=1)}, ()),
    ],
)
def test_why_a_case_needs_somebody_today(changed: dict[str, Any], codes: tuple[str, ...]) -> None:
    plain: dict[str, Any] = {
        "id": "", "reference": "", "kind": "question", "state": "assigned", "language": "nl",
        "urgent": "none", "embassy_hold": False, "created": NOW, "due": NOW + timedelta(days=3),
        "closed": None, "supervisor_id": "me", "supervisor": "Me", "wrote_last": False,
        "wrote_at": None, "checks": 0, "name": "", "alarm": False, "mandate_hold": False,
        "restricted": False, "change_waits": False, "stands_in": False,
    }  # fmt: skip
    assert why_today(QueueRow(**plain | changed), NOW) == codes


def test_a_new_case_that_nobody_began_with_needs_somebody_today(world: World) -> None:
    case_id = routed(world)
    visitor = world.signed_in(OWN)
    visitor.get("/desk/?view=today")
    assert case_id not in html(visitor)
    now = datetime.now(UTC)
    aged = sa.update(Case).where(Case.id == case_id)
    change(world, aged.values(created=now - timedelta(days=30), due=now + timedelta(days=9)))
    for who in (OWN, COORDINATOR):
        visitor = world.signed_in(who)
        visitor.get("/desk/?view=today")
        assert case_id in html(visitor), who
        assert "Te lang niet gelezen" in read(visitor)
    opened(world, case_id).submit(form="/move")
    visitor.get("/desk/?view=today")
    change(world, aged.values(due=now + timedelta(days=9)))
    visitor.get("/desk/?view=today")
    assert case_id not in html(visitor)


def test_the_row_says_why_and_how_many_checks(world: World) -> None:
    case_id = routed(world)
    visitor = world.signed_in(OWN)
    visitor.get("/desk/?view=today")
    assert case_id not in html(visitor)
    late = datetime.now(UTC) - timedelta(days=2)
    change(world, sa.update(Case).where(Case.id == case_id).values(due=late, urgent="danger"))
    visitor.get("/desk/?view=today")
    assert case_id in html(visitor)
    said = re.search(r'class="due-why">([^<]*)<', html(visitor))
    assert said
    assert said[1].count("·") == 1
    assert "0/4" in read(visitor)
    visitor.get("/desk/")
    assert "due-why" not in html(visitor)


def test_a_closed_case_can_be_looked_back_at_for_a_month(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id)
    make_move(visitor, "start")
    assess_all(world, case_id, OWN)
    visitor.get(f"/desk/cases/{case_id}")
    make_move(visitor, "finish")
    visitor.get("/desk/?view=done")
    assert case_id in html(visitor)
    assert "4/4" not in read(visitor)  # of an open case alone
    visitor.get("/desk/?view=done&state=withdrawn")
    assert case_id not in html(visitor)
    old = datetime.now(UTC) - timedelta(days=31)
    change(world, sa.update(Case).where(Case.id == case_id).values(closed=old))
    visitor.get("/desk/?view=done")
    assert case_id not in html(visitor)


INDEXES = {
    ("mine", True): {"ix_cases_mine"},
    ("team", True): {"ix_cases_team"},
    ("unowned", True): {"ix_cases_unowned"},
    ("waiting", True): {"ix_cases_waiting_mine"},
    ("waiting", False): {"ix_cases_waiting_team"},
    ("done", True): {"ix_cases_closed_mine"},
    ("done", False): {"ix_cases_closed_team"},
    ("today", True): {"ix_cases_mine", "ix_cases_unowned"},
    ("today", False): {"ix_cases_team"},
}


@pytest.mark.parametrize(("view", "own"), INDEXES)
def test_each_part_of_a_list_is_read_from_the_begin_of_its_index(
    database_url: str, view: str, own: bool
) -> None:
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    on_sqlite = engine.dialect.name == "sqlite"
    used = set()
    for part in lists.parts_of(Sight("a", "t"), view, NOW, own=own, untouched=NOW):
        moment = lists.moment_of(view)
        order = (moment.desc(), Case.id.desc()) if view == "done" else (moment, Case.id)
        query = sa.select(Case.id).where(part).order_by(*order).limit(queue.PAGE + 1)
        sql = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
        with engine.connect() as connection:
            if not on_sqlite:  # an empty table is read whole, whatever its indexes
                for way in ("seqscan", "bitmapscan", "sort"):
                    connection.execute(sa.text(f"SET enable_{way} = off"))
            explain = "EXPLAIN QUERY PLAN" if on_sqlite else "EXPLAIN"
            plan = str(connection.execute(sa.text(f"{explain} {sql}".replace(":", r"\:"))).all())
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan
        used |= set(re.findall(r"ix_cases_\w+", plan))
    engine.dispose()
    assert used == INDEXES[view, own]
