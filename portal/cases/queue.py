"""Who waits: the cases of a person, of a team, or what a search finds, as rows of a list."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases.access import Actor, Sight, sight_of
from portal.cases.models import CHANGE_WAITS, Case, CaseEvent, PendingChange
from portal.cases.sealing import answers_of, data_key_of
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, VaultError

PAGE = 50
COUNT_UP_TO = 1000


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
    change_waits: bool
    """A withdrawal or a new contact waits, and can still be undone."""
    stands_in: bool
    """Its supervisor is away, and who asks stands in."""
    asks_group: bool = False
    """Who reads this is in the trained group, which was asked to look at it."""


@dataclass(frozen=True)
class QueuePage:
    rows: tuple[QueueRow, ...]
    following: tuple[datetime, str] | None
    """Where the next page begins."""
    counts: dict[str, int] = field(default_factory=dict)
    """Open cases per view, counted up to COUNT_UP_TO."""


def queue_page(
    session: Session, keys: DeskKeys, actor: Actor, queue: Queue, now: datetime
) -> QueuePage:
    """Fifty cases, next deadline first, in one query that its index answers."""
    sight = sight_of(session, actor, now)
    query = rows_query().order_by(Case.due, Case.id).limit(PAGE + 1)
    if queue.is_search:
        query = query.where(sight.all)
        if queue.reference:
            query = query.where(Case.reference == queue.reference)
        if queue.v_index:
            query = query.where(Case.v_index == queue.v_index)
    else:
        query = query.where(of_view(sight, queue.view))
    if queue.state:
        query = query.where(Case.state == queue.state)
    if queue.kind:
        query = query.where(Case.kind == queue.kind)
    if queue.after:
        due, last = queue.after
        query = query.where(sa.or_(Case.due > due, sa.and_(Case.due == due, Case.id > last)))
    found = session.execute(query).all()
    rows = tuple(queue_row(keys, sight, *columns) for columns in found[:PAGE])
    more = (rows[-1].due, rows[-1].id) if len(found) > PAGE else None
    return QueuePage(rows, more, _counts(session, sight))


def of_view(sight: Sight, view: str) -> sa.ColumnElement[bool]:
    """The open cases of one of the three lists."""
    if view == "mine":
        return sa.and_(Case.open, sight.mine)
    if view == "unowned":
        return sa.and_(Case.open, sight.team, Case.supervisor_id.is_(None))
    if sight.in_trained_group:
        return sa.and_(Case.open, sa.or_(sight.team, sight.asked))
    return sa.and_(Case.open, sight.team)


def _counts(session: Session, sight: Sight) -> dict[str, int]:
    counts = {}
    for view in ("mine", "team", "unowned"):
        some = sa.select(Case.id).where(of_view(sight, view)).limit(COUNT_UP_TO).subquery()
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
_CHANGE_WAITS = sa.exists().where(PendingChange.case_id == Case.id, CHANGE_WAITS).correlate(Case)


def rows_query() -> sa.Select[Case, str, str, bool]:
    """All that `queue_row` needs of a case; who may see it is the caller's condition."""
    return sa.select(Case, StaffMember.name, _LAST_WORD, _CHANGE_WAITS).outerjoin(
        StaffMember, StaffMember.id == Case.supervisor_id
    )


def queue_row(
    keys: DeskKeys,
    sight: Sight,
    case: Case,
    supervisor: str | None,
    last_word: str | None,
    change_waits: bool,
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
        bool(change_waits) and case.open,
        case.supervisor_id in sight.stands_in_for,
        case.trained_group_asked and sight.in_trained_group,
    )


def person_name(answers: dict[str, Any]) -> str:
    names = (answers.get("family_name", ""), answers.get("given_names", ""))
    return ", ".join(name for name in names if name)
