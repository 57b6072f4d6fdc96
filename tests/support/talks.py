"""Talks that the desk has proposed, for tests of what becomes of them."""

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import talks
from portal.cases.access import Actor
from portal.cases.handling import Desk, version_of
from portal.cases.models import Case
from portal.cases.talks.models import Talk
from portal.cases.talks.planning import read_plan
from portal.cases.working_days import is_working_day
from portal.i18n import dutch_day
from tests.support.world import World

PLACE = "azc Assen, kamer 4 <b>"


def working_day(ahead: int = 7) -> date:
    """A working day at least so many days ahead."""
    day = dutch_day() + timedelta(days=ahead)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def blanks(day: date, **others: Any) -> dict[str, Any]:
    return {
        "day": day.isoformat(), "time": "10:30", "minutes": "45", "way": "place", "place": PLACE,
        "interpreter": "phone", "talk_lang": "Tigrinya", "gender": "woman",
        "company": ["lawyer"], **others,
    }  # fmt: skip


def desk_of(world: World, case_id: str, who: str = "supervisor-assen-1") -> Desk:
    version = world.db.read_now(version_of, case_id)
    actor = Actor(world.member_id(who), ("supervisor",))
    keys = world.keys.require_desk()
    return Desk(keys, world.settings, actor, case_id, version, datetime.now(UTC))


def proposed(
    world: World,
    case_id: str,
    number: str = "",
    day: date | None = None,
    who: str = "supervisor-assen-1",
    **others: Any,
) -> str:
    """Propose a talk of a case that has none: its id."""
    plan = read_plan(blanks(day or working_day(), **others), number, datetime.now(UTC))
    desk = desk_of(world, case_id, who)
    world.db.write_now(talks.propose, desk, plan, "", secrets.token_hex(16), "")
    return talk_of(world, case_id)["id"]


def held(world: World, case_id: str, number: int | None, result: str = "Rustig gesprek.") -> str:
    """A talk of a case that took place an hour ago."""
    talk_id = proposed(world, case_id)
    move_to(world, talk_id, datetime.now(UTC) - timedelta(hours=1))
    desk = desk_of(world, case_id)
    world.db.write_now(talks.mark_held, desk, talk_id, number, result, "")
    return talk_id


def talk_of(world: World, case_id: str) -> dict[str, Any]:
    """The talk of a case that was changed last, as it is stored."""

    def found(session: Session) -> dict[str, Any]:
        rows = sa.select(Talk).where(Talk.case_id == case_id).order_by(Talk.changed.desc())
        talk = session.scalars(rows).first()
        names = Talk.__table__.columns.keys()
        return {name: getattr(talk, name) for name in names} if talk else {}

    return world.db.read_now(found)


def move_to(world: World, talk_id: str, start: datetime) -> None:
    """As if it had been proposed for this moment."""
    world.db.write_now(
        lambda session: session.execute(
            sa.update(Talk).where(Talk.id == talk_id).values(start=start)
        )
    )


def count(world: World, case_id: str) -> int:
    rows = sa.select(sa.func.count()).where(Talk.case_id == case_id)
    return world.db.read_now(lambda session: session.scalar(rows)) or 0


def close(world: World, case_id: str) -> None:
    """As if the case had been closed in the meantime."""
    world.db.write_now(
        lambda session: session.execute(
            sa.update(Case).where(Case.id == case_id).values(state="done", open=False)
        )
    )
