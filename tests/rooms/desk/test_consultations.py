"""The agenda of a local consultation: who makes it, what comes on it, who sees it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.caseload import absence
from portal.caseload.absence import Away
from portal.cases.models import Case
from portal.i18n import dutch_day
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    COORDINATOR,
    OWN,
    STRANGER,
    audited,
    change,
    html,
    log_of,
    opened,
    path_of,
    read,
    routed,
    status_of,
)
from tests.rooms.routed_cases import routed as threatened
from tests.support.consultations import (
    TODAY,
    attended,
    closed,
    meeting,
    meetings_stored,
    on_agenda,
    told,
    written,
)
from tests.support.visitor import Visitor
from tests.support.world import World

MEETINGS = "/desk/consultations/"
TRAINED = "supervisor-vertrouwelijk-1"


def held(day: Any = TODAY) -> dict[str, str]:
    return {"held.day": str(day.day), "held.month": str(day.month), "held.year": str(day.year)}


def at(world: World, path: str = "", who: str = OWN) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(MEETINGS + path)
    return visitor


def put_on(world: World, case_id: str, meeting_id: str, who: str = OWN) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(f"/desk/cases/{case_id}/consult")
    visitor.submit({"meeting": meeting_id, "proposal": "<b>Langer</b> in het azc."}, "/consult")
    return visitor


def test_from_an_agenda_to_a_case_on_it(world: World) -> None:
    case_id = routed(world)
    visitor = at(world)
    visitor.submit({"place": "azc <b>Assen</b>", **held()}, "/consultations/")
    (stored,) = meetings_stored(world)
    assert path_of(visitor) == f"{MEETINGS}{stored['id']}"
    assert stored["day"] == TODAY
    assert stored["about"]["place"] == "azc <b>Assen</b>"
    assert b"Assen" not in stored["sealed"]
    assert "azc &lt;b&gt;Assen&lt;/b&gt;" in html(visitor)
    visitor = opened(world, case_id)
    assert f"/desk/cases/{case_id}/consult" in html(visitor)
    visitor = put_on(world, case_id, stored["id"])
    assert path_of(visitor) == f"/desk/cases/{case_id}"
    assert f"{MEETINGS}{stored['id']}/cases/" in html(visitor)
    assert log_of(world, case_id)[-1] == "consultation_placed"
    assert told(world, case_id)[0][1]["proposal"] == "<b>Langer</b> in het azc."
    assert "Langer" not in html(visitor)  # the content stands on its own page
    agenda = at(world, stored["id"], COLLEAGUE)
    assert "Applicant 01" in read(agenda)
    assert audited(world, "case.consultation_placed") == 1
    assert audited(world, "consultation.arrange") == 1
    assert audited(world, "consultation.view") >= 2


def test_the_same_form_twice_is_one_agenda(world: World) -> None:
    visitor = at(world)
    form = visitor.form("/consultations/")
    for _ in range(2):
        visitor.send(form, {"place": "azc Assen", **held()})
        assert path_of(visitor) == f"{MEETINGS}{meetings_stored(world)[0]['id']}"
    assert len(meetings_stored(world)) == 1
    stranger = at(world, who=STRANGER)  # with the nonce of another team
    values = stranger.form("/consultations/").filled({"place": "azc Utrecht", **held()})
    stranger.post(MEETINGS, {**values, "nonce": form.values["nonce"]})
    assert status_of(stranger) == 422
    assert len(meetings_stored(world)) == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"place": "", **held()},
        {"place": "azc Assen"},
        {"place": "azc Assen", "held.day": "31", "held.month": "2", "held.year": "2026"},
        {"place": "azc Assen", **held(TODAY + timedelta(days=800))},
    ],
)
def test_without_a_place_and_a_day_there_is_none(world: World, typed: dict[str, str]) -> None:
    visitor = at(world)
    visitor.submit(typed, "/consultations/")
    assert status_of(visitor) == 422
    assert "error-summary" in html(visitor)
    assert all(f'value="{each}"' in html(visitor) for each in typed.values() if each)
    assert meetings_stored(world) == []


def test_a_proposal_and_an_agenda_are_needed(world: World) -> None:
    case_id, found = routed(world), meeting(world, OWN)
    visitor = world.signed_in(OWN)
    for values in ({"proposal": "Wel getypt."}, {"meeting": found}, {"meeting": found[:5]}):
        visitor.get(f"/desk/cases/{case_id}/consult")
        csrf = visitor.form("/consult").values
        visitor.post(f"/desk/cases/{case_id}/consult", {**csrf, **values})
        assert status_of(visitor) == 422
        assert values.get("proposal", "") in read(visitor)
    assert told(world, case_id) == []


def test_nobody_puts_it_on_twice_or_behind_closed_minutes(world: World) -> None:
    case_id, found = routed(world), meeting(world, OWN)
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}/consult")
    form = visitor.form("/consult")
    typed = {"meeting": found, "proposal": "Voorstel."}
    assert visitor.send(form, typed).status_code == 200
    assert visitor.send(form, typed).status_code == 409  # the log has moved on
    assert "Voorstel." in read(visitor)
    visitor.get(f"/desk/cases/{case_id}")
    version = visitor.form("/note").values["version"]
    visitor.post(form.action, {**form.values, **typed, "version": version})
    assert status_of(visitor) == 409
    assert [name for name, _ in told(world, case_id)] == ["consultation_placed"]
    assert found not in visitor.get(f"/desk/cases/{case_id}/consult").text
    late = meeting(world, OWN, "azc Emmen")
    other = routed(world)
    written(world, OWN, on_agenda(world, OWN, late, other))
    closed(world, OWN, late)
    visitor.get(f"/desk/cases/{case_id}")
    version = visitor.form("/note").values["version"]
    visitor.post(form.action, {**form.values, **typed, "meeting": late, "version": version})
    assert status_of(visitor) == 409


@pytest.mark.parametrize("who", [COLLEAGUE, COORDINATOR])
def test_the_team_sees_its_agenda(world: World, who: str) -> None:
    found = meeting(world, OWN)
    on_agenda(world, OWN, found, routed(world))
    assert found in html(at(world, who=who))
    assert "Applicant 01" in read(at(world, found, who))


def test_another_team_finds_nothing_and_that_is_written_down(world: World) -> None:
    case_id, found = routed(world), meeting(world, OWN, "azc Kanarie")
    item = on_agenda(world, OWN, found, case_id, "Kanarie")
    visitor = at(world, who=STRANGER)
    assert found not in html(visitor)
    for path in ("", "/minutes", f"/cases/{item}"):
        visitor.get(f"{MEETINGS}{found}{path}")
        assert status_of(visitor) == 404, path
        assert "Kanarie" not in html(visitor)
        assert "Applicant" not in html(visitor)
    csrf = visitor.form("sign-out").values["csrf"][0]
    for path in ("", "/close", f"/cases/{item}", f"/cases/{item}/off", f"/cases/{item}/add"):
        data = {"csrf": csrf, "version": "1", "place": "x", **held(), "proposal": "x", "text": "x"}
        visitor.post(f"{MEETINGS}{found}{path}", data)
        assert status_of(visitor) == 404, path
    assert audited(world, "consultation.refused") == 8
    assert [name for name, _ in told(world, case_id)] == ["consultation_placed"]


def test_a_case_that_went_to_another_team_is_only_counted(world: World) -> None:
    case_id, found = routed(world), meeting(world, OWN)
    item = on_agenda(world, OWN, found, case_id, "Kanarie")
    gone = {"team_id": "utrecht", "supervisor_id": world.member_id(STRANGER)}
    change(world, sa.update(Case).where(Case.id == case_id).values(**gone))
    for path in (found, f"{found}/minutes"):
        visitor = at(world, path)
        assert status_of(visitor) == 200
        assert "Applicant 01" not in html(visitor)
        assert "Kanarie" not in html(visitor)
    visitor.get(f"{MEETINGS}{found}/cases/{item}")
    assert status_of(visitor) == 404
    stranger = opened(world, case_id, STRANGER)
    assert found not in html(stranger)


def test_a_deputy_reaches_it_on_the_days_of_the_absence(world: World) -> None:
    case_id, found = routed(world), meeting(world, OWN)
    today = dutch_day(datetime.now(UTC))
    away = Away(f"{OWN}@demo.example", today, today, f"{STRANGER}@demo.example")
    world.db.write_now(absence.add_absence, away)
    assert status_of(put_on(world, case_id, found, STRANGER)) == 200
    assert "Applicant 01" in read(at(world, found, STRANGER))
    world.db.write_now(absence.remove_absence, away.member, today)
    assert status_of(at(world, found, STRANGER)) == 404


def test_the_trained_speak_about_their_cases_among_themselves(world: World) -> None:
    case = threatened(world, "appointment", from_safety="yes", talk_topic="private")
    case_id = case.id
    assert (case.team_id, case.restricted) == ("vertrouwelijk", True)
    found = meeting(world, TRAINED, "kamer 3")
    assert status_of(put_on(world, case_id, found, TRAINED)) == 200
    assert case.reference in read(at(world, found, TRAINED))
    assert status_of(at(world, found)) == 404
    lent = sa.update(Case).where(Case.id == case_id)  # somebody untrained has it all the same
    change(world, lent.values(team_id="assen", supervisor_id=world.member_id(OWN)))
    visitor = opened(world, case_id)
    assert found not in html(visitor)
    ours = meeting(world, OWN)
    visitor.get(f"/desk/cases/{case_id}/consult")
    assert ours not in html(visitor)
    visitor.get(f"/desk/cases/{case_id}")
    data = {**visitor.form("/note").values, "meeting": ours, "proposal": "Voorstel."}
    visitor.post(f"/desk/cases/{case_id}/consult", data)
    assert status_of(visitor) == 409


def test_two_change_the_heading_and_the_second_is_told(world: World) -> None:
    found = meeting(world, OWN)
    first, second = at(world, found), at(world, found, COLLEAGUE)
    first.submit({"place": "azc Emmen", "present": ["coa", "ind"]}, f"/{found}")
    assert path_of(first) == f"{MEETINGS}{found}"
    second.submit({"place": "azc Drachten"}, f"/{found}")
    assert status_of(second) == 409
    (stored,) = meetings_stored(world)
    assert stored["about"] == {"place": "azc Emmen", "chair": "dtv", "present": ["coa", "ind"]}


def test_minutes_close_when_all_is_written_down(world: World) -> None:
    found = meeting(world, OWN)
    item = on_agenda(world, OWN, found, routed(world))
    visitor = at(world, found)
    for _ in range(2):  # without an outcome; then without who is there
        visitor.submit(form="/close")
        assert status_of(visitor) == 422
        assert "error-summary" in html(visitor)
        assert meetings_stored(world)[0]["closed"] is None
        written(world, OWN, item)
        visitor = at(world, found)
    attended(world, OWN, found)
    old = visitor.form("/close")
    visitor.send(old, {})
    assert status_of(visitor) == 409
    visitor = at(world, found)
    visitor.submit(form="/close")
    assert status_of(visitor) == 200
    assert meetings_stored(world)[0]["closed"] is not None
    assert audited(world, "consultation.close") == 1
    assert "/close" not in html(visitor)
    csrf = visitor.form("sign-out").values["csrf"]
    data = {"csrf": csrf, "version": str(meetings_stored(world)[0]["version"])}
    for path in ("", "/close"):
        visitor.post(f"{MEETINGS}{found}{path}", {**data, "place": "azc Emmen", **held()})
        assert status_of(visitor) == 409
    assert meetings_stored(world)[0]["about"]["place"] == "azc Assen"
