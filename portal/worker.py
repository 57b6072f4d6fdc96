"""Routes new cases. Several workers may run: each case is taken by exactly one.

A case that can't be unsealed or routed goes to the last resort with an alarm in the log; it never
stays without an owner.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import throttle
from portal.caseload.placenames import fold_place
from portal.caseload.queries import FoundDossier, Person, all_teams, dossier_by_v_number
from portal.cases import routing, service
from portal.cases.models import UNROUTED, Case
from portal.cases.routing import Assignment, DossierFacts, Facts, Reason, TeamFacts
from portal.cases.sealing import answers_of, data_key_of, messages_key_of
from portal.db import Database
from portal.logs import log
from portal.settings import Settings
from portal.vault import DeskKeys

PAUSE = 0.5
"""Seconds between two looks for new cases: well within the two seconds that a person may wait."""
CHORES_EVERY = 3600
BATCH = 20

Chore = Callable[[Session, datetime], None]
"""Something to forget now and then, in a transaction of its own."""


class Worker:
    """A thread that routes what arrives, until `stop`, and does its `chores` every hour."""

    def __init__(
        self,
        db: Database,
        keys: DeskKeys,
        settings: Settings,
        chores: Sequence[Chore] = (throttle.purge,),
    ) -> None:
        self._db, self._keys, self._settings, self._chores = db, keys, settings, chores
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self.run, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)

    def run(self) -> None:
        """Work until stopped. An error is logged, and the work goes on after a pause."""
        idle = 0.0
        while not self._stopping.is_set():
            try:
                routed = self._db.write_now(route_waiting, self._keys, self._settings)
                if not routed and idle >= CHORES_EVERY:
                    idle = 0.0
                    for chore in self._chores:
                        self._db.write_now(chore, datetime.now(UTC))
            except Exception as error:  # whatever it is, the next case must not wait for us
                log.error("worker", error=type(error).__name__)
                routed = 0
            if not routed:
                self._stopping.wait(PAUSE)
                idle += PAUSE


def route_waiting(session: Session, keys: DeskKeys, settings: Settings) -> int:
    """Route some of the cases that wait, oldest first; returns how many were routed."""
    waiting = session.scalars(
        sa.select(Case)
        .where(UNROUTED)
        .order_by(Case.created)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    teams = tuple(
        TeamFacts(team.id, team.kind, frozenset(team.places)) for team in all_teams(session)
    )
    if waiting and not teams:
        log.error("no_team", error="import a caseload first: nobody can receive cases")
        return 0
    for case in waiting:
        _route(session, keys, settings, case, teams, datetime.now(UTC))
    return len(waiting)


def _route(
    session: Session,
    keys: DeskKeys,
    settings: Settings,
    case: Case,
    teams: tuple[TeamFacts, ...],
    now: datetime,
) -> None:
    dossier: FoundDossier | None = None
    try:
        answers = answers_of(case, data_key_of(keys, case))
        if v_number := answers.get("v_number"):
            case.v_index = keys.blind_index("v-number", v_number)
            dossier = dossier_by_v_number(session, keys, v_number)
        facts = facts_of(answers, dossier, teams)
        assignment = routing.choose(facts)
        matched = bool(facts.matches)
    except sa.exc.SQLAlchemyError:
        raise
    except Exception as error:  # whatever is wrong with one case, a person must look at it
        log.error("unreadable", error=type(error).__name__)
        assignment, matched = _unreadable(teams), False
    case.team_id, case.supervisor_id = assignment.team, assignment.supervisor
    if dossier and matched:
        case.dossier_id = dossier.id
        _compare_with_record(session, keys, case, dossier, now)
    service.move(session, settings, case, "route", "worker", ["worker"], now)
    service.log_event(session, case, "routed", "worker", now, detail=_detail(assignment))
    log.info("routed", team=assignment.team)
    if assignment.alarm:
        log.error("last_resort", team=assignment.team)


def facts_of(
    answers: dict[str, Any], dossier: FoundDossier | None, teams: tuple[TeamFacts, ...]
) -> Facts:
    """What routing may know of a case."""
    agrees = dossier is not None and birth_date_agrees(answers.get("birth_date"), dossier.person)
    matches: tuple[DossierFacts, ...] = ()
    if dossier is not None and agrees:
        matches = (
            DossierFacts(dossier.team_id, dossier.supervisor_id, dossier.flags, dossier.open),
        )
    return Facts(
        teams=teams,
        matches=matches,
        v_number_given=bool(answers.get("v_number")),
        birth_date_differs=dossier is not None and not agrees,
        minor_alone="minor_alone" in (answers.get("special_needs") or []),
        place_kind=answers.get("location_type") or "",
        place=fold_place(answers.get("place") or ""),
    )


def birth_date_agrees(typed: dict[str, int] | None, person: Person) -> bool:
    """Whether a birth date, of which day and month may be missing, is the dossier's."""
    if not typed or not typed.get("year"):
        return False
    born = date.fromisoformat(person.birth_date)
    return all(typed.get(part) in (None, getattr(born, part)) for part in ("year", "month", "day"))


def _compare_with_record(
    session: Session, keys: DeskKeys, case: Case, dossier: FoundDossier, now: datetime
) -> None:
    """The guard of domain.md §2D-1 on DT&V's own record: pending or unknown starts no mediation."""
    if case.kind != "mediation":
        case.embassy_hold = dossier.procedure != "none"  # nothing starts from a question either
        return
    if dossier.procedure == "none":
        case.embassy_hold = False
    else:
        case.kind = "question"
        content = service.letter_content("mediation_held", {}, case.language)
        service.add_message(
            session, case, messages_key_of(keys, case), content, "held", now, outgoing=True
        )
        service.log_event(
            session, case, "held", "worker", now, detail={"procedure": dossier.procedure}
        )


def _unreadable(teams: tuple[TeamFacts, ...]) -> Assignment:
    fallback = routing.choose(Facts(teams=teams))
    return Assignment(fallback.team, None, (Reason("unreadable"), *fallback.reasons), alarm=True)


def _detail(assignment: Assignment) -> dict[str, Any]:
    return {
        "team": assignment.team,
        "supervisor": assignment.supervisor or "",
        "copy_to": assignment.copy_to or "",
        "reasons": [{"code": r.code, "values": dict(r.values)} for r in assignment.reasons],
    }
