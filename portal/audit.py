"""The tamper-evident log of what staff see and do: a hash chain under a key of its own.

Rows are only ever added (triggers forbid the rest). They hold no personal data, so retention never
breaks the chain. A change writes its row in its own transaction: no audit, no change. A read or a
refusal is committed before the page leaves.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base
from portal.vault import DeskKeys

START = "0" * 64
_CHAIN_LOCK = 7_304_001
"""PostgreSQL advisory lock that makes the writers of the chain one queue."""
_AT_A_TIME = 1_000
"""Rows in memory while the chain is checked."""


class AuditRow(Base):
    """One thing that somebody saw or did. `actor` is a staff member's id, never a name."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(sa.String(64))
    action: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.String(200))
    prev: Mapped[str] = mapped_column(sa.String(64))
    mac: Mapped[str] = mapped_column(sa.String(64))


@dataclass(frozen=True)
class Broken:
    """Where the chain stops being true."""

    seq: int
    why: str


def record(
    session: Session,
    keys: DeskKeys,
    *,
    actor: str,
    action: str,
    object_id: str = "",
    reason: str = "",
    now: datetime | None = None,
) -> None:
    """Add one row to the chain, in the caller's transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN_LOCK)))
    last = session.execute(
        sa.select(AuditRow.seq, AuditRow.mac).order_by(AuditRow.seq.desc()).limit(1)
    ).first()
    row = AuditRow(
        seq=(last.seq if last else 0) + 1,
        at=(now or datetime.now(UTC)).replace(microsecond=0),
        actor=actor,
        action=action,
        object_id=object_id,
        reason=reason,
        prev=last.mac if last else START,
    )
    row.mac = _mac(keys, row)
    session.add(row)
    session.flush()


def verify(session: Session, keys: DeskKeys, head: tuple[int, str] | None = None) -> Broken | None:
    """The first place where the chain is broken, or None. `head` also finds a cut-off tail."""
    _, broken = verify_part(session, keys)
    if broken is None and head and head != (0, START):
        mac = session.scalar(sa.select(AuditRow.mac).where(AuditRow.seq == head[0]))
        if mac != head[1]:
            return Broken(head[0], "the known head is missing")
    return broken


def verify_part(
    session: Session, keys: DeskKeys, after: int = 0, most: int | None = None
) -> tuple[int, Broken | None]:
    """Check at most so many rows after number `after`: (the last number that holds, what is wrong).

    Row `after` itself is checked too, for the next one is chained to it; so parts that follow each
    other find what a whole check finds.
    """
    first = after or 1
    query = sa.select(AuditRow.__table__).where(AuditRow.seq >= first).order_by(AuditRow.seq)
    if most is not None:
        query = query.limit(most + (after > 0))
    with session.execute(query.execution_options(yield_per=_AT_A_TIME)) as rows:
        last, broken = _follow(keys, rows, first, None if after else START)
    if after and last < after and broken is None:
        return last, Broken(after, "missing")
    return last, broken


def _follow(
    keys: DeskKeys, rows: Iterable[AuditRow | sa.Row[Any]], first: int, prev: str | None
) -> tuple[int, Broken | None]:
    """`prev` None: the row before the first was checked already."""
    expected = first
    for row in rows:
        if row.seq != expected:
            return expected - 1, Broken(expected, "missing")
        if prev is not None and row.prev != prev:
            return expected - 1, Broken(row.seq, "doesn't follow from the row before")
        if not hmac.compare_digest(row.mac, _mac(keys, row)):
            return expected - 1, Broken(row.seq, "changed")
        expected, prev = row.seq + 1, row.mac
    return expected - 1, None


def head(session: Session) -> tuple[int, str]:
    """(sequence number, mac) of the newest row: keep it elsewhere to notice a cut-off tail."""
    row = session.execute(
        sa.select(AuditRow.seq, AuditRow.mac).order_by(AuditRow.seq.desc()).limit(1)
    ).first()
    return (row.seq, row.mac) if row else (0, START)


def _mac(keys: DeskKeys, row: AuditRow | sa.Row[Any]) -> str:
    canonical = json.dumps(
        [row.seq, row.at.isoformat(), row.actor, row.action, row.object_id, row.reason, row.prev],
        ensure_ascii=True,
    )
    return hmac.new(keys.audit, canonical.encode(), hashlib.sha256).hexdigest()
