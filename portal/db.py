"""Engines, `read()` and `write()`, and the `Base` of all tables. SQLite and PostgreSQL.

The core is synchronous SQLAlchemy; handlers await `db.read(fn, …)` and `db.write(fn, …)`, which
run `fn(session, …)` in a thread. On SQLite one thread does all writing and commits together what
waits together: with many writers the 99th percentile is near a second (performance.md).
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import anyio
import anyio.to_thread
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session

from portal import ROOT

P = ParamSpec("P")
T = TypeVar("T")
Deed = Callable[Concatenate[Session, P], T]

BATCH = 64
"""How many waiting deeds share one SQLite commit at the most."""


class Instant(sa.types.TypeDecorator[datetime]):
    """A moment in UTC, aware in Python whatever the database keeps."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables. Constraints have names, so that migrations can speak of them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, dict[str, Any]: sa.JSON, list[str]: sa.JSON}


class Database:
    """The two ways to the data: `read` sees, `write` changes; nothing lazy leaves either."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self._readers = _sqlite(url, readonly=True) if self.is_sqlite else _postgres(url)
        self._writer = _SqliteWriter(_sqlite(url)) if self.is_sqlite else None
        self._limit = anyio.CapacityLimiter(10)

    async def read(self, fn: Deed[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(session, …)` in a read-only transaction of its own."""
        call = partial(self.read_now, fn, *args, **kwargs)
        return await anyio.to_thread.run_sync(call, limiter=self._limit)

    async def write(self, fn: Deed[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(session, …)` in one transaction; returns after the commit is durable."""
        call = partial(self.write_now, fn, *args, **kwargs)
        return await anyio.to_thread.run_sync(call, limiter=self._limit)

    def read_now(self, fn: Deed[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`read` for callers that are in a thread already: the worker and the command line."""
        with self._readers.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(postgresql_readonly=True)
            with Session(connection) as session:
                return fn(session, *args, **kwargs)

    def write_now(self, fn: Deed[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`write` for callers that are in a thread already."""
        if self._writer:
            return self._writer.run(lambda session: fn(session, *args, **kwargs))
        with Session(self._readers, expire_on_commit=False) as session, session.begin():
            return fn(session, *args, **kwargs)

    def close(self) -> None:
        if self._writer:
            self._writer.stop()
        self._readers.dispose()


@dataclass(frozen=True)
class _Waiting:
    deed: Callable[[Session], Any]
    answer: Future[Any]


class _SqliteWriter:
    """One thread that writes. Each deed has a savepoint; each is answered after the commit."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._closed = False
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="sqlite-writer", daemon=True)
        self._thread.start()

    def run(self, deed: Callable[[Session], T]) -> T:
        answer: Future[T] = Future()
        with self._closing:  # nothing may queue up behind the end
            if self._closed:
                raise RuntimeError("the database is closed")
            self._queue.put(_Waiting(deed, answer))
        return answer.result()

    def stop(self) -> None:
        with self._closing:
            self._closed = True
            self._queue.put(None)
        self._thread.join(timeout=10)
        self._engine.dispose()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            stopping = False
            while len(batch) < BATCH and not self._queue.empty():
                following = self._queue.get()
                if following is None:
                    stopping = True
                    break
                batch.append(following)
            self._commit_together(batch)
            if stopping:
                return

    def _commit_together(self, batch: list[_Waiting]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        try:
            with self._engine.begin() as connection:
                for waiting in batch:
                    try:
                        done.append((waiting.answer, self._one(connection, waiting.deed)))
                    except Exception as error:  # the deed's own error goes to its own caller
                        waiting.answer.set_exception(error)
                        if not _in_transaction(connection):
                            raise  # a full disk, say: what the others wrote is gone as well
        except Exception as error:  # the commit failed: nobody may believe that it is kept
            for waiting in batch:
                if not waiting.answer.done():
                    waiting.answer.set_exception(error)
            return
        for answer, result in done:
            answer.set_result(result)

    @staticmethod
    def _one(connection: sa.Connection, deed: Callable[[Session], T]) -> T:
        with (
            Session(
                connection, join_transaction_mode="create_savepoint", expire_on_commit=False
            ) as session,
            session.begin(),
        ):
            return deed(session)


def _in_transaction(connection: sa.Connection) -> bool:
    """Whether SQLite still holds our transaction: some errors make it give up the whole of it."""
    driver: Any = connection.connection.driver_connection
    return driver.in_transaction


def _sqlite(url: str, *, readonly: bool = False) -> sa.Engine:
    engine = sa.create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": 5},
        pool_size=10,
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "connect")
    def settle(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "trusted_schema=OFF",
            "busy_timeout=5000",
            *(["query_only=ON"] if readonly else []),
        ):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


def _postgres(url: str) -> sa.Engine:
    return sa.create_engine(
        url,
        pool_size=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "options": "-c statement_timeout=5s -c idle_in_transaction_session_timeout=10s"
            " -c timezone=UTC"
        },
    )


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema (Alembic; configured in pyproject.toml)."""
    from alembic import command
    from alembic.config import Config

    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["url"] = url
    command.upgrade(config, "head")
