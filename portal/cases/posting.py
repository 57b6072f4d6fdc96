"""Sends what the outbox holds: who each letter is for, what it says, and what became of it.

An applicant's letter goes to the way that was in force, in the language of the case, and says that
there is news: no name, no number, no topic (security.md T3). What can't be delivered is written in
the log of the case, so that somebody reaches the person in another way.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import digests, reaching, service
from portal.cases.models import Case, CaseEvent
from portal.db import Database
from portal.i18n import N_
from portal.logs import log
from portal.mail import outbox, smtp
from portal.mail.addresses import clean_address
from portal.mail.outbox import Job
from portal.mail.smtp import NotNow, Refused, Server
from portal.mail.writing import Text, compose, in_language
from portal.settings import Settings
from portal.vault import DeskKeys, VaultError

SUBJECT = N_("There is news for you")
LOOK = N_("There is news for you. Look on the site where you wrote, with your code.")
ASKED = N_(
    "Somebody asked for a change there. Was it not you? Look soon: as long as it waits, you can "
    "undo it."
)
NO_ANSWER = N_("You cannot answer this e-mail.")
WRITE_DOWN_TRIES = 5


@dataclass(frozen=True)
class Addressed:
    """A letter that can go."""

    to: str
    text: Text


@dataclass(frozen=True)
class Nobody:
    """It can't go. `why` is "" when nobody wants it, else what staff must know."""

    why: str = ""


def send_waiting(db: Database, keys: DeskKeys, settings: Settings) -> int:
    """Send what is due, one letter after another; returns how many were taken up.

    Without a mail server everything that waits is skipped. Several may do this at once.
    """
    if not db.read_now(outbox.is_due, datetime.now(UTC)):
        return 0
    server = smtp.server_of(settings)
    if server is None:
        return db.write_now(outbox.skip_all, datetime.now(UTC))
    taken = 0
    while job := db.write_now(outbox.take, datetime.now(UTC)):
        taken += 1
        if not _send(db, keys, settings, server, job):
            break  # the server isn't there: the others wait for their next turn too
    return taken


def _send(db: Database, keys: DeskKeys, settings: Settings, server: Server, job: Job) -> bool:
    """One letter. False: the mail server couldn't be spoken to."""
    now = datetime.now(UTC)
    letter = db.read_now(letter_of, keys, settings, job, now)
    if isinstance(letter, Nobody):
        db.write_now(_settle, job, "failed" if letter.why else "skipped", letter.why)
        return True
    message = compose(letter.text, server.sender, letter.to, job.id, now)
    try:
        smtp.send(server, message, letter.to)
    except Refused as error:
        log.error("mail_refused", error=str(error))
        db.write_now(_settle, job, "failed", "refused")
        return True
    except NotNow as error:
        given_up = outbox.is_hopeless(job, datetime.now(UTC))
        (log.error if given_up else log.warning)("mail_not_sent", error=str(error))
        if given_up:
            db.write_now(_settle, job, "failed", "given_up")
        else:
            db.write_now(outbox.put_off, job, datetime.now(UTC))
        return False
    _write_down(db, job)
    return True


def _write_down(db: Database, job: Job) -> None:
    """The server has it: while this isn't written, it would be sent again when LEASE is over."""
    for tries_left in reversed(range(WRITE_DOWN_TRIES)):
        try:
            db.write_now(outbox.settle, job, "sent", datetime.now(UTC))
        except sa.exc.SQLAlchemyError:
            if not tries_left:
                raise
            time.sleep(1)
        else:
            return


def _settle(session: Session, job: Job, state: str, why: str) -> None:
    now = datetime.now(UTC)
    # The case before the letter, as everybody locks them who queues one.
    case = session.get(Case, job.case_id, with_for_update=True) if job.case_id else None
    if outbox.settle(session, job, state, now) and why:
        log.error("mail_failed", error=why)
        if case is not None and not _is_known(session, case.id, why):
            service.log_event(session, case, "mail_failed", "worker", now, detail={"why": why})


def _is_known(session: Session, case_id: str, why: str) -> bool:
    """Whether the log says so already of this way to reach the person: once is enough."""
    newest = session.execute(
        sa.select(CaseEvent.name, CaseEvent.detail)
        .where(CaseEvent.case_id == case_id, CaseEvent.name.in_(("mail_failed", "contact_changed")))
        .order_by(CaseEvent.id.desc())
        .limit(1)
    ).first()
    return newest is not None and newest.name == "mail_failed" and newest.detail.get("why") == why


def letter_of(
    session: Session, keys: DeskKeys, settings: Settings, job: Job, now: datetime
) -> Addressed | Nobody:
    """Who a letter is for, and what it says."""
    if job.member_id:
        return _digest(session, settings, job.member_id, now)
    case = session.get(Case, job.case_id)
    if case is None:
        return Nobody()
    try:
        typed = _typed(session, keys, case, job)
    except VaultError:
        return Nobody("unreadable")
    if typed is None:
        return Nobody()
    to = clean_address(typed)
    if to is None:
        return Nobody("no_address")
    about = (LOOK, ASKED, NO_ANSWER) if job.letter == "warning" else (LOOK, NO_ANSWER)
    return Addressed(to, in_language(case.language, SUBJECT, about))


def _typed(session: Session, keys: DeskKeys, case: Case, job: Job) -> str | None:
    if job.letter == "news":
        return reaching.address_in(reaching.way_of(session, keys, case))
    before = reaching.address_in(reaching.way_of(session, keys, case, job.queued))
    if job.letter == "before" and before == reaching.address_in(
        reaching.way_of(session, keys, case)
    ):
        return None  # the address is the same: `news` goes there
    return before


def _digest(
    session: Session, settings: Settings, member_id: str, now: datetime
) -> Addressed | Nobody:
    digest = digests.digest_of(session, settings, member_id, now)
    to = clean_address(digest.to) if digest else None
    return Addressed(to, digest.text) if digest and to else Nobody()
