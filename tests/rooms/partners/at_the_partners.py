"""What the tests of the partners' room share: people who help, consent, and what is left behind."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.cases.sharing import consents
from portal.cases.sharing.consents import Given
from portal.cases.sharing.models import Consent, Referral
from portal.staff.models import Organisation
from tests.support.visitor import Visitor
from tests.support.world import QUESTION, World

IOM, NGO = "partner-iom-1", "partner-ngo-1"
NAMES = {IOM: "IOM Nederland", NGO: "VluchtelingenWerk Nederland"}


def organisation_id(world: World, who: str = NGO) -> str:
    query = sa.select(Organisation.id).where(Organisation.name == NAMES[who])
    return str(world.db.read_now(lambda session: session.scalar(query)))


def allow(world: World, case_id: str, *purposes: str, who: str = NGO, **more: Any) -> str:
    """The person lets an organisation do this; the id of the consent."""
    now = more.pop("now", datetime.now(UTC))
    given = Given(organisation_id(world, who), purposes, "code", "ar", "v", **more)

    def deed(session: Session) -> str:
        case = session.get_one(Case, case_id)
        return consents.give(session, case, given, "applicant", now).id

    return world.db.write_now(deed)


def sent(world: World, kind: str = "question", answers: dict[str, Any] | None = None) -> Any:
    """A routed case: (id, receipt code)."""
    found = world.send(kind, answers or QUESTION)
    world.route()
    return found


def follower(world: World, code: str, tag: str = "ar") -> Visitor:
    """The person, with the case opened by its code."""
    visitor = world.visitor()
    visitor.get(f"/{tag}/follow")
    visitor.submit({"code": code})
    assert visitor.page.url.path == f"/{tag}/follow/case", visitor.page.text
    return visitor


def partner_at(world: World, case_id: str, who: str = NGO) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(f"/partners/cases/{case_id}")
    return visitor


def rows(world: World, table: type[Consent] | type[Referral]) -> list[dict[str, Any]]:
    def found(session: Session) -> list[dict[str, Any]]:
        columns = table.__table__.columns.keys()
        return [{c: getattr(row, c) for c in columns} for row in session.scalars(sa.select(table))]

    return world.db.read_now(found)
