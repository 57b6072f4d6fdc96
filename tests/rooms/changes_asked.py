"""Changes that wait, asked for with the code: for tests of what becomes of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import pending, service
from portal.cases.models import Case, CaseEvent, PendingChange
from portal.cases.queries import messages_of
from portal.cases.sealing import messages_key_of
from portal.db import Database
from tests.support.visitor import Visitor
from tests.support.world import World

NUMBER = "0612345678 Canary"


PHONE = {"contact_target": NUMBER, "contact_safe": "no", "contact_times": "Canarydays"}


JUST_BEFORE, JUST_AFTER = timedelta(hours=23, minutes=59), timedelta(hours=24, minutes=1)


FOLLOW = "/en/follow/case"


def opened(world: World, code: str, tag: str = "en") -> Visitor:
    visitor = world.visitor()
    visitor.get(f"/{tag}/follow")
    visitor.submit({"code": code})
    assert visitor.page.url.path == f"/{tag}/follow/case"
    return visitor


def withdraw(visitor: Visitor, tag: str = "en") -> None:
    visitor.get(f"/{tag}/follow/case/withdraw")
    visitor.submit(form="withdraw")


def contact(visitor: Visitor, channel: str = "phone", **values: Any) -> None:
    """Fill in a new contact up to its last page, and confirm it."""
    visitor.get(f"{FOLLOW}/contact")
    visitor.submit({"contact_channel": channel}, "contact")
    if channel == "phone":
        visitor.submit({**PHONE, **values}, "contact")
    visitor.submit(form="confirm")
    assert visitor.page.url.path == FOLLOW


def grow_older(world: World, age: timedelta) -> None:
    """As if everything had been asked for so long ago."""

    def shift(session: Session) -> None:
        for row in session.scalars(sa.select(PendingChange)):
            row.asked, row.due = row.asked - age, row.due - age

    world.db.write_now(shift)


def apply_due(world: World, db: Database | None = None) -> int:
    keys, now = world.keys.require_desk(), datetime.now(UTC)
    return (db or world.db).write_now(pending.apply_due, keys, world.settings, now)


def log(world: World) -> list[str]:
    names = sa.select(CaseEvent.name).order_by(CaseEvent.id)
    return world.db.read_now(lambda session: list(session.scalars(names)))


def state(world: World, case_id: str) -> str:
    return world.db.read_now(lambda session: session.get_one(Case, case_id).state)


def rows(world: World) -> list[tuple[str, str, bool]]:
    """(kind, state, whether its content is still there) of every change."""
    found = sa.select(PendingChange).order_by(PendingChange.asked)
    return world.db.read_now(
        lambda session: [(r.kind, r.state, r.sealed is not None) for r in session.scalars(found)]
    )


def letters(world: World, case_id: str) -> list[dict[str, Any]]:
    def read(session: Session) -> list[dict[str, Any]]:
        case = session.get_one(Case, case_id)
        key = messages_key_of(world.keys.require_desk(), case)
        return [message.content for message in messages_of(session, case_id, key)]

    return world.db.read_now(read)


def moved(world: World, case_id: str, *names: str) -> None:
    """What the desk would do."""

    def move(session: Session) -> None:
        case = session.get_one(Case, case_id)
        for name in names:
            service.move(
                session, world.settings, case, name, "staff", ["supervisor"], datetime.now(UTC)
            )

    world.db.write_now(move)


def asked(world: World, case_id: str, kind: str, nonce: str, db: Database | None = None) -> bool:
    """Ask without a page."""

    def ask(session: Session) -> bool:
        key = messages_key_of(world.keys.require_desk(), session.get_one(Case, case_id))
        if kind == "withdraw":
            return pending.ask_withdrawal(session, case_id, key, nonce, datetime.now(UTC))
        way = {"contact_channel": "centre"}
        return pending.ask_contact(
            session, world.keys.public, case_id, key, way, nonce, datetime.now(UTC)
        )

    return (db or world.db).write_now(ask)


def undone(world: World, case_id: str, db: Database | None = None) -> bool:
    """Undo the one change that there is, without a page."""

    def undo(session: Session) -> bool:
        key = messages_key_of(world.keys.require_desk(), session.get_one(Case, case_id))
        change_id = session.scalar(sa.select(PendingChange.id)) or ""
        session.expire_all()
        return pending.undo(session, case_id, key, change_id, datetime.now(UTC))

    return (db or world.db).write_now(undo)


def together(world: World, *deeds: Callable[[Database], object]) -> list[object]:
    """Deeds at the same moment, each with connections of its own."""
    databases = [Database(world.settings.database_url) for _ in deeds]
    with ThreadPoolExecutor(len(deeds)) as pool:
        found = list(pool.map(lambda pair: pair[0](pair[1]), zip(deeds, databases, strict=True)))
    for each in databases:
        each.close()
    return found
