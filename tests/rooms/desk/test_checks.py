"""The four checks: recorded with a reason, kept with their history, needed before an end."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from portal.cases import checking, handling, service, workflow
from portal.cases.checking import Given
from portal.cases.checks import CHECKS, missing_checks
from portal.cases.models import Case, CaseEvent
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    OWN,
    STRANGER,
    audited,
    case_of,
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
from tests.rooms.routed_cases import desk, given_to
from tests.support.assessed import assess, assess_all
from tests.support.visitor import Visitor
from tests.support.world import MEDIATION, QUESTION, World

ALL_FOUR = {f"{check}.result": "no_signal" for check in CHECKS} | {
    f"{check}.reason": f"Reden {check} <b>hier</b>" for check in CHECKS
}


def form_of(world: World, case_id: str, who: str = OWN) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(f"/desk/cases/{case_id}/checks")
    assert status_of(visitor) == 200, read(visitor)
    return visitor


def test_all_four_in_one_go_are_kept_sealed_and_shown(world: World) -> None:
    case_id = routed(world)
    visitor = form_of(world, case_id)
    visitor.submit(ALL_FOUR, "/checks")
    assert path_of(visitor) == f"/desk/cases/{case_id}"
    assert log_of(world, case_id)[-4:] == [f"check_{check}" for check in CHECKS]
    assert [audited(world, f"case.check_{check}") for check in CHECKS] == [1, 1, 1, 1]
    page = html(visitor)
    for check in ("medical", "no_fault", "distressing"):
        assert f"Reden {check} &lt;b&gt;hier&lt;/b&gt;" in page
    assert "<b>hier</b>" not in page
    kept = sa.select(CaseEvent.detail, CaseEvent.sealed).where(CaseEvent.name.like("check_%"))
    rows = world.db.read_now(lambda session: session.execute(kept).all())
    assert [row.detail for row in rows] == [{}] * 4
    assert not any(word in (row.sealed or b"") for row in rows for word in (b"Reden", b"signal"))


def test_one_by_one_with_what_was_written_before_below(world: World) -> None:
    case_id = routed(world)
    form_of(world, case_id).submit(
        {"medical.result": "signal", "medical.reason": "Hij is in de 35e week opgenomen."},
        "/checks",
    )
    visitor = form_of(world, case_id, COLLEAGUE)
    visitor.submit(
        {"medical.result": "no_signal", "medical.reason": "De arts ziet geen bezwaar."}, "/checks"
    )
    words = read(visitor)
    assert words.index("De arts ziet geen bezwaar.") < words.index("Hij is in de 35e week")
    assert "Supervisor Assen 2" in words
    assert "Bijzonder Vertrek" not in words  # the newest counts, and it is no signal
    assert world.db.read_now(missing_checks, case_id) == CHECKS[1:]


@pytest.mark.parametrize("check", CHECKS[:3])
def test_with_a_signal_the_page_says_what_to_do_and_does_nothing(world: World, check: str) -> None:
    case_id = routed(world)
    assess(world, case_id, OWN, check, result="signal")
    words = read(opened(world, case_id))
    expected = {
        "medical": "Bijzonder Vertrek", "no_fault": "bemiddelingsverzoek", "distressing": "IND"
    }  # fmt: skip
    assert expected[check] in words
    assert log_of(world, case_id)[-1] == f"check_{check}"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"medical.result": "signal"}, "f-medical-reason"),
        ({"medical.result": "signal", "medical.reason": " \n "}, "f-medical-reason"),
        ({"no_fault.reason": "Ambassade belde niet terug."}, "f-no_fault-result"),
        ({"distressing.result": "x", "distressing.reason": "Ja"}, "f-distressing-result"),
        ({}, "f-medical-result"),
    ],
)
def test_what_is_wrong_is_marked_and_what_was_typed_stays(
    world: World, typed: dict[str, str], field: str
) -> None:
    case_id = routed(world)
    before = log_of(world, case_id)
    visitor = form_of(world, case_id)
    good = {"trafficking.result": "no_signal", "trafficking.reason": "Alleen gesproken."}
    visitor.submit({**typed, **(good if typed else {})}, "/checks")
    assert status_of(visitor) == 422
    assert f'href="#{field}"' in html(visitor)
    assert f'id="{field}"' in html(visitor)
    if typed:
        assert "Alleen gesproken." in html(visitor)
    if "no_fault.reason" in typed:
        assert "Ambassade belde niet terug." in html(visitor)
    assert log_of(world, case_id) == before


def test_who_comes_second_is_told_and_keeps_the_words(world: World) -> None:
    case_id = routed(world)
    first, second = form_of(world, case_id), form_of(world, case_id, COLLEAGUE)
    first.submit(ALL_FOUR, "/checks")
    second.submit({"medical.result": "signal", "medical.reason": "Ik zag iets."}, "/checks")
    assert status_of(second) == 409
    assert "Ik zag iets." in read(second)
    assert log_of(world, case_id).count("check_medical") == 1


def test_of_two_at_the_same_moment_one_wins(world: World) -> None:
    case_id = routed(world)
    desks = [desk(world, case_id, who) for who in (OWN, COLLEAGUE)]
    given = {"medical": Given("no_signal", "Gevraagd.")}

    def try_it(one: handling.Desk) -> bool:
        try:
            world.db.write_now(checking.assess, one, given)
        except handling.Overtaken:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(try_it, desks)) == [False, True]
    assert log_of(world, case_id).count("check_medical") == 1
    assert audited(world, "case.check_medical") == 1


def test_another_team_finds_no_such_case(world: World) -> None:
    case_id = routed(world)
    visitor = world.signed_in(STRANGER)
    visitor.get(f"/desk/cases/{case_id}/checks")
    assert status_of(visitor) == 404
    with pytest.raises(handling.NotVisible):
        assess(world, case_id, STRANGER, "medical")


def test_a_check_that_is_none_is_refused_by_the_core(world: World) -> None:
    case_id = routed(world)
    for given in ({}, {"luck": Given("signal", "x")}, {"medical": Given("maybe", "x")},
                  {"medical": Given("signal", "")}):  # fmt: skip
        with pytest.raises(workflow.NotAllowed):
            world.db.write_now(checking.assess, desk(world, case_id, OWN), given)
    assert world.db.read_now(missing_checks, case_id) == CHECKS


@pytest.mark.parametrize("state", sorted({"in_progress", *workflow.MOVES["finish"].sources}))
def test_without_all_four_nothing_ends_and_nothing_is_declined(world: World, state: str) -> None:
    for left_out in (*CHECKS, None):
        case_id = routed(world)
        assess_all(world, case_id, OWN, without={left_out} if left_out else ())
        for name in ("finish", "decline"):
            given_to(world, case_id, state=state)
            allowed = state in workflow.MOVES[name].sources
            deed = desk(world, case_id, OWN)
            if left_out and allowed:
                with pytest.raises(handling.ChecksMissing) as refused:
                    world.db.write_now(handling.move, deed, name, "other")
                assert refused.value.missing == (left_out,)
            elif allowed:
                world.db.write_now(handling.move, deed, name, "other")
            else:
                with pytest.raises(workflow.NotAllowed):
                    world.db.write_now(handling.move, deed, name, "other")
            ended = case_of(world, case_id)["state"]
            expected = workflow.MOVES[name].target if allowed and not left_out else state
            assert ended == expected, (state, left_out, name)


def test_the_other_moves_wait_for_nothing(world: World) -> None:
    for name, state in (("join", "assigned"), ("redirect", "in_progress"),
                        ("plan_meeting", "in_progress")):  # fmt: skip
        case_id = routed(world)
        given_to(world, case_id, state=state)
        world.db.write_now(handling.move, desk(world, case_id, OWN), name, "")
    withdrawn = routed(world)

    def withdraw(session: sa.orm.Session) -> None:
        case = session.get_one(Case, withdrawn)
        who: list[Any] = ["applicant", ["applicant"]]
        service.move(session, world.settings, case, "withdraw", *who, case.created)

    world.db.write_now(withdraw)
    assert case_of(world, withdrawn)["state"] == "withdrawn"


def test_the_page_says_what_is_missing_and_offers_no_end(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id)
    visitor.submit(form="/move")
    assert "finish" not in moves(visitor)
    assert "/message/not_now" not in html(visitor)
    make_move(visitor, "finish")
    assert status_of(visitor) == 409
    assert f"/desk/cases/{case_id}/checks" in html(visitor)
    visitor.get(f"/desk/cases/{case_id}/message/not_now")
    assert status_of(visitor) == 409
    assess_all(world, case_id, OWN)
    visitor.get(f"/desk/cases/{case_id}")
    assert "finish" in moves(visitor)
    assert "/message/not_now" in html(visitor)


def test_what_another_case_of_the_person_says_is_a_start_and_no_assessment(world: World) -> None:
    earlier, case_id = routed(world), routed(world, "mediation", MEDIATION)
    assess(world, earlier, OWN, "medical", result="signal", why="Hartklachten, huisarts belt.")
    visitor = form_of(world, case_id)
    assert "Hartklachten, huisarts belt." in read(visitor)
    assert audited(world, "case.checks_read") == 1
    form = visitor.form("/checks")
    visitor.send(form, {"start": "medical", "no_fault.reason": "Brief gezien."})
    assert status_of(visitor) == 200
    assert visitor.form("/checks").values["medical.reason"] == ["Hartklachten, huisarts belt."]
    assert visitor.form("/checks").values["no_fault.reason"] == ["Brief gezien."]
    assert world.db.read_now(missing_checks, case_id) == CHECKS
    visitor.submit({"no_fault.reason": ""}, "/checks")
    assert world.db.read_now(missing_checks, case_id) == CHECKS[1:]
    stranger = routed(world, "question", QUESTION | {"v_number": "0000000004", "birth_date":
                      {"year": 1990, "month": 6, "day": 15}})  # fmt: skip
    assert "Hartklachten" not in read(form_of(world, stranger, STRANGER))
