"""A mediation of the demo in which everything has happened that can stand on a page of staff."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.caseload.importing import Row
from portal.cases import handling, mediation, service
from portal.cases.checks import CHECKS
from portal.cases.models import Case
from portal.cases.sealing import messages_key_of
from portal.cases.sharing import referrals
from portal.cases.sharing.consents import KEYS
from portal.demo.run import demo_settings
from portal.i18n import dutch_day
from portal.staff.models import Organisation
from portal.vault import load_keys
from tests.browser.dossiers import sign_in_name
from tests.support import samples
from tests.support.assessed import assess
from tests.support.consultations import spoken_about
from tests.support.files import attached
from tests.support.portal_server import PortalServer
from tests.support.talks import desk_of, held, proposed
from tests.support.world import MEDIATION, World

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
"""What people paste: an address, a number, a word without a place to break it."""
WRITTEN = f"Zo gezien in het gesprek en nagelezen in het dossier.\n{LONG}\nالجواب من السفارة."


@dataclass(frozen=True)
class FullCase:
    """`ids` by their names in addresses."""

    who: str
    reference: str
    ids: dict[str, str]


def demo_world(server: PortalServer) -> World:
    """The world of a running demo, to be changed beside it."""
    settings = demo_settings(server.data, urlsplit(server.base_url).port or 0)
    keys = load_keys(settings.keys_file)
    return World(create_app(settings, keys, embedded_worker=False), settings, keys)


def full_case(world: World, row: Row) -> FullCase:
    """Of a dossier of Supervisor Assen 1 without a procedure; they do all of it."""
    who = sign_in_name(row)
    born = {part: getattr(row.birth_date, part) for part in ("year", "month", "day")}
    person = {"v_number": row.v_number, "family_name": row.family_name, "birth_date": born}
    case_id, _ = world.send("mediation", {**MEDIATION, **person, "own_attempts": [_attempt()]})
    _sent_long_ago(world, case_id)
    world.route()

    def deed(fn: Callable[..., Any], *values: Any) -> None:
        world.db.write_now(fn, desk_of(world, case_id, who), *values)

    deed(handling.move, "start", "")
    assess(world, case_id, who, *CHECKS, result="no_signal", why=WRITTEN)
    assess(world, case_id, who, *CHECKS, result="signal", why=WRITTEN)
    deed(handling.note, WRITTEN)
    deed(handling.send_letter, "own_words", {}, WRITTEN, secrets.token_hex(16))
    world.db.write_now(_reply, world, case_id)
    today = dutch_day()
    for step, ago in (("received_complete", 20), ("taken_up_document", 10), ("talk", 9)):
        milestone = mediation.NewMilestone(step, today - timedelta(days=ago), WRITTEN)
        deed(mediation.record, milestone)
    for organisation in world.db.read_now(_organisations):
        nonce = secrets.token_hex(16)
        plan = referrals.Plan(organisation, referrals.TALK, nonce, KEYS, today)
        deed(referrals.refer, plan)
    held(world, case_id, 1, WRITTEN)
    talk_id = proposed(world, case_id, who=who)
    file_id = attached(world, case_id, samples.jpeg(), "attempt_proof")
    spoken = spoken_about(world, who, case_id, LONG)
    reference = world.db.read_now(lambda s: s.get_one(Case, case_id).reference)
    ids = {"id": case_id, "file_id": file_id, "talk_id": talk_id, **spoken.ids}
    return FullCase(who, reference, ids)


def _attempt() -> dict[str, Any]:
    return {"where": "embassy", "when": "2026", "result": f"رفضت السفارة كتابةً. {LONG}"}


def _sent_long_ago(world: World, case_id: str) -> None:
    sent = datetime.now(UTC) - timedelta(days=30)
    change = sa.update(Case).where(Case.id == case_id).values(created=sent)
    world.db.write_now(lambda session: session.execute(change))


def _reply(session: Session, world: World, case_id: str) -> None:
    key = messages_key_of(world.keys.require_desk(), session.get_one(Case, case_id))
    nonce, now = secrets.token_hex(16), datetime.now(UTC)
    service.reply(session, world.settings, case_id, key, WRITTEN, nonce, now)


def _organisations(session: Session) -> list[str]:
    """Those of the demo, which have people who sign in."""
    seeded = ("IOM Nederland", "VluchtelingenWerk Nederland")
    query = sa.select(Organisation.id).where(Organisation.name.in_(seeded))
    return list(session.scalars(query))
