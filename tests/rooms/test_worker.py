"""Routing what arrives: to the dossier's supervisor, by what was said, and never to nobody."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.caseload.models import Dossier, Team
from portal.cases import queries
from portal.cases.models import Case, CaseEvent
from portal.cases.queries import Message
from portal.cases.sealing import messages_key_of
from portal.intake.models import Receipt, Visit
from portal.intake.visits import Draft, purge, save_draft
from portal.throttle import Spent
from portal.vault import new_keys
from portal.worker import Worker
from tests.support.world import MEDIATION, QUESTION, World

pytestmark = pytest.mark.both_databases


def case_of(world: World, case_id: str) -> Case:
    def load(session: Session) -> Case:
        case = session.get_one(Case, case_id)
        session.expunge(case)
        return case

    return world.db.read_now(load)


def reasons_of(world: World, case_id: str) -> list[str]:
    query = sa.select(CaseEvent.detail).where(
        CaseEvent.case_id == case_id, CaseEvent.name == "routed"
    )
    (detail,) = world.db.read_now(lambda session: session.scalars(query).all())
    return [reason["code"] for reason in detail["reasons"]]


def routed(world: World, kind: str = "question", **answers: Any) -> tuple[Case, list[str]]:
    case_id, _ = world.send(kind, {**QUESTION, **answers})
    assert world.route() == 1
    case = case_of(world, case_id)
    assert case.state == "assigned"
    assert case.team_id
    return case, reasons_of(world, case_id)


def test_a_match_goes_to_the_dossiers_own_supervisor(world: World) -> None:
    case, reasons = routed(world)
    assert case.supervisor_id == world.member_id("supervisor-assen-1")
    assert case.dossier_id
    assert reasons == ["match"]


def test_the_year_alone_is_enough_when_it_is_all_that_is_known(world: World) -> None:
    case, _ = routed(world, birth_date={"year": 1999})
    assert case.supervisor_id == world.member_id("supervisor-assen-1")


def test_another_birth_date_is_another_person(world: World) -> None:
    case, reasons = routed(world, birth_date={"year": 1999, "month": 4, "day": 3})
    assert case.supervisor_id is None
    assert case.dossier_id is None
    assert (case.team_id, reasons) == ("assen", ["birth_date_differs", "place"])


@pytest.mark.parametrize(
    ("answers", "team", "last"),
    [
        ({"v_number": "9999999999"}, "assen", "place"),
        ({"v_number": None}, "assen", "place"),
        ({"v_number": None, "place": "Nergens"}, "ilc", "ilc"),
        ({"v_number": None, "place": None, "location_type": None}, "ilc", "ilc"),
        ({"v_number": None, "location_type": "detention"}, "rotterdam", "place_kind"),
        ({"v_number": "0000000005", "birth_date": {"year": 1991}}, "ilc", "ilc"),
    ],
)
def test_without_a_match_what_was_said_decides(
    world: World, answers: dict[str, Any], team: str, last: str
) -> None:
    case, reasons = routed(world, **answers)
    assert (case.team_id, case.supervisor_id, reasons[-1]) == (team, None, last)


def test_dublin_goes_to_its_specialists(world: World) -> None:
    case, reasons = routed(world, v_number="0000000006", birth_date={"year": 1985})
    assert case.team_id == "dublin"
    assert reasons == ["match", "override"]


def spoil(world: World, case_id: str, **values: Any) -> None:
    world.db.write_now(
        lambda session: session.execute(sa.update(Case).where(Case.id == case_id).values(values))
    )


@pytest.mark.parametrize("column", ["answers", "desk_key"])
def test_what_cannot_be_unsealed_goes_to_the_last_resort(
    world: World, column: str, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, _ = world.send("question", QUESTION)
    whole, _ = world.send("question", QUESTION)
    spoil(world, broken, **{column: b"v1.k.nothing that opens"})
    assert world.route() == 2
    case = case_of(world, broken)
    assert (case.state, case.team_id, case.supervisor_id) == ("assigned", "ilc", None)
    assert reasons_of(world, broken)[0] == "unreadable"
    assert "last_resort" in capsys.readouterr().out
    assert case_of(world, whole).supervisor_id == world.member_id("supervisor-assen-1")


def test_a_dossier_that_cannot_be_unsealed_stops_nobody(world: World) -> None:
    world.db.write_now(lambda s: s.execute(sa.update(Dossier).values(person=b"v1.k.nothing")))
    case, reasons = routed(world)
    assert (case.team_id, reasons[0]) == ("ilc", "unreadable")


def test_answers_of_a_shape_that_nobody_expects_stop_nobody(world: World) -> None:
    case, reasons = routed(world, place=["Assen"])
    assert (case.team_id, reasons[0]) == ("ilc", "unreadable")


def messages(world: World, case_id: str) -> tuple[Message, ...]:
    def load(session: Session) -> tuple[Message, ...]:
        key = messages_key_of(world.keys.require_desk(), session.get_one(Case, case_id))
        return queries.messages_of(session, case_id, key)

    return world.db.read_now(load)


@pytest.mark.parametrize("language", ["ar", "en", "nl"])
@pytest.mark.parametrize(("v_number", "year"), [("0000000002", 1992), ("0000000003", 1988)])
def test_a_held_mediation_gets_its_letter_in_both_languages(
    world: World, v_number: str, year: int, language: str
) -> None:
    answers = {**MEDIATION, "v_number": v_number, "birth_date": {"year": year}}
    case_id, _ = world.send("mediation", answers, language)
    assert world.route() == 1
    case = case_of(world, case_id)
    assert (case.kind, case.embassy_hold, case.state) == ("question", True, "assigned")
    (letter,) = messages(world, case_id)
    assert letter.outgoing
    assert letter.content["letter"] == "mediation_held"
    assert set(letter.content["texts"]) == {"nl", language}
    texts = letter.content["texts"]
    assert all(texts[tag]["title"] and texts[tag]["text"] for tag in texts)
    if language != "nl":
        assert texts[language]["text"] != texts["nl"]["text"]
    if language == "ar":
        assert any("\u0600" <= c <= "\u06ff" for c in texts["ar"]["title"])


def test_a_mediation_without_open_procedure_loses_the_hold(world: World) -> None:
    case_id, _ = world.send("mediation", MEDIATION)
    assert case_of(world, case_id).embassy_hold
    world.route()
    case = case_of(world, case_id)
    assert (case.kind, case.embassy_hold) == ("mediation", False)
    assert messages(world, case_id) == ()


@pytest.mark.parametrize(
    "answers", [{"v_number": None}, {"v_number": "9999999999"}, {"birth_date": {"year": 1970}}]
)
def test_a_mediation_without_a_record_keeps_the_hold(world: World, answers: dict[str, Any]) -> None:
    case_id, _ = world.send("mediation", {**MEDIATION, **answers})
    world.route()
    case = case_of(world, case_id)
    assert (case.kind, case.embassy_hold) == ("mediation", True)


def test_while_there_is_no_team_cases_wait_and_then_they_are_routed(
    database_url: str, tmp_path: Path
) -> None:
    from tests.support.world import URL, Settings  # a world without its people

    settings = Settings(tmp_path, database_url, URL, tmp_path / "keys.toml", "http://localhost:1")
    keys = new_keys()
    empty = World(create_app(settings, keys), settings, keys)
    case_id, _ = empty.send("question", QUESTION)
    assert empty.route() == 0  # nothing was done: the worker pauses
    assert case_of(empty, case_id).state == "sent"
    empty.db.write_now(lambda s: s.add(Team(id="ilc", name="ILC", kind="ilc", places=[])))
    assert empty.route() == 1
    assert case_of(empty, case_id).team_id == "ilc"
    empty.close()


def test_the_oldest_come_first_and_a_batch_has_an_end(world: World) -> None:
    sent = [world.send("question", QUESTION)[0] for _ in range(22)]
    for number, case_id in enumerate(sent):
        spoil(world, case_id, created=datetime.now(UTC) - timedelta(hours=number))
    assert world.route() == 20
    waiting = {case_id for case_id in sent if case_of(world, case_id).state == "sent"}
    assert waiting == set(sent[:2])
    assert world.route() == 2
    assert world.route() == 0


def wait_until(holds: Any, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "too late"
        time.sleep(0.02)


def test_the_worker_goes_on_after_any_error_and_stops_when_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import portal.worker as worker_module

    real, failed = worker_module.route_waiting, []

    def fails_twice(*args: Any) -> int:
        if len(failed) < 2:
            failed.append(1)
            raise [KeyError("x"), sa.exc.OperationalError("SELECT", {}, Exception())][
                len(failed) - 1
            ]
        return real(*args)

    monkeypatch.setattr(worker_module, "route_waiting", fails_twice)
    monkeypatch.setattr(worker_module, "PAUSE", 0.05)
    case_id, _ = world.send("question", QUESTION)
    worker = Worker(world.db, world.keys.require_desk(), world.settings)
    worker.start()
    wait_until(lambda: case_of(world, case_id).state == "assigned")
    worker.stop()
    assert len(failed) == 2
    assert not worker._thread.is_alive()


def test_the_worker_forgets_what_is_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import portal.worker as worker_module

    monkeypatch.setattr(worker_module, "PAUSE", 0.02)
    monkeypatch.setattr(worker_module, "CHORES_EVERY", 0.04)
    now, long_ago = datetime.now(UTC), datetime.now(UTC) - timedelta(days=3)
    world.db.write_now(save_draft, "t" * 43, "question", Draft({"question_text": "?"}), long_ago)
    world.db.write_now(save_draft, "u" * 43, "question", Draft({"question_text": "?"}), now)
    old = Receipt(submission="s", token_hash="", at=long_ago, sealed=b"")
    hashed = sa.select(Visit.token_hash).where(Visit.expires < now)
    world.db.write_now(lambda s: (setattr(old, "token_hash", s.scalar(hashed)), s.add(old)))
    world.db.write_now(lambda s: s.add(Spent(key="k", n=1, last=long_ago, until=long_ago)))

    def counted(session: Session) -> list[int]:
        return [session.scalar(sa.select(sa.func.count()).select_from(t)) or 0
                for t in (Visit, Receipt, Spent)]  # fmt: skip

    assert world.db.read_now(counted) == [2, 1, 1]
    from portal import throttle

    chores = (throttle.purge, purge)
    worker = Worker(world.db, world.keys.require_desk(), world.settings, chores)
    worker.start()
    wait_until(lambda: world.db.read_now(counted) == [1, 0, 0])
    worker.stop()


def test_a_dossier_that_is_closed_goes_to_the_intake_desk(world: World) -> None:
    world.db.write_now(lambda s: s.execute(sa.update(Dossier).values(open=False)))
    case, reasons = routed(world)
    assert (case.team_id, case.supervisor_id, reasons[0]) == ("ilc", None, "dossier_closed")
