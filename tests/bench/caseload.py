"""20,000 dossiers: reading, first import, the same again, a re-import that moves some, export."""

import csv
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from portal.caseload import exporting, importing
from portal.cases import rerouting
from portal.db import Database, migrate
from portal.vault import Keys, new_keys

T = TypeVar("T")
ROWS = 20_000
GOAL = "< 20 s"


def run() -> None:
    print(f"{ROWS} dossiers, SQLite, one process\n")
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        here = Path(folder)
        url = f"sqlite:///{here / 'portal.db'}"
        migrate(url)
        db, keys = Database(url), new_keys()
        _write(here / "caseload.csv", moved=0)
        _write(here / "moved.csv", moved=1000)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        _import(db, keys, "first import", here / "caseload.csv")
        _import(db, keys, "the same again", here / "caseload.csv")
        _import(db, keys, "1,000 rows differ", here / "moved.csv")
        lines = _timed(
            "export", "", lambda: db.read_now(exporting.caseload_lines, keys.require_desk())
        )
        assert len(lines) == ROWS
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{'memory at its highest, above the start':<48}{after - before:>10} MB")
        db.close()


def _import(db: Database, keys: Keys, what: str, path: Path) -> None:
    desk, now = keys.require_desk(), datetime.now(UTC)
    started = time.perf_counter()
    rows, bad = importing.read_file(path)
    assert not bad
    plan = db.read_now(importing.compare, keys.public, desk, rows, now)
    middle = time.perf_counter()
    db.write_now(rerouting.bring_up_to_date, desk, plan, now)
    ended = time.perf_counter()
    print(f"{what:<48}{ended - started:>10.1f} s   {GOAL}")
    print(f"{'  of which the write lock is held':<48}{ended - middle:>10.1f} s", flush=True)


def _timed(what: str, goal: str, deed: Callable[[], T]) -> T:
    started = time.perf_counter()
    result = deed()
    print(f"{what:<48}{time.perf_counter() - started:>10.1f} s   {goal}".rstrip(), flush=True)
    return result


def _write(path: Path, *, moved: int) -> None:
    """Invented dossiers; the first `moved` of them live elsewhere and have another team."""
    chance = random.Random(20)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(importing.COLUMNS)
        for number in range(ROWS):
            home = number % 20 if number >= moved else 21
            born = date(1960, 1, 1) + timedelta(days=chance.randrange(16_000))
            writer.writerow([
                f"{2_000_000_000 + number * 7:010d}", born, f"Applicant {number}", "", "SY",
                f"azc {home}", "none", f"s{home}-{number % 10}@bench.example", f"Team {home}", "",
                "ar",
            ])  # fmt: skip
