"""How much lies with whom: numbers that agree with their lists, and who sees which."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.cases.models import Case
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    COORDINATOR,
    OWN,
    STRANGER,
    UNKNOWN_PERSON,
    audited,
    change,
    html,
    read,
    routed,
    status_of,
)
from tests.support.visitor import Visitor
from tests.support.world import QUESTION, World

pytestmark = pytest.mark.both_databases


ILC = "coordinator-ilc"
OF_UTRECHT = {
    **QUESTION,
    "v_number": "0000000004",
    "birth_date": {"year": 1990, "month": 6, "day": 15},
    "family_name": "Applicant 04",
    "place": "Utrecht",
}
LONG_AGO = datetime.now(UTC) - timedelta(days=30)


def shown(world: World, who: str = COORDINATOR, path: str = "/desk/workload") -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(path)
    return visitor


def numbers(visitor: Visitor) -> list[tuple[str, int]]:
    """(address, number) of every number that has a list."""
    found = re.findall(r'<td><a href="([^"]+)">(\d+)<', html(visitor))
    return [(address.replace("&amp;", "&"), int(count)) for address, count in found]


def several(world: World) -> list[str]:
    """Cases of each sort: of a supervisor, of nobody, late, waiting, and of another team."""
    made = [routed(world), routed(world), routed(world), routed(world, answers=UNKNOWN_PERSON)]
    made.append(routed(world, answers=OF_UTRECHT))
    change(world, sa.update(Case).where(Case.id == made[1]).values(due=LONG_AGO, created=LONG_AGO))
    change(world, sa.update(Case).where(Case.id == made[2]).values(state="info_needed"))
    return made


@pytest.mark.parametrize("who", [COORDINATOR, ILC])
def test_each_number_is_the_length_of_its_list(world: World, who: str) -> None:
    several(world)
    page = shown(world, who)
    found = numbers(page)
    assert len(found) >= 12
    for address, count in found:
        page.get(address)
        assert status_of(page) == 200
        assert len(re.findall(r'<th scope="row" class="person">', html(page))) == count, address
    assert audited(world, "workload.list") == len(found)
    assert audited(world, "workload.view") == 1


def test_what_is_counted(world: World) -> None:
    several(world)
    found = dict(numbers(shown(world)))
    team = "/desk/workload/cases?what={}&team=assen"
    assert {what: found.get(team.format(what)) for what in
            ("open", "new", "untouched", "alert", "late", "waiting")} == {
        "open": 4, "new": 3, "untouched": 1, "alert": 1, "late": 1, "waiting": 1}  # fmt: skip
    own = world.member_id(OWN)
    assert found[team.format("open") + f"&who={own}"] == 3
    assert found[team.format("open") + "&who=none"] == 1


def test_closed_and_unrouted_cases_count_nowhere(world: World) -> None:
    case_id = routed(world)
    world.send("question", QUESTION)
    change(world, sa.update(Case).where(Case.id == case_id).values(state="done", open=False))
    assert numbers(shown(world)) == []


def test_a_coordinator_sees_their_own_team_and_the_ilc_all(world: World) -> None:
    several(world)
    own, all_teams = read(shown(world)), read(shown(world, ILC))
    assert "Team Assen" in own
    assert "Team Utrecht" not in own
    assert "Team Assen" in all_teams
    assert "Team Utrecht" in all_teams
    page = shown(world, COORDINATOR, "/desk/workload/cases?what=open&team=utrecht")
    assert 'class="person"' not in html(page)
    assert "Team Utrecht ·" not in read(page)


def test_the_ilc_reads_no_name_and_no_kind_of_another_teams_case(world: World) -> None:
    case_id = routed(world, answers=OF_UTRECHT)
    page = shown(world, ILC, "/desk/workload/cases?what=open&team=utrecht")
    reference = world.db.read_now(lambda s: s.get_one(Case, case_id).reference)
    assert reference in read(page)
    assert "Applicant" not in read(page)
    assert f'/desk/cases/{case_id}"' not in html(page)
    assert shown(world, ILC, f"/desk/cases/{case_id}").page.status_code == 404


def test_teams_without_open_cases_are_named_in_one_list_at_the_end(world: World) -> None:
    several(world)
    page = html(shown(world, ILC))
    tables, _, idle = page.partition('id="idle"')
    assert tables.count("<table") == 2
    assert "Team Assen" not in idle
    assert "<table" not in idle
    assert "VBL Ter Apel" in idle
    assert "VBL Ter Apel" not in tables
    assert 'id="idle"' not in html(shown(world))


def test_who_is_away_and_who_stands_in(world: World) -> None:
    case_id = routed(world)
    change(world, sa.update(Case).where(Case.id == case_id).values(team_id="ter-apel"))
    assert "Supervisor Ter Apel 1" in read(shown(world, ILC))
    rows = re.findall(r"<tr>.*?</tr>", html(shown(world, ILC)), re.DOTALL)
    away = [row for row in rows if 'class="tag"' in row and "Ter Apel 2" in row]
    assert len(away) == 1
    assert "Ter Apel 1" in away[0]


@pytest.mark.parametrize("who", [OWN, COLLEAGUE, STRANGER, "partner-iom-1", "auditor-1"])
def test_nobody_else_sees_it(world: World, who: str) -> None:
    for path in ("/desk/workload", "/desk/workload/cases?what=open&team=assen"):
        assert shown(world, who, path).page.status_code == 403


def test_what_cannot_be_read_of_an_address_is_as_if_it_were_not_there(world: World) -> None:
    several(world)
    page = shown(world, path="/desk/workload/cases?what=x&team=&who='%00&after=zz&given=%E0%A5%A7")
    assert status_of(page) == 200
    assert html(page).count('class="person"') == 4


def test_a_list_of_more_than_a_page_has_a_next_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.cases.workload.PAGE", 3)
    several(world)
    page = shown(world, path="/desk/workload/cases?what=open&team=assen")
    first = set(re.findall(r'name="case" value="([0-9a-f]{32})', html(page)))
    following = re.search(r'href="([^"]+after=[^"]+)"', html(page))
    assert following
    page.get(following[1].replace("&amp;", "&"))
    second = set(re.findall(r'name="case" value="([0-9a-f]{32})', html(page)))
    assert (len(first), len(second), first & second) == (3, 1, set())
