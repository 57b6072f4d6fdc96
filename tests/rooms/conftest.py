"""What tests of rooms may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.world import World, make_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """A portal with people and seven dossiers; the test runs once on each database."""
    made = make_world(database_url, tmp_path)
    yield made
    made.close()
