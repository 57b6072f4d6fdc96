"""The hold of a mediation without a dossier: who is named lifts it, with the date of a ruling."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.cases.models import Case, CaseEvent
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    COORDINATOR,
    OWN,
    STRANGER,
    audited,
    html,
    log_of,
    read,
    routed,
    status_of,
)
from tests.support.visitor import Visitor
from tests.support.world import MEDIATION, World

NO_DOSSIER: dict[str, Any] = {**MEDIATION, "v_number": None, "v_number_unknown": True}
RULING = datetime.now(UTC).date() - timedelta(days=3)


def held(world: World) -> str:
    """A mediation of somebody without a dossier, taken over by a supervisor."""
    case_id = routed(world, "mediation", NO_DOSSIER)
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}")
    visitor.submit(form="/take-over")
    return case_id


def hold_page(world: World, case_id: str, who: str = OWN) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(f"/desk/cases/{case_id}/hold")
    return visitor


def on_hold(world: World, case_id: str) -> bool:
    return world.db.read_now(lambda session: session.get_one(Case, case_id).embassy_hold)


def day(moment: date) -> dict[str, str]:
    return {"ruling.day": str(moment.day), "ruling.month": str(moment.month),
            "ruling.year": str(moment.year)}  # fmt: skip


def test_the_named_supervisor_lifts_the_hold_with_a_ruling_and_sets_it_again(world: World) -> None:
    case_id = held(world)
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}")
    assert f"/desk/cases/{case_id}/hold" in html(visitor)
    assert visitor.get(f"/desk/cases/{case_id}/message/mediation_started").status_code == 409
    visitor = hold_page(world, case_id)
    visitor.submit(day(RULING), "/hold")
    assert visitor.page.url.path == f"/desk/cases/{case_id}"
    assert not on_hold(world, case_id)
    event = world.db.read_now(
        lambda s: s.scalars(
            sa.select(CaseEvent).where(CaseEvent.name == "hold_lifted_by_hand")
        ).one()
    )
    assert (event.detail, event.actor) == ({"date": str(RULING)}, world.member_id(OWN))
    assert audited(world, "case.hold_lifted_by_hand") == 1
    assert "Supervisor Assen 1" in read(visitor)
    assert visitor.get(f"/desk/cases/{case_id}/message/mediation_started").status_code == 200
    visitor = hold_page(world, case_id)
    visitor.submit(form="/hold")
    assert on_hold(world, case_id)
    assert log_of(world, case_id)[-1] == "hold_set_by_hand"
    assert audited(world, "case.hold_set_by_hand") == 1


@pytest.mark.parametrize("who", [COLLEAGUE, COORDINATOR])
def test_nobody_else_lifts_it(world: World, who: str) -> None:
    case_id = held(world)
    other = hold_page(world, case_id, who)
    assert status_of(other) == 200
    assert "ruling.day" not in html(other)
    own = hold_page(world, case_id)
    values = own.form("/hold").filled(day(RULING))
    csrf = other.form("sign-out").values["csrf"]
    for name in ("lift", "hold"):
        other.post(f"/desk/cases/{case_id}/hold", {**values, "csrf": csrf, "name": name})
        assert status_of(other) == 409
    assert on_hold(world, case_id)
    assert "hold_lifted_by_hand" not in log_of(world, case_id)


def test_another_team_finds_no_such_case(world: World) -> None:
    assert status_of(hold_page(world, held(world), STRANGER)) == 404


TOMORROW = datetime.now(UTC).date() + timedelta(days=2)


@pytest.mark.parametrize(
    "typed", [{}, {"ruling.day": "31", "ruling.month": "2", "ruling.year": "2026"}, day(TOMORROW)]
)
def test_without_a_day_that_has_been_nothing_is_lifted(world: World, typed: dict[str, str]) -> None:
    case_id = held(world)
    visitor = hold_page(world, case_id)
    visitor.submit(typed, "/hold")
    assert status_of(visitor) == 422
    assert "error-summary" in html(visitor)
    assert all(f'value="{each}"' in html(visitor) for each in typed.values())
    assert on_hold(world, case_id)


def test_who_comes_second_is_told(world: World) -> None:
    case_id = held(world)
    first, second = hold_page(world, case_id), hold_page(world, case_id)
    first.submit(day(RULING), "/hold")
    second.submit(day(RULING), "/hold")
    assert status_of(second) == 409
    assert log_of(world, case_id).count("hold_lifted_by_hand") == 1


@pytest.mark.parametrize("kind", ["mediation", "question"])
def test_where_the_record_decides_nobody_does(world: World, kind: str) -> None:
    case_id = routed(world, kind, MEDIATION if kind == "mediation" else None)
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}")
    assert "/hold" not in html(visitor)
    values = {name: visitor.form("/note").values[name] for name in ("csrf", "version")}
    assert visitor.get(f"/desk/cases/{case_id}/hold").status_code == 409
    for name in ("lift", "hold"):
        visitor.post(f"/desk/cases/{case_id}/hold", {**values, **day(RULING), "name": name})
        assert status_of(visitor) == 409


def test_no_mediation_is_carried_out_while_it_is_on_hold(world: World) -> None:
    case_id = held(world)
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}")
    visitor.submit({"name": "start"}, "/move")
    assert 'value="carry_out"' not in html(visitor)
    form = visitor.form("/move")
    assert visitor.post(form.action, {**form.values, "name": "carry_out"}).status_code == 409
    assert log_of(world, case_id)[-1] == "start"
    visitor = hold_page(world, case_id)
    visitor.submit(day(RULING), "/hold")
    assert 'value="carry_out"' in html(visitor)
