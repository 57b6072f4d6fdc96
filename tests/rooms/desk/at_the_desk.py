"""What the tests of the desk share: cases, people at the desk, and what is left behind."""

import re
from html import unescape
from typing import Any

import sqlalchemy as sa

from portal import audit
from portal.cases.models import Case, CaseEvent, CaseMessage
from tests.support.visitor import Visitor
from tests.support.world import PERSON, QUESTION, World

OWN, COLLEAGUE, STRANGER = "supervisor-assen-1", "supervisor-assen-2", "supervisor-utrecht-1"
COORDINATOR = "coordinator-assen"
IOM: dict[str, Any] = {**PERSON, "goal": "information", "contact_by": "iom", "special_needs": []}
UNKNOWN_PERSON = {**QUESTION, "v_number": None, "v_number_unknown": True}


def routed(world: World, kind: str = "question", answers: dict[str, Any] | None = None) -> str:
    """A case that the worker gave to its supervisor: its id."""
    case_id, _ = world.send(kind, answers or QUESTION)
    world.route()
    return case_id


def case_of(world: World, case_id: str) -> dict[str, Any]:
    def found(session: sa.orm.Session) -> dict[str, Any]:
        case = session.get_one(Case, case_id)
        return {
            name: getattr(case, name)
            for name in ("state", "supervisor_id", "team_id", "open", "due")
        }

    return world.db.read_now(found)


def log_of(world: World, case_id: str) -> list[str]:
    names = sa.select(CaseEvent.name).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
    return world.db.read_now(lambda session: list(session.scalars(names)))


def audited(world: World, action: str) -> int:
    rows = sa.select(sa.func.count()).where(audit.AuditRow.action == action)
    assert world.db.read_now(audit.verify, world.keys.require_desk()) is None
    return world.db.read_now(lambda session: session.scalar(rows)) or 0


def messages_of(world: World, case_id: str) -> int:
    rows = sa.select(sa.func.count()).where(CaseMessage.case_id == case_id)
    return world.db.read_now(lambda session: session.scalar(rows)) or 0


def change(world: World, statement: sa.Update | sa.Delete) -> None:
    world.db.write_now(lambda session: session.execute(statement))


def read(visitor: Visitor) -> str:
    """The words of the page that was last seen."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html(visitor))).split())


def html(visitor: Visitor) -> str:
    assert visitor.page is not None
    return visitor.page.text


def path_of(visitor: Visitor) -> str:
    assert visitor.page is not None
    return visitor.page.url.path


def status_of(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


def opened(world: World, case_id: str, who: str = OWN) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(f"/desk/cases/{case_id}")
    assert status_of(visitor) == 200, read(visitor)
    return visitor


def moves(visitor: Visitor) -> list[str]:
    return re.findall(r'name="name" value="([a-z_]+)"', html(visitor))


def make_move(visitor: Visitor, name: str, **values: str) -> None:
    """Press the button of a move on the page of a case."""
    csrf, version = visitor.form("/note").values["csrf"], visitor.form("/note").values["version"]
    data = {"csrf": csrf, "version": version, "name": name, **values}
    visitor.post(f"{path_of(visitor)}/move", data)


def csrf_of(visitor: Visitor) -> str:
    visitor.get("/staff/")
    return visitor.form("/staff/sign-out").values["csrf"][0]
