"""Continue later: a code for a draft that waits a day, opens once, and is never sent by itself."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal import throttle
from portal.cases import receipt
from portal.cases.models import Case
from portal.cases.sealing import answers_of, data_key_of
from portal.intake import codes, later, visits
from portal.intake.asking import FROM_SAFETY
from portal.intake.drafts import Draft
from portal.intake.models import KeptDraft
from portal.intake.sweeping import Sweeper
from tests.rooms.test_at_once import code_on, post_together
from tests.support.visitor import Visitor
from tests.support.world import QUESTION, World

CANARY = "Kanariegeel"
NONCE = re.compile(r'name="nonce" value="[0-9a-f]{32}"')
ANSWERS: dict[str, dict[str, Any]] = {
    "urgent": {"urgent": "none"},
    "sender": {"sender_role": "self"},
    "question": {"question_text": CANARY},
    "topic": {"talk_topic": "papers"},
    "way": {"talk_way": "here"},
    "language": {"talk_lang": "العربية"},
    "name": {"family_name": "Applicant 01"},
    "birth": {"birth_date.day": "2", "birth_date.month": "4", "birth_date.year": "1999"},
    "v-number": {"v_number": "0000000001"},
    "location": {"location_type": "azc", "place": "Assen"},
    "contact": {"contact_channel": "code"},
    "statement": {"statement_read": "yes"},
}
"""What somebody answers at each step; nothing at the others."""


def answer(visitor: Visitor, until: str = "") -> Visitor:
    """Answer one step after the other, as far as `until`, or as far as reading back."""
    for _ in range(40):
        step = re.search(r"step=([\w-]+)$", visitor.form().action)
        if step is None or step[1] == until:
            return visitor
        visitor.submit(ANSWERS.get(step[1], {}))
    raise AssertionError(f"no step {until!r}")


def begun(world: World, tag: str = "en") -> Visitor:
    """Somebody who is about to write their question."""
    visitor = world.visitor()
    visitor.get(f"/{tag}/ask/question")
    return answer(visitor, until="question")


def keep(visitor: Visitor, values: dict[str, Any]) -> str:
    """Press "Continue later" on a step; the code that is shown."""
    found = re.search(r'formaction="([^"]+/later[^"]*)"', visitor.page.text)
    assert found, "no such button"
    form = replace(visitor.form(), action=found[1])
    page = visitor.send(form, values)
    assert page.status_code == 200, page.status_code
    assert page.url.path.endswith("/later")
    return code_on(page.text)


def kept_by(world: World, text: str = CANARY) -> str:
    return keep(begun(world), {"question_text": text})


def open_(visitor: Visitor, code: str) -> Visitor:
    visitor.get("/en/ask/later")
    visitor.submit({"code": code})
    return visitor


def rows(world: World) -> list[Any]:
    table = sa.select(KeptDraft.__table__)
    return [tuple(row) for row in world.db.read_now(lambda s: s.execute(table).all())]


def cases(world: World) -> int:
    return world.db.read_now(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Case))) or 0


def age(world: World, by: timedelta) -> None:
    past = datetime.now(UTC) - by
    world.db.write_now(lambda session: session.execute(sa.update(KeptDraft).values(expires=past)))


def test_a_kept_draft_goes_on_elsewhere_at_its_first_open_step(world: World) -> None:
    code = kept_by(world)
    other = open_(world.visitor(), code)
    assert str(other.page.url).endswith("/en/ask/question?step=language")
    other.get("/en/ask/question?step=question")
    assert other.form().values["question_text"] == [CANARY]
    assert rows(world) == []
    assert open_(world.visitor(), code).page.status_code == 422  # it opens once


def test_the_page_says_that_nothing_was_sent_and_nothing_is(world: World) -> None:
    visitor = begun(world)
    code = keep(visitor, {"question_text": CANARY})
    for words in ("not sent yet", "never send it by ourselves", "24 hours"):
        assert words in visitor.page.text
    assert receipt.read_code(code) == code
    assert cases(world) == 0
    assert world.route() == 0


def test_the_picture_is_one_that_every_camera_reads() -> None:
    modules_and_quiet_border = 21 + 2 * 4  # a Micro QR code would be 15 wide
    size = f'width="{modules_and_quiet_border * 4}"'
    assert size in codes.picture(receipt.new_code())


def test_what_is_unfinished_or_wrong_comes_back_as_it_was_typed(world: World) -> None:
    visitor = begun(world)
    answer(visitor, until="birth")
    code = keep(visitor, {"birth_date.day": "31", "birth_date.month": "2"})
    other = open_(world.visitor(), code)
    assert "step=birth" in str(other.page.url)
    assert other.form().values["birth_date.day"] == ["31"]
    other.get("/en/ask/question?step=question")
    assert other.form().values["question_text"] == [CANARY]


def test_a_step_that_lacks_an_answer_stays_open(world: World) -> None:
    code = kept_by(world, "")
    assert "step=question" in str(open_(world.visitor(), code).page.url)


def test_also_before_sending_one_may_wait_a_night(world: World) -> None:
    visitor = answer(begun(world))
    assert visitor.page.url.path == "/en/ask/check"
    code = keep(visitor, {})
    assert cases(world) == 0
    other = open_(world.visitor(), code)
    assert other.page.url.path == "/en/ask/check"
    other.submit()
    assert other.page.url.path == "/en/ask/sent"
    assert cases(world) == 1


def test_the_one_who_kept_it_can_just_go_on(world: World) -> None:
    visitor = begun(world)
    keep(visitor, {"question_text": CANARY})
    visitor.get("/en/ask/question")
    assert "step=language" in visitor.page.text
    answer(visitor).submit()
    assert visitor.page.url.path == "/en/ask/sent"
    assert rows(world) == []  # what was sent doesn't wait any more
    assert cases(world) == 1


def test_keeping_again_renews_it_under_the_same_code(world: World) -> None:
    visitor = begun(world)
    first = keep(visitor, {"question_text": "first"})
    visitor.get("/en/ask/question?step=question")
    second = keep(visitor, {"question_text": CANARY})
    assert first == second
    assert len(rows(world)) == 1
    visitor.get("/en/ask/question/later")
    assert code_on(visitor.page.text) == first
    other = open_(world.visitor(), first)
    other.get("/en/ask/question?step=question")
    assert other.form().values["question_text"] == [CANARY]
    visitor.get("/en/ask/question/later")  # it waits no longer, so no code is shown
    assert visitor.page.url.path == "/en/ask/question"


def test_two_copies_never_become_two_requests(world: World) -> None:
    visitor = begun(world)
    code = keep(visitor, {"question_text": CANARY})
    other = open_(world.visitor(), code)
    visitor.get("/en/ask/question")
    for each in (visitor, other):
        answer(each).submit()
    assert cases(world) == 1


def test_finishing_leaves_the_kept_draft_alone(world: World) -> None:
    visitor = begun(world)
    code = keep(visitor, {"question_text": CANARY})
    visitor.submit(form="/end")
    assert "You have finished" in visitor.page.text
    other = open_(world.visitor(), code)
    assert "step=language" in str(other.page.url)


def test_it_is_sealed_and_nothing_tells_whose_it_is(world: World) -> None:
    visitor = begun(world)
    code = keep(visitor, {"question_text": CANARY})
    ((lookup, sealed, expires),) = rows(world)
    token = visitor.client.cookies["visit"]
    for secret in (CANARY, code, "question", token):
        assert secret.encode() not in bytes(sealed) + bytes(lookup)
    left = expires.replace(tzinfo=UTC) - datetime.now(UTC)
    assert timedelta(hours=23, minutes=55) < left <= later.KEPT


def test_after_a_day_it_is_gone(world: World) -> None:
    code = kept_by(world)
    age(world, -timedelta(minutes=1))
    Sweeper(world.db).sweep(datetime.now(UTC))
    assert len(rows(world)) == 1
    age(world, timedelta(minutes=1))
    page = open_(world.visitor(), code).page
    assert page.status_code == 422
    Sweeper(world.db).sweep(datetime.now(UTC))
    assert rows(world) == []


def test_unknown_old_used_and_receipt_codes_look_the_same(world: World) -> None:
    expired, used = kept_by(world), kept_by(world)
    open_(world.visitor(), used)
    age(world, timedelta(minutes=1))
    _, of_a_request = world.send("question", QUESTION)
    never = receipt.new_code()
    pages = []
    for path in ("/en/ask/later", "/en/follow"):
        visitor = world.visitor()
        for code in (never, expired, used) + ((of_a_request,) if "later" in path else ()):
            visitor.get(path)
            page = visitor.submit({"code": code})
            assert page.status_code == 422
            pages.append((path, NONCE.sub("", page.text).replace(code, "code")))
    assert len(set(pages)) == 2  # one for each door
    assert "follow your request here" in dict(pages)["/en/ask/later"]
    assert "Go on with its code here" in dict(pages)["/en/follow"]


def test_a_living_draft_code_opens_nothing_at_follow(world: World) -> None:
    code = kept_by(world)
    visitor = world.visitor()
    visitor.get("/en/follow")
    unknown = visitor.submit({"code": receipt.new_code()}).text
    visitor.get("/en/follow")
    page = visitor.submit({"code": code})
    same = re.compile(rf'{NONCE.pattern}|value="\d{{16}}"')
    assert same.sub("", page.text) == same.sub("", unknown)
    assert len(rows(world)) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "sixteen digits"), ("1234", "count them again"), ("0000000000000001", "One digit")],
)
def test_a_mistyped_code_gets_the_same_friendly_words(world: World, typed: str, words: str) -> None:
    page = open_(world.visitor(), typed).page
    assert page.status_code == 422
    assert words in page.text


def test_guesses_at_both_doors_are_counted_together(world: World) -> None:
    visitor = world.visitor("10.0.0.1")
    limit = throttle.CODE_FAILURES.limit
    for number in range(limit):
        visitor.get("/en/follow" if number % 2 else "/en/ask/later")
        assert visitor.submit({"code": receipt.new_code()}).status_code == 422
    for path in ("/en/follow", "/en/ask/later"):
        visitor.get(path)
        page = visitor.submit({"code": receipt.new_code()})
        assert page.status_code == 429
        assert page.headers["Retry-After"]


def test_a_right_code_costs_no_guess(world: World) -> None:
    for _ in range(throttle.CODE_FAILURES.limit + 2):
        assert open_(world.visitor(), kept_by(world)).page.status_code == 200


def test_too_many_keeps_wait_and_lose_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = throttle.Budget("keep", 1, timedelta(hours=1))
    monkeypatch.setattr(later, "KEEPS", budget)
    kept_by(world)
    visitor = begun(world)
    button = re.search(r'formaction="([^"]+)"', visitor.page.text)
    assert button
    page = visitor.send(replace(visitor.form(), action=button[1]), {"question_text": CANARY})
    assert page.status_code == 429
    assert page.headers["Retry-After"]
    assert "receipt-code" not in page.text
    monkeypatch.setattr(later, "KEEPS", replace(budget, limit=5))
    visitor.submit()
    assert "receipt-code" in visitor.page.text
    visitor.get("/en/ask/question?step=question")
    assert visitor.form().values["question_text"] == [CANARY]


def test_an_old_page_says_so_and_keeps_what_was_typed(world: World) -> None:
    visitor = begun(world)
    page = visitor.post(
        "/en/ask/question/later?step=question", {"csrf": "x", "question_text": CANARY}
    )
    assert page.status_code == 422
    assert CANARY in page.text
    assert rows(world) == []


def test_no_code_is_shown_to_another_visit(world: World) -> None:
    kept_by(world)
    other = world.visitor()
    other.get("/en/ask/question/later")
    assert other.page.url.path == "/en/ask/question"
    assert other.get("/en/ask/nothing/later").status_code == 404


def test_a_draft_of_a_kind_that_is_gone_is_unknown(world: World) -> None:
    code = receipt.new_code()
    lookup, key = world.keys.public.stretch(code)
    token = "t" * 43
    now = datetime.now(UTC)
    world.db.write_now(visits.save_draft, token, "gone", Draft({"a": "b"}), now)
    world.db.write_now(later._store, token, "gone", lookup, key, now)
    assert open_(world.visitor(), code).page.status_code == 422


def test_keeping_eight_times_at_once_is_one_draft_under_one_code(world: World) -> None:
    visitor = begun(world)
    button = re.search(r'formaction="([^"]+)"', visitor.page.text)
    assert button
    address = f"http://127.0.0.1:8000{button[1]}"
    form = replace(visitor.form(), action=address)
    answers = post_together([world], visitor, form, 8, question_text=CANARY)
    assert len({code_on(answer.text) for answer in answers}) == 1
    assert len(rows(world)) == 1


# From the safety page ------------------------------------------------------------------------


def draft_of(world: World, visitor: Visitor) -> Draft:
    token = visitor.client.cookies["visit"]
    state = world.db.read_now(visits.load, token, datetime.now(UTC))
    assert state is not None
    return state.drafts["appointment"]


def test_the_safety_page_leads_to_a_talk_like_any_other(world: World) -> None:
    visitor, ordinary = world.visitor(), world.visitor()
    address = re.search(r'href="(/en/ask/[^"]+)"', visitor.get("/en/safety").text)
    assert address
    assert "visit" not in visitor.client.cookies
    page = visitor.get(address[1])
    assert str(page.url).endswith("/en/ask/appointment")
    assert draft_of(world, visitor).answers == {FROM_SAFETY: "yes"}
    same = re.compile(r'name="csrf" value="\w+"')
    assert same.sub("", page.text) == same.sub("", ordinary.get("/en/ask/appointment").text)


def test_it_reaches_the_desk_and_is_never_shown(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/en/ask/appointment?from=safety")
    answer(visitor)
    assert visitor.page.url.path == "/en/ask/check"
    assert draft_of(world, visitor).answers[FROM_SAFETY] == "yes"
    assert FROM_SAFETY not in visitor.page.text
    code = code_on(visitor.submit().text)
    (case,) = world.db.read_now(lambda s: s.scalars(sa.select(Case)).all())
    desk = world.keys.require_desk()
    assert answers_of(case, data_key_of(desk, case))[FROM_SAFETY] == "yes"
    visitor.get("/en/follow")
    page = visitor.submit({"code": code})
    assert page.url.path == "/en/follow/case"
    assert FROM_SAFETY not in page.text


def test_no_form_and_no_other_kind_can_set_it(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/en/ask/question?from=safety")
    assert str(visitor.page.url).endswith("/en/ask/question")
    assert visitor.form().names == {"csrf", "urgent"}
    visitor.get("/en/ask/appointment")
    data = {**visitor.form().filled({"urgent": "none"}), FROM_SAFETY: "yes"}
    visitor.post("/en/ask/appointment?step=urgent", data)
    assert FROM_SAFETY not in draft_of(world, visitor).answers
    visitor.get("/en/ask/appointment?from=safety")  # the answers so far stay
    assert draft_of(world, visitor).answers["urgent"] == "none"
    assert draft_of(world, visitor).done == ("urgent",)


def test_who_has_not_tried_yet_can_keep_the_request_for_later(world: World) -> None:
    """Not a refusal: what to do first, and a draft to come back to (domain.md §3E)."""
    visitor = world.visitor()
    visitor.get("/en/ask/mediation")
    for values in ({"urgent": "none"}, {"sender_role": "self"}, {"procedure_pending": "no"}):
        visitor.submit(values)
    visitor.submit({"attempt_made": "no"})
    assert "First try it yourself" in visitor.page.text
    form = visitor.form()
    visitor.post("/en/ask/mediation/later", {"csrf": form.values["csrf"]})
    assert visitor.page.url.path == "/en/ask/mediation/later"
    assert visitor.page.status_code == 200
    assert 'class="receipt-code"' in visitor.page.text
