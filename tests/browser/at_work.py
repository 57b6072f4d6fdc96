"""What members do on more than one day: a day filled in, all four checks recorded, time gone by."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from portal.cases.checks import CHECKS
from portal.cases.talks_models import Talk
from portal.db import Database
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


def begin_talk(server: PortalServer, talk_id: str) -> None:
    """As if the hour of this talk had come: nobody can wait for it."""
    db = Database(f"sqlite:///{server.data / 'portal.db'}")
    begun = datetime.now(UTC) - timedelta(hours=1)
    db.write_now(
        lambda session: session.execute(
            sa.update(Talk).where(Talk.id == talk_id).values(start=begun)
        )
    )
    db.close()
