"""A PostgreSQL cluster of the tests' own: a temporary folder, a Unix socket, no password.

Faster than safe (no fsync): its data live as long as one test run. As root, PostgreSQL refuses
to run; its programs are then started as the system user `postgres`.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

PORT = 5432  # names the socket file; nothing listens on the network
INITDB = ("-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8")


@dataclass
class Cluster:
    """A running cluster. `migrated()` prepares the template that `fresh()` copies."""

    folder: Path
    process: subprocess.Popen[bytes]
    template: str = "portal_template"
    _numbers: Iterator[int] = field(default_factory=count)
    _templates: set[str] = field(default_factory=set)

    def url(self, database: str) -> str:
        """What PORTAL_DATABASE_URL would be, in SQLAlchemy's spelling."""
        return f"postgresql+psycopg:///{database}?host={self.folder}&port={PORT}&user=postgres"

    def execute(self, statement: str) -> None:
        """Run one statement as the superuser, outside any transaction."""
        with psycopg.connect(
            host=str(self.folder), port=PORT, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)  # ty: ignore[no-matching-overload]

    @contextmanager
    def empty(self) -> Generator[str]:
        """The URL of a database without a single table, dropped at the end."""
        yield from self._database("template0")

    @contextmanager
    def fresh(self, migrate: Callable[[str], Any]) -> Generator[str]:
        """The URL of a migrated database without a row, dropped at the end."""
        if self.template not in self._templates:
            self.execute(f"create database {self.template} template template0")
            migrate(self.url(self.template))
            self._templates.add(self.template)
        yield from self._database(self.template)

    def _database(self, template: str) -> Iterator[str]:
        name = f"t_{next(self._numbers)}"
        self.execute(f"create database {name} template {template}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"drop database {name} with (force)")


@contextmanager
def cluster() -> Generator[Cluster]:
    """Initialise and start one (about 1.5 s); it and its folder are gone afterwards."""
    programs = _programs()
    user = "postgres" if os.geteuid() == 0 else None
    # Not pytest's folder: the path of a Unix socket has 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        data = folder / "data"
        subprocess.run(
            [programs / "initdb", "-D", data, *INITDB],
            user=user,
            cwd=folder,
            check=True,
            capture_output=True,
        )
        process = _start(programs, data, folder, user)
        try:
            yield Cluster(folder, process)
        finally:
            process.send_signal(signal.SIGINT)  # "fast": ends the sessions, then itself
            process.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(programs: Path, data: Path, folder: Path, user: str | None) -> subprocess.Popen[bytes]:
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "port": str(PORT),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "autovacuum": "off",
        "shared_buffers": "64MB",
        "max_connections": "100",
        "timezone": "UTC",
    }
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data]
            + [part for name, value in options.items() for part in ("-c", f"{name}={value}")],
            user=user,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            # Ctrl-C ends pytest, which then ends the cluster in order.
            start_new_session=True,
        )
    ready = [programs / "pg_isready", "-q", "-h", folder, "-p", str(PORT), "-t", "1"]
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        if subprocess.run(ready, check=False).returncode == 0:
            return process
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


def _programs() -> Path:
    if given := os.environ.get("PORTAL_TEST_PG"):
        return Path(given)
    packaged = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    if newest := max(packaged, key=lambda path: float(path.parent.parent.name), default=None):
        return newest.parent
    if found := shutil.which("initdb"):
        return Path(found).parent
    raise RuntimeError("no PostgreSQL here: install it, or name its bin folder in PORTAL_TEST_PG")
