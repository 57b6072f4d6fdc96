"""Weighty changes by the holder of the code: they wait a day, can be undone, and are told of."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import pending, service
from portal.cases.letters import LETTERS
from portal.cases.models import Case, CaseEvent, CaseMessage, PendingChange
from portal.cases.pending import CONTACT
from portal.cases.queries import messages_of
from portal.cases.sealing import answers_of, data_key_of, messages_key_of
from portal.cases.workflow import STATES, NotAllowed
from portal.db import Database
from portal.desk.history import EVENTS
from portal.i18n import format_date, translate
from portal.vault import VaultError, unseal_json
from portal.worker import Worker
from tests.support.visitor import Visitor
from tests.support.world import PERSON, QUESTION, World

NUMBER = "0612345678 Canary"
PHONE = {"contact_target": NUMBER, "contact_safe": "no", "contact_times": "Canarydays"}
JUST_BEFORE, JUST_AFTER = timedelta(hours=23, minutes=59), timedelta(hours=24, minutes=1)
FOLLOW = "/en/follow/case"


def opened(world: World, code: str, tag: str = "en") -> Visitor:
    visitor = world.visitor()
    visitor.get(f"/{tag}/follow")
    visitor.submit({"code": code})
    assert visitor.page.url.path == f"/{tag}/follow/case"
    return visitor


def withdraw(visitor: Visitor, tag: str = "en") -> None:
    visitor.get(f"/{tag}/follow/case/withdraw")
    visitor.submit(form="withdraw")


def contact(visitor: Visitor, channel: str = "phone", **values: Any) -> None:
    """Fill in a new contact up to its last page, and confirm it."""
    visitor.get(f"{FOLLOW}/contact")
    visitor.submit({"contact_channel": channel}, "contact")
    if channel == "phone":
        visitor.submit({**PHONE, **values}, "contact")
    visitor.submit(form="confirm")
    assert visitor.page.url.path == FOLLOW


def grow_older(world: World, age: timedelta) -> None:
    """As if everything had been asked for so long ago."""

    def shift(session: Session) -> None:
        for row in session.scalars(sa.select(PendingChange)):
            row.asked, row.due = row.asked - age, row.due - age

    world.db.write_now(shift)


def apply_due(world: World, db: Database | None = None) -> int:
    keys, now = world.keys.require_desk(), datetime.now(UTC)
    return (db or world.db).write_now(pending.apply_due, keys, world.settings, now)


def log(world: World) -> list[str]:
    names = sa.select(CaseEvent.name).order_by(CaseEvent.id)
    return world.db.read_now(lambda session: list(session.scalars(names)))


def state(world: World, case_id: str) -> str:
    return world.db.read_now(lambda session: session.get_one(Case, case_id).state)


def rows(world: World) -> list[tuple[str, str, bool]]:
    """(kind, state, whether its content is still there) of every change."""
    found = sa.select(PendingChange).order_by(PendingChange.asked)
    return world.db.read_now(
        lambda session: [(r.kind, r.state, r.sealed is not None) for r in session.scalars(found)]
    )


def letters(world: World, case_id: str) -> list[dict[str, Any]]:
    def read(session: Session) -> list[dict[str, Any]]:
        case = session.get_one(Case, case_id)
        key = messages_key_of(world.keys.require_desk(), case)
        return [message.content for message in messages_of(session, case_id, key)]

    return world.db.read_now(read)


def moved(world: World, case_id: str, *names: str) -> None:
    """What the desk would do."""

    def move(session: Session) -> None:
        case = session.get_one(Case, case_id)
        for name in names:
            service.move(
                session, world.settings, case, name, "staff", ["supervisor"], datetime.now(UTC)
            )

    world.db.write_now(move)


def asked(world: World, case_id: str, kind: str, nonce: str, db: Database | None = None) -> bool:
    """Ask without a page."""

    def ask(session: Session) -> bool:
        key = messages_key_of(world.keys.require_desk(), session.get_one(Case, case_id))
        if kind == "withdraw":
            return pending.ask_withdrawal(session, case_id, key, nonce, datetime.now(UTC))
        way = {"contact_channel": "centre"}
        return pending.ask_contact(
            session, world.keys.public, case_id, key, way, nonce, datetime.now(UTC)
        )

    return (db or world.db).write_now(ask)


def undone(world: World, case_id: str, db: Database | None = None) -> bool:
    """Undo the one change that there is, without a page."""

    def undo(session: Session) -> bool:
        key = messages_key_of(world.keys.require_desk(), session.get_one(Case, case_id))
        change_id = session.scalar(sa.select(PendingChange.id)) or ""
        session.expire_all()
        return pending.undo(session, case_id, key, change_id, datetime.now(UTC))

    return (db or world.db).write_now(undo)


def together(world: World, *deeds: Callable[[Database], object]) -> list[object]:
    """Deeds at the same moment, each with connections of its own."""
    databases = [Database(world.settings.database_url) for _ in deeds]
    with ThreadPoolExecutor(len(deeds)) as pool:
        found = list(pool.map(lambda pair: pair[0](pair[1]), zip(deeds, databases, strict=True)))
    for each in databases:
        each.close()
    return found


# Withdrawing ---------------------------------------------------------------------------------


def test_a_withdrawal_asks_first_waits_and_then_happens_once(world: World) -> None:
    case_id, code = world.send("question", QUESTION, "en")
    visitor = opened(world, code)
    page = visitor.get(f"{FOLLOW}/withdraw")
    assert "after 24 hours" in page.text
    assert "cannot be called back from here" in page.text
    assert log(world) == ["sent"]
    form = visitor.form("withdraw")
    for _ in range(2):
        page = visitor.send(form, {})
        assert translate("en", STATES["sent"]) in page.text
        assert "A withdrawal was asked for" in page.text
    assert visitor.get(f"{FOLLOW}/withdraw").url.path == FOLLOW  # it waits already
    assert [each["letter"] for each in letters(world, case_id)] == ["change_announced"]
    grow_older(world, JUST_BEFORE)
    assert (apply_due(world), state(world, case_id)) == (0, "sent")
    grow_older(world, JUST_AFTER - JUST_BEFORE)
    assert (apply_due(world), state(world, case_id)) == (1, "withdrawn")
    assert apply_due(world) == 0
    assert log(world) == ["sent", "withdraw_asked", "withdraw"]
    assert [each["letter"] for each in letters(world, case_id)] == ["change_announced", "withdrawn"]
    page = visitor.send(form, {})
    assert translate("en", STATES["withdrawn"]) in page.text
    assert "/undo" not in page.text
    assert visitor.get(f"{FOLLOW}/withdraw").url.path == FOLLOW
    assert visitor.get(f"{FOLLOW}/contact").url.path == FOLLOW


def test_the_announcement_says_when_and_that_it_stands_only_here(world: World) -> None:
    case_id, code = world.send("question", QUESTION, "ar")
    visitor = opened(world, code, "ar")
    withdraw(visitor, "ar")
    due = world.db.read_now(lambda session: session.scalars(sa.select(PendingChange)).one().due)
    (letter,) = letters(world, case_id)
    assert set(letter["texts"]) == {"ar", "nl"}
    for tag, text in letter["texts"].items():
        assert format_date(due, tag) in text["text"]
        assert translate(tag, LETTERS["change_announced"].paragraphs[3]) in text["text"]
    assert abs(due - datetime.now(UTC) - timedelta(hours=24)) < timedelta(minutes=1)
    page = visitor.get("/ar/follow/case").text
    assert format_date(due, "ar") in page
    assert translate("ar", "From this site") in page


def test_meanwhile_the_desk_goes_on(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    visitor = opened(world, code)
    withdraw(visitor)
    moved(world, case_id, "start", "ask_info")
    visitor.get(FOLLOW)
    form = next(f for f in map(visitor.form, range(9)) if "text" in f.names)
    visitor.send(form, {"text": "Here it is."})
    assert state(world, case_id) == "in_progress"
    grow_older(world, JUST_AFTER)
    assert apply_due(world) == 1
    assert state(world, case_id) == "withdrawn"


LOGS: list[tuple[list[tuple[str, dict[str, str]]], list[str]]] = [
    ([], ["nothing"]),
    ([("refer", {})], ["passed_on"]),
    ([("refer", {}), ("message", {"letter": "iom_referred"})], ["iom"]),
    ([("message", {"letter": "reading"}), ("carry_out", {})], ["nothing", "steps"]),
    ([("message", {"letter": "mediation_started"})], ["nothing", "steps"]),
]


@pytest.mark.parametrize(("events", "told"), LOGS)
def test_the_last_letter_says_what_is_not_undone(
    world: World, events: list[tuple[str, dict[str, str]]], told: list[str]
) -> None:
    case_id, code = world.send("question", QUESTION, "en")

    def write(session: Session) -> None:
        case = session.get_one(Case, case_id)
        for name, detail in events:
            service.log_event(session, case, name, "staff", datetime.now(UTC), detail=detail)

    world.db.write_now(write)
    withdraw(opened(world, code))
    grow_older(world, JUST_AFTER)
    apply_due(world)
    text = letters(world, case_id)[-1]["texts"]["en"]["text"]
    (blank,) = LETTERS["withdrawn"].blanks
    assert [each.value for each in blank.options if each.label in text] == told


# Undoing -------------------------------------------------------------------------------------


def test_undoing_brings_back_what_was_and_a_second_time_changes_nothing(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/withdraw")
    asking = visitor.form("withdraw")
    visitor.send(asking, {})
    undoing = visitor.form("undo")
    for _ in range(2):
        page = visitor.send(undoing, {})
        assert "It is undone. Nothing changes." in page.text
        assert "A withdrawal was asked for" not in page.text
    visitor.send(asking, {})  # "back", and the old form once more
    grow_older(world, JUST_AFTER)
    assert apply_due(world) == 0
    assert state(world, case_id) == "sent"
    assert log(world) == ["sent", "withdraw_asked", "withdraw_undone"]
    assert [each["letter"] for each in letters(world, case_id)] == [
        "change_announced", "change_undone",
    ]  # fmt: skip
    withdraw(visitor)  # a new form asks anew
    assert [kind for kind, _, _ in rows(world)] == ["withdraw", "withdraw"]
    assert log(world)[-1] == "withdraw_asked"


def test_undoing_after_it_happened_says_so(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    withdraw(visitor)
    form = visitor.form("undo")
    grow_older(world, JUST_AFTER)
    apply_due(world)
    page = visitor.send(form, {})
    assert "It cannot be undone here any more." in page.text
    assert state(world, case_id) == "withdrawn"
    assert log(world)[-1] == "withdraw"


def test_somebody_else_with_the_code_can_undo_but_not_with_another_code(world: World) -> None:
    _, code = world.send("question", QUESTION)
    _, other = world.send("question", QUESTION)
    visitor = opened(world, code)
    withdraw(visitor)
    (change,) = visitor.form("undo").values["change"]
    stranger = opened(world, other)
    withdraw(stranger)
    page = stranger.send(stranger.form("undo"), {"change": change})
    assert "It cannot be undone here any more." in page.text
    assert [each for _, each, _ in rows(world)] == ["waiting", "waiting"]
    second = opened(world, code)
    second.submit(form="undo")
    assert sorted(each for _, each, _ in rows(world)) == ["undone", "waiting"]


@pytest.mark.parametrize("path", ["withdraw", "contact", "contact/confirm", "undo"])
def test_nothing_happens_by_a_form_of_another_visit(world: World, path: str) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    withdraw(visitor)
    (change,) = visitor.form("undo").values["change"]
    before = (log(world), rows(world))
    data = {"csrf": "wrong", "contact_channel": "code", "change": change, "nonce": "a" * 32}
    visitor.post(f"{FOLLOW}/{path}", data)
    assert visitor.page.status_code == 200
    assert (log(world), rows(world)) == before
    foreign = {"Origin": "https://elsewhere.example"}
    assert visitor.client.post(f"{FOLLOW}/{path}", headers=foreign).status_code == 403


@pytest.mark.parametrize("name", ["\0", "\ud800".encode("utf-8", "surrogatepass"), "x" * 9000, ""])
def test_broken_names_of_forms_break_nothing(world: World, name: Any) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/withdraw")
    (csrf,) = visitor.form("withdraw").values["csrf"]
    paths = ("withdraw", "contact/confirm", "undo")
    for path in (*(f"{FOLLOW}/{each}" for each in paths), FOLLOW):
        data = {"csrf": csrf, "nonce": name, "change": name, "text": "?", "contact_channel": "code"}
        visitor.post(path, data)
        assert visitor.page.url.path == FOLLOW
    assert sorted(rows(world)) == [("contact", "waiting", True), ("withdraw", "waiting", False)]


# Another contact -----------------------------------------------------------------------------


def test_a_new_contact_is_read_back_once_and_never_shown_again(world: World) -> None:
    case_id, code = world.send("question", {**QUESTION, "contact_channel": "post",
                                            "contact_target": "Oldcanary 1"})  # fmt: skip
    visitor = opened(world, code)
    shown = [visitor.get(f"{FOLLOW}/contact").text]
    shown.append(visitor.submit({"contact_channel": "phone"}, "contact").text)
    confirm = visitor.submit(PHONE, "contact").text
    assert NUMBER in confirm
    assert "Canarydays" in confirm
    assert "after 24 hours" in confirm
    assert rows(world) == []
    form = visitor.form("confirm")
    for _ in range(2):
        shown.append(visitor.send(form, {}).text)
    shown.append(visitor.get(f"{FOLLOW}/contact").text)  # it waits already
    assert visitor.page.url.path == FOLLOW
    assert rows(world) == [("contact", "waiting", True)]
    grow_older(world, JUST_AFTER)
    assert (apply_due(world), apply_due(world)) == (1, 0)
    shown += [visitor.get(FOLLOW).text, visitor.get(f"{FOLLOW}/contact").text]
    assert [page for page in shown if "anary" in page or "0612345678" in page] == []
    told = repr(letters(world, case_id))
    assert "anary" not in told
    assert "0612345678" not in told
    assert log(world) == ["sent", "contact_change_asked", "contact_changed"]
    assert [each["letter"] for each in letters(world, case_id)] == [
        "change_announced", "contact_changed",
    ]  # fmt: skip


@pytest.mark.parametrize("channel", ["code", "centre"])
def test_a_way_that_leads_nowhere_asks_for_no_address_and_keeps_none(
    world: World, channel: str
) -> None:
    case_id, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/contact")
    visitor.submit({"contact_channel": channel}, "contact")
    form = visitor.form("confirm")
    data = {**form.filled({}), **PHONE}  # a branch that doesn't apply
    visitor.post(form.action, data)
    found = world.db.read_now(pending.contact_of, world.keys.require_desk(), case_id)
    assert found.waiting
    assert found.waiting.answers == {"contact_channel": channel}


WRONG: list[tuple[dict[str, str], dict[str, str], int]] = [
    ({}, {}, 422),
    ({"contact_channel": "pigeon"}, {}, 422),
    ({"contact_channel": "phone"}, {"contact_target": "", "contact_safe": "yes"}, 422),
    ({"contact_channel": "phone"}, {"contact_target": "06\u202e12", "contact_safe": "yes"}, 422),
    ({"contact_channel": "phone"}, {"contact_target": "x" * 201, "contact_safe": "yes"}, 422),
    ({"contact_channel": "phone"}, {"contact_target": "06"}, 422),
]


@pytest.mark.parametrize(("first", "second", "status"), WRONG)
def test_what_is_wrong_with_a_new_contact_is_said_and_nothing_is_kept(
    world: World, first: dict[str, str], second: dict[str, str], status: int
) -> None:
    _, code = world.send("question", QUESTION)
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/contact")
    visitor.submit(first, "contact")
    if second:
        assert visitor.page.status_code == 200
        assert "error-summary" not in visitor.page.text
        visitor.submit(second, "contact")
        assert second.get("contact_target", "")[:200] in visitor.page.text
    assert visitor.page.status_code == status
    assert "error-summary" in visitor.page.text
    data = {"csrf": visitor.form("contact").values["csrf"], "step": "reach", **first, **second}
    visitor.post(f"{FOLLOW}/contact/confirm", data)
    assert visitor.page.status_code == status
    assert rows(world) == []


def test_only_the_desk_opens_a_new_contact_and_only_in_its_place(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    contact(opened(world, code))
    desk = world.keys.require_desk()

    def check(session: Session) -> None:
        row = session.scalars(sa.select(PendingChange)).one()
        assert row.desk_key
        assert row.sealed
        assert b"Canary" not in row.sealed
        key = desk.unwrap(row.desk_key, f"pending_change|desk_key|{row.id}")
        assert unseal_json(key, row.sealed, f"pending_change|sealed|{row.id}") == {
            "contact_channel": "phone", **PHONE,
        }  # fmt: skip
        case = session.get_one(Case, case_id)
        for other in (messages_key_of(desk, case), data_key_of(desk, case)):
            with pytest.raises(VaultError):
                unseal_json(other, row.sealed, f"pending_change|sealed|{row.id}")
        with pytest.raises(VaultError):
            desk.unwrap(row.desk_key, "pending_change|desk_key|another")

    world.db.read_now(check)


def test_the_desk_sees_what_waits_and_then_what_is_true(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    path = f"/desk/cases/{case_id}"
    member = world.signed_in("supervisor-assen-1")
    assert 'id="contact"' not in member.get(path).text
    visitor = opened(world, code)
    contact(visitor)
    page = member.get(path).text
    assert NUMBER in page
    assert "notice-warning" in page
    found = world.db.read_now(pending.contact_of, world.keys.require_desk(), case_id)
    assert found.now is None
    visitor.get(FOLLOW)
    visitor.submit(form="undo")
    page = member.get(path).text
    assert NUMBER not in page
    assert "notice-warning" not in page
    assert rows(world) == [("contact", "undone", False)]
    contact(visitor)
    grow_older(world, JUST_AFTER)
    assert apply_due(world) == 1
    contact(visitor, "centre")
    withdraw(visitor)
    page = member.get(path).text
    assert page.count(NUMBER) == 1
    assert page.count("notice-warning") == 1
    assert "is-no" in page  # it isn't safe to call
    found = world.db.read_now(pending.contact_of, world.keys.require_desk(), case_id)
    assert found.now
    assert found.waiting
    assert found.now.answers == {"contact_channel": "phone", **PHONE}
    assert found.waiting.answers == {"contact_channel": "centre"}

    def first(session: Session) -> dict[str, Any]:
        case = session.get_one(Case, case_id)
        return answers_of(case, data_key_of(world.keys.require_desk(), case))

    assert world.db.read_now(first)["contact_channel"] == PERSON["contact_channel"]


def test_a_contact_that_does_not_open_is_said_to_be_so(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    contact(opened(world, code))
    world.db.write_now(lambda s: s.execute(sa.update(PendingChange).values(sealed=b"v1.k.x")))
    page = world.signed_in("supervisor-assen-1").get(f"/desk/cases/{case_id}")
    assert page.status_code == 200
    found = world.db.read_now(pending.contact_of, world.keys.require_desk(), case_id)
    assert found.waiting
    assert found.waiting.answers is None


def test_every_event_has_its_sentence() -> None:
    assert {f"{what}_{how}" for what in ("withdraw", "contact_change")
            for how in ("asked", "undone", "dropped")} <= set(EVENTS)  # fmt: skip
    assert {"contact_changed", "withdraw"} <= set(EVENTS)
    assert [step.key for step in CONTACT.steps] == ["contact", "reach"]


# Closed meanwhile, at once, and without keys ---------------------------------------------------


def test_what_waits_in_a_closed_case_is_dropped(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    visitor = opened(world, code)
    contact(visitor)
    withdraw(visitor)
    visitor.get(f"{FOLLOW}/contact")
    moved(world, case_id, "start", "finish")
    assert "was asked for" not in visitor.get(FOLLOW).text.partition("<h2")[0]
    grow_older(world, JUST_AFTER)
    assert (apply_due(world), apply_due(world)) == (2, 0)
    assert state(world, case_id) == "done"
    assert sorted(rows(world)) == [("contact", "dropped", False), ("withdraw", "dropped", False)]
    assert sorted(log(world)[-2:]) == ["contact_change_dropped", "withdraw_dropped"]
    with pytest.raises(NotAllowed):
        asked(world, case_id, "withdraw", "a" * 32)


def test_a_form_that_comes_after_the_end_changes_nothing(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    visitor = opened(world, code)
    visitor.get(f"{FOLLOW}/withdraw")
    withdrawing = visitor.form("withdraw")
    visitor.get(f"{FOLLOW}/contact")
    visitor.submit({"contact_channel": "code"}, "contact")
    confirming = visitor.form("confirm")
    moved(world, case_id, "start", "finish")
    for form in (withdrawing, confirming):
        page = visitor.send(form, {})
        assert page.url.path == FOLLOW
        assert translate("en", STATES["done"]) in page.text
    assert rows(world) == []


def test_the_withdrawal_that_comes_first_drops_the_contact_that_waits(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    assert asked(world, case_id, "withdraw", "a" * 32)
    assert asked(world, case_id, "contact", "b" * 32)
    grow_older(world, JUST_AFTER)
    assert apply_due(world) == 2
    assert log(world)[-2:] == ["withdraw", "contact_change_dropped"]
    assert code


def test_asking_at_the_same_moment_is_one_change(world: World) -> None:
    case_id, _ = world.send("question", QUESTION)

    def ask(nonce: str) -> Callable[[Database], object]:
        return lambda db: asked(world, case_id, "contact", nonce, db)

    done = together(world, *(ask(each * 32) for each in "aabbcd"))
    assert sorted(done, key=str) == [False] * 5 + [True]
    assert log(world) == ["sent", "contact_change_asked"]
    assert len(letters(world, case_id)) == 1


def test_two_workers_apply_each_change_once(world: World) -> None:
    cases = [world.send("question", QUESTION)[0] for _ in range(12)]
    for case_id in cases:
        assert asked(world, case_id, "withdraw", "a" * 32)
    grow_older(world, JUST_AFTER)

    def work(db: Database) -> int:
        return sum(apply_due(world, db) for _ in range(6))

    assert sum(int(str(each)) for each in together(world, work, work)) == len(cases)
    assert sorted(log(world)).count("withdraw") == len(cases)
    assert {state(world, case_id) for case_id in cases} == {"withdrawn"}


def test_undo_and_the_worker_at_the_same_moment_end_in_one_of_both(world: World) -> None:
    for _ in range(4):
        case_id, _ = world.send("question", QUESTION)
        world.db.write_now(lambda s: s.execute(sa.delete(PendingChange)))
        assert asked(world, case_id, "withdraw", "a" * 32)
        grow_older(world, JUST_AFTER)
        won = together(
            world, lambda db, at=case_id: undone(world, at, db), lambda db: apply_due(world, db)
        )
        apply_due(world)  # a worker that met the lock comes again
        ended = state(world, case_id)
        assert rows(world) == [("withdraw", "undone" if won[0] else "done", False)]
        assert ended == ("sent" if won[0] else "withdrawn")


def test_a_case_that_cannot_be_opened_is_withdrawn_all_the_same(world: World) -> None:
    case_id, _ = world.send("question", QUESTION)
    assert asked(world, case_id, "withdraw", "a" * 32)
    world.db.write_now(lambda s: s.execute(sa.update(Case).values(desk_key=b"v1.k.x")))
    grow_older(world, JUST_AFTER)
    assert apply_due(world) == 1
    assert state(world, case_id) == "withdrawn"
    count = sa.select(sa.func.count()).select_from(CaseMessage)
    assert world.db.read_now(lambda session: session.scalar(count)) == 1


def test_the_worker_does_it(world: World) -> None:
    case_id, _ = world.send("question", QUESTION)
    assert asked(world, case_id, "withdraw", "a" * 32)
    grow_older(world, JUST_AFTER)
    worker = Worker(world.db, world.keys.require_desk(), world.settings)
    worker.start()
    end = time.monotonic() + 20
    while state(world, case_id) != "withdrawn" and time.monotonic() < end:
        time.sleep(0.05)
    worker.stop()
    assert state(world, case_id) == "withdrawn"
    assert rows(world) == [("withdraw", "done", False)]
