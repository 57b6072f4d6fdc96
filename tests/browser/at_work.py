"""What members do on more than one day, and what has happened before a day of theirs begins."""

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.caseload.importing import Row
from portal.cases import service
from portal.cases.checks import CHECKS
from portal.cases.talks.models import Talk
from portal.db import Database
from portal.demo.run import demo_settings
from portal.demo.world import answers_of
from portal.settings import Settings
from portal.vault import load_keys
from tests.browser.member import Member
from tests.support.portal_server import PortalServer


def fill_day(someone: Member, name: str, day: date) -> None:
    """A date in its three fields."""
    for part in ("day", "month", "year"):
        someone.page.fill(f'[name="{name}.{part}"]', str(getattr(day, part)))


def type_checks(someone: Member, case: str, reason: str, result: str = "no_signal") -> None:
    """Fill in all four checks of the case at this address, and save nothing yet."""
    someone.visit(f"{case}/checks")
    for check in CHECKS:
        someone.page.check(f'[name="{check}.result"][value="{result}"]')
        someone.page.fill(f'[name="{check}.reason"]', reason)


def sent(server: PortalServer, row: Row, text: str = "Wie helpt mij?", **others: Any) -> str:
    """A question that came without its pages, which others walk through: its reference."""
    answers = answers_of(row, {"question_text": text, **others})
    new = service.NewCase("question", answers, "ar", secrets.token_hex(16))
    with _house(server) as (settings, db):
        public = load_keys(settings.keys_file).public
        prepared = service.prepare(public, settings, new, datetime.now(UTC))
        assert db.write_now(service.store, prepared)
        return prepared.case.reference


def begin_talk(server: PortalServer, talk_id: str) -> None:
    """As if the hour of this talk had come: nobody can wait for it."""
    begun = datetime.now(UTC) - timedelta(hours=1)
    change = sa.update(Talk).where(Talk.id == talk_id).values(start=begun)
    with _house(server) as (_, db):
        db.write_now(lambda session: session.execute(change))


@contextmanager
def _house(server: PortalServer) -> Generator[tuple[Settings, Database]]:
    """The demo's settings and its database, beside the process that serves it."""
    settings = demo_settings(server.data, 0)
    db = Database(settings.database_url)
    try:
        yield settings, db
    finally:
        db.close()
