"""Weighty deeds of who holds the code: they wait a day, are told of, and can be undone.

The code alone opens a case, so whoever took it from somebody could silence them: send the answers
elsewhere, or withdraw. A new contact and a withdrawal therefore wait; meanwhile a letter stands
with the messages, the page of the case offers to undo it, and the desk sees it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import letters, service, workflow
from portal.cases.models import CHANGE_WAITS, Case, PendingChange
from portal.cases.not_undone import not_undone
from portal.cases.requests.about import REACH, contact_channel
from portal.cases.sealing import messages_key_of
from portal.cases.steps import Kind, Step
from portal.i18n import AMSTERDAM, N_
from portal.logs import log
from portal.settings import Settings
from portal.vault import DeskKeys, PublicKeys, VaultError, new_key, seal_json, unseal_json

DELAY = timedelta(hours=24)
"""Long enough that the person, or a supervisor who knows them, looks at the case once; short enough
that somebody who lost a telephone isn't called on it for long (security.md §4)."""
BATCH = 20

Weighty = Literal["contact", "withdraw"]
_EVENTS: Mapping[str, str] = {"contact": "contact_change", "withdraw": "withdraw"}
"""Begin of the events of each: `contact_change_asked`, `withdraw_undone`, `…_dropped`."""
_MAILS = {"change_announced": ("warning",), "contact_changed": ("news", "before")}
"""The way that was in force hears of each step, for who holds the code may be somebody else."""

CONTACT = Kind(
    "contact",
    N_("Change how we reach you"),
    N_("A new telephone, e-mail or postal address, or another way."),
    "letter",
    (
        Step(
            "contact",
            N_("How may we reach you from now on?"),
            (contact_channel,),
            lead=N_("You can always read the answer on this site, with your code."),
        ),
        REACH,
    ),
)
"""What is asked for a new contact: nobody sends it as a request of its own."""


@dataclass(frozen=True)
class Waiting:
    """A change that waits, as the holder of the code may see it: never what changes to what."""

    id: str
    kind: Weighty
    due: datetime


@dataclass(frozen=True)
class Contact:
    """How somebody wants to be reached: answers to CONTACT, None when our keys don't open them."""

    answers: Mapping[str, Any] | None
    asked: datetime
    since: datetime
    """When it became, or becomes, the way to reach them."""


@dataclass(frozen=True)
class Contacts:
    """What came after the contact that stands in the answers; that one is never overwritten."""

    now: Contact | None = None
    waiting: Contact | None = None


def ask_withdrawal(
    session: Session, case_id: str, messages_key: bytes, nonce: str, now: datetime
) -> bool:
    """Ask to withdraw. False: it waits already, or this form was sent before.

    Raises workflow.NotAllowed when the case is closed.
    """
    return _ask(session, _new(case_id, "withdraw", nonce, now), messages_key, now)


def ask_contact(
    session: Session,
    keys: PublicKeys,
    case_id: str,
    messages_key: bytes,
    contact: Mapping[str, Any],
    nonce: str,
    now: datetime,
) -> bool:
    """Ask to be reached in another way: clean answers to CONTACT. Else like `ask_withdrawal`."""
    change, key = _new(case_id, "contact", nonce, now), new_key()
    change.desk_key = keys.wrap(key, _place("desk_key", change.id))
    change.sealed = seal_json(key, CONTACT.kept(contact), _place("sealed", change.id))
    return _ask(session, change, messages_key, now)


def undo(
    session: Session, case_id: str, messages_key: bytes, change_id: str, now: datetime
) -> bool:
    """Undo a change that waits; a second time changes nothing. False: it's too late, or none."""
    case = session.get_one(Case, case_id, with_for_update=True)
    change = session.get(PendingChange, change_id, with_for_update=True)
    if change is None or change.case_id != case_id:
        return False
    if change.state == "waiting":
        settle(change, "undone", now)
        service.log_event(session, case, f"{_EVENTS[change.kind]}_undone", "applicant", now)
        tell(session, case, messages_key, "change_undone", change, {"change": change.kind}, now)
    return change.state == "undone"


def waiting_of(session: Session, case_id: str) -> tuple[Waiting, ...]:
    """What waits in a case, the next first."""
    rows = session.scalars(
        sa.select(PendingChange)
        .where(PendingChange.case_id == case_id, CHANGE_WAITS)
        .order_by(PendingChange.due, PendingChange.id)
    )
    return tuple(Waiting(row.id, _weighty(row.kind), row.due) for row in rows)


def contact_of(session: Session, keys: DeskKeys, case_id: str) -> Contacts:
    """For the desk: the newest contact that was changed, and the one that waits."""
    rows = session.scalars(
        sa.select(PendingChange)
        .where(
            PendingChange.case_id == case_id,
            PendingChange.kind == "contact",
            PendingChange.state.in_(("done", "waiting")),
        )
        .order_by(PendingChange.asked, PendingChange.id)
    )
    newest = {row.state: opened(keys, row) for row in rows}
    return Contacts(newest.get("done"), newest.get("waiting"))


