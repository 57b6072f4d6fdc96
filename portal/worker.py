"""Routes new cases and sends letters. Several may run: each case is taken by exactly one.

A case that can't be unsealed or routed goes to the last resort with an alarm in the log; it never
stays without an owner.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import throttle
from portal.caseload.queries import FoundDossier, dossier_by_v_number
from portal.cases import (
    digests,
    letters,
    pending,
    posting,
    rerouting,
    routing,
    service,
    splitting,
)
from portal.cases.known import House, facts_of, house_on, want_to_be_apart
from portal.cases.models import UNROUTED, Case
from portal.cases.routing import Assignment, Facts, Reason
from portal.cases.sealing import answers_of, data_key_of, messages_key_of
from portal.db import Database
from portal.i18n import dutch_day
from portal.logs import log
from portal.settings import Settings
from portal.vault import DeskKeys

PAUSE = 0.5
"""Seconds between two looks for new cases: well within the two seconds that a person may wait."""
CHORES_EVERY = 3600
POST_PAUSE = 5
"""Seconds between two looks for letters, which nobody waits for in front of a screen."""
BATCH = 20

Chore = Callable[[Session, datetime], None]
"""Something to forget or to count now and then, in a transaction of its own."""


class Worker:
    """A thread that routes what arrives, until `stop`, and does its `chores` every hour.

    Letters go out in a thread beside it: a slow mail server must keep no request waiting.
    """

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
        post = threading.Thread(target=self._send_letters, name="post", daemon=True)
        post.start()
        self._route_all()
        post.join(timeout=10)

    def _send_letters(self) -> None:
        mornings_done = None
        while not self._stopping.is_set():
            now = datetime.now(UTC)
            try:
                wanted = self._settings.smtp_url and dutch_day(now) != mornings_done
                if wanted and digests.is_time(now):
                    waited_for = self._db.read_now(digests.who_waits, now)
                    self._db.write_now(digests.queue, waited_for, now)
                    mornings_done = dutch_day(now)
                posting.send_waiting(self._db, self._keys, self._settings)
            except Exception as error:  # the next letter must not wait for us
                log.error("post", error=type(error).__name__)
            self._stopping.wait(POST_PAUSE)

    def _route_all(self) -> None:
        idle = 0.0
        while not self._stopping.is_set():
            try:
                routed = self._db.write_now(route_waiting, self._keys, self._settings)
                now = datetime.now(UTC)
                routed += self._db.write_now(pending.apply_due, self._keys, self._settings, now)
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
    if not waiting:
        return 0
    now = datetime.now(UTC)
    house = house_on(session, now)
    if not house.teams:
        log.error("no_team", error="import a caseload first: nobody can receive cases")
        return 0
    for case in waiting:
        _route(session, keys, settings, case, house, now)
    return len(waiting)


def _route(
    session: Session,
    keys: DeskKeys,
    settings: Settings,
    case: Case,
    house: House,
    now: datetime,
) -> None:
    dossier: FoundDossier | None = None
    answers: dict[str, Any] = {}
    apart: list[int] = []
    try:
        answers = answers_of(case, data_key_of(keys, case))
        if v_number := answers.get("v_number"):
            case.v_index = keys.blind_index("v-number", v_number)
            dossier = dossier_by_v_number(session, keys, v_number)
        facts = _with_family(session, case, facts_of(case.kind, answers, dossier, house))
        assignment = routing.choose(facts)
        apart = want_to_be_apart(answers)
        matched = bool(facts.matches)
    except sa.exc.SQLAlchemyError:
        raise
    except Exception as error:  # whatever is wrong with one case, a person must look at it
        log.error("unreadable", error=type(error).__name__)
        assignment, matched = _unreadable(house), False
    _give(session, settings, case, assignment, now)
    if dossier and matched:
        case.dossier_id = dossier.id
        _compare_with_record(session, keys, case, dossier, now)
    if case.mandate_hold:
        rerouting.send_automatic(session, keys, case, "mandate_check", now)
    if not case.restricted:  # else only the trained group may decide who learns of it
        for member in apart:
            splitting.split(session, keys, settings, case, answers, member, "worker", now)
    if case.kind == "contact_change":
        rerouting.told_of_move(session, keys, case, answers, now)


def _with_family(session: Session, case: Case, facts: Facts) -> Facts:
    """Of a case that was split off, where the family's is."""
    family = session.get(Case, case.linked_to) if case.linked_to else None
    if family is None:
        return facts
    return replace(facts, split_from=family.team_id or "", split_restricted=family.restricted)


def _give(
    session: Session, settings: Settings, case: Case, assignment: Assignment, now: datetime
) -> None:
    case.team_id, case.supervisor_id = assignment.team, assignment.supervisor
    case.restricted, case.alarm = assignment.restricted, assignment.alarm
    case.mandate_hold = assignment.mandate_hold
    service.move(session, settings, case, "route", "worker", ["worker"], now)
    detail = rerouting.detail_of(assignment)
    service.log_event(session, case, "routed", "worker", now, detail=detail)
    log.info("routed", team=assignment.team)
    if assignment.alarm:
        log.error("last_resort", team=assignment.team)


def _compare_with_record(
    session: Session, keys: DeskKeys, case: Case, dossier: FoundDossier, now: datetime
) -> None:
    """The guard of domain.md §2D-1 on DT&V's own record: pending or unknown starts no mediation."""
    if case.kind != "mediation":
        return
    if dossier.procedure == "none":
        case.embassy_hold = False
    else:
        case.kind = "question"
        content = letters.content_of("mediation_held", {}, case.language)
        service.add_message(
            session, case, messages_key_of(keys, case), content, "held", now, outgoing=True
        )
        service.log_event(
            session, case, "held", "worker", now, detail={"procedure": dossier.procedure}
        )


def _unreadable(house: House) -> Assignment:
    fallback = routing.choose(Facts(teams=house.teams))
    return Assignment(fallback.team, None, (Reason("unreadable"), *fallback.reasons), alarm=True)
