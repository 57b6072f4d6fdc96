"""The two ways to the data: reading can't write, writing is one transaction, and both databases."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import anyio
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import Database
from portal.throttle import Spent

pytestmark = pytest.mark.both_databases


NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    made = Database(sqlite_url)
    yield made
    made.close()


def add(session: Session, key: str, at: datetime = NOW) -> str:
    session.add(Spent(key=key, n=1, last=at, until=at))
    session.flush()
    return key


def adding(key: str, seen: list[str] | None = None) -> Callable[[Session], Any]:
    """A deed that adds a row, and says so."""

    def deed(session: Session) -> str:
        if seen is not None:
            seen.append(key)
        return add(session, key)

    return deed


def add_and_fail(session: Session, key: str) -> None:
    add(session, key)
    raise RuntimeError(key)


def keys_in(session: Session) -> list[str]:
    return sorted(session.scalars(sa.select(Spent.key)))


def test_what_is_written_is_read(db: Database) -> None:
    assert db.write_now(add, "one") == "one"
    assert db.read_now(keys_in) == ["one"]


def test_both_ways_are_open_to_handlers(db: Database) -> None:
    async def handler() -> list[str]:
        await db.write(add, key="one")
        return await db.read(keys_in)

    assert anyio.run(handler) == ["one"]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO throttle (key, n, last, until) VALUES ('x', 1, now(), now())",
        "UPDATE throttle SET n = 7",
        "DELETE FROM throttle",
        "DROP TABLE throttle",
        "CREATE TABLE another (id INTEGER)",
    ],
)
def test_read_cannot_write(db: Database, statement: str) -> None:
    db.write_now(add, "one")
    statement = statement.replace("now()", "'2026-11-21'") if db.is_sqlite else statement
    with pytest.raises(sa.exc.DBAPIError, match=r"read-?\s?only"):
        db.read_now(lambda session: session.execute(sa.text(statement)))
    with pytest.raises(sa.exc.DBAPIError, match=r"read-?\s?only"):
        db.read_now(add, "two")
    assert db.read_now(keys_in) == ["one"]
    db.write_now(add, "three")  # the connection comes back as one that may write
    assert db.read_now(keys_in) == ["one", "three"]


def test_a_failed_deed_leaves_nothing(db: Database) -> None:
    with pytest.raises(RuntimeError, match="one"):
        db.write_now(add_and_fail, "one")
    assert db.read_now(keys_in) == []


def test_a_moment_comes_back_aware_and_in_utc(db: Database) -> None:
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    db.write_now(add, "one", summer)
    last = db.read_now(lambda session: session.get_one(Spent, "one").last)
    assert last == summer
    assert last.utcoffset() == timedelta(0)


def test_many_at_once_all_arrive(db: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: db.write_now(add, f"{n:03d}"), range(120)))
    assert len(db.read_now(keys_in)) == 120


def waiting_together(db: Database, deeds: list[Callable[[Session], Any]]) -> list[Any]:
    """Results or errors of deeds that wait for SQLite's writer at the same moment."""
    assert db._writer
    started, go = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        started.set()
        go.wait(10)

    def outcome(deed: Callable[[Session], Any]) -> Any:
        try:
            return db.write_now(deed)
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(deeds) + 1) as threads:
        holding = threads.submit(db.write_now, hold)
        started.wait(10)
        outcomes = []
        for number, deed in enumerate(deeds):
            outcomes.append(threads.submit(outcome, deed))
            while db._writer._queue.qsize() <= number:
                threading.Event().wait(0.001)
        go.set()
        holding.result(10)
        return [each.result(10) for each in outcomes]


