"""Who waits: the cases of a list, or what a search finds, as rows with what a row must say."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases.access import Actor, Sight, sight_of
from portal.cases.models import Case, CaseEvent
from portal.cases.queue import lists
from portal.cases.sealing import answers_of, data_key_of
from portal.cases.workflow import CLOSED
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, VaultError

PAGE = 50
CHECKS = ("check_medical", "check_no_fault", "check_distressing", "check_trafficking")
"""The events with which the four checks are recorded (domain.md §2C)."""


@dataclass(frozen=True)
class Queue:
    """Which cases to list: `view` is one of `lists.VIEWS`; the rest may be empty."""

    view: str = "mine"
    state: str = ""
    kind: str = ""
    language: str = ""
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
    closed: datetime | None
    supervisor_id: str | None
    supervisor: str | None
    """Their name."""
    wrote_last: bool
    """The applicant wrote, and nobody has answered since."""
    wrote_at: datetime | None
    """When the newest message was written, by whomever."""
    checks: int
    """How many of the four checks are recorded."""
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
    untouched: bool = False
    """It came so long ago that somebody should have begun with it; the queue alone says so."""


@dataclass(frozen=True)
class QueuePage:
    rows: tuple[QueueRow, ...]
    following: tuple[datetime, str] | None
    """Where the next page begins."""
    counts: dict[str, int] = field(default_factory=dict)
    """Cases per list, counted up to COUNT_UP_TO."""


def queue_page(
    session: Session,
    keys: DeskKeys,
    actor: Actor,
    queue: Queue,
    now: datetime,
    untouched: datetime | None = None,
) -> QueuePage:
    """Fifty cases, next deadline first (closed ones: the last closed first), in one query.

    A new case that came before `untouched` needs somebody today; None: no case for that alone.
    """
    sight, own = sight_of(session, actor, now), "supervisor" in actor.roles
    moment, newest_first = lists.moment_of(queue.view), queue.view == "done"
    order = (moment.desc(), Case.id.desc()) if newest_first else (moment, Case.id)
    asked = _asked(queue, moment, newest_first=newest_first)
    if queue.is_search:
        parts: tuple[lists.Condition, ...] = (sight.all,)
    else:
        parts = lists.parts_of(sight, queue.view, now, own=own, untouched=untouched)
    query = rows_query().order_by(*order).limit(PAGE + 1)
    if len(parts) == 1:
        query = query.where(parts[0], *asked)
    else:  # each part from the begin of its own index: an OR would make both be read whole
        ids = (
            sa.select(Case.id).where(part, *asked).order_by(*order).limit(PAGE + 1).subquery()
            for part in parts
        )
        query = query.where(Case.id.in_(sa.union_all(*(sa.select(each.c.id) for each in ids))))
    found = session.execute(query).all()
    rows = tuple(
        replace(row, untouched=untouched is not None and row.created < untouched)
        for row in (queue_row(keys, sight, *columns) for columns in found[:PAGE])
    )
    more = None
    if len(found) > PAGE:
        last = rows[-1]
        more = ((last.closed or last.due) if newest_first else last.due, last.id)
    return QueuePage(rows, more, lists.counts(session, sight, now, own=own, untouched=untouched))


def _asked(queue: Queue, moment: Any, *, newest_first: bool) -> list[lists.Condition]:
    """What is looked for, or filtered by, and where the page begins."""
    asked: list[lists.Condition] = []
    for column in ("reference", "v_index", "state", "kind", "language"):
        if wanted := getattr(queue, column):
            asked.append(getattr(Case, column) == wanted)
    if queue.after:
        at, last = queue.after
        further = (moment < at, Case.id < last) if newest_first else (moment > at, Case.id > last)
        asked.append(sa.or_(further[0], sa.and_(moment == at, further[1])))
    return asked


_MESSAGE_AT = (
    sa.select(sa.func.max(CaseEvent.at))
    .where(CaseEvent.case_id == Case.id, CaseEvent.name.in_((*lists.WROTE, "message")))
    .correlate(Case)
    .scalar_subquery()
)
_CHECKED = (
    sa.select(sa.func.count(CaseEvent.name.distinct()))
    .where(CaseEvent.case_id == Case.id, CaseEvent.name.in_(CHECKS))
    .correlate(Case)
    .scalar_subquery()
)


def rows_query() -> sa.Select[Case, str, str, datetime, int, bool]:
    """All that `queue_row` needs of a case; who may see it is the caller's condition."""
    return sa.select(
        Case, StaffMember.name, lists.LAST_WORD, _MESSAGE_AT, _CHECKED, lists.CHANGE
    ).outerjoin(StaffMember, StaffMember.id == Case.supervisor_id)


def queue_row(
    keys: DeskKeys,
    sight: Sight,
    case: Case,
    supervisor: str | None,
    last_word: str | None,
    wrote_at: datetime | None,
    checked: int,
    change_waits: bool,
) -> QueueRow:
    try:
        name = person_name(answers_of(case, data_key_of(keys, case)))
    except VaultError:
        name = ""  # one unreadable request mustn't hide the others
    return QueueRow(
        id=case.id,
        reference=case.reference,
        kind=case.kind,
        state=case.state,
        language=case.language,
        urgent=case.urgent,
        embassy_hold=case.embassy_hold,
        created=case.created,
        due=case.due,
        closed=case.closed,
        supervisor_id=case.supervisor_id,
        supervisor=supervisor,
        wrote_last=case.open and last_word in lists.WROTE,
        wrote_at=wrote_at,
        checks=checked,
        name=name,
        alarm=case.alarm and case.open and case.supervisor_id is None,
        mandate_hold=case.mandate_hold and case.open,
        restricted=case.restricted,
        change_waits=bool(change_waits) and case.open,
        stands_in=case.supervisor_id in sight.stands_in_for,
        asks_group=case.trained_group_asked and sight.in_trained_group,
    )


def why_today(row: QueueRow, now: datetime) -> tuple[str, ...]:
    """Why an open case needs somebody today, the weightiest first; empty when nothing says so.

    `alarm` `flight` `danger` `health` `restricted` `wrote` `untouched` `late` `today`
    `change_waits`. The list "today" has exactly the cases with a reason:
    `lists.needs_somebody_today` says the same in SQL.
    """
    if row.state in CLOSED:
        return ()
    with_us = row.state in lists.WITH_US
    said = (
        ("alarm", row.alarm),
        (row.urgent, row.urgent != "none" and with_us),
        ("restricted", row.restricted and with_us),
        ("wrote", row.wrote_last),
        ("untouched", row.untouched and row.state == "assigned"),
        ("late", row.due < now),
        ("today", now <= row.due < lists.end_of_day(now)),
        ("change_waits", row.change_waits),
    )
    return tuple(code for code, holds in said if holds)


def person_name(answers: dict[str, Any]) -> str:
    names = (answers.get("family_name", ""), answers.get("given_names", ""))
    return ", ".join(name for name in names if name)
