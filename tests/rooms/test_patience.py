"""Who sends very much for one case waits a little, and what they typed waits with them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from portal.cases.models import CaseEvent, CaseMessage
from portal.i18n import live_languages, translations
from portal.intake import changing, following
from portal.throttle import Budget
from tests.rooms.test_following import REPLY, opened, reply_form
from tests.support.visitor import Visitor
from tests.support.world import QUESTION, World

pytestmark = pytest.mark.both_databases


FOLLOW = "/en/follow/case"
PHONE = {"contact_target": "0612345678", "contact_safe": "no", "contact_times": "Mondays"}
WORDS = "Much was sent for this request"
SAID = (
    f"{WORDS} in a short time. Try again in %(num)s second. What you typed is kept.",
    f"{WORDS} in a short time. Try again in %(num)s seconds. What you typed is kept.",
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small budgets, and windows that don't end while a test runs."""
    for room, name in ((following, "REPLIES"), (following, "OPENINGS"), (changing, "ASKS"),
                       (changing, "UNDOS")):  # fmt: skip
        budget: Budget = getattr(room, name)
        monkeypatch.setattr(room, name, replace(budget, limit=2, window=timedelta(days=30)))


def count(world: World, table: Any) -> int:
    return world.db.read_now(lambda s: s.scalar(sa.select(sa.func.count()).select_from(table))) or 0


def waits(page: httpx2.Response) -> bool:
    """Whether a page asks to wait, and tells browsers so as well."""
    if page.status_code != 429:
        return False
    assert int(page.headers["Retry-After"]) > 0
    return True


def reply(visitor: Visitor, text: str) -> httpx2.Response:
    visitor.get(FOLLOW)
    return visitor.send(reply_form(visitor), {REPLY: text})


def test_replies_of_one_case_have_an_end_and_the_text_stays(world: World) -> None:
    _, code = world.send("question", QUESTION)
    _, another = world.send("question", QUESTION)
    visitor = opened(world, code)
    assert not waits(reply(visitor, "one"))
    assert not waits(reply(visitor, "two"))
    page = reply(visitor, "three, typed with care")
    assert waits(page)
    assert WORDS in page.text
    assert reply_form(visitor).values[REPLY] == ["three, typed with care"]
    assert count(world, CaseMessage) == 2
    assert waits(reply(opened(world, code), "from elsewhere"))  # the case counts, not the browser
    assert not waits(reply(opened(world, another), "of another case"))


def test_it_is_a_delay_and_the_same_message_is_still_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    for text in ("one", "two", "three"):
        reply(visitor, text)
    form = reply_form(visitor)
    monkeypatch.setattr(following, "REPLIES", replace(following.REPLIES, slowest=0))
    for _ in range(2):
        assert visitor.send(form, {}).url.path == FOLLOW
    assert count(world, CaseMessage) == 3


def test_a_reply_that_has_to_be_mended_costs_nothing(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    assert [reply(visitor, "").status_code for _ in range(5)] == [422] * 5
    assert not waits(reply(visitor, "one"))


def test_withdrawals_and_their_undoing_have_an_end(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    for _ in range(2):
        visitor.get(f"{FOLLOW}/withdraw")
        assert not waits(visitor.submit(form="withdraw"))
        assert not waits(visitor.submit(form="undo"))
    visitor.get(f"{FOLLOW}/withdraw")
    page = visitor.submit(form="withdraw")
    assert waits(page)
    assert WORDS in page.text
    assert page.url.path == f"{FOLLOW}/withdraw"
    events = count(world, CaseEvent)
    assert waits(visitor.submit(form="withdraw"))
    assert count(world, CaseEvent) == events


def test_undoing_too_often_shows_the_case_and_how_long_to_wait(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/withdraw")
    visitor.submit(form="withdraw")
    form = visitor.form("undo")
    for _ in range(2):
        assert not waits(visitor.send(form, {"change": "0" * 32}))
    page = visitor.send(form, {})
    assert waits(page)
    assert "A withdrawal was asked for" in page.text
    assert f'href="/nl/{FOLLOW.removeprefix("/en/")}"' in page.text  # a page one can come back to


def test_a_new_contact_waits_with_all_that_was_typed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    monkeypatch.setattr(changing, "ASKS", replace(changing.ASKS, limit=0))
    visitor.get(f"{FOLLOW}/contact")
    visitor.submit({"contact_channel": "phone"}, "contact")
    visitor.submit(PHONE, "contact")
    page = visitor.submit(form="confirm")
    for _ in range(2):
        assert waits(page)
        assert PHONE["contact_target"] in page.text
        nonce = visitor.form("confirm").values["nonce"]
        page = visitor.submit(form="confirm")
    assert visitor.form("confirm").values["nonce"] == nonce
    monkeypatch.setattr(changing, "ASKS", replace(changing.ASKS, limit=9))
    assert visitor.submit(form="confirm").url.path == FOLLOW


def test_a_case_is_opened_so_many_times_an_hour(world: World) -> None:
    _, code = world.send("question", QUESTION)
    for _ in range(2):
        opened(world, code)
    visitor = world.visitor("192.0.2.9")
    visitor.get("/en/follow")
    page = visitor.submit({"code": code})
    assert waits(page)
    assert visitor.form("follow").values["code"] == [code]
    assert visitor.get(FOLLOW).url.path == "/en/follow"
    opened(world, world.send("question", QUESTION)[1])


@pytest.mark.parametrize("tag", [each.tag for each in live_languages()])
def test_the_page_can_be_read_in_every_language(world: World, tag: str) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code, tag)
    for _ in range(3):
        visitor.get(f"/{tag}/follow/case")
        page = visitor.send(reply_form(visitor), {REPLY: "x"})
    assert waits(page)
    seconds = int(page.headers["Retry-After"])
    text = translations(tag).ngettext(*SAID, seconds) % {"num": seconds}
    assert f'<p role="alert">{text}</p>' in page.text
