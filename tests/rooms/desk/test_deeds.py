"""What staff do with a case: allowed, refused, overtaken."""

import sqlalchemy as sa

from portal.cases.models import CaseEvent
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    COORDINATOR,
    IOM,
    OWN,
    STRANGER,
    audited,
    case_of,
    csrf_of,
    html,
    log_of,
    make_move,
    moves,
    opened,
    path_of,
    read,
    routed,
    status_of,
)
from tests.support.assessed import assess_all
from tests.support.world import World


def test_a_colleague_takes_over(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id, COLLEAGUE)
    visitor.submit(form="/take-over")
    assert case_of(world, case_id)["supervisor_id"] == world.member_id(COLLEAGUE)
    assert "Supervisor Assen 2 nam het verzoek over" in read(visitor)
    assert audited(world, "case.take_over") == 1


def test_a_coordinator_assigns_and_a_supervisor_cannot(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id, COORDINATOR)
    colleague = world.member_id(COLLEAGUE)
    visitor.submit({"handler": f"assen:{colleague}"}, "/assign")
    assert case_of(world, case_id)["supervisor_id"] == colleague
    supervisor = opened(world, case_id)
    assert "/assign" not in html(supervisor)
    supervisor.post(
        f"/desk/cases/{case_id}/assign", {"csrf": csrf_of(supervisor), "handler": "utrecht:"}
    )
    assert status_of(supervisor) == 403
    assert case_of(world, case_id)["team_id"] == "assen"


def test_an_unknown_handler_changes_nothing(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id, COORDINATOR)
    form, before = visitor.form("/assign"), case_of(world, case_id)
    stranger = world.member_id(STRANGER)
    for wrong in ("", "nowhere:", f"assen:{stranger}", "assen:\x00x", "a" * 500):
        visitor.send(form, {"handler": wrong})
        assert status_of(visitor) == 422, wrong
    assert case_of(world, case_id) == before
    assert "assigned" not in log_of(world, case_id)


def test_who_gives_a_case_to_another_team_comes_back_to_the_queue(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id, COORDINATOR)
    visitor.submit({"handler": "utrecht:"}, "/assign")
    assert path_of(visitor) == "/desk/"
    assert case_of(world, case_id)["team_id"] == "utrecht"
    assert case_of(world, case_id)["supervisor_id"] is None


def test_the_page_offers_the_moves_of_the_table_and_makes_them(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id)
    assert moves(visitor) == ["start", "join"]
    visitor.submit(form="/move")
    assert "In behandeling" in read(visitor)
    without_checks = {"ask_info", "plan_meeting", "carry_out", "redirect", "join"}
    assert set(moves(visitor)) == without_checks
    assert f'href="/desk/cases/{case_id}/refer"' in html(visitor)
    assess_all(world, case_id, OWN)
    visitor.get(f"/desk/cases/{case_id}")
    assert set(moves(visitor)) == without_checks | {"finish"}
    make_move(visitor, "finish")
    assert moves(visitor) == []
    assert "Dit verzoek is gesloten" in read(visitor)


def test_a_move_that_the_table_does_not_allow_changes_nothing(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id)
    form = visitor.form("/move")
    before = log_of(world, case_id)
    for values in (
        {"name": "finish"},
        {"name": "withdraw"},
        {"name": "route"},
        {"name": "nonsense"},
        {"name": "\x00"},
    ):
        visitor.send(form, values)
        assert status_of(visitor) == 409
    assert log_of(world, case_id) == before


def test_passing_on_names_an_organisation_and_no_tick_does_it(world: World) -> None:
    case_id = routed(world, "iom_support", IOM)
    visitor = opened(world, case_id)
    visitor.submit(form="/move")
    page = f"/desk/cases/{case_id}"
    for values in ({}, {"reason": "consent"}, {"consent": "yes", "reason": "consent"}):
        visitor.get(page)
        make_move(visitor, "refer", **values)
        assert status_of(visitor) == 409, values
    assert case_of(world, case_id)["state"] == "in_progress"
    visitor.get(page)
    assert "gaf geen toestemming" in read(visitor)


def test_who_comes_second_is_told_and_keeps_the_text(world: World) -> None:
    case_id = routed(world)
    first, second = opened(world, case_id), opened(world, case_id, COLLEAGUE)
    first.submit({"text": "Gebeld."}, "/note")
    assert "Gebeld." in read(first)
    second.submit({"text": "Ook gebeld."}, "/note")
    assert status_of(second) == 409
    assert "Ook gebeld." in read(second)
    assert log_of(world, case_id).count("note") == 1
    second.get(f"/desk/cases/{case_id}")
    form = second.form("/take-over")
    second.submit({"text": "Nu wel."}, "/note")
    second.send(form, {})
    assert status_of(second) == 409
    assert case_of(world, case_id)["supervisor_id"] == world.member_id(OWN)


def test_notes_are_sealed_and_an_empty_one_is_none(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id)
    form = visitor.form("/note")
    for text in ("", "  \n ", "\x00\ud800".encode("utf-8", "replace").decode().strip("?")):
        visitor.send(form, {"text": text})
        assert status_of(visitor) == 422
    visitor.send(form, {"text": "<b>Let op</b>"})
    assert "&lt;b&gt;Let op&lt;/b&gt;" in html(visitor)
    sealed = sa.select(CaseEvent.sealed).where(CaseEvent.name == "note")
    assert b"Let op" not in (world.db.read_now(lambda session: session.scalar(sealed)) or b"")
