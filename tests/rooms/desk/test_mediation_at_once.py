"""Two officials at the same moment: one step is written down, and the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.cases import handling, mediation, no_fault
from portal.cases.access import Actor
from portal.cases.handling import Desk, Overtaken
from tests.rooms.desk.at_the_desk import COLLEAGUE, OWN, audited, log_of
from tests.rooms.desk.milestones_written import TODAY
from tests.rooms.desk.milestones_written import mediation as sent
from tests.support.world import World

pytestmark = pytest.mark.both_databases


def desks(world: World, case_id: str) -> list[Desk]:
    """Both have the page of the same moment before them."""
    version = world.db.read_now(lambda session: handling.version_of(session, case_id))
    keys, now = world.keys.require_desk(), datetime.now(UTC)
    return [
        Desk(keys, world.settings, Actor(member, ("supervisor",)), case_id, version, now)
        for member in map(world.member_id, (OWN, COLLEAGUE))
    ]


def outcomes(world: World, case_id: str, deed: Callable[..., None], *args: Any) -> list[str]:
    def one(desk: Desk) -> str:
        def do(session: Session) -> None:
            deed(session, desk, *args)

        try:
            world.db.write_now(do)
        except Overtaken:
            return "told"
        return "done"

    with ThreadPoolExecutor(2) as threads:
        return sorted(threads.map(one, desks(world, case_id)))


def test_one_milestone_of_two_at_once(world: World) -> None:
    case_id = sent(world)
    new = mediation.NewMilestone("talk", TODAY)
    assert outcomes(world, case_id, mediation.record, new) == ["done", "told"]
    assert log_of(world, case_id).count("milestone") == 1
    assert audited(world, "case.milestone") == 1


def test_one_judgement_of_two_at_once(world: World) -> None:
    case_id = sent(world)
    args = ("identity", "met", "Gezien.", ())
    assert outcomes(world, case_id, no_fault.judge, *args) == ["done", "told"]
    assert log_of(world, case_id).count("no_fault") == 1
    assert audited(world, "case.no_fault") == 1
