"""From cases to figures: those of a team for its coordinator, and those that are made public.

What is public is made once for a quarter, by the worker, when the quarter is over and its last
requests have had the time to be answered. It never changes afterwards: the difference between two
versions would be as small a number as those that each of them hides. For the same reason whoever
may see all teams is shown what was made public; a coordinator sees each case of the own team
anyway, so those are counted when they are asked for.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.caseload.models import Team
from portal.cases.figures import OTHER, Counted, Figures, Quarter, count
from portal.cases.figures.models import PublishedFigures
from portal.cases.kinds import KINDS
from portal.cases.models import Case, CaseEvent
from portal.cases.queue import CHECKS
from portal.cases.workflow import CLOSED, add_working_days
from portal.i18n import AMSTERDAM, dutch_day, live_languages
from portal.logs import log

WAIT = timedelta(days=14)
"""After the end of a quarter: longer than the target for a first answer."""
KEPT = 8
"""How many quarters back are counted, or shown."""
RESULTS = ("referred", "meeting_planned", "carried_out", "not_now", "elsewhere")
NOBODY = ("worker", "applicant")
"""Actors of a log that aren't people who answer."""


@dataclass(frozen=True)
class Published:
    """The figures of a quarter; `made` is when they were counted. `places` names the rows of the
    table of places."""

    quarter: Quarter
    made: datetime
    figures: Figures
    places: dict[str, str]


def quarter_of(label: str) -> Quarter | None:
    """The quarter that an address names: 2026-Q3."""
    year, mark, number = label.partition("-Q")
    if mark and len(year) == 4 and f"{year}{number}".isascii() and year.isdecimal():
        return Quarter(int(year), int(number)) if number in ("1", "2", "3", "4") else None
    return None


def quarters_until(day: date) -> Iterator[Quarter]:
    """The quarter of a day and those before it, the newest first, KEPT in all."""
    quarter = Quarter.of(day)
    for _ in range(KEPT):
        yield quarter
        quarter = Quarter.of(quarter.first - timedelta(days=1))


def published(session: Session) -> tuple[Published, ...]:
    """What was made public, the newest quarter first."""
    rows = session.scalars(
        sa.select(PublishedFigures).order_by(PublishedFigures.period.desc()).limit(KEPT)
    )
    return tuple(
        Published(quarter, row.made, Figures.from_json(row.content), row.content["places"])
        for row in rows
        if (quarter := quarter_of(row.period))
    )


def of_team(session: Session, team_id: str, quarter: Quarter, now: datetime) -> Published:
    """A team's own figures of a quarter, as they stand now."""
    requests = _requests(session, quarter, {}, team_id)
    figures = count(
        requests,
        kinds=tuple(KINDS),
        places=(),
        months=quarter.months,
        languages=[each.tag for each in live_languages()],
    )
    return Published(quarter, now, figures, {})


def publish_due(session: Session, now: datetime) -> None:
    """Make the figures of each quarter that is over and has none yet. Twice at once is once."""
    began = session.scalar(sa.select(sa.func.min(Case.created)))
    if began is None:
        return
    made = set(session.scalars(sa.select(PublishedFigures.period)))
    for quarter in quarters_until(dutch_day(now - WAIT)):
        is_over = quarter.last < dutch_day(now - WAIT)
        if is_over and quarter.last >= dutch_day(began) and quarter.label not in made:
            publish(session, quarter, now)


def publish(session: Session, quarter: Quarter, now: datetime) -> bool:
    """Count a quarter and keep what may be shown. False: somebody else has done it."""
    teams = session.scalars(sa.select(Team).order_by(Team.name)).all()
    places = {team.id: team.name for team in teams if not team.trained and team.kind != "ilc"}
    figures = count(
        _requests(session, quarter, places),
        kinds=tuple(KINDS),
        places=(*places, OTHER),
        months=quarter.months,
        languages=[each.tag for each in live_languages()],
    )
    content = {**figures.as_json(), "places": places}
    try:
        with session.begin_nested():
            session.add(PublishedFigures(period=quarter.label, made=now, content=content))
            session.flush()
    except IntegrityError:
        return False
    log.info("figures", period=quarter.label)
    return True


def _requests(
    session: Session, quarter: Quarter, places: dict[str, str], team_id: str | None = None
) -> Iterator[Counted]:
    """The requests that were sent in a quarter, of one team or of all."""
    about = (CaseEvent.case_id == Case.id,)
    answered = sa.select(sa.func.min(CaseEvent.at)).where(
        *about, CaseEvent.name.in_(("start", "message")), CaseEvent.actor.not_in(NOBODY)
    )
    checks = sa.select(sa.func.count(CaseEvent.name.distinct())).where(
        *about, CaseEvent.name.in_(CHECKS)
    )
    result = (
        sa.select(CaseEvent.state)
        .where(*about, CaseEvent.state.in_(RESULTS))
        .order_by(CaseEvent.id.desc())
        .limit(1)
    )
    query = sa.select(
        Case.kind,
        Case.team_id,
        Case.created,
        Case.language,
        Case.state,
        answered.correlate(Case).scalar_subquery(),
        checks.correlate(Case).scalar_subquery(),
        result.correlate(Case).scalar_subquery(),
    ).where(
        Case.created >= _midnight(quarter.first), Case.created < _midnight(quarter.following.first)
    )
    if team_id is not None:
        query = query.where(Case.team_id == team_id)
    for kind, team, created, language, state, first, checked, last in session.execute(query):
        yield Counted(
            kind,
            team if team in places else OTHER,
            f"{dutch_day(created):%Y-%m}",
            language,
            outcome_of(state, last),
            checked == len(CHECKS),
            working_days(created, first) if first else None,
        )


def outcome_of(state: str, last_result: str | None) -> str:
    """What became of a request in a state, whose log last said `last_result`."""
    if state == "done":
        return last_result or "done"
    return state if state in CLOSED or state in RESULTS else "open"


def working_days(since: datetime, until: datetime) -> int:
    """How many working days a target must leave to be met; 0 on the same day."""
    day = dutch_day(until)
    most = max((day - dutch_day(since)).days, 0)
    return bisect_left(range(most), day, key=lambda days: add_working_days(since, days).date())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, AMSTERDAM)
