"""So many requests an hour for everybody: who comes after that waits a little and keeps it all."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import throttle
from portal.cases.models import Case
from tests.rooms.test_asking import IOM, answer, code_on
from tests.support.visitor import Visitor
from tests.support.world import World

pytestmark = pytest.mark.both_databases


WORDS = "Many requests come in at this moment."


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """One request for everybody, in a window that doesn't end while a test runs."""
    budget = replace(throttle.ALL_SENDS, limit=1, window=timedelta(days=30))
    monkeypatch.setattr(throttle, "ALL_SENDS", budget)


def ready(world: World, address: str) -> Visitor:
    visitor = world.visitor(address)
    visitor.get("/en/ask/iom_support")
    answer(visitor, IOM)
    return visitor


def stored(world: World) -> int:
    rows = sa.select(sa.func.count()).select_from(Case)
    return world.db.read_now(lambda session: session.scalar(rows)) or 0


def test_beyond_it_everybody_waits_and_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ready(world, "192.0.2.1"), ready(world, "198.51.100.2")
    first.submit()
    code_on(first.page.text)
    page = second.submit()
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert WORDS in page.text
    assert "Applicant 01" in page.text
    assert stored(world) == 1
    monkeypatch.setattr(throttle, "ALL_SENDS", replace(throttle.ALL_SENDS, limit=9))
    second.submit()
    code_on(second.page.text)
    assert stored(world) == 2


def test_who_waits_for_everybody_keeps_their_own_budget(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "SENDS", replace(throttle.SENDS, limit=1))
    ready(world, "192.0.2.1").submit()
    second = ready(world, "198.51.100.2")
    for _ in range(3):
        assert second.submit().status_code == 429
        assert WORDS in second.page.text
    monkeypatch.setattr(throttle, "ALL_SENDS", replace(throttle.ALL_SENDS, limit=9))
    second.submit()
    code_on(second.page.text)


def test_who_has_spent_their_own_spends_nothing_of_everybodys(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "SENDS", replace(throttle.SENDS, limit=0))
    greedy = ready(world, "192.0.2.1")
    for _ in range(3):
        page = greedy.submit()
    assert page.status_code == 429
    assert WORDS not in page.text
    monkeypatch.setattr(throttle, "SENDS", replace(throttle.SENDS, limit=9))
    other = ready(world, "198.51.100.2")
    other.submit()
    code_on(other.page.text)


def test_the_budget_is_the_one_that_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert (throttle.ALL_SENDS.limit, throttle.ALL_SENDS.window) == (1000, timedelta(hours=1))
