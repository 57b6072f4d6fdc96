"""The demo's invented world: people, teams, 300 dossiers, a few cases. Nobody in it exists."""

import csv
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.caseload import absence, importing
from portal.caseload.models import Team, TeamMember
from portal.caseload.placenames import fold_place
from portal.cases import handling, service
from portal.cases.models import Case
from portal.cases.queries import Actor
from portal.db import Database
from portal.demo.people import Person
from portal.i18n import dutch_day, language
from portal.settings import Settings
from portal.staff.models import Organisation, StaffMember
from portal.vault import Keys
from portal.worker import route_waiting

DOSSIERS = 300
SEED = 2026


@dataclass(frozen=True)
class DemoTeam:
    id: str
    name: str
    kind: str
    location: str
    """Where its people live, as the caseload file writes it; empty for specialists."""
    supervisors: int
    flag: str = ""
    trained: bool = False


TEAMS = (
    DemoTeam("assen", "Team Assen", "region", "azc Assen", 2),
    DemoTeam("utrecht", "Team Utrecht", "region", "azc Utrecht", 2),
    DemoTeam("eindhoven", "Team Eindhoven", "region", "azc Eindhoven", 1),
    DemoTeam("amersfoort", "Gezinslocatie Amersfoort", "family", "GL Amersfoort", 1, "family"),
    DemoTeam("ter-apel", "VBL Ter Apel", "vbl", "VBL Ter Apel", 2, "vbl"),
    DemoTeam("rotterdam", "Detentie Rotterdam", "detention", "DC Rotterdam", 1, "detention"),
    DemoTeam("dublin", "Team Dublin", "dublin", "", 1, "dublin"),
    DemoTeam("amv", "Team AMV", "minors", "", 1, "unaccompanied_minor", trained=True),
    DemoTeam("vertrouwelijk", "Team Vertrouwelijk", "trafficking", "", 1, trained=True),
    DemoTeam("ilc", "ILC", "ilc", "", 2),
)
COORDINATORS = ("assen", "ilc")
AWAY, DEPUTY = "supervisor-ter-apel-2@demo.example", "supervisor-ter-apel-1@demo.example"
"""Somebody has two weeks off, and a colleague stands in."""
ORGANISATIONS = (("IOM Nederland", "iom"), ("VluchtelingenWerk Nederland", "ngo"))


def people() -> list[Person]:
    """Who can sign in at the demo's own identity provider."""
    return [*_supervisors(), *_coordinators(), *_others()]


def _person(name: str, role: str, group: str, organisation: str = "") -> Person:
    slug = name.lower().replace(" ", "-")
    return Person(slug, name, f"{slug}@demo.example", (role,), organisation, "nl", group)


def _team_word(team: DemoTeam) -> str:
    return team.name.removeprefix("Team ").split(" ", 1)[-1] if team.kind != "ilc" else "ILC"


def _supervisors() -> Iterator[Person]:
    for team in TEAMS:
        for number in range(1, team.supervisors + 1):
            yield _person(f"Supervisor {_team_word(team)} {number}", "supervisor", team.name)


def _coordinators() -> Iterator[Person]:
    for team in TEAMS:
        if team.id in COORDINATORS:
            yield _person(f"Coordinator {_team_word(team)}", "coordinator", team.name)


def _others() -> Iterator[Person]:
    yield _person("Partner IOM 1", "partner", "IOM Nederland", "IOM Nederland")
    yield _person("Partner NGO 1", "partner", "VluchtelingenWerk Nederland", ORGANISATIONS[1][0])
    yield _person("Editor 1", "editor", "DT&V")
    yield _person("Auditor 1", "auditor", "DT&V")


def seed_people(session: Session, now: datetime) -> None:
    """Teams, their supervisors and coordinators, one of them away, and two partners."""
    session.add_all(
        Team(
            id=team.id,
            name=team.name,
            kind=team.kind,
            places=[fold_place(team.location)] if team.location else [],
            trained=team.trained,
        )
        for team in TEAMS
    )
    session.add_all(Organisation(name=name, kind=kind) for name, kind in ORGANISATIONS)
    by_name = {team.name: team.id for team in TEAMS}
    for person in (*_supervisors(), *_coordinators()):
        member = StaffMember(
            id=secrets.token_hex(16),
            email=person.email,
            name=person.name,
            roles=list(person.roles),
            locale="nl",
            created=now,
        )
        session.add(member)
        session.flush()
        session.add(TeamMember(member_id=member.id, team_id=by_name[person.group]))
    session.flush()
    today = dutch_day(now)
    away = absence.Away(AWAY, today - timedelta(days=1), today + timedelta(days=13), DEPUTY)
    absence.add_absence(session, away)


def write_caseload(path: Path) -> None:
    """300 dossiers over six places, the same every time, as a caseload file."""
    chance = random.Random(SEED)  # noqa: S311 - invented people, no secrets
    by_group: dict[str, list[Person]] = {}
    for person in _supervisors():
        by_group.setdefault(person.group, []).append(person)
    placed = [team for team in TEAMS if team.location]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(importing.COLUMNS)
        for number in range(1, DOSSIERS + 1):
            writer.writerow(_dossier(chance, number, placed[number % len(placed)], by_group))


