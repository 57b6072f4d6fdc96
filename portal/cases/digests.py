"""The staff's morning: how many requests wait for somebody, once a working day, as counts alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload.absence import away_on
from portal.cases.access import Actor, sight_of
from portal.cases.models import Case, CaseEvent
from portal.cases.working_days import is_working_day
from portal.i18n import AMSTERDAM, dutch_day
from portal.mail import outbox
from portal.mail.writing import Text
from portal.settings import Settings
from portal.staff.models import StaffMember
from portal.staff.mornings import Morning, morning_text

FROM, UNTIL = time(7), time(12)
"""Dutch time between which a digest is queued. Who is late gets none: the day has begun."""
ROLES = {"supervisor", "coordinator"}

_LAST_WORD = (
    sa.select(CaseEvent.name)
    .where(CaseEvent.case_id == Case.id, CaseEvent.name.in_(("reply", "message")))
    .order_by(CaseEvent.id.desc())
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)


@dataclass(frozen=True)
class Digest:
    to: str
    text: Text


def is_time(now: datetime) -> bool:
    """Whether it is a working morning in the Netherlands."""
    return FROM <= now.astimezone(AMSTERDAM).time() < UNTIL and is_working_day(dutch_day(now))


def who_waits(session: Session, now: datetime) -> list[str]:
    """The ids of the members who are there today and for whom something waits."""
    away = away_on(session, dutch_day(now))
    members = session.scalars(sa.select(StaffMember).where(StaffMember.active)).all()
    return [
        member.id
        for member in members
        if member.id not in away
        and ROLES & set(member.roles)
        and morning_of(session, Actor(member.id, tuple(member.roles)), now).anything
    ]


def queue(session: Session, members: Iterable[str], now: datetime) -> int:
    """Queue today's digest of these members; returns how many weren't queued today before."""
    day = dutch_day(now).isoformat()
    return sum(
        outbox.put(session, f"digest.{member}.{day}", "digest", now, member_id=member)
        for member in members
    )


def digest_of(session: Session, settings: Settings, member_id: str, now: datetime) -> Digest | None:
    """What waits for a member now, in their language. None: nothing, or they left meanwhile."""
    member = session.get(StaffMember, member_id)
    if member is None or not member.active:
        return None
    morning = morning_of(session, Actor(member.id, tuple(member.roles)), now)
    if not morning.anything:
        return None
    return Digest(member.email, morning_text(member.locale, morning, settings.public_url))


def morning_of(session: Session, actor: Actor, now: datetime) -> Morning:
    """What waits: not read yet, the person wrote last, or to be looked at by the end of today."""
    sight = sight_of(session, actor, now)
    tonight = datetime.combine(dutch_day(now) + timedelta(days=1), time(), AMSTERDAM)
    waits = sa.or_(Case.state == "assigned", Case.due < tonight, _LAST_WORD == "reply")

    def count(*conditions: sa.ColumnElement[bool]) -> int:
        some = sa.select(sa.func.count()).select_from(Case).where(Case.open, *conditions)
        return session.scalar(some) or 0

    unowned = 0
    if "coordinator" in actor.roles:
        unowned = count(sight.team, Case.supervisor_id.is_(None))
    return Morning(count(sight.mine, waits), count(sight.mine, Case.due < now), unowned)
