"""Mediations and their milestones, as the tests of them write them down."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.cases.mediation import ASKED
from portal.cases.models import Case
from portal.i18n import dutch_day
from tests.rooms.desk.at_the_desk import OWN, change, html, routed
from tests.support.visitor import Visitor, forms
from tests.support.world import MEDIATION, World

TODAY = dutch_day()


def mediation(world: World, *, days: int = 20) -> str:
    """A mediation that was sent some days ago, of somebody without a procedure."""
    case_id = routed(world, "mediation", MEDIATION)
    sent = datetime.now(UTC) - timedelta(days=days)
    change(world, sa.update(Case).where(Case.id == case_id).values(created=sent))
    return case_id


def parts(name: str, day: date | None) -> dict[str, str]:
    if day is None:
        return {}
    return {f"{name}.day": str(day.day), f"{name}.month": str(day.month),
            f"{name}.year": str(day.year)}  # fmt: skip


def form_page(world: World, case_id: str, who: str = OWN) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(f"/desk/cases/{case_id}/mediation")
    return visitor


def write(
    world: World, case_id: str, step: str, ago: int = 0, *, who: str = OWN, **more: Any
) -> Visitor:
    """Write a step down that happened `ago` days ago."""
    visitor = form_page(world, case_id, who)
    ruling = parts("ruling", more.pop("ruling", None))
    values = {"step": step, **parts("day", TODAY - timedelta(days=ago)), **ruling, **more}
    form = visitor.form("/mediation")
    visitor.post(form.action, {**form.values, **values})
    return visitor


def asked(world: World, case_id: str, ago: int = 8) -> None:
    write(world, case_id, "taken_up_document", 10)
    write(world, case_id, ASKED, ago, ruling=TODAY - timedelta(days=15))


def take_back(world: World, case_id: str, number: int, text: str) -> Visitor:
    """Take the step back that stands at this place of the page."""
    visitor = form_page(world, case_id)
    undo = [f for f in forms(html(visitor), str(visitor.page.url)) if f.action.endswith("/undo")]
    visitor.send(undo[number], {"text": text})
    return visitor
