"""Absences in the browser: planned, ended, and refused at the field that is wrong."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from portal.audit import AuditRow
from portal.caseload.models import Absence
from portal.i18n import dutch_day
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    COORDINATOR,
    OWN,
    STRANGER,
    audited,
    csrf_of,
    html,
    read,
    routed,
    status_of,
)
from tests.rooms.desk.test_workload import ILC
from tests.support.visitor import Visitor
from tests.support.world import World

TODAY = dutch_day()


def page_of(world: World, who: str = COORDINATOR) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get("/desk/absences")
    assert status_of(visitor) == 200
    return visitor


def days(first: date, last: date) -> dict[str, str]:
    return {
        f"{name}.{part}": str(getattr(day, part))
        for name, day in (("first", first), ("last", last))
        for part in ("day", "month", "year")
    }


def rows(world: World, who: str = OWN) -> list[tuple[date, date, str | None]]:
    those = sa.select(Absence).where(Absence.member_id == world.member_id(who))
    return world.db.read_now(
        lambda s: [(a.first_day, a.last_day, a.deputy_id) for a in s.scalars(those)]
    )


def plan(page: Visitor, world: World, first: date, last: date, deputy: str = COLLEAGUE) -> None:
    who = {"member": world.member_id(OWN), "deputy": world.member_id(deputy) if deputy else ""}
    page.submit({**who, **days(first, last)}, -1)


def test_planned_seen_and_the_deputy_stands_in(world: World) -> None:
    case_id = routed(world)
    page = page_of(world)
    plan(page, world, TODAY, TODAY + timedelta(days=7))
    assert (page.page.url.path, status_of(page)) == ("/desk/absences", 200)
    assert rows(world) == [(TODAY, TODAY + timedelta(days=7), world.member_id(COLLEAGUE))]
    assert "Supervisor Assen 1" in read(page)
    address = f"/desk/workload/cases?what=open&amp;who={world.member_id(OWN)}"
    assert f'href="{address}">1<' in html(page)
    deputy = world.signed_in(COLLEAGUE)
    deputy.get("/desk/")
    assert f"/desk/cases/{case_id}" in html(deputy)
    row = world.db.read_now(
        lambda s: s.scalars(sa.select(AuditRow).where(AuditRow.action == "absence.add")).one()
    )
    assert (row.actor, row.object_id) == (world.member_id(COORDINATOR), world.member_id(OWN))


def test_back_again_keeps_the_days_that_were(world: World) -> None:
    page = page_of(world)
    plan(page, world, TODAY - timedelta(days=3), TODAY + timedelta(days=3))
    page.submit({}, "/absences/end")
    yesterday = TODAY - timedelta(days=1)
    assert rows(world) == [(TODAY - timedelta(days=3), yesterday, world.member_id(COLLEAGUE))]
    assert audited(world, "absence.end") == 1
    assert "Supervisor Assen 1</bdi><span" not in html(page)


def test_what_has_not_begun_is_taken_back_whole(world: World) -> None:
    page = page_of(world)
    plan(page, world, TODAY + timedelta(days=3), TODAY + timedelta(days=4), deputy="")
    assert rows(world) == [(TODAY + timedelta(days=3), TODAY + timedelta(days=4), None)]
    page.submit({}, "/absences/end")
    assert rows(world) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"member": ""}, "f-member"),
        ({"member": "0" * 32}, "f-member"),
        ({"first.day": "31", "first.month": "2"}, "f-first"),
        ({"last.year": "27"}, "f-last"),
        ({"last.day": "", "last.month": "<i>x", "last.year": ""}, "f-last"),
        (days(TODAY + timedelta(days=9), TODAY + timedelta(days=8)), "f-last"),
        (days(TODAY - timedelta(days=9), TODAY - timedelta(days=8)), "f-last"),
        (days(TODAY, TODAY + timedelta(days=400)), "f-last"),
        ({"first.year": "0001"}, "f-last"),
        ({"deputy": "0" * 32}, "f-deputy"),
        ({"deputy": OWN}, "f-deputy"),
        ({"member": STRANGER}, "f-member"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    world: World, changes: dict[str, str], field: str
) -> None:
    page = page_of(world)
    named = {k: world.member_id(v) if "supervisor" in v else v for k, v in changes.items()}
    typed = {"member": world.member_id(OWN), "deputy": world.member_id(COLLEAGUE),
             **days(TODAY, TODAY), **named}  # fmt: skip
    page.post("/desk/absences", {"csrf": csrf_of(page), **typed})
    assert status_of(page) == 422
    assert f'<a href="#{field}">' in html(page)
    assert f'id="{field}-error"' in html(page)
    assert "<i>" not in html(page)
    for name in ("first.day", "first.year", "last.month"):
        value = typed[name].replace("<", "&lt;").replace(">", "&gt;")
        assert f'name="{name}" value="{value}"' in html(page)
    assert rows(world) == []
    assert audited(world, "absence.add") == 0


def test_days_that_are_taken_are_named(world: World) -> None:
    page = page_of(world)
    plan(page, world, TODAY, TODAY + timedelta(days=7))
    plan(page, world, TODAY + timedelta(days=5), TODAY + timedelta(days=9))
    assert status_of(page) == 422
    assert 'id="f-first-error"' in html(page)
    assert str(TODAY.year) in read(page)
    assert len(rows(world)) == 1


def test_the_same_absence_twice_at_once_is_one(world: World) -> None:
    pages = [page_of(world), page_of(world)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda page: plan(page, world, TODAY, TODAY), pages))
    assert sorted(status_of(page) for page in pages) == [200, 422]
    assert len(rows(world)) == 1


def test_each_sees_and_ends_only_what_they_oversee(world: World) -> None:
    own, ilc = page_of(world), page_of(world, ILC)
    assert "Ter Apel 2</bdi>" not in html(own)
    assert "Ter Apel 2</bdi>" in html(ilc)
    away = rows(world, "supervisor-ter-apel-2")
    values = {"member": world.member_id("supervisor-ter-apel-2"), "first_day": str(away[0][0])}
    own.post("/desk/absences/end", {"csrf": csrf_of(own), **values})
    assert status_of(own) == 409
    assert rows(world, "supervisor-ter-apel-2") == away
    ilc.get("/desk/absences")
    ilc.submit({}, "/absences/end")
    assert rows(world, "supervisor-ter-apel-2")[0][1] == TODAY - timedelta(days=1)


@pytest.mark.parametrize("first", ["", "yesterday", "2026-99-99", "2020-01-01"])
def test_ending_what_is_not_there_says_so(world: World, first: str) -> None:
    page = page_of(world)
    data = {"csrf": csrf_of(page), "member": world.member_id(OWN), "first_day": first}
    page.post("/desk/absences/end", data)
    assert status_of(page) == 409
    assert 'role="alert"' in html(page)
