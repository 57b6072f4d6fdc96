"""Filters under a name: kept for who made them, a dozen, and nothing of anybody in the address."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portal.cases.queue import saved as saved_filters
from portal.cases.queue.models import SavedFilter
from portal.cases.queue.saved import AT_MOST, Saved, TooMany, save_filter
from tests.rooms.desk.at_the_desk import COLLEAGUE, OWN, audited, html, read, status_of
from tests.support.visitor import Form, Visitor, forms
from tests.support.world import World

pytestmark = pytest.mark.both_databases


SAVE, REMOVE = "/desk/filters", "/desk/filters/remove"


def kept(world: World, who: str = OWN) -> tuple[Saved, ...]:
    keys = world.keys.require_desk()
    return world.db.read_now(saved_filters.saved_filters, keys, world.member_id(who))


def keep(world: World, name: str, query: str) -> None:
    keys, now = world.keys.require_desk(), datetime.now(UTC)
    world.db.write_now(save_filter, keys, world.member_id(OWN), name, query, now)


def form(visitor: Visitor, address: str) -> Form:
    return next(f for f in _forms(visitor) if f.action.endswith(address))


def _forms(visitor: Visitor) -> list[Form]:
    return forms(html(visitor), str(visitor.page.url))


def test_a_filter_is_kept_shown_and_removed(world: World) -> None:
    visitor = world.signed_in(OWN)
    visitor.get("/desk/?view=team&kind=mediation&language=ar")
    visitor.send(form(visitor, SAVE), {"name": "  Mijn <b>lijst</b>  van  nu "})
    assert [each.query for each in kept(world)] == ["view=team&kind=mediation&language=ar"]
    assert kept(world)[0].name == "Mijn <b>lijst</b> van nu"
    assert "Mijn &lt;b&gt;lijst&lt;/b&gt; van nu" in html(visitor)
    assert "<b>lijst" not in html(visitor)
    assert 'aria-current="page"><bdi' in html(visitor)
    assert str(visitor.page.url).endswith("/desk/?view=team&kind=mediation&language=ar")
    visitor.get("/desk/")
    assert 'href="/desk/?view=team&amp;kind=mediation&amp;language=ar"' in html(visitor)
    assert kept(world, COLLEAGUE) == ()
    visitor.send(form(visitor, REMOVE), {})
    assert kept(world) == ()
    assert audited(world, "filter.save") == audited(world, "filter.remove") == 1


def test_its_name_is_sealed(world: World) -> None:
    keep(world, "Familie Voorbeeld", "view=mine")
    names = world.db.read_now(lambda s: list(s.scalars(sa.select(SavedFilter.name))))
    assert b"Voorbeeld" not in names[0]


def test_the_same_filter_again_gets_the_new_name(world: World) -> None:
    keep(world, "one", "view=mine")
    keep(world, "other", "view=mine")
    assert [each.name for each in kept(world)] == ["other"]


@pytest.mark.parametrize("name", ["", "   ", "\u202e\x00"])
def test_without_a_name_nothing_is_kept(world: World, name: str) -> None:
    visitor = world.signed_in(OWN)
    visitor.get("/desk/?view=team&kind=mediation")
    visitor.send(form(visitor, SAVE), {"name": name})
    assert status_of(visitor) == 422
    assert 'aria-invalid="true"' in html(visitor)
    assert kept(world) == ()
    visitor.send(form(visitor, SAVE), {"name": "now"})
    assert [each.query for each in kept(world)] == ["view=team&kind=mediation"]


def test_there_are_twelve_at_the_most(world: World) -> None:
    for number in range(AT_MOST):
        keep(world, str(number), f"view=mine&kind={number}")
    with pytest.raises(TooMany):
        keep(world, "more", "view=team")
    visitor = world.signed_in(OWN)
    visitor.get("/desk/?view=team")
    visitor.send(form(visitor, SAVE), {"name": "nummer dertien"})
    assert status_of(visitor) == 422
    assert 'value="nummer dertien"' in html(visitor)
    assert len(kept(world)) == AT_MOST


def test_two_at_once_make_no_thirteenth(world: World) -> None:
    for number in range(AT_MOST - 1):
        keep(world, str(number), f"view=mine&kind={number}")

    def again(number: int) -> bool:
        try:
            keep(world, "x", f"view=team&kind={number}")
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(again, range(4))) == [False, False, False, True]
    assert len(kept(world)) == AT_MOST


def test_nobody_removes_the_filter_of_another(world: World) -> None:
    keep(world, "mine", "view=mine")
    visitor = world.signed_in(COLLEAGUE)
    visitor.get("/desk/")
    csrf = form(visitor, SAVE).values["csrf"]
    for filter_id in (kept(world)[0].id, "x", "0" * 32, ""):
        visitor.post(REMOVE, {"csrf": csrf, "filter": filter_id})
        assert status_of(visitor) == 200
    assert len(kept(world)) == 1


def test_what_is_no_filter_is_not_kept_in_the_address(world: World) -> None:
    visitor = world.signed_in(OWN)
    visitor.get("/desk/")
    csrf = form(visitor, SAVE).values["csrf"]
    strange = {"view": "x", "kind": "0000000001", "state": "done&x=1", "language": "xx", "q": "A"}
    visitor.post(SAVE, {"csrf": csrf, "name": "x", **strange})
    assert [each.query for each in kept(world)] == ["view=mine"]


def test_a_search_offers_no_filter_to_keep(world: World) -> None:
    visitor = world.signed_in(OWN)
    visitor.get("/desk/")
    visitor.submit({"q": "0000000001"}, form="/desk/search")
    assert SAVE not in html(visitor)
    assert "0000000001" in html(visitor)
    assert read(visitor)
