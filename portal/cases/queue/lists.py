"""The lists of the queue: which cases stand in each, in which order, and how many.

A list is one or more parts, each of which one index answers from its beginning; the count of a list
and its rows come from the same conditions, so they agree.
"""

from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases.access import Sight
from portal.cases.models import CHANGE_WAITS, WAITING, Case, CaseEvent, PendingChange
from portal.i18n import AMSTERDAM, dutch_day

VIEWS = ("today", "mine", "team", "waiting", "unowned", "done")
DONE_FOR = timedelta(days=30)
"""How long a closed case can be looked back at in its list."""
COUNT_UP_TO = 1000
WITH_US = ("assigned", "in_progress")
"""States in which the next step is the desk's: there, what is urgent is urgent today."""

Condition = sa.ColumnElement[bool]

WROTE = ("reply", "talk_other_asked")
"""Events that are the applicant's word, and wait for somebody's."""
LAST_WORD = (
    sa.select(CaseEvent.name)
    .where(CaseEvent.case_id == Case.id, CaseEvent.name.in_((*WROTE, "message")))
    .order_by(CaseEvent.id.desc())
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)
"""The event of the newest word in a case: the applicant's, or `message`, the desk's."""
CHANGE = sa.exists().where(PendingChange.case_id == Case.id, CHANGE_WAITS).correlate(Case)


def end_of_day(now: datetime) -> datetime:
    """The midnight that ends the Dutch day."""
    return datetime.combine(dutch_day(now) + timedelta(days=1), time.min, AMSTERDAM)


def needs_somebody_today(now: datetime, untouched: datetime | None = None) -> Condition:
    """What `queue.why_today` says in words, as a condition on an open case.

    `untouched`: the moment before which a case came when nobody began with it for too long.
    """
    unread = [sa.and_(Case.state == "assigned", Case.created < untouched)] if untouched else []
    return sa.or_(
        *unread,
        Case.due < end_of_day(now),
        sa.and_(Case.state.in_(WITH_US), sa.or_(Case.urgent != "none", Case.restricted)),
        sa.and_(Case.alarm, Case.supervisor_id.is_(None)),
        LAST_WORD.in_(WROTE),
        CHANGE,
    )


def parts_of(
    sight: Sight,
    view: str,
    now: datetime,
    *,
    own: bool = True,
    untouched: datetime | None = None,
) -> tuple[Condition, ...]:
    """The conditions whose cases together, and none of them twice, are a list.

    `own`: whoever looks handles cases. Of a coordinator who doesn't, the lists of what needs
    somebody, waits or is done are those of the team.
    """
    mine = sight.mine if own else sight.team
    nobodys = sa.and_(Case.open, sight.team, Case.supervisor_id.is_(None))
    match view:
        case "today" if own:
            today = needs_somebody_today(now, untouched)
            return sa.and_(Case.open, mine, today), sa.and_(nobodys, today)
        case "today":
            return (sa.and_(Case.open, mine, needs_somebody_today(now, untouched)),)
        case "mine":
            return (sa.and_(Case.open, sight.mine),)
        case "waiting":
            return (sa.and_(Case.open, WAITING, mine),)
        case "unowned":
            return (nobodys,)
        case "done":
            return (sa.and_(mine, Case.closed >= now - DONE_FOR),)
    if not sight.in_trained_group:
        return (sa.and_(Case.open, sight.team),)
    elsewhere = Case.team_id.is_distinct_from(sight.team_id)
    return sa.and_(Case.open, sight.team), sa.and_(Case.open, sight.asked, elsewhere)


def moment_of(view: str) -> Any:
    """The column by which a list is sorted: the next deadline, or when the case was closed."""
    return Case.closed if view == "done" else Case.due


def counts(
    session: Session,
    sight: Sight,
    now: datetime,
    *,
    own: bool = True,
    untouched: datetime | None = None,
) -> dict[str, int]:
    """How many cases each list has, counted up to COUNT_UP_TO."""
    found = {}
    for view in VIEWS:
        number = 0
        for part in parts_of(sight, view, now, own=own, untouched=untouched):
            some = sa.select(Case.id).where(part).limit(COUNT_UP_TO).subquery()
            number += session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
        found[view] = min(number, COUNT_UP_TO)
    return found
