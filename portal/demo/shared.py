"""What the demo's IOM and NGO find: a request that was filled in together, and a referral."""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.cases import handling, service
from portal.cases.access import Actor
from portal.cases.models import Case
from portal.cases.sharing import assisting, consents, referrals
from portal.cases.sharing.assisting import Helper
from portal.db import Database
from portal.demo.world import IOM, ORGANISATIONS, REQUESTS, answers_of, dossiers_of_assen
from portal.settings import Settings
from portal.staff.models import Organisation
from portal.vault import Keys
from portal.worker import route_waiting

_NGO: dict[str, Any] = {
    "goal": "talk",
    "programme": "ngo",
    "ngo_choice": "vluchtelingenwerk",
    "share_with_ngo": False,
    "plan_idea": "أريد أن أفتح ورشة صغيرة لتصليح السيارات.",
    "destination_known": "origin",
    "family_included": "no",
    "document_state": "none",
    "adults": 1,
    "support_wishes": ["work"],
    "special_needs": [],
    "earlier_return_help": "no",
}
_SHARED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("ngo_support", "ar", _NGO),
    ("iom_support", "en", IOM),
)
"""One that was filled in with an NGO beside, and one that is passed on to IOM."""


def seed_shared(db: Database, keys: Keys, settings: Settings, path: Path) -> None:
    """Both requests, made with the portal's own deeds."""
    rows = dossiers_of_assen(path)[len(REQUESTS) :]
    for row, (kind, tag, extra) in zip(rows, _SHARED, strict=False):
        new = service.NewCase(kind, answers_of(row, extra), tag, secrets.token_hex(16))
        now = datetime.now(UTC)
        prepared = service.prepare(keys.public, settings, new, now)
        db.write_now(_store, prepared, kind == "ngo_support", now)
        db.write_now(route_waiting, keys.require_desk(), settings)
    db.write_now(_pass_one_on, keys, settings, datetime.now(UTC))


def _store(session: Session, prepared: service.Prepared, helped: bool, now: datetime) -> None:
    """A request; with `helped` the NGO sat beside, and the person lets it read and write."""
    service.store(session, prepared)
    name, _ = ORGANISATIONS[1]
    ngo = session.query(Organisation).where(Organisation.name == name).one()
    tag = prepared.case.language
    helper = Helper(ngo.id, name, "", ("see", "write"), tag, consents.version_of(tag))
    assisting.keep(session, prepared.case, helper if helped else Helper(), now)


def _pass_one_on(session: Session, keys: Keys, settings: Settings, now: datetime) -> None:
    """The newest request for IOM, whose person ticked it, goes to IOM."""
    newest = (
        session.query(Case)
        .where(Case.kind == "iom_support", Case.supervisor_id.is_not(None))
        .order_by(Case.created.desc())
    )
    case = newest.first()
    if case is None:
        return
    iom = session.query(Organisation).where(Organisation.kind == "iom").one()
    actor = Actor(case.supervisor_id or "", ("supervisor",))

    def desk() -> handling.Desk:
        version = handling.version_of(session, case.id)
        return handling.Desk(keys.require_desk(), settings, actor, case.id, version, now)

    handling.move(session, desk(), "start", "")
    plan = referrals.Plan(iom.id, referrals.IN_REQUEST, secrets.token_hex(16))
    referrals.refer(session, desk(), plan)
