"""Consultations put there without their pages, and what of them is in the database."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import consultation
from portal.cases.access import Actor
from portal.cases.consultation.models import Consultation, ConsultationAction, ConsultationItem
from portal.cases.consultation.terms import Heading, Minutes, NewAction, Seat
from portal.cases.handling import Desk, version_of
from portal.cases.models import Case, CaseEvent
from portal.cases.sealing import ANSWERS, data_key_of, note_place
from portal.i18n import dutch_day
from portal.vault import subkey, unseal_json
from tests.support.world import World

TODAY = dutch_day()
NOBODY = Minutes("Opvang beëindigen.", "nobody", outcome="end_reception")
SOMEBODY = Minutes("Opvang beëindigen.", "somebody", "Er is een zieke.", "COA", "longer_azc")


def actor(world: World, who: str) -> Actor:
    return Actor(world.member_id(who), (who.partition("-")[0],))


def meeting(world: World, who: str, place: str = "azc Assen", day: date = TODAY) -> str:
    """A meeting of the team of `who`: its id."""
    return world.db.write_now(
        consultation.arrange,
        world.keys.require_desk(),
        actor(world, who),
        Heading(place, day),
        secrets.token_hex(16),
        datetime.now(UTC),
    )


def _desk(world: World, who: str, case_id: str, version: int) -> Desk:
    keys = world.keys.require_desk()
    return Desk(keys, world.settings, actor(world, who), case_id, version, datetime.now(UTC))


def on_agenda(
    world: World, who: str, meeting_id: str, case_id: str, proposal: str = "Opvang beëindigen."
) -> str:
    """Put a case on an agenda: the id of the item."""

    def put(session: Session) -> str:
        desk = _desk(world, who, case_id, version_of(session, case_id))
        consultation.put_on(session, desk, meeting_id, proposal)
        return session.scalars(
            sa.select(ConsultationItem.id).where(
                ConsultationItem.consultation_id == meeting_id, ConsultationItem.case_id == case_id
            )
        ).one()

    return world.db.write_now(put)


def written(world: World, who: str, item_id: str, minutes: Minutes = NOBODY) -> None:
    """What was said about a case, in the minutes."""

    def write(session: Session) -> None:
        case_id = session.get_one(ConsultationItem, item_id).case_id
        version = consultation.version_of(session, case_id)
        consultation.record(session, _desk(world, who, case_id, version), item_id, minutes)

    world.db.write_now(write)


def agreed(world: World, who: str, item_id: str, text: str = "Arts bellen.") -> str:
    """An action of a staff member in a week: its id."""
    new = NewAction(text, world.member_id(who), "", TODAY + timedelta(days=7))
    written(world, who, item_id, replace(NOBODY, actions=(new,)))
    newest = sa.select(ConsultationAction.id).where(ConsultationAction.item_id == item_id)
    return world.db.read_now(lambda session: session.scalars(newest).one())


def attended(world: World, who: str, meeting_id: str) -> None:
    def change(session: Session) -> None:
        row = session.get_one(Consultation, meeting_id)
        heading = Heading("azc Assen", row.day, "dtv", ("dtv", "coa"))
        consultation.change_heading(session, _seat(world, who, row), heading)

    world.db.write_now(change)


def closed(world: World, who: str, meeting_id: str) -> None:
    """Close the minutes; every case has its outcome already."""
    attended(world, who, meeting_id)

    def close(session: Session) -> None:
        row = session.get_one(Consultation, meeting_id)
        consultation.close(session, _seat(world, who, row))

    world.db.write_now(close)


def _seat(world: World, who: str, row: Consultation) -> Seat:
    keys = world.keys.require_desk()
    return Seat(keys, actor(world, who), row.id, row.version, datetime.now(UTC))


def told(world: World, case_id: str) -> list[tuple[str, Any]]:
    """(name, content) of what consultations left in the log of a case."""

    def found(session: Session) -> list[tuple[str, Any]]:
        case = session.get_one(Case, case_id)
        key = subkey(data_key_of(world.keys.require_desk(), case), ANSWERS)
        rows = session.scalars(
            sa.select(CaseEvent)
            .where(CaseEvent.case_id == case_id, CaseEvent.name.startswith("consultation_"))
            .order_by(CaseEvent.id)
        )
        return [
            (row.name, unseal_json(key, row.sealed, note_place(case_id)) if row.sealed else None)
            for row in rows
        ]

    return world.db.read_now(found)


@dataclass(frozen=True)
class Spoken:
    """A meeting that spoke about a case, and what it agreed on; open still."""

    consultation_id: str
    item_id: str
    action_id: str

    @property
    def ids(self) -> dict[str, str]:
        """By the names that they have in addresses."""
        return vars(self)


def spoken_about(
    world: World, who: str, case_id: str, canary: str = "", text: str = "Arts bellen."
) -> Spoken:
    """`canary` stands in everything that people wrote."""
    found = meeting(world, who, f"azc {canary}")
    item = on_agenda(world, who, found, case_id, f"Voorstel {canary}")
    return Spoken(found, item, agreed(world, who, item, f"{text} {canary}"))


def meetings_stored(world: World) -> list[dict[str, Any]]:
    """Every meeting as its row stands, with its sealed part opened under `about`."""

    def found(session: Session) -> list[dict[str, Any]]:
        return [
            {
                "id": row.id,
                "day": row.day,
                "closed": row.closed,
                "version": row.version,
                "sealed": row.about,
                "about": consultation.about_of(world.keys.require_desk(), row),
            }
            for row in session.scalars(sa.select(Consultation))
        ]

    return world.db.read_now(found)


def actions_stored(world: World) -> list[ConsultationAction]:
    return world.db.read_now(lambda s: list(s.scalars(sa.select(ConsultationAction))))
