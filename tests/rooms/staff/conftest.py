"""Houses whose staff sign in at the certified provider, or at the demo's own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal.demo.provider import DemoProvider
from tests.rooms.staff.house import Desk, StaffHouse, demo_idp, staff_house
from tests.support.free_port import free_port
from tests.support.idp import IdentityProvider

Opened = Callable[[StaffHouse], Desk]


@pytest.fixture(scope="session")
def port() -> int:
    """One port for all houses, so that one certified provider can know its address."""
    return free_port()


@pytest.fixture
def certified(idp: Callable[[str], IdentityProvider], port: int) -> IdentityProvider:
    """The certified provider for the portal at that port."""
    return idp(f"http://127.0.0.1:{port}")


@pytest.fixture
def house(
    database_url: str, tmp_path: Path, port: int, certified: IdentityProvider
) -> Iterator[StaffHouse]:
    """A house whose staff sign in at the certified provider."""
    with staff_house(database_url, tmp_path, port, issuer=certified.issuer) as running:
        yield running


@pytest.fixture
def provider(port: int) -> DemoProvider:
    return demo_idp(port)


@pytest.fixture
def demo_house(
    sqlite_url: str, tmp_path: Path, port: int, provider: DemoProvider
) -> Iterator[StaffHouse]:
    """A house whose staff sign in at the demo's provider, which a test may twist."""
    with staff_house(sqlite_url, tmp_path, port, provider, issuer=provider.issuer) as running:
        yield running


@pytest.fixture
def open_desk() -> Iterator[Opened]:
    """`open_desk(house)`: one more browser."""
    with ExitStack() as closing:

        def opened(house: StaffHouse) -> Desk:
            desk = Desk(house)
            closing.callback(desk.client.close)
            return desk

        yield opened
