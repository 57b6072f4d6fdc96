"""Letters go only to the mail server that was meant, and only where nobody reads along."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.rooms.letters_sent import (
    ADDRESS,
    failures,
    outbox,
    pass_time,
    post,
    sent_by_mail,
    tell,
)
from tests.support.smtp import SENDER, USER, MailServer, make_identity
from tests.support.world import World

MINUTES, DAYS = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def waiting(world: World) -> str:
    """A case for which one letter waits."""
    case_id, _ = sent_by_mail(world)
    tell(world, case_id)
    assert outbox(world) == [("news", "waiting")]
    return case_id


def test_a_letter_goes_out_over_tls_with_a_password(
    world: World, waiting: str, tmp_path: Path
) -> None:
    identity = make_identity(tmp_path / "mail")
    with MailServer().running(identity) as server:
        settings = server.secure_settings(world.settings, identity.ca_file)
        assert (post(world, settings), post(world, settings)) == (1, 0)
    (letter,) = server.arrived
    assert (letter.to, letter.sender, letter.tls, letter.user) == (ADDRESS, SENDER, True, USER)
    assert set(server.greeted) == {"portal.example"}  # not the name of the machine
    assert outbox(world) == [("news", "sent")]
    assert failures(world, waiting) == []


def test_a_letter_goes_out_over_tls_from_the_first_byte(
    world: World, waiting: str, tmp_path: Path
) -> None:
    identity = make_identity(tmp_path / "mail")
    server = MailServer()
    url = f"smtps://127.0.0.1:{server.port}"
    with server.running(ssl_context=identity.server_context()):
        stranger = make_identity(tmp_path / "stranger").ca_file
        assert post(
            world, server.settings(world.settings, smtp_url=url, smtp_ca_file=str(stranger))
        )
        assert server.arrived == []
        pass_time(world, MINUTES)
        right = str(identity.ca_file)
        assert post(world, server.settings(world.settings, smtp_url=url, smtp_ca_file=right)) == 1
    assert [letter.to for letter in server.arrived] == [ADDRESS]
    assert outbox(world) == [("news", "sent")]


def test_a_server_that_is_not_who_it_says_gets_no_letter_and_no_password(
    world: World, waiting: str, tmp_path: Path
) -> None:
    identity = make_identity(tmp_path / "mail")
    elsewhere = make_identity(tmp_path / "elsewhere", "192.0.2.1")
    for ca_file, served in (
        (make_identity(tmp_path / "stranger").ca_file, identity),  # by a CA that we don't know
        (elsewhere.ca_file, elsewhere),  # of another host
    ):
        with MailServer().running(served) as server:
            assert post(world, server.secure_settings(world.settings, ca_file)) == 1
        assert (server.arrived, server.asked) == ([], [])
        assert outbox(world) == [("news", "waiting")]
        pass_time(world, 5 * MINUTES)
    assert failures(world, waiting) == []


def test_a_server_without_tls_gets_nothing_where_tls_is_wanted(
    world: World, waiting: str, tmp_path: Path
) -> None:
    with MailServer().running() as server:
        ca_file = make_identity(tmp_path / "mail").ca_file
        assert post(world, server.secure_settings(world.settings, ca_file)) == 1
    assert server.arrived == []
    assert outbox(world) == [("news", "waiting")]


def test_a_wrong_password_loses_no_letter(world: World, waiting: str, tmp_path: Path) -> None:
    identity = make_identity(tmp_path / "mail")
    with MailServer().running(identity) as server:
        right = server.secure_settings(world.settings, identity.ca_file)
        url = right.smtp_url.replace("portal:", "other:")
        assert post(world, server.settings(right, smtp_url=url)) == 1
        assert server.arrived == []
        pass_time(world, MINUTES)
        assert post(world, right) == 1
    assert len(server.arrived) == 1
    assert outbox(world) == [("news", "sent")]
