"""Figures of the demo's past: invented requests that nobody sent, counted as real ones are."""

import random
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from portal.cases.figures import OTHER, OUTCOMES, Counted, Quarter, count
from portal.cases.figures.models import PublishedFigures
from portal.cases.figures.publishing import WAIT, quarters_until
from portal.cases.kinds import KINDS
from portal.demo.world import SEED, TEAMS
from portal.i18n import dutch_day, live_languages

QUARTERS, REQUESTS = 2, 420


def seed_figures(session: Session, now: datetime) -> None:
    """The figures of the last quarters that are over."""
    over = (q for q in quarters_until(dutch_day(now - WAIT)) if q.last < dutch_day(now - WAIT))
    for quarter, _ in zip(over, range(QUARTERS), strict=False):
        session.add(_published(quarter, now))
    session.flush()


def _published(quarter: Quarter, now: datetime) -> PublishedFigures:
    chance = random.Random(SEED + quarter.number)  # noqa: S311 - invented requests, no secrets
    places = {team.id: team.name for team in TEAMS if not team.trained and team.kind != "ilc"}
    kinds, tags = tuple(KINDS), tuple(each.tag for each in live_languages())

    def some(rows: tuple[str, ...]) -> str:
        return rows[min(int(chance.expovariate(4 / len(rows))), len(rows) - 1)]

    requests = (
        Counted(
            some(kinds),
            some((*places, OTHER)),
            chance.choice(quarter.months),
            some(tags),
            some(OUTCOMES[1:]) if chance.random() < 0.7 else OUTCOMES[0],
            chance.random() < 0.6,
            int(chance.expovariate(0.3)) if chance.random() < 0.9 else None,
        )
        for _ in range(REQUESTS)
    )
    figures = count(
        requests,
        kinds=kinds,
        places=(*places, OTHER),
        months=quarter.months,
        languages=tags,
    )
    made = datetime.combine(quarter.following.first + WAIT, now.astimezone(UTC).timetz())
    content = {**figures.as_json(), "places": places}
    return PublishedFigures(period=quarter.label, made=made, content=content)
