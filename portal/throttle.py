"""Failure budgets that hold across processes: one small table (security.md §4).

A budget that is spent delays, it doesn't lock: a whole centre may share one address. Who asks is
kept as a keyed hash that changes every day.
"""

import hashlib
import hmac
import ipaddress
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base
from portal.vault import Keys


@dataclass(frozen=True)
class Budget:
    """`limit` tries per `window`; after that each further one waits 2, 4, 8 … `slowest` seconds."""

    name: str
    limit: int
    window: timedelta
    slowest: int = 60


CODE_FAILURES = Budget("code", 20, timedelta(minutes=15))
ALL_CODE_FAILURES = Budget("code-all", 600, timedelta(hours=1), slowest=5)
SENDS = Budget("send", 60, timedelta(hours=1))
ALL_SENDS = Budget("send-all", 1000, timedelta(hours=1))
SIGN_INS = Budget("sign-in", 10, timedelta(minutes=5))
EVERYBODY = "everybody"


class Spent(Base):
    """How much of a budget one caller has spent in one window."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    n: Mapped[int]
    last: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)


def take(session: Session, keys: Keys, budget: Budget, who: str, now: datetime) -> int:
    """Spend one try. 0 = go on; else nothing was spent and these are the seconds to wait."""
    key = _key(keys, budget, who, now)
    is_postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgres else sqlite.insert
    first = insert(Spent).values(key=key, n=0, last=now, until=now + budget.window)
    session.execute(first.on_conflict_do_nothing())  # two may be the first at the same moment
    spent = session.get_one(Spent, key, with_for_update=True)
    if spent.n >= budget.limit:
        needed = min(2.0 ** min(spent.n - budget.limit + 1, 10), budget.slowest)
        if (elapsed := (now - spent.last).total_seconds()) < needed:
            return math.ceil(needed - elapsed)
    spent.n += 1
    spent.last = now
    return 0


def give_back(session: Session, keys: Keys, budget: Budget, who: str, now: datetime) -> None:
    """The try was right: it doesn't count."""
    spent = session.get(Spent, _key(keys, budget, who, now), with_for_update=True)
    if spent and spent.n:
        spent.n -= 1


def purge(session: Session, now: datetime) -> None:
    """Forget the windows that ended a day ago."""
    session.execute(sa.delete(Spent).where(Spent.until < now - timedelta(days=1)))


def network(address: str) -> str:
    """An address as one caller: IPv6 by its /64, which is what one home or phone has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _key(keys: Keys, budget: Budget, who: str, now: datetime) -> str:
    window = int(now.astimezone(UTC).timestamp() // budget.window.total_seconds())
    day = now.astimezone(UTC).date().isoformat()
    daily = hmac.new(keys.public.pepper, f"throttle|{day}".encode(), hashlib.sha256).digest()
    message = f"{budget.name}|{network(who)}|{window}".encode()
    return hmac.new(daily, message, hashlib.sha256).hexdigest()
