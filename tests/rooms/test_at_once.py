"""Many at once: two processes' worth of applications on one database, and nothing happens twice."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from portal.app import create_app
from portal.cases.models import Case, CaseEvent, CaseMessage
from portal.db import Database
from portal.intake.models import Receipt
from portal.worker import route_waiting
from tests.support.visitor import Form, Visitor
from tests.support.world import QUESTION, URL, World

pytestmark = pytest.mark.both_databases


ABOUT: dict[str, dict[str, Any]] = {
    "language": {"talk_lang": "العربية"},
    "name": {"family_name": "Applicant 01"},
    "birth": {"birth_date.day": "2", "birth_date.month": "4", "birth_date.year": "1999"},
    "v-number": {"v_number": "0000000001"},
    "nationality": {"nationality": ""},
    "location": {"location_type": "azc", "place": "Assen"},
    "contact": {"contact_channel": "code"},
    "statement": {"statement_read": "yes"},
}


@pytest.fixture
def second(world: World) -> Iterator[World]:
    """The same portal once more, as another process would be it."""
    made = World(create_app(world.settings, world.keys), world.settings, world.keys)
    yield made
    made.close()


def ready_to_send(world: World) -> Visitor:
    """Somebody who looks at all their answers."""
    visitor = world.visitor()
    visitor.get("/en/ask/question")
    for values in (
        {"urgent": "none"},
        {"sender_role": "self"},
        {"question_text": "?"},
        *ABOUT.values(),
    ):
        visitor.submit(values)
    assert visitor.page
    assert visitor.page.url.path == "/en/ask/check"
    return visitor


def post_together(
    worlds: list[World], visitor: Visitor, form: Form, times: int, **values: Any
) -> list[httpx2.Response]:
    """The same form, sent several times at the same moment with the same cookies."""
    cookies = {cookie.name: cookie.value or "" for cookie in visitor.client.cookies.jar}

    async def all_of_them() -> list[httpx2.Response]:
        clients = [
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=world.app), base_url=URL, cookies=cookies
            )
            for world in worlds
        ]
        data = form.filled(values)
        sends = [
            clients[n % len(clients)].post(form.action, data=data, follow_redirects=True)
            for n in range(times)
        ]
        answers = await asyncio.gather(*sends)
        for client in clients:
            await client.aclose()
        return answers

    return asyncio.run(all_of_them())


def code_on(page: str) -> str:
    shown = re.search(r'class="receipt-code".*?</p>', page, re.DOTALL)
    assert shown
    return re.sub(r"\D", "", re.sub(r"<[^>]+>", "", shown.group()))


def count(world: World, table: type) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    return world.db.read_now(lambda session: session.scalar(query)) or 0


def test_eight_parallel_sends_are_one_case_and_one_code(world: World, second: World) -> None:
    for already in range(3):
        visitor = ready_to_send(world)
        answers = post_together([world, second], visitor, visitor.form(), 8)
        assert {answer.status_code for answer in answers} == {200}
        assert len({code_on(answer.text) for answer in answers}) == 1
        assert count(world, Case) == count(world, CaseEvent) == count(world, Receipt) == already + 1


def test_a_retry_after_a_cut_connection_shows_the_same_code(world: World) -> None:
    visitor = ready_to_send(world)
    form = visitor.form()
    cut = visitor.client.post(form.action, data=form.filled({}), follow_redirects=False)
    assert cut.status_code == 303  # stored, but the answer never arrived
    shown = {code_on(visitor.send(form, {}).text) for _ in range(3)}
    assert len(shown) == 1
    assert count(world, Case) == 1


def test_the_same_reply_in_parallel_is_one_message(world: World, second: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = world.visitor()
    visitor.get("/en/follow")
    visitor.submit({"code": code})
    answers = post_together(
        [world, second], visitor, visitor.form("follow/case"), 8, text="One message"
    )
    assert {answer.status_code for answer in answers} == {200}
    assert count(world, CaseMessage) == 1
    names = sa.select(CaseEvent.name).order_by(CaseEvent.id)
    assert world.db.read_now(lambda s: s.scalars(names).all()) == ["sent", "reply"]


def test_asking_to_withdraw_in_parallel_is_one_change(world: World, second: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = world.visitor()
    visitor.get("/en/follow")
    visitor.submit({"code": code})
    visitor.get("/en/follow/case/withdraw")
    answers = post_together([world, second], visitor, visitor.form("withdraw"), 8)
    assert {answer.status_code for answer in answers} == {200}
    names = sa.select(CaseEvent.name).order_by(CaseEvent.id)
    assert world.db.read_now(lambda s: s.scalars(names).all()) == ["sent", "withdraw_asked"]


def test_two_workers_route_each_case_once(world: World) -> None:
    sent = {world.send("question", QUESTION)[0] for _ in range(40)}
    workers = [Database(world.settings.database_url) for _ in range(2)]
    desk = world.keys.require_desk()

    def work(db: Database) -> list[int]:
        batches = []
        while batches[-2:] != [0, 0]:
            batches.append(db.write_now(route_waiting, desk, world.settings))
        return batches

    with ThreadPoolExecutor(2) as threads:
        routed = list(threads.map(work, workers))
    for db in workers:
        db.close()
    assert sum(map(sum, routed)) == 40
    names = sa.select(CaseEvent.case_id, CaseEvent.name)
    log = [tuple(row) for row in world.db.read_now(lambda s: s.execute(names).all())]
    assert sorted(log) == sorted((each, n) for each in sent for n in ("sent", "route", "routed"))


def test_many_people_send_at_once_and_nobody_is_lost(world: World) -> None:
    with ThreadPoolExecutor(6) as threads:
        sent = list(threads.map(lambda _: world.send("question", QUESTION), range(40)))
    assert count(world, Case) == 40
    assert len({case_id for case_id, _ in sent}) == len({code for _, code in sent}) == 40
