"""Cases in every state that a queue may have to list: rows alone, with a name that can be read."""

import random
import secrets
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases.models import Case, CaseEvent, PendingChange
from portal.cases.queue import CHECKS
from portal.cases.workflow import CLOSED, STATES
from tests.support.world import QUESTION, World

ASSEN, UTRECHT = "assen", "utrecht"
OWNERS = {
    ASSEN: ("supervisor-assen-1", "supervisor-assen-2", None),
    UTRECHT: ("supervisor-utrecht-1", None),
}


def many_cases(world: World, number: int, seed: int) -> None:
    """Cases of two teams, with everything that makes a list different, by chance."""
    first, _ = world.send("question", QUESTION)
    world.route()
    chance, now = random.Random(seed), datetime.now(UTC)
    members = {who: world.member_id(who) for each in OWNERS.values() for who in each if who}

    def store(session: Session) -> None:
        pattern = session.get_one(Case, first)
        kept = {
            column.key: getattr(pattern, column.key)
            for column in sa.inspect(Case).column_attrs
            if column.key not in ("id", "reference", "submission", "code_lookup")
        }
        for _ in range(number):
            case_id, team = secrets.token_hex(16), chance.choice((ASSEN, ASSEN, UTRECHT))
            state = chance.choice(tuple(STATES))
            owner = chance.choice(OWNERS[team])
            over = state in CLOSED
            case = Case(
                **kept
                | {
                    "state": state,
                    "open": not over,
                    "closed": now - timedelta(days=chance.randint(0, 50)) if over else None,
                    "due": now + timedelta(hours=chance.choice((-90, -3, 1, 30, 90, 90))),
                    "team_id": team,
                    "supervisor_id": members[owner] if owner else None,
                    "urgent": chance.choice(("none", "none", "none", "flight", "danger")),
                    "restricted": chance.random() < 0.1,
                    "alarm": chance.random() < 0.1,
                    "language": chance.choice(("ar", "nl")),
                },
                id=case_id,
                reference=case_id[:9],
                submission=case_id,
                code_lookup=case_id.encode(),
            )
            session.add(case)
            session.flush()
            said = chance.choices(("reply", "message", "note", *CHECKS), k=chance.randint(0, 4))
            session.add_all(_event(case_id, name, state, now) for name in said)
            if chance.random() < 0.1:
                session.add(_change(case_id, now))

    world.db.write_now(store)


def _event(case_id: str, name: str, state: str, now: datetime) -> CaseEvent:
    return CaseEvent(case_id=case_id, at=now, name=name, state=state, actor="x", detail={})


def _change(case_id: str, now: datetime) -> PendingChange:
    return PendingChange(
        id=case_id, case_id=case_id, kind="withdraw", nonce="n", state="waiting", asked=now, due=now
    )
