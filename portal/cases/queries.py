"""Questions about cases. Who may see a row is part of the query."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload.models import Team, TeamMember
from portal.cases.models import Case, CaseEvent, CaseMessage
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

PAGE = 50
COUNT_UP_TO = 1000


@dataclass(frozen=True)
class Actor:
    """Who of the staff asks."""

    id: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Message:
    """`content`: {"letter", "texts": {tag: {"title", "text"}}, "own"} or {"own"}."""

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


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """The cases an actor may see: their own, and those of their team."""
    team = sa.select(TeamMember.team_id).where(TeamMember.member_id == actor.id).scalar_subquery()
    return sa.or_(Case.supervisor_id == actor.id, Case.team_id == team)


@dataclass(frozen=True)
class Queue:
    """Which cases to list: `view` is "mine", "team" or "unowned"; the rest may be empty."""

    view: str = "mine"
    state: str = ""
    kind: str = ""
    reference: str = ""
    v_index: str = ""
    after: tuple[datetime, str] | None = None

    @property
    def is_search(self) -> bool:
        return bool(self.reference or self.v_index)


@dataclass(frozen=True)
class QueueRow:
    id: str
    reference: str
    kind: str
    state: str
    language: str
    urgent: str
    embassy_hold: bool
    created: datetime
    due: datetime
    supervisor_id: str | None
    supervisor: str | None
    """Their name."""
    wrote_last: bool
    """The applicant wrote, and nobody has answered since."""
    name: str
    alarm: bool
    """The last resort has it, and nobody has taken it over."""
    mandate_hold: bool
    restricted: bool
    """Stays within the trained groups."""


@dataclass(frozen=True)
class QueuePage:
    rows: tuple[QueueRow, ...]
    following: tuple[datetime, str] | None
    """Where the next page begins."""
    counts: dict[str, int] = field(default_factory=dict)
    """Open cases per view, counted up to COUNT_UP_TO."""


def queue_page(session: Session, keys: DeskKeys, actor: Actor, queue: Queue) -> QueuePage:
    """Fifty cases, next deadline first, in one query that its index answers."""
    query = (
        sa.select(Case, StaffMember.name, _LAST_WORD)
        .outerjoin(StaffMember, StaffMember.id == Case.supervisor_id)
        .order_by(Case.due, Case.id)
        .limit(PAGE + 1)
    )
    if queue.is_search:
        query = query.where(visible(actor))
        if queue.reference:
            query = query.where(Case.reference == queue.reference)
        if queue.v_index:
            query = query.where(Case.v_index == queue.v_index)
    else:
        query = query.where(_view(actor, queue.view))
    if queue.state:
        query = query.where(Case.state == queue.state)
    if queue.kind:
        query = query.where(Case.kind == queue.kind)
    if queue.after:
        due, last = queue.after
        query = query.where(sa.or_(Case.due > due, sa.and_(Case.due == due, Case.id > last)))
    found = session.execute(query).all()
    rows = tuple(_queue_row(keys, *columns) for columns in found[:PAGE])
    more = (rows[-1].due, rows[-1].id) if len(found) > PAGE else None
    return QueuePage(rows, more, _counts(session, actor))


def _view(actor: Actor, view: str) -> sa.ColumnElement[bool]:
    team = sa.select(TeamMember.team_id).where(TeamMember.member_id == actor.id).scalar_subquery()
    if view == "mine":
        return sa.and_(Case.open, Case.supervisor_id == actor.id)
    if view == "unowned":
        return sa.and_(Case.open, Case.team_id == team, Case.supervisor_id.is_(None))
    return sa.and_(Case.open, Case.team_id == team)


def _counts(session: Session, actor: Actor) -> dict[str, int]:
    counts = {}
    for view in ("mine", "team", "unowned"):
        some = sa.select(Case.id).where(_view(actor, view)).limit(COUNT_UP_TO).subquery()
        counts[view] = session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
    return counts


_LAST_WORD = (
    sa.select(CaseEvent.name)
    .where(CaseEvent.case_id == Case.id, CaseEvent.name.in_(("reply", "message")))
    .order_by(CaseEvent.id.desc())
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)
"""The event of the newest message of a case: `reply` is the applicant's, `message` the desk's."""


def _queue_row(
    keys: DeskKeys, case: Case, supervisor: str | None, last_word: str | None
) -> QueueRow:
    try:
        name = person_name(answers_of(case, data_key_of(keys, case)))
    except VaultError:
        name = ""  # one unreadable request mustn't hide the others
    return QueueRow(
        case.id,
        case.reference,
        case.kind,
        case.state,
        case.language,
        case.urgent,
        case.embassy_hold,
        case.created,
        case.due,
        case.supervisor_id,
        supervisor,
        case.open and last_word == "reply",
        name,
        case.alarm and case.open and case.supervisor_id is None,
        case.mandate_hold and case.open,
        case.restricted,
    )


@dataclass(frozen=True)
class LogLine:
    id: int
    at: datetime
    name: str
    state: str
    actor: str
    """A staff member's name, or "applicant" or "worker"."""
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

    @property
    def version(self) -> int:
        """The last line of the log: a form that was made before it has an older one."""
        return self.log[-1].id


def case_file(session: Session, keys: DeskKeys, actor: Actor, case_id: str) -> CaseFile | None:
    """None: there is no such case for this actor."""
    found = session.execute(
        sa.select(Case, StaffMember.name, _LAST_WORD, Team.name)
        .outerjoin(StaffMember, StaffMember.id == Case.supervisor_id)
        .outerjoin(Team, Team.id == Case.team_id)
        .where(Case.id == case_id, visible(actor))
    ).first()
    if found is None:
        return None
    case, supervisor, last_word, team = found
    answers: dict[str, Any] = {}
    messages: tuple[Message, ...] = ()
    try:
        data_key = data_key_of(keys, case)
        answers = answers_of(case, data_key)
        messages = messages_of(session, case_id, subkey(data_key, MESSAGES))
        log, readable = _log_of(session, case, subkey(data_key, ANSWERS)), True
    except VaultError:
        log, readable = _log_of(session, case, None), False
    return CaseFile(
        _queue_row(keys, case, supervisor, last_word),
        answers,
        team or "",
        case.team_id,
        case.supervisor_id,
        case.dossier_id,
        case.open,
        readable,
        log,
        messages,
    )


def _log_of(session: Session, case: Case, key: bytes | None) -> tuple[LogLine, ...]:
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
            name or event.actor,
            event.detail,
            unseal_json(key, event.sealed, note_place(case.id)) if key and event.sealed else "",
        )
        for event, name in rows
    )


def person_name(answers: dict[str, Any]) -> str:
    names = (answers.get("family_name", ""), answers.get("given_names", ""))
    return ", ".join(name for name in names if name)
