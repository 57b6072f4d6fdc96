"""What the laws of the house are held against: a portal on SQLite, with people and dossiers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.world import World, make_world


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    made = make_world(sqlite_url, tmp_path)
    yield made
    made.close()
