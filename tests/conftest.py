"""What tests of every kind may ask for: databases, browsers, the identity provider."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from zlib import crc32

import hypothesis
import pytest
from playwright.sync_api import Browser

from tests.support.chromium import DESKTOP, PHONE, ConsoleGuard, Device, chromium
from tests.support.idp import IdentityProvider, Visitor, start_identity_provider
from tests.support.portal_server import PortalServer, start_demo
from tests.support.postgres import Cluster, cluster

# No deadline: the machine is shared. In CI the same examples each time, so that a change fails
# for what it changed; everybody else looks for new ones.
hypothesis.settings.register_profile(
    "portal",
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.function_scoped_fixture,
    ],
)
hypothesis.settings.load_profile("portal")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last: Playwright leaves a running event loop in its thread."""

    def uses_browser(item: pytest.Item) -> bool:
        return "browser_program" in getattr(item, "fixturenames", ())

    for item in items:
        if uses_browser(item):
            item.add_marker("browser")
        if not item.get_closest_marker("both_databases") and _is_of_the_night(item):
            item.add_marker("nightly")
    items.sort(key=uses_browser)


def _is_of_the_night(item: pytest.Item) -> bool:
    """Whether a test that could run on both databases runs by day on the other one.

    By its name each test has one of the two by day, always the same, and both by night: else the
    suite takes half an hour. What asks much of a database has the mark `both_databases`.
    """
    callspec = getattr(item, "callspec", None)
    kind = callspec.params.get("database_url") if callspec else None
    if kind is None:
        return False
    name = item.nodeid.replace(f"{kind}-", "").replace(f"-{kind}", "").replace(kind, "")
    return kind != ("sqlite", "postgres")[crc32(name.encode()) % 2]


# Databases -----------------------------------------------------------------------------------


def _migrate(url: str) -> None:
    from portal.db import migrate  # only tests that need a database need the portal's

    migrate(url)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """One PostgreSQL for each test process."""
    with cluster() as running:
        yield running


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """A PostgreSQL database with all tables and no rows."""
    with postgres_cluster.fresh(_migrate) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows, to be copied and not opened."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite database with all tables and no rows."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'portal.db')}"


BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with all tables and no rows; the test runs once on each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a table, for tests of the migrations; once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    running: Cluster = request.getfixturevalue("postgres_cluster")
    with running.empty() as url:
        yield url


# Browsers ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_program() -> Iterator[Browser]:
    """One Chromium for each test process; tests take `phone` or `desktop`."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def console_guard() -> Iterator[ConsoleGuard]:
    """Fails the test afterwards when a page of its devices did what no page may do."""
    guard = ConsoleGuard()
    yield guard
    problems = guard.problems()
    if problems:
        pytest.fail("the browser complained:\n  " + "\n  ".join(problems), pytrace=False)


@pytest.fixture
def phone(browser_program: Browser, console_guard: ConsoleGuard) -> Iterator[Device]:
    """`phone.page(locale="ar", javascript=False)`: 390 x 844, touch, two pixels to the point."""
    device = Device(browser_program, console_guard, PHONE)
    yield device
    device.close()


@pytest.fixture
def desktop(browser_program: Browser, console_guard: ConsoleGuard) -> Iterator[Device]:
    """`desktop.page()`: 1366 x 768, the screen of many an office."""
    device = Device(browser_program, console_guard, DESKTOP)
    yield device
    device.close()


# Servers -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def idp() -> Iterator[Callable[[str], IdentityProvider]]:
    """`idp(app_url)`: the certified provider for the portal at that address; started once."""
    running: list[IdentityProvider] = []

    @cache
    def start(app_url: str) -> IdentityProvider:
        running.append(start_identity_provider(app_url))
        return running[-1]

    yield start
    for provider in running:
        provider.stop()


@pytest.fixture
def visitor() -> Iterator[Callable[[IdentityProvider], Visitor]]:
    """`visitor(idp)`: a person at the provider, with cookies of their own."""
    people: list[Visitor] = []

    def enter(provider: IdentityProvider) -> Visitor:
        people.append(Visitor(provider))
        return people[-1]

    yield enter
    for person in people:
        person.close()


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalServer]:
    """`portal demo` in a process of its own, shared by the tests of this test process."""
    server = start_demo(tmp_path_factory.mktemp("demo") / "data")
    yield server
    server.stop()
