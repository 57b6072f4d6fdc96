"""What tests of rooms may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.db import Database
from portal.vault import save_keys
from tests.support.world import World, make_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """A portal with people and seven dossiers; the test runs once on each database."""
    made = make_world(database_url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A database with all tables and nobody in it; once on each kind."""
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def portal(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world as the command line finds it."""
    save_keys(world.keys, world.settings.keys_file)
    monkeypatch.setattr("portal.logs.configure", lambda **_: None)  # a process has one log
    for name in ("DATA_DIR", "DATABASE_URL", "PUBLIC_URL", "KEYS_FILE"):
        monkeypatch.setenv(f"PORTAL_{name}", str(getattr(world.settings, name.lower())))
    return world
