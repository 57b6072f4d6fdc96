"""Giving several cases at once: each guarded like one, and what stays is told."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from portal.cases.models import Case, CaseMessage
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    COORDINATOR,
    OWN,
    audited,
    case_of,
    change,
    csrf_of,
    html,
    log_of,
    read,
    routed,
    status_of,
)
from tests.rooms.desk.test_workload import ILC, OF_UTRECHT
from tests.support.visitor import Visitor
from tests.support.world import World

pytestmark = pytest.mark.both_databases


LIST = "/desk/workload/cases?what=open"
GIVE = "/desk/workload/give"


def a_list(world: World, who: str = COORDINATOR, address: str = LIST) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(address)
    assert status_of(visitor) == 200
    return visitor


def ticks(visitor: Visitor) -> dict[str, str]:
    """What each tick sends, by case id."""
    found = re.findall(r'name="case" value="([0-9a-f]{32})(:\d+)"', html(visitor))
    return {case_id: case_id + version for case_id, version in found}


def give(visitor: Visitor, cases: list[str], handler: str) -> None:
    visitor.submit({"case": cases, "handler": handler}, GIVE)


def test_several_go_at_once_and_each_is_written_down(world: World) -> None:
    made = [routed(world) for _ in range(3)]
    colleague = world.member_id(COLLEAGUE)
    page = a_list(world)
    own_ticks = ticks(page)
    give(page, [own_ticks[each] for each in made[:2]], f"assen:{colleague}")
    assert status_of(page) == 200
    assert str(page.page.url).endswith("given=2")
    for case_id in made[:2]:
        assert case_of(world, case_id)["supervisor_id"] == colleague
        assert log_of(world, case_id)[-1] == "assigned"
    assert case_of(world, made[2])["supervisor_id"] == world.member_id(OWN)
    assert audited(world, "case.assign") == 2
    letters = world.db.read_now(lambda s: s.scalar(sa.select(sa.func.count(CaseMessage.id))))
    assert letters == 0


def test_to_a_team_and_nobody_in_particular(world: World) -> None:
    case_id = routed(world)
    page = a_list(world)
    give(page, list(ticks(page).values()), "utrecht:")
    assert (case_of(world, case_id)["team_id"], case_of(world, case_id)["supervisor_id"]) == (
        "utrecht", None)  # fmt: skip


def test_what_cannot_be_given_stays_and_is_told_the_rest_goes(world: World) -> None:
    restricted, changed, closed, fine = (routed(world) for _ in range(4))
    change(world, sa.update(Case).where(Case.id == restricted).values(restricted=True))
    page = a_list(world)
    mine = ticks(page)
    change(world, sa.update(Case).where(Case.id == closed).values(open=False, state="done"))
    noted = world.signed_in(OWN)
    noted.get(f"/desk/cases/{changed}")
    noted.submit({"text": "Gebeld"}, "/note")
    give(page, [mine[each] for each in (restricted, changed, closed, fine)], "utrecht:")
    assert status_of(page) == 409
    assert case_of(world, fine)["team_id"] == "utrecht"
    for case_id in (restricted, changed, closed):
        assert case_of(world, case_id)["team_id"] == "assen"
        assert "assigned" not in log_of(world, case_id)
        reference = world.db.read_now(lambda s, i=case_id: s.get_one(Case, i).reference)
        assert case_id == closed or reference in read(page)
    assert html(page).count("<li>") - html(page).count("<li><a") >= 3
    assert re.search(rf'value="{changed}:\d+"[^>]* checked', html(page))
    assert not re.search(rf'value="{restricted}:\d+"[^>]* checked', html(page))
    assert audited(world, "case.assign") == 1
    assert audited(world, "case.refused") == 1


def test_a_restricted_case_goes_to_a_trained_team(world: World) -> None:
    case_id = routed(world)
    change(world, sa.update(Case).where(Case.id == case_id).values(restricted=True))
    page = a_list(world)
    give(page, [ticks(page)[case_id]], "amv:")
    assert case_of(world, case_id)["team_id"] == "amv"


def test_the_ilc_gives_ordinary_cases_of_other_teams_and_no_restricted_one(world: World) -> None:
    ordinary, restricted = routed(world, answers=OF_UTRECHT), routed(world, answers=OF_UTRECHT)
    change(world, sa.update(Case).where(Case.id == restricted).values(restricted=True))
    page = a_list(world, ILC, LIST + "&team=utrecht")
    mine = ticks(page)
    assert list(mine) == [ordinary]
    forged = mine[ordinary].replace(ordinary, restricted)
    page.post(GIVE, {"csrf": csrf_of(page), "case": [mine[ordinary], forged], "handler": "amv:"})
    assert status_of(page) == 409
    assert case_of(world, ordinary)["team_id"] == "amv"
    assert case_of(world, restricted)["team_id"] == "utrecht"


def test_another_teams_case_is_not_a_coordinators_to_give(world: World) -> None:
    case_id = routed(world, answers=OF_UTRECHT)
    tick = ticks(a_list(world, ILC))[case_id]
    reference = world.db.read_now(lambda s: s.get_one(Case, case_id).reference)
    page = world.signed_in(COORDINATOR)
    page.post(GIVE, {"csrf": csrf_of(page), "case": tick, "handler": "assen:"})
    assert status_of(page) == 409
    assert case_of(world, case_id)["team_id"] == "utrecht"
    assert reference not in read(page)
    assert audited(world, "case.refused") == 1


@pytest.mark.parametrize(
    "handler", ["", "nowhere:", "utrecht:nobody", "<b>:x", "assen:" + "0" * 32]
)
def test_without_a_real_handler_nothing_goes_and_the_ticks_stay(world: World, handler: str) -> None:
    case_id = routed(world)
    page = a_list(world)
    tick = ticks(page)[case_id]
    page.post(f"{GIVE}?what=open", {"csrf": csrf_of(page), "case": tick, "handler": handler})
    assert status_of(page) == 422
    assert "error-summary" in html(page)
    assert f'value="{tick}" type="checkbox"' in html(page)
    assert re.search(rf'value="{tick}"[^>]* checked', html(page))
    assert "<b>" not in html(page)
    assert log_of(world, case_id)[-1] == "routed"


@pytest.mark.parametrize("case", [[], ["x"], ["0" * 32 + ":-1"], ["0" * 32 + ":" + "9" * 40]])
def test_without_a_tick_nothing_goes(world: World, case: list[str]) -> None:
    routed(world)
    page = a_list(world)
    page.post(GIVE, {"csrf": csrf_of(page), "case": case, "handler": "utrecht:"})
    assert status_of(page) == 422
    assert re.search(r'<option value="utrecht:" selected', html(page))


def test_somebody_of_another_team_works_not_there(world: World) -> None:
    case_id = routed(world)
    page = a_list(world)
    give_to = f"utrecht:{world.member_id(COLLEAGUE)}"
    tick = ticks(page)[case_id]
    page.post(GIVE, {"csrf": csrf_of(page), "case": tick, "handler": give_to})
    assert status_of(page) == 422
    assert case_of(world, case_id)["team_id"] == "assen"


def test_the_same_form_twice_at_once_gives_once(world: World) -> None:
    made = [routed(world) for _ in range(3)]
    pages = [a_list(world), a_list(world)]
    cases = list(ticks(pages[0]).values())
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda page: give(page, cases, "utrecht:"), pages))
    for case_id in made:
        assert log_of(world, case_id).count("assigned") == 1
        assert case_of(world, case_id)["team_id"] == "utrecht"
    assert audited(world, "case.assign") == 3
    assert sorted(status_of(page) for page in pages) == [200, 409]
