"""The milestones of a mediation: what may be written down, in which order, and what is told."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.cases.letters.mediation import LETTER_OF, OWN
from portal.cases.mediation import ASKED, REFUSALS, STEPS
from portal.cases.models import Case, CaseEvent
from portal.desk import milestones
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    COORDINATOR,
    STRANGER,
    audited,
    change,
    html,
    log_of,
    messages_of,
    read,
    routed,
    status_of,
)
from tests.rooms.desk.at_the_desk import (
    OWN as SUPERVISOR,
)
from tests.rooms.desk.milestones_written import (
    TODAY,
    asked,
    form_page,
    mediation,
    parts,
    take_back,
    write,
)
from tests.support.world import MEDIATION, World


def test_every_step_and_refusal_has_its_words() -> None:
    assert set(milestones.STEPS) == set(STEPS) == set(LETTER_OF)
    assert set(milestones.REFUSED) == set(REFUSALS)


def test_a_step_is_kept_sealed_and_shown_with_its_day_and_note(world: World) -> None:
    case_id = mediation(world)
    visitor = write(world, case_id, "talk", 3, text="<b>Rustig</b> gesproken.")
    assert visitor.page.url.path == f"/desk/cases/{case_id}"
    event = world.db.read_now(
        lambda s: s.scalars(sa.select(CaseEvent).where(CaseEvent.name == "milestone")).one()
    )
    assert event.detail == {}
    assert event.actor == world.member_id(SUPERVISOR)
    assert event.sealed is not None
    assert b"talk" not in event.sealed
    assert b"Rustig" not in event.sealed
    assert audited(world, "case.milestone") == 1
    assert "&lt;b&gt;Rustig&lt;/b&gt;" in html(visitor)
    form_page(world, case_id)
    assert "&lt;b&gt;Rustig&lt;/b&gt;" in html(form_page(world, case_id, COLLEAGUE))
    assert (TODAY - timedelta(days=3)).isoformat() in html(visitor)


def test_the_whole_way_of_a_mediation_can_be_written_down(world: World) -> None:
    case_id = mediation(world)
    write(world, case_id, "received_incomplete", 19)
    write(world, case_id, "received_complete", 16)
    write(world, case_id, "talk", 12)
    write(world, case_id, "taken_up_document", 10)
    write(world, case_id, ASKED, 8, ruling=TODAY - timedelta(days=15))
    for ago, step in enumerate(("no_answer", "answer", "presentation", "copy_ready"), 2):
        visitor = write(world, case_id, step, ago)
        assert status_of(visitor) == 200, step
    visitor = write(world, case_id, "ended_no_result", 0)
    assert log_of(world, case_id).count("milestone") == 10
    for step in ("answer", "ended_withdrawn"):
        assert status_of(write(world, case_id, step, 0)) == 422
    for letter in ("embassy_asked", "presentation", "ended_no_result"):
        assert f"/message/{letter}" in html(visitor)


@pytest.mark.parametrize(
    ("step", "ago", "typed"),
    [
        ("nonsense", 0, {}),
        ("talk", -2, {}),
        ("talk", 30, {}),
        ("answer", 0, {}),
        ("copy_ready", 0, {}),
        ("presentation", 0, {}),
        ("no_answer", 0, {}),
        (ASKED, 0, {"ruling": TODAY}),
        ("ended_succeeded", 0, {}),
        ("ended_no_result", 0, {}),
        ("ended_no_cooperation", 0, {}),
        ("ended_no_cooperation", 0, {"text": "Kwam niet."}),
    ],
)
def test_an_impossible_step_changes_nothing_and_says_why(
    world: World, step: str, ago: int, typed: dict[str, Any]
) -> None:
    case_id = mediation(world)
    visitor = write(world, case_id, step, ago, **{"text": "Blijft staan.", **typed})
    if step == "ended_no_cooperation" and not typed:
        visitor = write(world, case_id, step, ago)
    assert status_of(visitor) == 422
    assert "error-summary" in html(visitor)
    if "text" not in typed and step != "ended_no_cooperation":
        assert "Blijft staan." in html(visitor)
    assert f'value="{(TODAY - timedelta(days=ago)).year}"' in html(visitor)
    assert "milestone" not in log_of(world, case_id)


def test_without_a_day_nothing_is_written_down(world: World) -> None:
    case_id = mediation(world)
    visitor = form_page(world, case_id)
    for wrong in ({}, {"day.day": "31", "day.month": "2", "day.year": "2026"}, {"day.year": "26"}):
        form = visitor.form("/mediation")
        visitor.post(form.action, {**form.values, "step": "talk", **wrong})
        assert status_of(visitor) == 422
    assert "milestone" not in log_of(world, case_id)


def test_nothing_begins_while_a_procedure_may_be_pending(world: World) -> None:
    case_id = mediation(world)
    asked(world, case_id)
    change(world, sa.update(Case).where(Case.id == case_id).values(embassy_hold=True))
    for step in ("taken_up_identity", ASKED):
        visitor = write(world, case_id, step, 1, ruling=TODAY - timedelta(days=15))
        assert status_of(visitor) == 422
    assert "ruling.day" not in html(visitor)
    assert log_of(world, case_id).count("milestone") == 2
    assert status_of(write(world, case_id, "answer", 1)) == 200  # what happened, happened


@pytest.mark.parametrize("who", [COLLEAGUE, COORDINATOR])
def test_only_who_is_named_and_read_the_ruling_writes_down_an_embassy(
    world: World, who: str
) -> None:
    case_id = mediation(world)
    write(world, case_id, "taken_up_document", 10)
    ruling = TODAY - timedelta(days=15)
    visitor = write(world, case_id, ASKED, 5, who=who, ruling=ruling)
    assert status_of(visitor) == 422
    assert "ruling.day" not in html(visitor)
    assert status_of(write(world, case_id, ASKED, 5)) == 422  # no ruling
    later = write(world, case_id, ASKED, 5, ruling=TODAY - timedelta(days=4))
    assert status_of(later) == 422
    assert log_of(world, case_id).count("milestone") == 1
    visitor = write(world, case_id, ASKED, 5, ruling=ruling)
    assert ruling.isoformat() not in str(log_of(world, case_id))
    assert "Supervisor Assen 1" in read(visitor)
    assert log_of(world, case_id).count("milestone") == 2


def test_an_answer_does_not_come_before_the_question(world: World) -> None:
    case_id = mediation(world)
    asked(world, case_id, ago=8)
    assert status_of(write(world, case_id, "answer", 9)) == 422
    assert status_of(write(world, case_id, "answer", 6)) == 200
    assert status_of(write(world, case_id, "no_answer", 5)) == 422
    write(world, case_id, ASKED, 4, ruling=TODAY - timedelta(days=15))
    assert status_of(write(world, case_id, "no_answer", 1)) == 200


def test_a_mistake_is_taken_back_and_stays_in_the_log(world: World) -> None:
    case_id = mediation(world)
    asked(world, case_id)
    visitor = take_back(world, case_id, 0, "Verkeerd.")  # the embassy was asked after it
    assert status_of(visitor) == 422
    assert "Verkeerd." in html(visitor)
    assert status_of(take_back(world, case_id, 1, "  ")) == 422
    visitor = take_back(world, case_id, 1, "Andere <i>zaak</i>.")
    assert status_of(visitor) == 200
    assert "/message/embassy_asked" not in html(visitor)
    visitor = form_page(world, case_id)
    assert "Andere &lt;i&gt;zaak&lt;/i&gt;." in html(visitor)
    assert "<s>" in html(visitor)
    assert log_of(world, case_id)[-3:] == ["milestone", "milestone", "milestone_undone"]
    assert audited(world, "case.milestone_undone") == 1
    assert status_of(write(world, case_id, "answer", 0)) == 422


def test_two_at_once(world: World) -> None:
    case_id = mediation(world)
    first, second = form_page(world, case_id), form_page(world, case_id, COLLEAGUE)
    values = {"step": "talk", **parts("day", TODAY), "text": "Mijn tekst."}
    for visitor in (first, second):
        form = visitor.form("/mediation")
        visitor.post(form.action, {**form.values, **values})
    assert status_of(second) == 409
    assert "Mijn tekst." in html(second)
    assert log_of(world, case_id).count("milestone") == 1


def test_other_teams_and_other_kinds_have_no_such_page(world: World) -> None:
    assert status_of(form_page(world, mediation(world), STRANGER)) == 404
    question = routed(world)
    assert status_of(form_page(world, question)) == 409
    visitor = world.signed_in(SUPERVISOR)
    visitor.get(f"/desk/cases/{question}")
    assert "/mediation" not in html(visitor)


def test_a_request_while_a_procedure_is_pending_has_no_steps(world: World) -> None:
    """Scenario 1 of domain.md §8: it was kept as a question."""
    pending = {**MEDIATION, "v_number": "0000000002"}
    pending["birth_date"] = {"year": 1992, "month": 11, "day": 30}
    case_id = routed(world, "mediation", pending)
    assert "held" in log_of(world, case_id)
    assert status_of(form_page(world, case_id)) == 409


def test_what_cannot_be_now_is_said_beside_the_form(world: World) -> None:
    case_id = mediation(world)
    visitor = form_page(world, case_id)
    assert 'value="talk"' in html(visitor)
    for step in ("embassy_asked", "answer", "ended_no_result"):
        assert f'value="{step}"' not in html(visitor)
    asked(world, case_id)
    visitor = form_page(world, case_id)
    for step in ("embassy_asked", "answer", "ended_no_result"):
        assert f'value="{step}"' in html(visitor)


def test_a_letter_tells_only_of_what_stands_in_the_log(world: World) -> None:
    case_id = mediation(world)
    visitor = world.signed_in(SUPERVISOR)
    for letter in OWN:
        assert visitor.get(f"/desk/cases/{case_id}/message/{letter}").status_code == 409
    asked(world, case_id)
    visitor.get(f"/desk/cases/{case_id}/message/embassy_asked")
    visitor.submit(form="/preview")
    assert messages_of(world, case_id) == 0
    visitor.submit(form="/send")
    assert messages_of(world, case_id) == 1
    question = routed(world)
    assert visitor.get(f"/desk/cases/{question}/message/embassy_asked").status_code == 409


def test_a_case_that_no_key_opens_is_shown_and_not_changed(world: World) -> None:
    case_id = mediation(world)
    write(world, case_id, "talk", 3)
    change(world, sa.update(Case).where(Case.id == case_id).values(desk_key=b"v1.x.broken"))
    visitor = world.signed_in(SUPERVISOR)
    assert visitor.get(f"/desk/cases/{case_id}").status_code == 200
    assert status_of(write(world, case_id, "talk", 2)) == 409
    assert visitor.get(f"/desk/cases/{case_id}/no-fault").status_code == 409
    assert visitor.get(f"/desk/cases/{case_id}/no-fault/advice").status_code == 409
    assert log_of(world, case_id).count("milestone") == 1
