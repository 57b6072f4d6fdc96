"""Every id in every staff address, swapped between two teams (security.md R2, T15).

What is foreign answers as what doesn't exist: 404, without one byte of it. A room that gives a
path variable to something of a case adds how it is made to MAKERS.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from portal.caseload import absence
from portal.caseload.absence import Away
from portal.cases.models import Case
from portal.i18n import dutch_day
from tests.house.test_routes import DESK, GOOD_FORM, ROUTES, csrf_of, enter
from tests.rooms.routed_cases import routed
from tests.support.consultations import spoken_about
from tests.support.files import attached
from tests.support.talks import proposed
from tests.support.visitor import Visitor
from tests.support.world import World

Ids = dict[str, str]
Maker = Callable[[World, str, str, str], Ids]
"""(world, case id, who has the case, canary) to ids by the names of path variables. Whatever people
write in what it makes holds the canary."""


def a_file(world: World, case_id: str, _who: str, canary: str) -> Ids:
    return {"file_id": attached(world, case_id, canary.encode())}


def a_consultation(world: World, case_id: str, who: str, canary: str) -> Ids:
    return spoken_about(world, who, case_id, canary).ids


def a_talk(world: World, case_id: str, who: str, canary: str) -> Ids:
    return {"talk_id": proposed(world, case_id, who=who, place=canary)}


MAKERS: tuple[Maker, ...] = (a_file, a_consultation, a_talk)
SAME_FOR_ALL = {"letter": "reading"}
"""Path variables that name nothing of a case."""

ASSEN, ASSEN_2, UTRECHT = "supervisor-assen-1", "supervisor-assen-2", "supervisor-utrecht-1"
TRAINED = "supervisor-vertrouwelijk-1"
CASES: dict[str, dict[str, Any]] = {
    ASSEN: {"v_number": "0000000001"},
    UTRECHT: {"v_number": "0000000004", "birth_date": {"year": 1990}},
    TRAINED: {"from_safety": "yes"},
}
"""Who has a case of their own here, and the answers that bring it to them."""
SEES: dict[str, set[str]] = {
    ASSEN: {ASSEN},
    ASSEN_2: {ASSEN},
    "coordinator-assen": {ASSEN},
    UTRECHT: {UTRECHT},
    TRAINED: {TRAINED},
    "supervisor-amv-1": set(),  # trained too, and of another team
    "coordinator-ilc": set(),
}
"""Whose cases each of these people may open."""


@dataclass(frozen=True)
class Owned:
    """A case with everything that belongs to it."""

    ids: Ids
    canary: str


def variables(template: str) -> list[str]:
    """The path variables that name something of a case."""
    return [each for each in re.findall(r"\{(\w+)\}", template) if each not in SAME_FOR_ALL]


ADDRESSES = sorted(
    (method, template)
    for (method, template), who in ROUTES.items()
    if who & DESK and variables(template)
)


def test_every_variable_of_the_desk_has_a_maker(world: World) -> None:
    made = set(owned(world, ASSEN).ids)
    assert {each for _, template in ADDRESSES for each in variables(template)} <= made


def owned(world: World, who: str) -> Owned:
    canary = f"Canary{who.replace('-', '')}"
    answers = {**CASES[who], "family_name": canary, "question_text": f"{canary} asks"}
    case_id = routed(world, "appointment" if who == TRAINED else "question", **answers).id

    def give(session: Any) -> None:
        session.get_one(Case, case_id).supervisor_id = world.member_id(who)

    world.db.write_now(give)
    ids: Ids = {"id": case_id}
    for make in MAKERS:
        ids |= make(world, case_id, who, canary)
    return Owned(ids, canary)


@pytest.fixture
def everything(world: World) -> dict[str, Owned]:
    return {who: owned(world, who) for who in CASES}


def addresses(template: str, everything: dict[str, Owned]) -> Iterator[tuple[str, set[str]]]:
    """The address with every mixture of whose ids stand in it, and whose they are."""
    names = variables(template)
    for whose in product(everything, repeat=len(names)):
        ids = {name: everything[who].ids[name] for name, who in zip(names, whose, strict=True)}
        yield template.format(**SAME_FOR_ALL, **ids), set(whose)


def look(world: World, everything: dict[str, Owned], who: str, sees: set[str]) -> None:
    """Every address for one person: what belongs together and to them opens, and nothing else."""
    visitor = world.signed_in(who)
    csrf = csrf_of(visitor)
    for method, template in ADDRESSES:
        if not ROUTES[method, template] & {who.partition("-")[0]}:
            continue
        for path, whose in addresses(template, everything):
            data = {"csrf": csrf, **GOOD_FORM, "version": "0"} if method == "POST" else None
            opens = len(whose) == 1 and whose <= sees
            status, _ = enter(visitor, method, path, data)
            where = f"{who}: {method} {template} of {sorted(whose)}: {status}"
            assert (status != 404) is opens, where
            assert status in (200, 303, 404, 409, 422), where
            if method == "GET" and not opens:
                assert_no_canary(visitor, path, everything)


def assert_no_canary(visitor: Visitor, path: str, everything: dict[str, Owned]) -> None:
    page = visitor.client.get(path)
    for each in everything.values():
        assert each.canary not in page.text, path


@pytest.mark.parametrize("who", SEES)
def test_only_what_is_ones_own_opens(world: World, everything: dict[str, Owned], who: str) -> None:
    look(world, everything, who, SEES[who])


def test_a_deputy_has_the_ids_of_who_is_away_and_for_that_day_alone(
    world: World, everything: dict[str, Owned]
) -> None:
    today = dutch_day(datetime.now(UTC))
    for absent in (UTRECHT, TRAINED):  # nobody untrained stands in for the trained
        away = Away(f"{absent}@demo.example", today, today, f"{ASSEN}@demo.example")
        world.db.write_now(absence.add_absence, away)
    look(world, everything, ASSEN, {ASSEN, UTRECHT})
    world.db.write_now(absence.remove_absence, f"{UTRECHT}@demo.example", today)
    look(world, everything, ASSEN, {ASSEN})


@pytest.mark.parametrize("who", [ASSEN, UTRECHT, TRAINED])
def test_no_list_shows_what_is_foreign(
    world: World, everything: dict[str, Owned], who: str
) -> None:
    visitor = world.signed_in(who)
    lists = [
        template
        for (method, template), roles in ROUTES.items()
        if method == "GET" and roles & DESK and "{" not in template and "supervisor" in roles
    ]
    for path in (*lists, "/desk/?view=team", "/desk/?view=unowned"):
        page = visitor.client.get(path)
        assert page.status_code == 200, path
        for other, each in everything.items():
            if other != who:
                assert each.canary not in page.text, path
                assert not set(each.ids.values()) & set(re.findall(r"[0-9a-f]{32}", page.text))
