"""The log of what staff see and do: whoever changes it afterwards is found out."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditRow, Broken
from portal.db import Database
from portal.vault import new_keys

pytestmark = pytest.mark.both_databases


KEYS = new_keys().require_desk()
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ROWS = 40


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


def fill(session: Session, rows: int = ROWS) -> None:
    for n in range(rows):
        audit.record(
            session,
            KEYS,
            actor=f"member-{n % 3}",
            action="case.open",
            object_id=f"{n:032x}",
            reason="lees" if n % 2 else "",
            now=NOW + timedelta(seconds=n),
        )


@pytest.fixture
def whole(db: Database) -> Database:
    """A whole log of forty rows."""
    db.write_now(fill)
    assert db.read_now(audit.verify, KEYS) is None
    return db


def unguarded(session: Session) -> None:
    """What somebody with the database's own password could do: take the triggers away."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("DROP TRIGGER IF EXISTS audit_no_update"))
        session.execute(sa.text("DROP TRIGGER IF EXISTS audit_no_delete"))
    else:
        session.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER USER"))


def set_row(session: Session, number: int, **values: object) -> None:
    session.execute(sa.update(AuditRow).where(AuditRow.seq == number).values(values))


def delete(session: Session, *seqs: int) -> None:
    session.execute(sa.delete(AuditRow).where(AuditRow.seq.in_(seqs)))


def renumber(session: Session, start: int, by: int) -> None:
    seqs = session.scalars(sa.select(AuditRow.seq).where(AuditRow.seq >= start)).all()
    for seq in sorted(seqs, reverse=by > 0):
        set_row(session, seq, seq=seq + by)


def remove_and_close_the_gap(session: Session) -> None:
    delete(session, 10)
    renumber(session, 11, -1)


def insert(session: Session) -> None:
    renumber(session, 10, 1)
    before = session.get_one(AuditRow, 9)
    session.add(
        AuditRow(
            seq=10,
            at=NOW,
            actor="member-1",
            action="case.open",
            object_id="",
            reason="",
            prev=before.mac,
            mac="f" * 64,
        )
    )


def swap(session: Session) -> None:
    set_row(session, 10, seq=1000)
    set_row(session, 11, seq=10)
    set_row(session, 1000, seq=11)


def chain_again_without_the_key(session: Session) -> None:
    """A consistent chain, made with another key."""
    stranger = new_keys().require_desk()
    rows = session.scalars(sa.select(AuditRow).order_by(AuditRow.seq)).all()
    prev = rows[8].mac
    for row in rows[9:]:
        row.actor, row.prev = "somebody-else", prev
        row.mac = prev = audit._mac(stranger, row)


def swap_chained(session: Session) -> None:
    swap(session)
    for seq in (10, 11, 12):
        before = session.scalar(sa.select(AuditRow.mac).where(AuditRow.seq == seq - 1))
        set_row(session, seq, prev=before)


TAMPERING: dict[str, tuple[Callable[[Session], None], int]] = {
    "another actor": (lambda s: set_row(s, 10, actor="member-9"), 10),
    "another action": (lambda s: set_row(s, 10, action="case.list"), 10),
    "another case": (lambda s: set_row(s, 10, object_id="0" * 32), 10),
    "another reason": (lambda s: set_row(s, 10, reason="geen"), 10),
    "another moment": (lambda s: set_row(s, 10, at=NOW - timedelta(days=1)), 10),
    "another mac": (lambda s: set_row(s, 10, mac="0" * 64), 10),
    "a row deleted": (lambda s: delete(s, 10), 10),
    "the first row deleted": (lambda s: delete(s, 1), 1),
    "deleted and renumbered": (remove_and_close_the_gap, 10),
    "a row put in between": (insert, 10),
    "two rows swapped": (swap, 10),
    "two rows swapped and chained": (swap_chained, 10),
    "chained again without the key": (chain_again_without_the_key, 10),
}


@pytest.mark.parametrize(("tamper", "first"), TAMPERING.values(), ids=TAMPERING)
def test_tampering_is_found_at_its_first_row(
    whole: Database, tamper: Callable[[Session], None], first: int
) -> None:
    whole.write_now(unguarded)
    whole.write_now(tamper)
    broken = whole.read_now(audit.verify, KEYS)
    assert broken is not None
    assert broken.seq == first


def test_a_tail_that_was_cut_off_is_missed_by_who_noted_the_head(whole: Database) -> None:
    head = whole.read_now(audit.head)
    assert head[0] == ROWS
    whole.write_now(unguarded)
    whole.write_now(lambda session: delete(session, ROWS, ROWS - 1))
    assert whole.read_now(audit.verify, KEYS) is None
    assert whole.read_now(audit.verify, KEYS, head) == Broken(ROWS, "the known head is missing")


def test_a_head_stays_good_while_the_log_grows(whole: Database) -> None:
    head = whole.read_now(audit.head)
    whole.write_now(fill, 5)
    assert whole.read_now(audit.verify, KEYS, head) is None
    assert whole.read_now(audit.head)[0] == ROWS + 5
    assert whole.read_now(audit.verify, KEYS, (head[0], "0" * 64)) is not None


def test_an_empty_log_is_whole_and_its_head_can_be_noted(db: Database) -> None:
    head = db.read_now(audit.head)
    assert head == (0, audit.START)
    assert db.read_now(audit.verify, KEYS, head) is None
    db.write_now(fill, 3)
    assert db.read_now(audit.verify, KEYS, head) is None


def test_an_emptied_log_is_missed_by_who_noted_the_head(whole: Database) -> None:
    head = whole.read_now(audit.head)
    whole.write_now(unguarded)
    whole.write_now(lambda session: delete(session, *range(1, ROWS + 1)))
    assert whole.read_now(audit.verify, KEYS, head) is not None


def test_the_database_itself_refuses_change_and_deletion(whole: Database) -> None:
    changes: list[Callable[[Session], None]] = [
        lambda s: set_row(s, 10, actor="x"),
        lambda s: delete(s, 10),
    ]
    for change in changes:
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            whole.write_now(change)
    assert whole.read_now(audit.verify, KEYS) is None


def test_without_its_row_nothing_is_done(db: Database) -> None:
    """A deed and its row are one transaction."""

    def deed_then_failure(session: Session) -> None:
        fill(session, 1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        db.write_now(deed_then_failure)
    assert db.read_now(audit.head) == (0, audit.START)


def test_eight_writers_at_once_make_one_chain(db: Database) -> None:
    other = Database(str(db._readers.url)) if not db.is_sqlite else db

    def write(n: int) -> None:
        one_row = fill_one(f"member-{n % 8}")
        (db if n % 2 else other).write_now(one_row)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(160)))
    if other is not db:
        other.close()
    assert db.read_now(audit.head)[0] == 160
    assert db.read_now(audit.verify, KEYS) is None


def fill_one(actor: str) -> Callable[[Session], None]:
    return lambda session: audit.record(session, KEYS, actor=actor, action="case.open")
