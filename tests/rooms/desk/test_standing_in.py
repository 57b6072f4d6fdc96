"""Who stands in for somebody: finds what that person has, works on it, and it stays theirs."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.caseload import absence
from portal.caseload.absence import Away
from portal.desk.wording import say
from portal.i18n import dutch_day
from tests.rooms.desk.at_the_desk import (
    OWN,
    STRANGER,
    case_of,
    html,
    log_of,
    make_move,
    opened,
    path_of,
    read,
    routed,
    status_of,
)
from tests.support.assessed import assess_all
from tests.support.world import World

pytestmark = pytest.mark.both_databases


STANDS_IN = "You stand in for %(supervisor)s"


def away(world: World, first: int, last: int) -> None:
    """From and until how many days from today."""
    today = dutch_day(datetime.now(UTC))
    days = (today + timedelta(days=first), today + timedelta(days=last))
    whom = (f"{OWN}@demo.example", *days, f"{STRANGER}@demo.example")
    world.db.write_now(absence.add_absence, Away(*whom))


def test_the_deputy_finds_the_case_and_works_on_it(world: World) -> None:
    case_id = routed(world)
    away(world, 0, 0)
    deputy = world.signed_in(STRANGER)
    told = say("nl", STANDS_IN, {"supervisor": "Supervisor Assen 1"})
    deputy.get("/desk/")
    assert f"/desk/cases/{case_id}" in html(deputy)
    assert told in read(deputy)
    deputy = opened(world, case_id, STRANGER)
    assert told in read(deputy)
    make_move(deputy, "start")
    assert case_of(world, case_id)["supervisor_id"] == world.member_id(OWN)
    assert log_of(world, case_id)[-1] == "start"
    assert told not in read(opened(world, case_id))
    deputy.get("/desk/?view=team")
    assert case_id not in html(deputy)


def test_after_the_last_deed_the_deputy_is_back_at_the_queue(world: World) -> None:
    case_id = routed(world)
    away(world, 0, 0)
    deputy = opened(world, case_id, STRANGER)
    make_move(deputy, "start")
    assess_all(world, case_id, OWN)
    deputy.get(f"/desk/cases/{case_id}")
    make_move(deputy, "finish")
    assert path_of(deputy) == "/desk/"
    assert case_of(world, case_id)["open"] is False


def test_before_and_after_the_days_there_is_no_such_case(world: World) -> None:
    case_id = routed(world)
    away(world, -2, -1)
    away(world, 1, 2)
    deputy = world.signed_in(STRANGER)
    deputy.get(f"/desk/cases/{case_id}")
    assert status_of(deputy) == 404
    deputy.get("/desk/")
    assert case_id not in html(deputy)
