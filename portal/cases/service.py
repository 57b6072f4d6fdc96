"""What can be done with a case. Each deed is one transaction, and leaves its line in the log."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.cases import receipt, workflow
from portal.cases.kinds import KINDS
from portal.cases.models import Case, CaseEvent, CaseMessage
from portal.cases.sealing import (
    ANSWERS,
    MESSAGES,
    answers_place,
    code_key_place,
    desk_key_place,
    message_place,
)
from portal.mail import outbox
from portal.settings import Settings
from portal.vault import PublicKeys, new_key, seal, seal_json, subkey


class Guarded(Exception):
    """These answers ask for another kind of request first; nothing was stored."""


@dataclass(frozen=True)
class NewCase:
    """A request as the person sent it, with only the answers that apply."""

    kind: str
    answers: Mapping[str, Any]
    language: str
    submission: str
    """A random name of this one sending: the same twice is one case."""


@dataclass(frozen=True)
class Prepared:
    """A sealed case that waits to be stored, and the code that opens it."""

    case: Case
    event: CaseEvent
    code: str
    messages_key: bytes


def prepare(keys: PublicKeys, settings: Settings, new: NewCase, now: datetime) -> Prepared:
    """Seal a new case and make its receipt code: the slow part, outside any transaction.

    Raises Guarded when a guard of its kind holds, whatever the pages before have let through.
    """
    kind = KINDS[new.kind]
    if kind.guard(new.answers):
        raise Guarded(new.kind)
    case_id, data_key, code = secrets.token_hex(16), new_key(), receipt.new_code()
    lookup, code_key = keys.stretch(code)
    urgent = str(new.answers.get("urgent", "none"))
    case = Case(
        id=case_id,
        reference=new_reference(),
        kind=new.kind,
        state="sent",
        open=True,
        language=new.language,
        urgent=urgent,
        embassy_hold=kind.embassy,
        created=now,
        due=workflow.next_deadline(
            "sent", now, urgent=urgent != "none", days=reaction_days(settings)
        ),
        submission=new.submission,
        code_lookup=lookup,
        desk_key=keys.wrap(data_key, desk_key_place(case_id)),
        code_key=seal(code_key, subkey(data_key, MESSAGES), code_key_place(case_id)),
        answers=seal_json(
            subkey(data_key, ANSWERS), kind.kept(new.answers), answers_place(case_id)
        ),
    )
    event = CaseEvent(
        case_id=case_id, at=now, name="sent", state="sent", actor="applicant", detail={}
    )
    return Prepared(case, event, code, subkey(data_key, MESSAGES))


def store(session: Session, prepared: Prepared) -> bool:
    """Store a prepared case. False: this submission is stored already, and nothing was added."""
    try:
        with session.begin_nested():
            session.add(prepared.case)
            session.flush()
            session.add(prepared.event)
            session.flush()
    except IntegrityError:
        stored = sa.select(Case.id).where(Case.submission == prepared.case.submission)
        if session.scalar(stored) is None:
            raise
        return False
    return True


def log_event(
    session: Session,
    case: Case,
    name: str,
    actor: str,
    now: datetime,
    *,
    detail: Mapping[str, Any] | None = None,
    sealed: bytes | None = None,
) -> None:
    """Add a line to the log; it carries the state that the case has now."""
    session.add(
        CaseEvent(
            case_id=case.id,
            at=now,
            name=name,
            state=case.state,
            actor=actor,
            detail=dict(detail or {}),
            sealed=sealed,
        )
    )
    session.flush()


def move(
    session: Session,
    settings: Settings,
    case: Case,
    name: str,
    actor: str,
    roles: Sequence[str],
    now: datetime,
    *,
    reason: str = "",
    to: Mapping[str, str] | None = None,
) -> None:
    """Make one move of the workflow table. Raises workflow.NotAllowed and changes nothing then.

    `to` names to whom a case is passed on, as the log keeps it: {"organisation": id} of one with
    an account, {"entry": key} of one in the register.
    """
    named = dict(to or {})
    made = workflow.move(name, case.state, roles, reason, next(iter(named.values()), ""))
    case.state = made.target
    case.open = made.target not in workflow.CLOSED
    case.closed = None if case.open else now
    case.due = workflow.next_deadline(
        made.target, now, urgent=case.urgent != "none", days=reaction_days(settings)
    )
    detail = {"reason": reason, **named} if reason else named
    log_event(session, case, name, actor, now, detail=detail)


def add_message(
    session: Session,
    case: Case,
    messages_key: bytes,
    content: Mapping[str, Any],
    nonce: str,
    now: datetime,
    *,
    outgoing: bool,
    mails: Sequence[str] = ("news",),
) -> bool:
    """Seal and add a message. False: a message with this nonce is there already.

    With one that goes out, e-mails are queued that say that there is something to read
    (portal.mail.models.LETTERS). Whether the person gets e-mail is sealed to the desk, so it is
    found out when they are sent.
    """
    known = sa.select(CaseMessage.id).where(
        CaseMessage.case_id == case.id, CaseMessage.nonce == nonce
    )
    if session.scalar(known) is not None:
        return False
    session.add(
        CaseMessage(
            case_id=case.id,
            nonce=nonce,
            at=now,
            outgoing=outgoing,
            sealed=seal_json(messages_key, content, message_place(case.id)),
        )
    )
    session.flush()
    for mail in mails if outgoing else ():
        outbox.put(session, f"{case.id}.{nonce}.{mail}", mail, now, case_id=case.id)
    return True


def reply(
    session: Session,
    settings: Settings,
    case_id: str,
    messages_key: bytes,
    text: str,
    nonce: str,
    now: datetime,
) -> None:
    """The applicant writes. An answer to a question of the desk moves the case on."""
    case = session.get_one(Case, case_id, with_for_update=True)
    if add_message(session, case, messages_key, {"own": text}, nonce, now, outgoing=False):
        log_event(session, case, "reply", "applicant", now)
        if case.state in workflow.MOVES["answer"].sources:
            move(session, settings, case, "answer", "applicant", ["applicant"], now)


def reaction_days(settings: Settings) -> tuple[int, int]:
    """Working days until a person reacts: (ordinary, urgent)."""
    return settings.first_reaction_days, settings.urgent_reaction_days


def new_reference() -> str:
    """Eight letters and digits for people to name a case by; it opens nothing."""
    letters = base64.b32encode(secrets.token_bytes(5)).decode()
    letters = letters.translate(str.maketrans("IO", "89"))
    return f"{letters[:4]}-{letters[4:]}"