def commits(db: Database, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the batches that are committed from now on."""
    assert db._writer
    sizes: list[int] = []
    together = db._writer._commit_together
    monkeypatch.setattr(
        db._writer, "_commit_together", lambda batch: (sizes.append(len(batch)), together(batch))
    )
    return sizes


def test_what_waits_together_is_committed_together(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = commits(sqlite, monkeypatch)
    deeds = [adding(f"{n:02d}") for n in range(20)]
    assert waiting_together(sqlite, deeds) == [f"{n:02d}" for n in range(20)]
    assert sizes == [1, 20]


def test_one_failing_deed_does_not_spoil_its_neighbours(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = commits(sqlite, monkeypatch)

    def twice(session: Session) -> None:
        add(session, "00")

    deeds: list[Callable[[Session], Any]] = [
        lambda session: add(session, "00"),
        lambda session: add_and_fail(session, "bad"),
        lambda session: add(session, "01"),
        twice,
        lambda session: session.execute(sa.text("SELECT no_such_column FROM throttle")),
        lambda session: add(session, "02"),
    ]
    outcomes = waiting_together(sqlite, deeds)
    assert [each for each in outcomes if isinstance(each, str)] == ["00", "01", "02"]
    assert [type(outcomes[n]).__name__ for n in (1, 3, 4)] == [
        "RuntimeError", "IntegrityError", "OperationalError"
    ]  # fmt: skip
    assert sqlite.read_now(keys_in) == ["00", "01", "02"]
    assert sizes == [1, 6]


def test_no_answer_before_the_commit(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sqlite._writer
    order: list[str] = []
    sa.event.listen(sqlite._writer._engine, "commit", lambda _connection: order.append("commit"))
    sqlite.write_now(lambda session: (add(session, "one"), order.append("deed")))
    order.append("answer")
    assert order == ["deed", "commit", "answer"]


def test_when_the_commit_fails_everybody_who_waits_is_told(sqlite: Database) -> None:
    assert sqlite._writer
    broken = [True]

    def fail(_connection: sa.Connection) -> None:
        if broken[0] and len(seen) >= 3:
            raise sa.exc.OperationalError("COMMIT", {}, Exception("disk I/O error"))

    seen: list[str] = []
    sa.event.listen(sqlite._writer._engine, "commit", fail)
    deeds = [adding(str(n), seen) for n in range(3)]
    outcomes = waiting_together(sqlite, deeds)
    assert [type(each).__name__ for each in outcomes] == ["OperationalError"] * 3
    assert sqlite.read_now(keys_in) == []
    broken[0] = False
    assert sqlite.write_now(add, "after") == "after"
    assert sqlite.read_now(keys_in) == ["after"]


def test_when_sqlite_gives_up_the_whole_transaction_nobody_believes_in_it(
    sqlite: Database,
) -> None:
    """SQLite rolls everything back by itself when, for example, the disk is full."""

    def roll_back(session: Session) -> None:
        session.connection().exec_driver_sql("ROLLBACK")
        raise sa.exc.OperationalError("INSERT", {}, Exception("database or disk is full"))

    deeds: list[Callable[[Session], Any]] = [
        lambda session: add(session, "before"),
        roll_back,
        lambda session: add(session, "after"),
    ]
    outcomes = waiting_together(sqlite, deeds)
    kept = sqlite.read_now(keys_in)
    assert [each for each in outcomes if isinstance(each, str)] == kept
    assert all(isinstance(each, Exception) for each in outcomes if each not in kept)
    assert sqlite.write_now(add, "later") == "later"


def test_a_full_disk_refuses_and_then_works_again(sqlite: Database) -> None:
    sqlite.write_now(add, "one")

    def pages(session: Session, limit: int) -> None:
        session.connection().exec_driver_sql(f"PRAGMA max_page_count={limit}")

    def much(session: Session) -> None:
        for n in range(3000):
            add(session, f"much-{n:05d}")

    sqlite.write_now(pages, 1)  # SQLite takes the present size for the smallest
    with pytest.raises(sa.exc.OperationalError):
        sqlite.write_now(much)
    assert sqlite.read_now(keys_in) == ["one"]
    sqlite.write_now(pages, 100_000)
    sqlite.write_now(add, "two")
    assert sqlite.read_now(keys_in) == ["one", "two"]


def test_every_sqlite_connection_is_durable_and_strict(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
        "busy_timeout": 5000,
    }

    def pragmas(session: Session) -> dict[str, Any]:
        run = session.connection().exec_driver_sql
        return {name: run(f"PRAGMA {name}").scalar() for name in (*wanted, "query_only")}

    assert sqlite.write_now(pragmas) == {**wanted, "query_only": 0}
    at_once = threading.Barrier(6)

    def look(session: Session) -> dict[str, Any]:
        at_once.wait(10)  # six connections, not one that goes round
        return pragmas(session)

    with ThreadPoolExecutor(6) as threads:
        looked = [threads.submit(sqlite.read_now, look) for _ in range(6)]
        assert [each.result(10) for each in looked] == [{**wanted, "query_only": 1}] * 6


def test_a_row_that_points_nowhere_is_refused(db: Database) -> None:
    statement = sa.text("INSERT INTO team_member (member_id, team_id) VALUES ('none', 'none')")
    with pytest.raises(sa.exc.IntegrityError):
        db.write_now(lambda session: session.execute(statement))


def test_an_error_does_not_repeat_what_was_written(db: Database) -> None:
    db.write_now(add, "canary-4711")
    with pytest.raises(sa.exc.IntegrityError) as error:
        db.write_now(add, "canary-4711")
    assert "[SQL parameters hidden" in str(error.value)


def test_after_closing_nobody_waits_forever(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    db.close()
    with ThreadPoolExecutor(1) as threads:
        late = threads.submit(db.write_now, add, "late")
        with pytest.raises(RuntimeError, match="closed"):
            late.result(5)


def test_postgres_gives_up_on_a_statement_that_hangs(postgres_url: str) -> None:
    db = Database(postgres_url)
    shown = db.read_now(
        lambda session: [
            session.scalar(sa.text(f"SHOW {name}"))
            for name in ("statement_timeout", "idle_in_transaction_session_timeout", "timezone")
        ]
    )
    db.close()
    assert shown == ["5s", "10s", "UTC"]
