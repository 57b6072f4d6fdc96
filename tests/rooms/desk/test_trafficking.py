"""Trafficking: anybody can say that they saw something, and the trained group alone reads it."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portal.caseload.models import Team
from portal.cases.access import Actor
from portal.cases.models import Case
from portal.cases.queries import CaseFile, case_file
from portal.desk.wording import MARKS, say
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    COORDINATOR,
    OWN,
    change,
    html,
    log_of,
    opened,
    path_of,
    read,
    routed,
    status_of,
)
from tests.rooms.routed_cases import given_to, sees
from tests.support.assessed import assess, assess_all
from tests.support.world import MEDIATION, World

pytestmark = pytest.mark.both_databases


GROUP, MINORS = "supervisor-vertrouwelijk-1", "supervisor-amv-1"
WHY = "Een man in de hal houdt haar paspoort."
UNTRAINED = (OWN, COLLEAGUE, COORDINATOR)


def signalled(world: World) -> str:
    case_id = routed(world)
    assess(world, case_id, OWN, "trafficking", result="signal", why=WHY)
    return case_id


def file_for(world: World, case_id: str, who: str) -> CaseFile:
    actor = Actor(world.member_id(who), ("supervisor",))
    found = world.db.read_now(
        case_file, world.keys.require_desk(), actor, case_id, datetime.now(UTC)
    )
    assert found
    return found


def is_asked(world: World, case_id: str) -> bool:
    return world.db.read_now(lambda session: session.get_one(Case, case_id).trained_group_asked)


@pytest.mark.parametrize("who", UNTRAINED)
def test_outside_the_group_only_that_it_was_assessed(world: World, who: str) -> None:
    case_id = signalled(world)
    visitor = opened(world, case_id, who)
    pages = [html(visitor)]
    for path in ("/checks", "/message", ""):
        visitor.get(f"/desk/cases/{case_id}{path}")
        pages.append(html(visitor))
    assert not any(WHY in page or "paspoort" in page for page in pages)
    file = file_for(world, case_id, who)
    check = file.checks[3]
    assert check.hidden
    assert check.current is not None
    assert (check.current.result, check.current.reason, check.current.by) == ("", "", "")
    assert WHY not in repr(file)
    assert file.log[-1].name == "check_trafficking"
    assert (file.log[-1].actor, file.log[-1].note) == ("somebody", "")


def test_the_pages_are_the_same_with_and_without_a_signal(world: World) -> None:
    """So nothing on them tells which of the two it was."""
    case_id = routed(world)
    pages = []
    for result in ("no_signal", "signal"):
        assess(world, case_id, COLLEAGUE, "trafficking", result=result, why=WHY)
        if result == "signal":
            assess(world, case_id, GROUP, "trafficking", result="signal", why=WHY)
        page = html(opened(world, case_id, OWN))
        part = page[page.index('id="checks"') : page.index('id="do"')]
        pages.append(re.sub(r"<time.*?</time>", "", part, flags=re.DOTALL))
    assert pages[0] == pages[1]


def test_the_group_sees_the_case_beside_its_own_and_reads_it(world: World) -> None:
    case_id = routed(world)
    assert not sees(world, GROUP, case_id)
    assess_all(world, case_id, OWN)
    assert not sees(world, GROUP, case_id)
    assess(world, case_id, OWN, "trafficking", result="signal", why=WHY)
    visitor = world.signed_in(GROUP)
    visitor.get("/desk/?view=team")
    assert f"/desk/cases/{case_id}" in html(visitor)
    mark = say("nl", MARKS["asks_group"])
    assert mark in read(visitor)
    assert mark not in read(opened(world, case_id, OWN))
    visitor.get(f"/desk/cases/{case_id}")
    assert WHY in read(visitor)
    assert "CoMensha" in read(visitor)
    assert "Supervisor Assen 1" in read(visitor)
    assert not sees(world, MINORS, case_id)
    assert not sees(world, "supervisor-utrecht-1", case_id)


def test_what_the_group_assessed_is_overwritten_by_nobody_else(world: World) -> None:
    case_id = signalled(world)
    assess(world, case_id, OWN, "trafficking", result="no_signal", why="Toch niets.")
    assert is_asked(world, case_id)
    assess(world, case_id, GROUP, "trafficking", result="signal", why="Wij spraken haar.")
    assess(world, case_id, COLLEAGUE, "trafficking", result="no_signal", why="Ik zag niets.")
    check = file_for(world, case_id, GROUP).checks[3]
    assert check.current is not None
    assert (check.current.reason, check.current.by_group) == ("Wij spraken haar.", True)
    assert [each.reason for each in check.older] == ["Ik zag niets.", "Toch niets.", WHY]
    assert is_asked(world, case_id)


def test_only_the_group_says_that_it_is_over(world: World) -> None:
    case_id = signalled(world)
    visitor = world.signed_in(GROUP)
    visitor.get(f"/desk/cases/{case_id}/checks")
    visitor.submit(
        {"trafficking.result": "no_signal", "trafficking.reason": "Zij heeft het paspoort zelf."},
        "/checks",
    )
    assert path_of(visitor) == "/desk/"  # no case of theirs any more
    assert not is_asked(world, case_id)
    assert not sees(world, GROUP, case_id)
    assert log_of(world, case_id).count("check_trafficking") == 2
    assess(world, case_id, COLLEAGUE, "trafficking", result="signal", why="Opnieuw.")
    assert sees(world, GROUP, case_id)


def test_being_trained_for_minors_is_not_enough(world: World) -> None:
    case_id = signalled(world)
    given_to(world, case_id, team_id="amv", supervisor_id=None, restricted=True)
    assert file_for(world, case_id, MINORS).checks[3].hidden
    assert WHY not in read(opened(world, case_id, MINORS))
    assert not file_for(world, case_id, GROUP).checks[3].hidden


def test_the_words_of_another_case_stay_within_the_group_too(world: World) -> None:
    signalled(world)
    case_id = routed(world, "mediation", MEDIATION)
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}/checks")
    assert status_of(visitor) == 200
    assert WHY not in html(visitor)
    assess(world, case_id, OWN, "trafficking", result="signal", why="Zie het andere verzoek.")
    visitor = world.signed_in(GROUP)
    visitor.get(f"/desk/cases/{case_id}/checks")
    assert WHY in read(visitor)


def test_a_house_without_the_group_says_whom_to_call(world: World) -> None:
    change(world, sa.update(Team).where(Team.kind == "trafficking").values(kind="region"))
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{routed(world)}/checks")
    assert html(visitor).count('class="phone"') == 2
