"""Conversations with a real mail server: what becomes of a letter, whatever the server says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.cases import posting
from portal.db import Database
from portal.mail import outbox as queue
from tests.rooms.letters_sent import (
    ADDRESS,
    failures,
    outbox,
    pass_time,
    post,
    row,
    sent_by_mail,
    tell,
)
from tests.support.smtp import MailServer
from tests.support.world import World

pytestmark = pytest.mark.both_databases


MINUTES, DAYS = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def waiting(world: World) -> str:
    """A case for which one letter waits."""
    case_id, _ = sent_by_mail(world)
    tell(world, case_id)
    assert outbox(world) == [("news", "waiting")]
    return case_id


def test_a_reader_who_is_refused_is_refused_for_ever_and_staff_read_it(
    world: World, waiting: str
) -> None:
    with MailServer(rcpt=["550 5.1.1 no such user"]).running() as server:
        settings = server.settings(world.settings)
        assert post(world, settings) == 1
        pass_time(world, DAYS)
        assert post(world, settings) == 0
        assert failures(world, waiting) == ["refused"]
        tell(world, waiting)  # a second letter says nothing new
        server.rcpt = ["550 5.1.1 no such user"]
        assert post(world, settings) == 1
    assert (server.arrived, len(server.asked)) == ([], 2)
    assert outbox(world) == [("news", "failed")] * 2
    assert failures(world, waiting) == ["refused"]


@pytest.mark.parametrize(
    "answer",
    ["451 4.7.1 greylisted, come back", "450 mailbox busy", "421 closing", "452 too many",
     "554 5.7.1 relay access denied", "530 5.7.0 authentication required"],
)  # fmt: skip
def test_a_reader_who_is_put_off_gets_the_letter_later(
    world: World, waiting: str, answer: str
) -> None:
    with MailServer(rcpt=[answer]).running() as server:
        settings = server.settings(world.settings)
        assert (post(world, settings), post(world, settings)) == (1, 0)
        assert outbox(world) == [("news", "waiting")]
        pass_time(world, MINUTES)
        assert post(world, settings) == 1
    assert [letter.to for letter in server.arrived] == [ADDRESS]
    assert outbox(world) == [("news", "sent")]
    assert failures(world, waiting) == []


@pytest.mark.parametrize("answer", ["451 not now", "554 5.6.0 looks odd"])
def test_a_letter_that_is_not_taken_after_data_waits(
    world: World, waiting: str, answer: str
) -> None:
    with MailServer(data=[answer]).running() as server:
        settings = server.settings(world.settings)
        assert post(world, settings) == 1
        assert (server.arrived, outbox(world)) == ([], [("news", "waiting")])
        pass_time(world, MINUTES)
        assert post(world, settings) == 1
    assert len(server.arrived) == 1


def test_while_the_server_is_down_all_wait_and_then_all_go(world: World, waiting: str) -> None:
    tell(world, waiting)
    server = MailServer()
    settings = server.settings(world.settings)
    assert post(world, settings) == 1  # after the first the others aren't tried in vain
    assert outbox(world) == [("news", "waiting")] * 2
    pass_time(world, MINUTES)
    with server.running():
        assert post(world, settings) == 2
    assert outbox(world) == [("news", "sent")] * 2
    assert len(server.arrived) == 2


def test_a_connection_that_breaks_after_data_costs_a_second_letter_of_the_same_name(
    world: World, waiting: str
) -> None:
    with MailServer(data=["cut"]).running() as server:
        settings = server.settings(world.settings)
        assert post(world, settings) == 1
        assert outbox(world) == [("news", "waiting")]  # we can't know that it was taken
        pass_time(world, MINUTES)
        assert post(world, settings) == 1
    assert len({letter.message["Message-ID"] for letter in server.arrived}) == 1
    assert outbox(world) == [("news", "sent")]


def test_two_workers_at_once_send_each_letter_once(world: World, waiting: str) -> None:
    for _ in range(7):
        tell(world, waiting)
    databases = [Database(world.settings.database_url) for _ in range(4)]
    with MailServer().running() as server, ThreadPoolExecutor(4) as pool:
        settings = server.settings(world.settings)
        taken = list(pool.map(lambda db: post(world, settings, db), databases))
    for each in databases:
        each.close()
    assert sum(taken) == 8
    assert len({letter.message["Message-ID"] for letter in server.arrived}) == 8
    assert len(server.arrived) == 8
    assert outbox(world) == [("news", "sent")] * 8


def test_who_dies_with_a_letter_leaves_it_to_the_next(world: World, waiting: str) -> None:
    dead = world.db.write_now(queue.take, datetime.now(UTC))
    assert dead
    with MailServer().running() as server:
        settings = server.settings(world.settings)
        assert post(world, settings) == 0
        pass_time(world, queue.LEASE)
        assert post(world, settings) == 1
    assert len(server.arrived) == 1
    # And who wasn't dead, only slow, changes nothing any more.
    assert not world.db.write_now(queue.settle, dead, "failed", datetime.now(UTC))
    assert not world.db.write_now(queue.put_off, dead, datetime.now(UTC))
    assert outbox(world) == [("news", "sent")]


def test_a_letter_that_was_taken_is_written_down_though_the_database_stumbles(
    world: World, waiting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, stumbled = queue.settle, []

    def stumbles(*args: object) -> bool:
        if not stumbled:
            stumbled.append(1)
            raise sa.exc.OperationalError("UPDATE", {}, Exception())
        return real(*args)  # ty: ignore[invalid-argument-type]

    monkeypatch.setattr(queue, "settle", stumbles)
    monkeypatch.setattr(posting.time, "sleep", lambda _seconds: None)
    with MailServer().running() as server:
        post(world, server.settings(world.settings))
    assert (len(server.arrived), outbox(world)) == (1, [("news", "sent")])


def test_tries_come_less_and_less_often_and_end_after_three_days(
    world: World, waiting: str
) -> None:
    settings = MailServer().settings(world.settings)  # nobody listens there
    start, waited = row(world).queued, []
    while row(world).state == "waiting":
        pause = row(world).next_at - datetime.now(UTC)
        pass_time(world, max(pause, timedelta()) + timedelta(seconds=1))
        waited.append(round(pause / MINUTES))
        assert post(world, settings) == 1
    assert waited[1:7] == [1, 5, 15, 60, 180, 360]
    assert start - row(world).queued >= 3 * DAYS
    assert len(waited) < 25
    assert row(world).state == "failed"
    assert failures(world, waiting) == ["given_up"]


def test_a_worker_that_stood_still_for_days_tries_before_it_gives_up(
    world: World, waiting: str
) -> None:
    pass_time(world, 5 * DAYS)
    server = MailServer()
    settings = server.settings(world.settings)
    assert post(world, settings) == 1
    assert outbox(world) == [("news", "waiting")]
    pass_time(world, MINUTES)
    with server.running():
        assert post(world, settings) == 1
    assert len(server.arrived) == 1