def apply_due(session: Session, keys: DeskKeys, settings: Settings, now: datetime) -> int:
    """Do what has waited long enough, oldest first; returns how many were settled.

    What waits in a case that was closed meanwhile is dropped. The case is locked before the change,
    as `undo` does it: of two who come at once, the second finds it settled.
    """
    due = session.execute(
        sa.select(PendingChange.id, PendingChange.case_id)
        .where(PendingChange.due <= now, CHANGE_WAITS)
        .order_by(PendingChange.due, PendingChange.id)
        .limit(BATCH)
    ).all()
    return sum(_apply(session, keys, settings, *each, now) for each in due)


def _apply(
    session: Session,
    keys: DeskKeys,
    settings: Settings,
    change_id: str,
    case_id: str,
    now: datetime,
) -> bool:
    case = session.scalar(
        sa.select(Case).where(Case.id == case_id).with_for_update(skip_locked=True)
    )
    change = session.get(PendingChange, change_id, with_for_update=True) if case else None
    if case is None or change is None or change.state != "waiting":
        return False
    if not case.open:
        settle(change, "dropped", now)
        service.log_event(session, case, f"{_EVENTS[change.kind]}_dropped", "worker", now)
        log.info("change_dropped", kind=change.kind)
        return True
    settle(change, "done", now)
    if change.kind == "withdraw":
        values = {"not_undone": not_undone(session, case_id)}
        service.move(session, settings, case, "withdraw", "applicant", ["applicant"], now)
        _tell_by_desk(session, keys, case, "withdrawn", change, values, now)
    else:
        service.log_event(session, case, "contact_changed", "worker", now)
        _tell_by_desk(session, keys, case, "contact_changed", change, {}, now)
    return True


def _new(case_id: str, kind: Weighty, nonce: str, now: datetime) -> PendingChange:
    return PendingChange(
        id=secrets.token_hex(16),
        case_id=case_id,
        kind=kind,
        nonce=nonce,
        state="waiting",
        asked=now,
        due=now + DELAY,
    )


def _ask(session: Session, change: PendingChange, messages_key: bytes, now: datetime) -> bool:
    case = session.get_one(Case, change.case_id, with_for_update=True)
    if not case.open:
        raise workflow.NotAllowed(change.kind)
    known = sa.select(PendingChange.id).where(
        PendingChange.case_id == case.id,
        sa.or_(
            PendingChange.nonce == change.nonce,
            sa.and_(PendingChange.kind == change.kind, CHANGE_WAITS),
        ),
    )
    if session.scalar(known.limit(1)) is not None:
        return False
    session.add(change)
    session.flush()
    service.log_event(session, case, f"{_EVENTS[change.kind]}_asked", "applicant", now)
    due = change.due.astimezone(AMSTERDAM)
    values = {"change": change.kind, "day": due.date().isoformat(), "time": f"{due:%H:%M}"}
    tell(session, case, messages_key, "change_announced", change, values, now)
    return True


def settle(change: PendingChange, state: str, now: datetime) -> None:
    """It waits no longer. The row is locked by the caller."""
    change.state, change.settled = state, now
    if state != "done":  # nobody needs it any more
        change.desk_key = change.sealed = None


def tell(
    session: Session,
    case: Case,
    messages_key: bytes,
    letter: str,
    change: PendingChange,
    values: Mapping[str, Any],
    now: datetime,
) -> None:
    """A letter of the portal about a change."""
    content = letters.content_of(letter, values, case.language)
    nonce, mails = f"{change.id}.{letter}", _MAILS.get(letter, ("news",))
    add = service.add_message
    add(session, case, messages_key, content, nonce, now, outgoing=True, mails=mails)


def _tell_by_desk(
    session: Session,
    keys: DeskKeys,
    case: Case,
    letter: str,
    change: PendingChange,
    values: Mapping[str, Any],
    now: datetime,
) -> None:
    """A case that our keys don't open gets no letter; what was asked happens all the same."""
    try:
        messages_key = messages_key_of(keys, case)
    except VaultError:
        log.error("change_not_told", kind=change.kind)
        return
    tell(session, case, messages_key, letter, change, values, now)


def opened(keys: DeskKeys, row: PendingChange) -> Contact:
    """The contact that a change is about."""
    answers = None
    try:
        if row.desk_key and row.sealed:
            key = keys.unwrap(row.desk_key, _place("desk_key", row.id))
            answers = unseal_json(key, row.sealed, _place("sealed", row.id))
    except VaultError:
        log.error("contact_unreadable")
    return Contact(answers, row.asked, row.settled or row.due)


def _weighty(kind: str) -> Weighty:
    return "contact" if kind == "contact" else "withdraw"


def _place(column: str, change_id: str) -> str:
    return f"pending_change|{column}|{change_id}"