def _dossier(
    chance: random.Random, number: int, home: DemoTeam, by_group: dict[str, list[Person]]
) -> list[str]:
    team, flags = home, home.flag
    if home.kind == "region" and chance.random() < 0.12:
        team = chance.choice([each for each in TEAMS if each.id in ("dublin", "amv")])
        flags = team.flag
    born = date(1960, 1, 1) + timedelta(days=chance.randrange(16_000))
    if flags == "unaccompanied_minor":
        born = date(2010, 1, 1) + timedelta(days=chance.randrange(700))
    return [
        f"{2_900_000_000 + number * 1_357:010d}",
        born.isoformat(),
        f"Applicant {number:02d}",
        "",
        chance.choice(["SY", "TR", "MA", "DZ", "NG", "IQ", "ER", "AF", "GE", "BR"]),
        home.location,
        chance.choice(["none", "none", "none", "pending", "unknown"]),
        chance.choice(by_group[team.name]).email if number % 15 else "",
        team.name,
        flags,
        chance.choice(["ar", "tr", "fr", "ti", "en", "fa-AF", "pt", "ku"]),
    ]


def seed_caseload(db: Database, keys: Keys, path: Path) -> None:
    write_caseload(path)
    rows, bad = importing.read_file(path)
    if bad:
        raise AssertionError(f"the demo caseload is wrong: {bad[0]}")
    db.write_now(importing.import_rows, keys.public, keys.require_desk(), rows, datetime.now(UTC))


def dossier_to_try(path: Path, procedure: str = "none") -> importing.Row:
    """A dossier of Team Assen with a supervisor, for somebody who wants to try a request."""
    rows, _ = importing.read_file(path)
    return next(
        row
        for row in rows
        if row.team == "Team Assen" and row.procedure == procedure and row.supervisor
    )


def seed_cases(db: Database, keys: Keys, settings: Settings, path: Path) -> None:
    """A few requests in several languages and states, made with the portal's own deeds."""
    assen = dossiers_of_assen(path)
    now = datetime.now(UTC)
    for number, (row, (kind, tag, extra)) in enumerate(zip(assen, REQUESTS, strict=False)):
        new = service.NewCase(kind, answers_of(row, extra), tag, secrets.token_hex(16))
        at = now - timedelta(days=len(REQUESTS) - number, hours=number)
        db.write_now(service.store, service.prepare(keys.public, settings, new, at))
    db.write_now(route_waiting, keys.require_desk(), settings)
    db.write_now(_work_on_some, keys, settings, now)


def dossiers_of_assen(path: Path) -> list[importing.Row]:
    """Those that have a supervisor; the demo's requests are theirs."""
    rows, _ = importing.read_file(path)
    return [row for row in rows if row.team == "Team Assen" and row.supervisor]


def answers_of(row: importing.Row, extra: dict[str, Any]) -> dict[str, Any]:
    """Everything about the person of a dossier, with what this request asks besides."""
    born = {part: getattr(row.birth_date, part) for part in ("year", "month", "day")}
    return {
        "urgent": "none",
        "sender_role": "self",
        "talk_lang": language(row.language).english,
        "interpreter_gender": "none",
        "family_name": row.family_name,
        "given_names": None,
        "birth_date": born,
        "v_number": row.v_number,
        "v_number_unknown": False,
        "nationality": row.nationality,
        "location_type": "azc",
        "place": row.location,
        "contact_channel": "code",
        "statement_read": True,
    } | extra


IOM: dict[str, Any] = {
    "goal": "information",
    "destination_known": "origin",
    "destination": "MA",
    "family_included": "no",
    "document_state": "expired",
    "adults": 1,
    "children": 2,
    "support_wishes": ["travel", "work"],
    "special_needs": [],
    "earlier_return_help": "no",
    "contact_by": "iom",
    "share_with_iom": True,
}
_MEDIATION: dict[str, Any] = {
    "procedure_pending": "no",
    "attempt_made": "yes",
    "own_attempts": [
        {
            "where": "embassy",
            "when": "2026",
            "result": "ذهبت إلى السفارة مرتين. قالوا إن الأوراق غير كافية.",
        }
    ],
    "attempt_proof": "bring",
    "identity_copies": "bring",
    "target_countries": [{"country": "DZ"}],
    "identity_docs": ["birth"],
    "identity_docs_where": "with my family",
    "photos_mode": "bring",
    "handwritten_statement": "bring",
    "claimed_identity_same": "yes",
    "read_who_decides": True,
    "willing_full_cooperation": True,
}
_PRIVATE = {
    "from_safety": "yes",
    "talk_topic": "private",
    "talk_way": "here",
    "talk_staff": "woman",
}
REQUESTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("iom_support", "ar", IOM),
    ("mediation", "ar", _MEDIATION),
    ("question", "en", {"question_text": "May my son finish his school year before we leave?"}),
    ("iom_support", "en", {**IOM, "urgent": "flight"}),
    ("appointment", "ar", _PRIVATE),
    ("question", "nl", {"question_text": "Wie is mijn regievoerder?"}),
    ("mediation", "en", _MEDIATION),
)


def _work_on_some(session: Session, keys: Keys, settings: Settings, now: datetime) -> None:
    """The two oldest cases that have a supervisor are taken up; the first gets an answer."""
    owned = session.query(Case).where(Case.supervisor_id.is_not(None)).order_by(Case.created)
    for number, case in enumerate(owned.limit(2).all()):
        actor = Actor(case.supervisor_id or "", ("supervisor",))

        def desk(case: Case = case, actor: Actor = actor) -> handling.Desk:
            version = handling.version_of(session, case.id)
            return handling.Desk(keys.require_desk(), settings, actor, case.id, version, now)

        handling.move(session, desk(), "start", "")
        handling.note(session, desk(), "Dossier gelezen. Eerst vragen naar de papieren.")
        if number == 0:
            handling.send_letter(session, desk(), "iom_contact", {}, "", secrets.token_hex(8))
