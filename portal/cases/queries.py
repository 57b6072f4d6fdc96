"""Questions about one case, of who follows it and of who handles it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload.models import Team
from portal.cases.access import Actor, Sight, sight_of
from portal.cases.checks import CHECKS, Check, checks_of, event_of, is_hidden
from portal.cases.models import Case, CaseEvent, CaseMessage
from portal.cases.queue import QueueRow, queue_row, rows_query
from portal.cases.sealing import (
    ANSWERS,
    MESSAGES,
    answers_of,
    data_key_of,
    message_place,
    note_place,
)
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, VaultError, subkey, unseal_json

SOMEBODY = "somebody"
"""In the place of a name that who reads the log may not know."""
ASSESSED = frozenset(event_of(check) for check in CHECKS)


@dataclass(frozen=True)
class Message:
    """`content`: what `letters.content_of` made of a letter, or {"own"}."""

    at: datetime
    outgoing: bool
    content: dict[str, Any]


@dataclass(frozen=True)
class FollowedCase:
    """What the holder of the code may see: nothing that says who it is about."""

    id: str
    reference: str
    kind: str
    state: str
    language: str
    created: datetime
    open: bool
    messages: tuple[Message, ...]


def case_of_code(session: Session, lookup: bytes) -> tuple[str, bytes] | None:
    """(case id, wrapped subkey of the messages) of a receipt code."""
    row = session.execute(
        sa.select(Case.id, Case.code_key).where(Case.code_lookup == lookup)
    ).first()
    return (row.id, row.code_key) if row else None


def followed_case(session: Session, case_id: str, messages_key: bytes) -> FollowedCase | None:
    case = session.get(Case, case_id)
    if case is None:
        return None
    return FollowedCase(
        case.id,
        case.reference,
        case.kind,
        case.state,
        case.language,
        case.created,
        case.open,
        messages_of(session, case_id, messages_key),
    )


def messages_of(session: Session, case_id: str, messages_key: bytes) -> tuple[Message, ...]:
    rows = session.scalars(
        sa.select(CaseMessage).where(CaseMessage.case_id == case_id).order_by(CaseMessage.id)
    )
    place = message_place(case_id)
    return tuple(
        Message(row.at, row.outgoing, unseal_json(messages_key, row.sealed, place)) for row in rows
    )


@dataclass(frozen=True)
class LogLine:
    id: int
    at: datetime
    name: str
    state: str
    actor: str
    """A staff member's name, or "applicant", "worker" or SOMEBODY."""
    detail: dict[str, Any]
    note: str


@dataclass(frozen=True)
class CaseFile:
    """Everything about one case, for the person who handles it.

    `readable` False: our keys don't open it, so there are no answers, messages and notes in it.
    """

    row: QueueRow
    answers: dict[str, Any]
    team: str
    team_id: str | None
    supervisor_id: str | None
    dossier_id: str | None
    open: bool
    readable: bool
    log: tuple[LogLine, ...]
    messages: tuple[Message, ...]
    checks: tuple[Check, ...]
    """As the actor may know them; see portal.cases.checks."""

    @property
    def version(self) -> int:
        """The last line of the log: a form that was made before it has an older one."""
        return self.log[-1].id


def case_file(
    session: Session, keys: DeskKeys, actor: Actor, case_id: str, now: datetime
) -> CaseFile | None:
    """None: there is no such case for this actor."""
    sight = sight_of(session, actor, now)
    found = session.execute(
        rows_query()
        .add_columns(Team.name)
        .outerjoin(Team, Team.id == Case.team_id)
        .where(Case.id == case_id, sight.all)
    ).first()
    if found is None:
        return None
    case, *of_row, team = found
    answers: dict[str, Any] = {}
    messages: tuple[Message, ...] = ()
    try:
        data_key = data_key_of(keys, case)
        answers = answers_of(case, data_key)
        messages = messages_of(session, case_id, subkey(data_key, MESSAGES))
        key = subkey(data_key, ANSWERS)
        log, readable = _log_of(session, case, key, sight), True
        checks = checks_of(session, case, key, sight)
    except VaultError:
        log, readable = _log_of(session, case, None, sight), False
        checks = checks_of(session, case, None, sight)
    return CaseFile(
        queue_row(keys, sight, case, *of_row),
        answers,
        team or "",
        case.team_id,
        case.supervisor_id,
        case.dossier_id,
        case.open,
        readable,
        log,
        messages,
        checks,
    )


def _log_of(session: Session, case: Case, key: bytes | None, sight: Sight) -> tuple[LogLine, ...]:
    """The log without what was assessed: that stands in the checks, for who may know it."""
    rows = session.execute(
        sa.select(CaseEvent, StaffMember.name)
        .outerjoin(StaffMember, StaffMember.id == CaseEvent.actor)
        .where(CaseEvent.case_id == case.id)
        .order_by(CaseEvent.id)
    )
    return tuple(
        LogLine(
            event.id,
            event.at,
            event.name,
            event.state,
            SOMEBODY if is_hidden(event.name, sight) else name or event.actor,
            event.detail,
            _note(event, key),
        )
        for event, name in rows
    )


def _note(event: CaseEvent, key: bytes | None) -> str:
    if key is None or event.sealed is None or event.name in ASSESSED:
        return ""
    return unseal_json(key, event.sealed, note_place(event.case_id))
