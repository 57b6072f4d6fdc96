"""Cases that were routed, and what became of them: for tests of where a case goes."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload import absence
from portal.caseload.absence import Away
from portal.cases import handling, queries
from portal.cases.access import Actor, is_visible
from portal.cases.handling import Desk
from portal.cases.models import Case, CaseEvent
from portal.cases.sealing import ANSWERS, answers_place, data_key_of, messages_key_of
from portal.i18n import dutch_day
from portal.vault import seal_json, subkey
from tests.support.world import PERSON, QUESTION, World

ASSEN_1, ASSEN_2 = "supervisor-assen-1", "supervisor-assen-2"
UTRECHT = "supervisor-utrecht-1"
SUMMER = date(2026, 7, 1)
ADULT = {
    "family_name": "Applicant 91",
    "given_names": "Partner",
    "birth_date": {"year": 1991, "month": 5, "day": 6},
    "relation": "partner",
}


def sent(world: World, kind: str = "question", **answers: Any) -> str:
    """A case with any answers at all, whatever its kind asks."""
    case_id, _ = world.send("question", QUESTION)

    def rewrite(session: Session) -> None:
        case = session.get_one(Case, case_id)
        key = subkey(data_key_of(world.keys.require_desk(), case), ANSWERS)
        case.answers = seal_json(key, {**PERSON, **answers}, answers_place(case.id))
        case.kind = kind

    world.db.write_now(rewrite)
    return case_id


def routed(world: World, kind: str = "question", **answers: Any) -> Case:
    case_id = sent(world, kind, **answers)
    assert world.route() == 1
    return case_of(world, case_id)


def case_of(world: World, case_id: str) -> Case:
    def load(session: Session) -> Case:
        case = session.get_one(Case, case_id)
        session.expunge(case)
        return case

    return world.db.read_now(load)


def log_of(world: World, case_id: str) -> list[tuple[str, dict[str, Any]]]:
    query = sa.select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
    return world.db.read_now(lambda s: [(each.name, each.detail) for each in s.scalars(query)])


def codes(world: World, case_id: str) -> list[str]:
    given = [detail for name, detail in log_of(world, case_id) if name in ("routed", "rerouted")]
    return [reason["code"] for reason in given[-1]["reasons"]]


def letters(world: World, case_id: str) -> list[str]:
    def load(session: Session) -> list[str]:
        key = messages_key_of(world.keys.require_desk(), session.get_one(Case, case_id))
        return [m.content["letter"] for m in queries.messages_of(session, case_id, key)]

    return world.db.read_now(load)


def actor_of(world: World, who: str, *roles: str) -> Actor:
    return Actor(world.member_id(who), roles or ("supervisor",))


def desk(world: World, case_id: str, who: str, *roles: str) -> Desk:
    version = world.db.read_now(handling.version_of, case_id)
    keys = world.keys.require_desk()
    actor = actor_of(world, who, *roles)
    return Desk(keys, world.settings, actor, case_id, version, datetime.now(UTC))


def away(
    world: World, who: str, deputy: str = "", first: date = SUMMER, last: date = SUMMER
) -> None:
    emails = [f"{each}@demo.example" if each else "" for each in (who, deputy)]
    world.db.write_now(absence.add_absence, Away(emails[0], first, last, emails[1]))


def today() -> date:
    return dutch_day(datetime.now(UTC))


def sees(world: World, who: str, case_id: str, at: datetime | None = None) -> bool:
    actor, now = actor_of(world, who), at or datetime.now(UTC)
    return world.db.read_now(is_visible, actor, case_id, now)


def given_to(world: World, case_id: str, **values: object) -> None:
    """A case as if it had other columns."""
    statement = sa.update(Case).where(Case.id == case_id).values(values)
    world.db.write_now(lambda session: session.execute(statement))
