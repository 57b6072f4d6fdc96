"""Changes that wait, when the case is closed meanwhile, at the same moment, and without keys."""

import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.cases.models import Case, CaseMessage, PendingChange
from portal.cases.workflow import STATES, NotAllowed
from portal.db import Database
from portal.i18n import translate
from portal.worker import Worker
from tests.rooms.changes_asked import (
    FOLLOW,
    JUST_AFTER,
    apply_due,
    asked,
    contact,
    grow_older,
    letters,
    log,
    moved,
    opened,
    rows,
    state,
    together,
    undone,
    withdraw,
)
from tests.support.world import QUESTION, World

pytestmark = pytest.mark.both_databases


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
