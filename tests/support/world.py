"""A portal with a small invented world, for tests of rooms: no process, no waiting, real database.

Nobody routes by themselves here: call `world.route()`.
"""

import csv
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from portal.app import create_app
from portal.caseload import importing
from portal.cases import service
from portal.db import Database
from portal.demo import world as demo
from portal.settings import Settings
from portal.staff.models import StaffMember, StaffSession
from portal.staff.queries import organisation_named
from portal.staff.service import token_hash
from portal.vault import Keys, new_keys
from portal.worker import route_waiting
from tests.support.visitor import Visitor

URL = "http://127.0.0.1:8000"

# v_number, birth_date, location, procedure, supervisor, team, flags
DOSSIERS = (
    ("0000000001", "1999-04-02", "azc Assen", "none", "supervisor-assen-1", "Team Assen", ""),
    ("0000000002", "1992-11-30", "azc Assen", "pending", "supervisor-assen-1", "Team Assen", ""),
    ("0000000003", "1988-01-01", "azc Assen", "unknown", "supervisor-assen-2", "Team Assen", ""),
    ("0000000004", "1990-06-15", "azc Utrecht", "none", "supervisor-utrecht-1", "Team Utrecht", ""),
    ("0000000005", "1991-06-15", "azc Utrecht", "none", "", "Team Utrecht", ""),
    ("0000000006", "1985-07-07", "azc Assen", "none", "supervisor-assen-1", "Team Assen", "dublin"),
    (
        "0000000007",
        "1980-03-03",
        "GL Amersfoort",
        "none",
        "supervisor-gezinslocatie-amersfoort-1",
        "Gezinslocatie Amersfoort",
        "family",
    ),
)


@dataclass(frozen=True)
class World:
    """The application, its keys and its database, with the demo's people and seven dossiers."""

    app: Starlette
    settings: Settings
    keys: Keys

    @property
    def db(self) -> Database:
        return self.app.state.services.db

    def visitor(self, address: str = "127.0.0.1") -> Visitor:
        """Somebody with a browser of their own."""
        return Visitor(TestClient(self.app, base_url=URL, client=(address, 50000)))

    def signed_in(self, who: str) -> Visitor:
        """A staff member who has signed in; `who` is the first part of their e-mail address."""
        token = secrets.token_urlsafe(32)
        self.db.write_now(_start_session, f"{who}@demo.example", token)
        visitor = self.visitor()
        visitor.client.cookies.set("staff", token, domain="127.0.0.1")
        return visitor

    def member_id(self, who: str) -> str:
        email = f"{who}@demo.example"
        found = self.db.read_now(
            lambda s: s.scalar(sa.select(StaffMember.id).where(StaffMember.email == email))
        )
        assert found, email
        return found

    def route(self) -> int:
        """What the worker would do now."""
        return self.db.write_now(route_waiting, self.keys.require_desk(), self.settings)

    def send(self, kind: str, answers: dict[str, Any], language: str = "ar") -> tuple[str, str]:
        """Send a request without its pages; (case id, receipt code)."""
        new = service.NewCase(kind, answers, language, secrets.token_hex(16))
        prepared = service.prepare(self.keys.public, self.settings, new, datetime.now(UTC))
        assert self.db.write_now(service.store, prepared)
        return prepared.case.id, prepared.code

    @cached_property
    def people(self) -> tuple[str, ...]:
        return tuple(person.sub for person in demo.people())

    def close(self) -> None:
        self.db.close()


def make_world(database_url: str, folder: Path, **changes: Any) -> World:
    """The demo's people with seven dossiers whose numbers tests can know."""
    settings = replace(
        Settings(
            data_dir=folder,
            database_url=database_url,
            public_url=URL,
            keys_file=folder / "keys.toml",
            oidc_issuer="http://localhost:1/idp",
            oidc_client_id="portal",
            oidc_client_secret="secret",
        ),
        **changes,
    )
    keys = new_keys()
    app = create_app(settings, keys)
    world = World(app, settings, keys)
    world.db.write_now(demo.seed_people, datetime.now(UTC))
    rows, bad = importing.read_file(_caseload(folder / "caseload.csv"))
    assert not bad
    world.db.write_now(
        importing.import_rows, keys.public, keys.require_desk(), rows, datetime.now(UTC)
    )
    return world


def _caseload(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(importing.COLUMNS)
        for v_number, born, location, procedure, supervisor, team, flags in DOSSIERS:
            email = f"{supervisor}@demo.example" if supervisor else ""
            name = f"Applicant {v_number[-2:]}"
            row = [v_number, born, name, "", "SY", location, procedure, email, team, flags, "ar"]
            writer.writerow(row)
    return path


def _start_session(session: Session, email: str, token: str) -> None:
    member = session.scalar(sa.select(StaffMember).where(StaffMember.email == email))
    if member is None:  # partners, editors and auditors come into being when they sign in
        person = next(each for each in demo.people() if each.email == email)
        member = StaffMember(
            id=secrets.token_hex(16),
            email=email,
            name=person.name,
            roles=list(person.roles),
            organisation_id=getattr(organisation_named(session, person.organisation), "id", None),
            created=datetime.now(UTC),
        )
        session.add(member)
        session.flush()
    now = datetime.now(UTC)
    session.add(
        StaffSession(
            token_hash=token_hash(token),
            member_id=member.id,
            created=now,
            seen=now,
            expires=now + (now.replace(year=now.year + 1) - now),
        )
    )


PERSON: dict[str, Any] = {
    "urgent": "none",
    "sender_role": "self",
    "talk_lang": "Arabic",
    "interpreter_gender": "none",
    "family_name": "Applicant 01",
    "given_names": None,
    "birth_date": {"year": 1999, "month": 4, "day": 2},
    "v_number": "0000000001",
    "v_number_unknown": False,
    "nationality": None,
    "location_type": "azc",
    "place": "Assen",
    "contact_channel": "code",
    "statement_read": True,
}
"""Answers about the person of the first dossier."""

QUESTION: dict[str, Any] = {**PERSON, "question_text": "متى أعرف الجواب؟"}
MEDIATION: dict[str, Any] = {
    **PERSON,
    "procedure_pending": "no",
    "attempt_made": "yes",
    "own_attempts": [{"where": "embassy", "when": None, "result": "رفضت السفارة كتابةً."}],
    "attempt_proof": "bring",
    "identity_copies": "none",
    "target_countries": [{"country": "SY"}],
    "family_included": "no",
    "identity_docs": ["none"],
    "identity_docs_where": None,
    "photos_mode": "bring",
    "handwritten_statement": "bring",
    "claimed_identity_same": "yes",
    "read_who_decides": True,
    "willing_full_cooperation": True,
}
