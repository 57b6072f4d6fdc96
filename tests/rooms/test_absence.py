"""Who is away: their deputy gets what comes, and handles what they had, on those days."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.caseload import absence
from portal.caseload.absence import AbsenceError
from portal.caseload.models import TeamMember
from portal.cases import handling, known
from portal.cases.queue import Queue, queue_page
from tests.rooms.routed_cases import (
    ASSEN_1,
    ASSEN_2,
    SUMMER,
    UTRECHT,
    actor_of,
    away,
    case_of,
    codes,
    desk,
    given_to,
    routed,
    sees,
    sent,
    today,
)
from tests.support.assessed import assess_all
from tests.support.world import World


@pytest.mark.parametrize(
    ("moment", "is_away"),
    [
        ("2026-06-30T21:59:59", False),  # in Assen it is one second to midnight
        ("2026-06-30T22:00:00", True),
        ("2026-07-14T21:59:59", True),
        ("2026-07-14T22:00:00", False),
    ],
)
def test_an_absence_is_counted_in_dutch_days(world: World, moment: str, is_away: bool) -> None:
    away(world, ASSEN_1, ASSEN_2, SUMMER, date(2026, 7, 14))
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    house = world.db.read_now(known.house_on, at)
    assert (world.member_id(ASSEN_1) in house.away) is is_away


def test_in_winter_the_day_begins_an_hour_later(world: World) -> None:
    away(world, ASSEN_1, ASSEN_2, date(2026, 12, 1), date(2026, 12, 1))
    for moment, is_away in (("2026-11-30T22:59:59", False), ("2026-11-30T23:00:00", True)):
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        assert (
            bool(world.db.read_now(known.house_on, at).away.get(world.member_id(ASSEN_1)))
            is is_away
        )


def test_the_deputy_gets_what_comes_on_these_days(world: World) -> None:
    away(world, ASSEN_1, ASSEN_2, today(), today())
    case = routed(world)
    assert (case.team_id, case.supervisor_id) == ("assen", world.member_id(ASSEN_2))
    assert codes(world, case.id) == ["match", "deputy"]


def test_the_deputy_of_the_deputy(world: World) -> None:
    away(world, ASSEN_1, ASSEN_2, today() - timedelta(days=3), today())
    away(world, ASSEN_2, UTRECHT, today(), today() + timedelta(days=3))
    assert routed(world).supervisor_id == world.member_id(UTRECHT)


def test_without_a_deputy_the_team_has_it(world: World) -> None:
    away(world, ASSEN_1, "", today(), today())
    case = routed(world)
    assert (case.team_id, case.supervisor_id) == ("assen", None)
    assert codes(world, case.id) == ["match", "absent_no_deputy"]


def test_yesterday_is_over(world: World) -> None:
    away(world, ASSEN_1, ASSEN_2, today() - timedelta(days=9), today() - timedelta(days=1))
    away(world, ASSEN_1, ASSEN_2, today() + timedelta(days=1), today() + timedelta(days=9))
    assert routed(world).supervisor_id == world.member_id(ASSEN_1)


def test_the_deputy_sees_what_is_open_on_these_dutch_days_and_no_longer(world: World) -> None:
    case, theirs = routed(world), (ASSEN_1, UTRECHT)
    away(world, *theirs, SUMMER, date(2026, 7, 14))
    for moment, seen in (
        ("2026-06-30T21:59:59", False),  # in Utrecht it is one second to midnight
        ("2026-06-30T22:00:00", True),
        ("2026-07-14T21:59:59", True),
        ("2026-07-14T22:00:00", False),
    ):
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        assert sees(world, UTRECHT, case.id, at) is seen
        assert sees(world, ASSEN_1, case.id, at)
        assert not sees(world, "supervisor-eindhoven-1", case.id, at)
        page = world.db.read_now(
            queue_page, world.keys.require_desk(), actor_of(world, UTRECHT), Queue("mine"), at
        )
        assert [(row.id, row.stands_in) for row in page.rows] == [(case.id, True)] * seen
        assert page.counts["mine"] == seen


def test_the_deputy_acts_and_the_case_stays_with_whom_it_belongs_to(world: World) -> None:
    case = routed(world)
    with pytest.raises(handling.NotVisible):
        world.db.write_now(handling.note, desk(world, case.id, UTRECHT), "x")
    away(world, ASSEN_1, UTRECHT, today(), today())
    world.db.write_now(handling.move, desk(world, case.id, UTRECHT), "start", "")
    world.db.write_now(handling.note, desk(world, case.id, UTRECHT), "Gebeld.")
    stays = case_of(world, case.id)
    assert (stays.state, stays.team_id) == ("in_progress", "assen")
    assert stays.supervisor_id == world.member_id(ASSEN_1)
    assess_all(world, case.id, UTRECHT)
    world.db.write_now(handling.move, desk(world, case.id, UTRECHT), "finish", "")
    assert not sees(world, UTRECHT, case.id)  # closed: nothing is left to stand in for


def test_who_stands_in_for_the_deputy_stands_in_for_both(world: World) -> None:
    case = routed(world)
    away(world, ASSEN_1, ASSEN_2, today(), today())
    away(world, ASSEN_2, UTRECHT, today(), today())
    own = routed(world, v_number="0000000003", birth_date={"year": 1988})
    assert own.supervisor_id == world.member_id(UTRECHT)
    assert sees(world, UTRECHT, case.id)
    away(world, UTRECHT, ASSEN_1, today(), today())  # nobody is left
    assert not sees(world, UTRECHT, case.id)


def test_nobody_untrained_stands_in_within_a_trained_group(world: World) -> None:
    trained = "supervisor-vertrouwelijk-1"
    restricted, in_the_team = routed(world, from_safety="yes"), routed(world)
    mine = world.member_id(trained)
    given_to(world, restricted.id, supervisor_id=mine)
    given_to(world, in_the_team.id, supervisor_id=mine, team_id="vertrouwelijk")
    away(world, trained, UTRECHT, today(), today())
    for case in (restricted, in_the_team):
        assert not sees(world, UTRECHT, case.id)
    world.db.write_now(absence.remove_absence, f"{trained}@demo.example", today())
    away(world, trained, "supervisor-amv-1", today(), today())
    for case in (restricted, in_the_team):
        assert sees(world, "supervisor-amv-1", case.id)


def test_who_works_in_no_team_stands_in_for_nobody_and_sees_nothing(world: World) -> None:
    case, unrouted = routed(world), sent(world)
    away(world, ASSEN_1, UTRECHT, today(), today())
    world.db.write_now(lambda s: s.execute(sa.delete(TeamMember)))
    for each in (case.id, unrouted):
        assert not sees(world, UTRECHT, each)
    assert sees(world, ASSEN_1, case.id)


def test_what_no_absence_can_be(world: World) -> None:
    away(world, ASSEN_1, ASSEN_2, SUMMER, SUMMER + timedelta(days=5))
    for who, deputy, first, last, why in (
        (ASSEN_1, "", SUMMER + timedelta(days=5), SUMMER + timedelta(days=7), "away already"),
        (ASSEN_1, "", SUMMER - timedelta(days=5), SUMMER, "away already"),
        (ASSEN_2, "", SUMMER, SUMMER - timedelta(days=1), "before the first"),
        (ASSEN_2, ASSEN_2, SUMMER, SUMMER, "their own deputy"),
        ("nobody", "", SUMMER, SUMMER, "nobody here has"),
        (ASSEN_2, "nobody", SUMMER, SUMMER, "nobody here has"),
    ):
        with pytest.raises(AbsenceError, match=why):
            away(world, who, deputy, first, last)
    away(world, ASSEN_1, "", SUMMER + timedelta(days=6), SUMMER + timedelta(days=6))
    assert (
        len(world.db.read_now(absence.absences, SUMMER + timedelta(days=6))) == 2
    )  # and the demo's
    email = f"{ASSEN_1}@demo.example"
    world.db.write_now(absence.remove_absence, email, SUMMER)
    with pytest.raises(AbsenceError, match="no absence"):
        world.db.write_now(absence.remove_absence, email, SUMMER)
