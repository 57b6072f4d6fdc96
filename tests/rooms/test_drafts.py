"""What isn't sent yet: kept sealed for this browser alone, and for a day."""

import gc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.cases.models import Case
from portal.intake import receipts, visits
from portal.intake.models import Visit
from portal.intake.visits import Draft
from portal.vault import Keys
from tests.rooms.test_at_once import ABOUT, code_on
from tests.support.visitor import Visitor
from tests.support.world import World, make_world

NOW = datetime.now(UTC)
TOKEN = "t" * 43
CANARY = "Kanariegeel"


def asked(visitor: Visitor, text: str = CANARY, tag: str = "en") -> None:
    """The first two steps of a question."""
    visitor.get(f"/{tag}/ask/question")
    visitor.submit({"urgent": "none"})
    visitor.submit({"sender_role": "self"})
    visitor.submit({"question_text": text})


def kept_text(visitor: Visitor) -> str:
    visitor.get("/en/ask/question?step=question")
    return visitor.form().values.get("question_text", [""])[0]


def rows(world: World) -> list[Any]:
    table = sa.select(Visit.__table__)
    return [tuple(row) for row in world.db.read_now(lambda s: s.execute(table).all())]


def age(world: World, **values: Any) -> None:
    world.db.write_now(lambda session: session.execute(sa.update(Visit).values(values)))


def test_reading_leaves_no_trace_and_the_first_answer_begins_a_visit(world: World) -> None:
    visitor = world.visitor()
    for path in ("/en/", "/en/info/", "/en/ask/", "/en/ask/question", "/en/follow", "/en/safety"):
        visitor.get(path)
    assert rows(world) == []
    visitor.get("/en/ask/question")
    visitor.submit({"urgent": "none"})
    visitor.submit({"sender_role": "self"})
    assert len(rows(world)) == 1


def test_a_draft_is_sealed_and_belongs_to_one_browser(world: World) -> None:
    visitor, other = world.visitor(), world.visitor()
    asked(visitor)
    assert kept_text(visitor) == CANARY
    assert kept_text(other) == ""
    token = visitor.client.cookies["visit"]
    assert CANARY not in repr(rows(world))
    assert CANARY.encode() not in b"".join(bytes(row[3] or b"") for row in rows(world))
    assert token not in repr(rows(world))


def test_a_foreign_or_broken_cookie_opens_nothing(world: World) -> None:
    visitor = world.visitor()
    asked(visitor)
    token = visitor.client.cookies["visit"]
    for cookie in (token[:-2] + "__", token[:20], "x" * 5000, "é" * 43, "", token.swapcase()):
        header = {"Cookie": f"visit={cookie}".encode()}
        page = world.visitor().get("/en/ask/question?step=question", headers=header)
        assert "step=urgent" in page.text, cookie
        assert CANARY not in page.text
    assert kept_text(visitor) == CANARY


def test_a_visit_ends_after_a_day_without_an_answer(world: World) -> None:
    visitor = world.visitor()
    asked(visitor)
    (row,) = rows(world)
    left = visits.KEPT - timedelta(minutes=5)
    assert row[2].replace(tzinfo=UTC) - NOW > left
    age(world, expires=datetime.now(UTC) + timedelta(minutes=1))
    assert kept_text(visitor) == CANARY
    age(world, expires=datetime.now(UTC) - timedelta(seconds=1))
    assert kept_text(visitor) == ""
    world.db.write_now(visits.purge, datetime.now(UTC))
    assert rows(world) == []


def test_each_answer_makes_the_day_begin_again(world: World) -> None:
    visitor = world.visitor()
    asked(visitor)
    age(world, expires=datetime.now(UTC) + timedelta(minutes=1))
    visitor.get("/en/ask/question?step=question")
    visitor.submit({"question_text": "another"})
    world.db.write_now(visits.purge, datetime.now(UTC) + timedelta(hours=23))
    assert kept_text(visitor) == "another"


