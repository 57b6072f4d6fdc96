"""The four checks of a case, recorded as somebody of the desk records them."""

from collections.abc import Collection
from datetime import UTC, datetime

from portal.cases import checking, handling
from portal.cases.access import Actor
from portal.cases.checking import Given
from portal.cases.checks import CHECKS
from portal.cases.handling import Desk
from tests.support.world import World


def assess(
    world: World, case_id: str, who: str, *checks: str, result: str = "no_signal", why: str = ""
) -> None:
    """Some of the checks, with one result and one reason."""
    version = world.db.read_now(handling.version_of, case_id)
    actor = Actor(world.member_id(who), ("supervisor",))
    now = datetime.now(UTC)
    desk = Desk(world.keys.require_desk(), world.settings, actor, case_id, version, now)
    given = {check: Given(result, why or f"Gevraagd en gelezen: {check}.") for check in checks}
    world.db.write_now(checking.assess, desk, given)


def assess_all(world: World, case_id: str, who: str, *, without: Collection[str] = ()) -> None:
    """All four without a signal, so that the case can be closed or declined."""
    assess(world, case_id, who, *(check for check in CHECKS if check not in without))
