"""What the tests of letters share: a case whose person reads e-mail, and the worker's round."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import posting, rerouting
from portal.cases.models import Case, CaseEvent
from portal.db import Database
from portal.mail.models import Outgoing
from portal.settings import Settings
from tests.support.smtp import Arrived, MailServer
from tests.support.world import QUESTION, World

ADDRESS = "reader@inbox.example"
BY_MAIL = {"contact_channel": "email", "contact_target": ADDRESS, "contact_safe": "yes"}


def sent_by_mail(world: World, language: str = "en", **answers: Any) -> tuple[str, str]:
    """A routed case of somebody who wants e-mail: (case id, code)."""
    found = world.send("question", {**QUESTION, **BY_MAIL, **answers}, language)
    world.route()
    return found


def tell(world: World, case_id: str, letter: str = "rerouted") -> None:
    """A letter of the portal to the applicant."""

    def write(session: Session) -> None:
        case = session.get_one(Case, case_id)
        now = datetime.now(UTC)
        rerouting.send_automatic(session, world.keys.require_desk(), case, letter, now)

    world.db.write_now(write)


def post(world: World, settings: Settings, db: Database | None = None) -> int:
    """What the worker would do now."""
    return posting.send_waiting(db or world.db, world.keys.require_desk(), settings)


def delivered(world: World) -> list[Arrived]:
    """What a mail server gets when the worker makes its round."""
    with MailServer().running() as server:
        post(world, server.settings(world.settings))
    return server.arrived


def outbox(world: World) -> list[tuple[str, str]]:
    """(letter, state) of everything, in the order of their time."""
    rows = sa.select(Outgoing.letter, Outgoing.state).order_by(Outgoing.queued, Outgoing.key)
    return world.db.read_now(lambda s: [(letter, state) for letter, state in s.execute(rows)])


def row(world: World) -> Outgoing:
    """The only letter there is."""

    def load(session: Session) -> Outgoing:
        found = session.scalars(sa.select(Outgoing)).one()
        session.expunge(found)
        return found

    return world.db.read_now(load)


def pass_time(world: World, span: timedelta) -> None:
    """As if all that waits had been queued, and was to be tried, so much earlier."""

    def shift(session: Session) -> None:
        for each in session.scalars(sa.select(Outgoing)):
            each.queued, each.next_at = each.queued - span, each.next_at - span
            each.settled = each.settled and each.settled - span

    world.db.write_now(shift)


def failures(world: World, case_id: str) -> list[str]:
    """Why e-mails failed, by the log of the case."""
    told = sa.select(CaseEvent.detail).where(
        CaseEvent.case_id == case_id, CaseEvent.name == "mail_failed"
    )
    return world.db.read_now(lambda s: [detail["why"] for detail in s.scalars(told)])
