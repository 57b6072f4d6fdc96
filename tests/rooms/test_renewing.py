"""A code that opens something gives the visit another token: a planted cookie sees nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from portal.intake import kiosk, receipts, tokens, visits
from portal.intake.models import DraftFile, Receipt, Visit
from tests.rooms.test_at_once import code_on, post_together
from tests.rooms.test_at_once import second as second
from tests.rooms.test_drafts import CANARY, asked, kept_text
from tests.rooms.test_later import answer, kept_by
from tests.rooms.test_uploads import upload
from tests.support import samples
from tests.support.visitor import Visitor
from tests.support.world import QUESTION, World

FOLLOW, LATER = "/en/follow", "/en/ask/later"


def token_of(visitor: Visitor) -> str:
    return visitor.client.cookies["visit"]


def with_cookie(world: World, token: str) -> Visitor:
    """Somebody who put this cookie into a browser, or took it out of one."""
    visitor = world.visitor()
    visitor.client.cookies.set("visit", token, domain="127.0.0.1")
    return visitor


def open_(visitor: Visitor, code: str, path: str = FOLLOW) -> Visitor:
    visitor.get(path)
    visitor.submit({"code": code})
    return visitor


def state(world: World, token: str) -> visits.VisitState | None:
    return world.db.read_now(visits.load, token, datetime.now(UTC))


def count(world: World, table: Any) -> int:
    return world.db.read_now(lambda s: s.scalar(sa.select(sa.func.count()).select_from(table))) or 0


def test_a_planted_cookie_sees_nothing_of_what_the_code_opens(world: World) -> None:
    _, code = world.send("question", QUESTION)
    attacker = world.visitor()
    attacker.get(FOLLOW)
    planted = token_of(attacker)
    victim = open_(with_cookie(world, planted), code)
    assert victim.page.url.path == "/en/follow/case"
    assert token_of(victim) != planted
    assert attacker.get("/en/follow/case").url.path == FOLLOW
    assert victim.get("/en/follow/case").url.path == "/en/follow/case"


def test_everything_of_the_visit_goes_along_and_the_old_token_is_dead(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = world.visitor()
    asked(visitor)
    upload(visitor, samples.jpeg(), page="/en/ask/question/files", item="other")
    visitor.get("/en/ask/appointment")
    answer(visitor).submit()
    receipt = code_on(visitor.page.text)
    old = token_of(visitor)
    before = state(world, old)
    assert before is not None
    open_(visitor, code)
    new = token_of(visitor)
    after = state(world, new)
    assert after is not None
    assert after.drafts == before.drafts
    assert after.files == before.files
    assert kept_text(visitor) == CANARY
    assert code_on(visitor.get("/en/ask/sent").text) == receipt
    assert state(world, old) is None
    assert world.db.read_now(receipts.receipt_of, old) is None
    assert (count(world, Visit), count(world, Receipt), count(world, DraftFile)) == (1, 1, 1)
    thief = with_cookie(world, old)
    assert kept_text(thief) == ""
    assert thief.get("/en/ask/sent").url.path == "/en/ask/"
    visitor.get("/en/ask/question")
    answer(visitor).submit()  # with its file, which opens under the new token
    assert visitor.page.url.path == "/en/ask/sent"
    assert count(world, DraftFile) == 0


def test_an_opened_case_stays_open_when_a_draft_is_taken_up(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = open_(world.visitor(), code)
    old = token_of(visitor)
    open_(visitor, kept_by(world), LATER)
    assert "step=language" in str(visitor.page.url)
    assert token_of(visitor) != old
    assert visitor.get("/en/follow/case").url.path == "/en/follow/case"
    assert kept_text(visitor) == CANARY
    assert with_cookie(world, old).get("/en/follow/case").url.path == FOLLOW


def test_a_code_that_opens_nothing_changes_nothing(world: World) -> None:
    visitor = world.visitor()
    asked(visitor)
    old = token_of(visitor)
    for path in (FOLLOW, LATER):
        open_(visitor, "0000000000000000", path)
        assert token_of(visitor) == old
    assert kept_text(visitor) == CANARY


@pytest.mark.parametrize("path", [FOLLOW, LATER])
def test_the_same_form_twice_opens_the_same_visit(world: World, path: str) -> None:
    """A double tap: the browser sends both posts with the old cookie, and keeps one answer."""
    code = world.send("question", QUESTION)[1] if path == FOLLOW else kept_by(world)
    visitor = world.visitor()
    asked(visitor)
    old = token_of(visitor)
    visitor.get(path)
    form, visits_before = visitor.form(), count(world, Visit)
    found = []
    for _ in range(2):
        twice = with_cookie(world, old)
        twice.send(form, {"code": code})
        assert twice.page.status_code == 200
        found.append((token_of(twice), str(twice.page.url)))
    assert found[0] == found[1]
    assert kept_text(with_cookie(world, found[0][0])) == CANARY
    assert count(world, Visit) == visits_before


@pytest.mark.parametrize("path", [FOLLOW, LATER])
def test_eight_times_at_once_is_one_visit(world: World, second: World, path: str) -> None:
    code = world.send("question", QUESTION)[1] if path == FOLLOW else kept_by(world)
    visitor = world.visitor()
    asked(visitor)
    visitor.get(path)
    answers = post_together([world, second], visitor, visitor.form(), 8, code=code)
    assert {page.status_code for page in answers} == {200}
    assert len({page.url for page in answers}) == 1
    given = {page.history[0].cookies["visit"] for page in answers}
    assert len(given) == 1
    assert kept_text(with_cookie(world, given.pop())) == CANARY


def test_who_knows_the_old_token_and_the_code_does_not_find_the_visit(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = world.visitor()
    asked(visitor)
    old = token_of(visitor)
    open_(visitor, code)
    other = open_(with_cookie(world, old), code)  # from a page of their own
    assert other.page.url.path == "/en/follow/case"
    assert token_of(other) != token_of(visitor)
    assert kept_text(other) == ""


def test_on_a_kiosk_the_rules_of_a_kiosk_stay(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = world.visitor()
    keys = world.keys.public
    visitor.get(world.db.write_now(kiosk.new_link, keys, "azc Assen 1", datetime.now(UTC)))
    open_(visitor, code)
    assert tokens.is_of_kiosk(token_of(visitor))
    assert visitor.get("/en/follow/case").url.path == "/en/follow/case"


def test_what_another_release_sealed_does_not_come_along(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = world.visitor()
    asked(visitor)
    upload(visitor, samples.jpeg(), page="/en/ask/question/files", item="other")
    world.db.write_now(lambda s: s.execute(sa.update(Visit).values(drafts=b"v0.k.old")))
    world.db.write_now(lambda s: s.execute(sa.update(DraftFile).values(content=b"v0.k.old")))
    assert open_(visitor, code).page.url.path == "/en/follow/case"
    assert (count(world, Visit), count(world, DraftFile)) == (1, 0)


def test_the_next_token_needs_the_token_the_form_and_the_code() -> None:
    token, of_kiosk = tokens.new_token(kiosk=False), tokens.new_token(kiosk=True)
    key, other = b"k" * 32, b"l" * 32
    following = tokens.next_token(token, "form", key)
    assert tokens.is_token(following)
    assert following == tokens.next_token(token, "form", key)
    others = ((token + "x", "form", key), (token, "another", key), (token, "form", other))
    assert following not in {tokens.next_token(*each) for each in others}
    assert not tokens.is_of_kiosk(following)
    assert tokens.is_of_kiosk(tokens.next_token(of_kiosk, "form", key))


def test_two_first_answers_at_the_same_moment_are_both_kept(world: World, second: World) -> None:
    visitor = world.visitor()
    visitor.get("/en/ask/question")
    answers = post_together([world, second], visitor, visitor.form(), 8, urgent="none")
    assert {page.status_code for page in answers} == {200}
    assert count(world, Visit) == 1
