"""The outbox: a letter is queued in the transaction of what it tells of, and sent later.

Whoever takes a letter puts its next try off by LEASE. Who crashes leaves it to be taken again after
that, so nothing is lost. A letter goes out twice only when a worker dies, or a connection breaks,
after the mail server took the letter and before that is written here; both have one Message-ID.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.mail.models import WAITS, Outgoing

LEASE = timedelta(minutes=5)
"""Much longer than a conversation with a mail server may last (smtp.TIMEOUT for each answer)."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
"""How long to wait after each try; then the last one again and again."""
GIVE_UP = timedelta(days=3)
KEEP = timedelta(days=30)
KEEP_FAILED = timedelta(days=90)


@dataclass(frozen=True)
class Job:
    """A letter that was taken, by who holds this."""

    id: str
    letter: str
    case_id: str | None
    member_id: str | None
    queued: datetime
    attempts: int


def put(
    session: Session,
    key: str,
    letter: str,
    now: datetime,
    *,
    case_id: str | None = None,
    member_id: str | None = None,
) -> bool:
    """Queue a letter, in the transaction of what it is about. False: the same is queued already."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgres else sqlite.insert
    row = insert(Outgoing).values(
        id=secrets.token_hex(16),
        key=key,
        letter=letter,
        case_id=case_id,
        member_id=member_id,
        state="waiting",
        queued=now,
        next_at=now,
        attempts=0,
    )
    added = session.execute(row.on_conflict_do_nothing().returning(Outgoing.id))
    return added.first() is not None


def is_due(session: Session, now: datetime) -> bool:
    """Whether a letter can be taken: a look that locks nothing."""
    due = sa.select(Outgoing.id).where(WAITS, Outgoing.next_at <= now).limit(1)
    return session.scalar(due) is not None


def take(session: Session, now: datetime) -> Job | None:
    """Take the letter that has waited longest; nobody else gets it while LEASE lasts."""
    row = session.scalar(
        sa.select(Outgoing)
        .where(WAITS, Outgoing.next_at <= now)
        .order_by(Outgoing.next_at, Outgoing.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.attempts += 1
    row.next_at = now + LEASE
    return Job(row.id, row.letter, row.case_id, row.member_id, row.queued, row.attempts)


def settle(session: Session, job: Job, state: str, now: datetime) -> bool:
    """It is `sent`, `skipped` or `failed`. False: somebody else has taken it since."""
    return _change(session, job, state=state, settled=now)


def put_off(session: Session, job: Job, now: datetime) -> bool:
    """Try again later. False: somebody else has taken it since."""
    pause = PAUSES[min(job.attempts, len(PAUSES)) - 1]
    return _change(session, job, next_at=now + pause)


def is_hopeless(job: Job, now: datetime) -> bool:
    """Whether it was tried long enough, and not only once after the worker stood still."""
    return now - job.queued >= GIVE_UP and job.attempts >= len(PAUSES)


def skip_all(session: Session, now: datetime) -> int:
    """There is no mail server: nothing that waits will be sent. Returns how many waited."""
    skipped = (
        sa.update(Outgoing).where(WAITS).values(state="skipped", settled=now).returning(Outgoing.id)
    )
    return len(session.execute(skipped).all())


def counts(session: Session) -> tuple[int, int]:
    """(waiting, failed) letters."""
    some = sa.select(Outgoing.state, sa.func.count()).where(
        Outgoing.state.in_(("waiting", "failed"))
    )
    rows = session.execute(some.group_by(Outgoing.state)).all()
    found = {row[0]: row[1] for row in rows}
    return found.get("waiting", 0), found.get("failed", 0)


def purge(session: Session, now: datetime) -> None:
    """Forget letters that left long ago. What failed stays longer: somebody may ask why."""
    over = sa.or_(
        sa.and_(Outgoing.state.in_(("sent", "skipped")), Outgoing.settled < now - KEEP),
        sa.and_(Outgoing.state == "failed", Outgoing.settled < now - KEEP_FAILED),
    )
    session.execute(sa.delete(Outgoing).where(over))


def _change(session: Session, job: Job, **values: object) -> bool:
    mine = (Outgoing.id == job.id, Outgoing.attempts == job.attempts, WAITS)
    changed = session.execute(
        sa.update(Outgoing).where(*mine).values(values).returning(Outgoing.id)
    )
    return changed.first() is not None