def test_two_drafts_stand_side_by_side_and_the_one_that_was_read_is_sent(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/en/ask/appointment")
    begin = ({"urgent": "none"}, {"sender_role": "self"})
    for values in (*begin, {"talk_topic": "papers"}, {"talk_way": "here"}, {}, *ABOUT.values()):
        visitor.submit(values)
    talk = visitor.form()
    asked(visitor)
    for values in ABOUT.values():
        visitor.submit(values)
    question = visitor.form()
    assert CANARY in visitor.page.text
    codes = [code_on(visitor.send(form, {}).text) for form in (talk, question)]
    kinds = sa.select(Case.kind).order_by(Case.created)
    assert world.db.read_now(lambda s: s.scalars(kinds).all()) == ["appointment", "question"]
    assert codes[0] != codes[1]


def test_a_draft_sealed_in_another_way_is_forgotten_and_not_an_error(world: World) -> None:
    visitor = world.visitor()
    asked(visitor)
    age(world, drafts=b"v0.k.from another release")
    assert kept_text(visitor) == ""
    asked(visitor, "again")
    assert kept_text(visitor) == "again"


def test_the_language_can_change_on_the_way(world: World) -> None:
    visitor = world.visitor()
    asked(visitor, tag="ar")
    visitor.get("/nl/ask/question?step=question")
    assert visitor.form().values["question_text"] == [CANARY]


def test_sending_leaves_no_draft_and_the_visit_wipes_its_receipts(world: World) -> None:
    visitor = world.visitor()
    asked(visitor)
    for values in ABOUT.values():
        visitor.submit(values)
    visitor.submit()
    token = visitor.client.cookies["visit"]

    def state(session: Session) -> visits.VisitState | None:
        return visits.load(session, token, datetime.now(UTC))

    left = world.db.read_now(state)
    assert left is not None
    assert dict(left.drafts) == {}
    visitor.get("/en/end")
    assert world.db.read_now(receipts.receipt_of, token) is None
    assert rows(world) == []


def test_the_cookie_is_for_this_browser_session_alone(world: World) -> None:
    visitor = world.visitor()
    answer = visitor.client.get("/en/ask/question")
    cookies = answer.headers.get_list("set-cookie")
    (cookie,) = [each for each in cookies if each.startswith("visit=")]
    for part in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert part.lower() in cookie.lower()
    assert "max-age" not in cookie.lower()
    assert "expires" not in cookie.lower()


def test_over_https_the_cookie_is_bound_to_the_host(sqlite_url: str, tmp_path: Any) -> None:
    made = make_world(sqlite_url, tmp_path, public_url="https://portal.example")
    answer = made.visitor().client.get("https://portal.example/en/ask/question")
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if "visit" in each]
    assert cookie.startswith("__Host-visit=")
    assert "; secure" in cookie.lower()
    made.close()


def test_saving_twice_keeps_the_last(world: World) -> None:
    for text in ("one", "two"):
        draft = Draft({"question_text": text}, ("question",), "s")
        world.db.write_now(visits.save_draft, TOKEN, "question", draft, NOW)
    kept = world.db.read_now(visits.load, TOKEN, NOW)
    assert kept is not None
    assert kept.drafts["question"] == Draft({"question_text": "two"}, ("question",), "s")
    world.db.write_now(visits.save_draft, TOKEN, "question", None, NOW)
    again = world.db.read_now(visits.load, TOKEN, NOW)
    assert again is not None
    assert again.drafts == {}


# The public door alone -----------------------------------------------------------------------


def reachable_bytes(start: object) -> set[bytes]:
    """Every bytes object that can be reached from an object, modules and their globals aside."""
    found: set[bytes] = set()
    seen: set[int] = set()
    waiting = [start]
    while waiting:
        each = waiting.pop()
        is_globals = isinstance(each, dict) and "__builtins__" in each
        if id(each) in seen or isinstance(each, ModuleType | type) or is_globals:
            continue
        seen.add(id(each))
        if isinstance(each, bytes | bytearray):
            found.add(bytes(each))
        waiting += gc.get_referents(each)
    return found


def secrets_of(world: World) -> set[bytes]:
    desk = world.keys.require_desk()
    return {desk.private[0][1], desk.index, desk.audit, desk.session}


def test_the_public_door_serves_everything_and_holds_no_private_key(world: World) -> None:
    settings = replace(world.settings, door="public")
    keys = Keys(world.keys.public, None)
    public = World(create_app(settings, keys), settings, keys)
    visitor = public.visitor()
    asked(visitor)
    for values in ABOUT.values():
        visitor.submit(values)
    code = code_on(visitor.submit().text)
    assert world.route() == 1  # the worker, which does hold the keys
    reader = public.visitor()
    reader.get("/en/follow")
    reader.submit({"code": code})
    assert reader.page.url.path == "/en/follow/case"
    assert "With your supervisor" in reader.page.text
    for path in ("/desk/", "/staff/sign-in", "/staff/callback"):
        assert public.visitor().get(path).status_code == 404
    held = reachable_bytes(public.app)
    assert world.keys.public.pepper in held  # so the search reaches the keys
    assert not secrets_of(world) & held
    assert secrets_of(world) <= reachable_bytes(world.app)
    public.close()
