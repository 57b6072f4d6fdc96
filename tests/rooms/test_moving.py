"""A case goes where its person goes: absence, a mandate to check, a family apart, a move."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload import absence, importing
from portal.caseload.absence import AbsenceError, Away
from portal.caseload.models import Dossier, Team
from portal.cases import handling, known, queries, rerouting, splitting, workflow
from portal.cases.handling import Desk, UnknownHandler
from portal.cases.models import Case, CaseEvent
from portal.cases.queries import Actor
from portal.cases.sealing import ANSWERS, answers_of, answers_place, data_key_of, messages_key_of
from portal.vault import seal_json, subkey
from tests.support.world import DOSSIERS, MEDIATION, PERSON, QUESTION, World, _caseload

ASSEN_1, ASSEN_2 = "supervisor-assen-1", "supervisor-assen-2"
UTRECHT = "supervisor-utrecht-1"
SUMMER = date(2026, 7, 1)
ADULT = {
    "family_name": "Applicant 91",
    "given_names": "Partner",
    "birth_date": {"year": 1991, "month": 5, "day": 6},
    "relation": "partner",
}


def sent(world: World, kind: str = "question", **answers: Any) -> str:
    """A case with any answers at all, whatever its kind asks."""
    case_id, _ = world.send("question", QUESTION)

    def rewrite(session: Session) -> None:
        case = session.get_one(Case, case_id)
        key = subkey(data_key_of(world.keys.require_desk(), case), ANSWERS)
        case.answers = seal_json(key, {**PERSON, **answers}, answers_place(case.id))
        case.kind = kind

    world.db.write_now(rewrite)
    return case_id


def routed(world: World, kind: str = "question", **answers: Any) -> Case:
    case_id = sent(world, kind, **answers)
    assert world.route() == 1
    return case_of(world, case_id)


def case_of(world: World, case_id: str) -> Case:
    def load(session: Session) -> Case:
        case = session.get_one(Case, case_id)
        session.expunge(case)
        return case

    return world.db.read_now(load)


def log_of(world: World, case_id: str) -> list[tuple[str, dict[str, Any]]]:
    query = sa.select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
    return world.db.read_now(lambda s: [(each.name, each.detail) for each in s.scalars(query)])


def codes(world: World, case_id: str) -> list[str]:
    given = [detail for name, detail in log_of(world, case_id) if name in ("routed", "rerouted")]
    return [reason["code"] for reason in given[-1]["reasons"]]


def letters(world: World, case_id: str) -> list[str]:
    def load(session: Session) -> list[str]:
        key = messages_key_of(world.keys.require_desk(), session.get_one(Case, case_id))
        return [m.content["letter"] for m in queries.messages_of(session, case_id, key)]

    return world.db.read_now(load)


def desk(world: World, case_id: str, who: str, *roles: str) -> Desk:
    version = world.db.read_now(handling.version_of, case_id)
    actor = Actor(world.member_id(who), roles or ("supervisor",))
    keys = world.keys.require_desk()
    return Desk(keys, world.settings, actor, case_id, version, datetime.now(UTC))


def away(
    world: World, who: str, deputy: str = "", first: date = SUMMER, last: date = SUMMER
) -> None:
    emails = [f"{each}@demo.example" if each else "" for each in (who, deputy)]
    world.db.write_now(absence.add_absence, Away(emails[0], first, last, emails[1]))


def today() -> date:
    return absence.dutch_day(datetime.now(UTC))


# Absence -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "is_away"),
    [
        ("2026-06-30T21:59:59", False),  # in Assen it is one second to midnight
        ("2026-06-30T22:00:00", True),
        ("2026-07-14T21:59:59", True),
        ("2026-07-14T22:00:00", False),
    ],
)
def test_an_absence_is_counted_in_dutch_days(world: World, moment: str, is_away: bool) -> None:
    away(world, ASSEN_1, ASSEN_2, SUMMER, date(2026, 7, 14))
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    house = world.db.read_now(known.house_on, at)
    assert (world.member_id(ASSEN_1) in house.away) is is_away


def test_in_winter_the_day_begins_an_hour_later(world: World) -> None:
    away(world, ASSEN_1, ASSEN_2, date(2026, 12, 1), date(2026, 12, 1))
    for moment, is_away in (("2026-11-30T22:59:59", False), ("2026-11-30T23:00:00", True)):
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        assert (
            bool(world.db.read_now(known.house_on, at).away.get(world.member_id(ASSEN_1)))
            is is_away
        )


def test_the_deputy_gets_what_comes_on_these_days(world: World) -> None:
    away(world, ASSEN_1, ASSEN_2, today(), today())
    case = routed(world)
    assert (case.team_id, case.supervisor_id) == ("assen", world.member_id(ASSEN_2))
    assert codes(world, case.id) == ["match", "deputy"]


def test_the_deputy_of_the_deputy(world: World) -> None:
    away(world, ASSEN_1, ASSEN_2, today() - timedelta(days=3), today())
    away(world, ASSEN_2, UTRECHT, today(), today() + timedelta(days=3))
    assert routed(world).supervisor_id == world.member_id(UTRECHT)


def test_without_a_deputy_the_team_has_it(world: World) -> None:
    away(world, ASSEN_1, "", today(), today())
    case = routed(world)
    assert (case.team_id, case.supervisor_id) == ("assen", None)
    assert codes(world, case.id) == ["match", "absent_no_deputy"]


def test_yesterday_is_over(world: World) -> None:
    away(world, ASSEN_1, ASSEN_2, today() - timedelta(days=9), today() - timedelta(days=1))
    away(world, ASSEN_1, ASSEN_2, today() + timedelta(days=1), today() + timedelta(days=9))
    assert routed(world).supervisor_id == world.member_id(ASSEN_1)


def test_what_no_absence_can_be(world: World) -> None:
    away(world, ASSEN_1, ASSEN_2, SUMMER, SUMMER + timedelta(days=5))
    for who, deputy, first, last, why in (
        (ASSEN_1, "", SUMMER + timedelta(days=5), SUMMER + timedelta(days=7), "away already"),
        (ASSEN_1, "", SUMMER - timedelta(days=5), SUMMER, "away already"),
        (ASSEN_2, "", SUMMER, SUMMER - timedelta(days=1), "before the first"),
        (ASSEN_2, ASSEN_2, SUMMER, SUMMER, "their own deputy"),
        ("nobody", "", SUMMER, SUMMER, "nobody here has"),
        (ASSEN_2, "nobody", SUMMER, SUMMER, "nobody here has"),
    ):
        with pytest.raises(AbsenceError, match=why):
            away(world, who, deputy, first, last)
    away(world, ASSEN_1, "", SUMMER + timedelta(days=6), SUMMER + timedelta(days=6))
    assert (
        len(world.db.read_now(absence.absences, SUMMER + timedelta(days=6))) == 2
    )  # and the demo's
    email = f"{ASSEN_1}@demo.example"
    world.db.write_now(absence.remove_absence, email, SUMMER)
    with pytest.raises(AbsenceError, match="no absence"):
        world.db.write_now(absence.remove_absence, email, SUMMER)


# A trained group, a mandate, a family --------------------------------------------------------


def test_who_is_threatened_reaches_the_trained_group_and_it_stays_there(world: World) -> None:
    case = routed(world, "appointment", from_safety="yes", talk_topic="private")
    assert (case.team_id, case.supervisor_id, case.restricted) == ("vertrouwelijk", None, True)
    assert log_of(world, case.id)[-1][1]["copy_to"] == ""
    own = Actor(world.member_id(ASSEN_1), ("supervisor",))
    assert not world.db.read_now(handling.is_visible, own, case.id)
    inside = desk(world, case.id, "supervisor-vertrouwelijk-1", "coordinator")
    for team in ("assen", "ilc"):
        with pytest.raises(UnknownHandler):
            world.db.write_now(handling.assign, inside, team, "")
    world.db.write_now(handling.assign, inside, "amv", world.member_id("supervisor-amv-1"))
    assert case_of(world, case.id).team_id == "amv"


def test_nobody_untrained_takes_it_over(world: World) -> None:
    world.db.write_now(lambda s: s.execute(sa.update(Team).values(trained=False)))
    case = routed(world, special_needs=["minor_alone"])
    assert (case.team_id, case.restricted, case.alarm) == ("ilc", True, True)
    assert log_of(world, case.id)[-1][1]["alarm"] is True
    with pytest.raises(UnknownHandler):
        world.db.write_now(handling.take_over, desk(world, case.id, "supervisor-ilc-1"))


@pytest.mark.parametrize("role", ["lawyer", "guardian", "family", "helper"])
def test_who_sends_for_somebody_waits_for_the_mandate(world: World, role: str) -> None:
    case = routed(world, sender_role=role)
    assert case.mandate_hold
    assert case.supervisor_id == world.member_id(ASSEN_1)
    assert codes(world, case.id) == ["match", "mandate_hold"]
    assert letters(world, case.id) == ["mandate_check"]
    world.db.write_now(handling.move, desk(world, case.id, ASSEN_1), "start", "")
    with pytest.raises(workflow.NotAllowed):
        world.db.write_now(handling.move, desk(world, case.id, ASSEN_1), "refer", "")
    world.db.write_now(handling.confirm_mandate, desk(world, case.id, ASSEN_1))
    assert not case_of(world, case.id).mandate_hold
    with pytest.raises(workflow.NotAllowed):
        world.db.write_now(handling.confirm_mandate, desk(world, case.id, ASSEN_1))
    world.db.write_now(handling.move, desk(world, case.id, ASSEN_1), "refer", "")


def test_who_asks_for_themselves_holds_nothing(world: World) -> None:
    case = routed(world, sender_role="self")
    assert not case.mandate_hold
    assert letters(world, case.id) == []


def linked(world: World, case_id: str) -> list[str]:
    query = sa.select(Case.id).where(Case.linked_to == case_id).order_by(Case.created)
    return world.db.read_now(lambda session: list(session.scalars(query)))


@pytest.mark.parametrize("consents", ["no", "apart"])
def test_an_adult_who_did_not_consent_gets_a_talk_of_their_own(world: World, consents: str) -> None:
    family = [{**ADULT, "consents": "yes"}, {**ADULT, "consents": consents},
              {**ADULT, "relation": "child", "consents": "no"}]  # fmt: skip
    case = routed(world, family=family, location_type="family_location", place="Amersfoort")
    (other_id,) = linked(world, case.id)
    other = case_of(world, other_id)
    assert (other.kind, other.state) == ("appointment", "sent")
    assert world.route() == 1
    other = case_of(world, other_id)
    assert (other.state, other.team_id, other.dossier_id) == ("assigned", "amersfoort", None)
    answers = answers_of(other, data_key_of(world.keys.require_desk(), other))
    assert answers["family_name"] == "Applicant 91"
    assert "question_text" not in answers
    assert "contact_channel" not in answers
    assert ("split", {"member": 1, "linked": other_id}) in log_of(world, case.id)
    assert log_of(world, other_id)[0] == ("sent", {"split_from": case.id})
    assert letters(world, case.id) == letters(world, other_id) == []
    assert world.route() == 0


def test_the_family_of_somebody_who_is_threatened_learns_nothing(world: World) -> None:
    case = routed(world, from_safety="yes", family=[{**ADULT, "consents": "apart"}])
    assert case.restricted
    assert linked(world, case.id) == []


def test_staff_can_split_somebody_off_once(world: World) -> None:
    case = routed(world, family=[{**ADULT, "consents": "yes"}])
    world.db.write_now(splitting.split_off, desk(world, case.id, ASSEN_1), 0)
    assert len(linked(world, case.id)) == 1
    for number in (0, 1, -1):
        with pytest.raises(workflow.NotAllowed):
            world.db.write_now(splitting.split_off, desk(world, case.id, ASSEN_1), number)


def test_the_desk_frees_a_mandate_and_splits_a_family(world: World) -> None:
    case = routed(world, sender_role="helper", family=[{**ADULT, "consents": "yes"}])
    visitor = world.signed_in(ASSEN_1)
    assert 'class="tag"' in visitor.get("/desk/").text
    visitor.get(f"/desk/cases/{case.id}")
    assert "Applicant 91, Partner" in visitor.page.text
    visitor.submit(form="/mandate")
    assert not case_of(world, case.id).mandate_hold
    visitor.submit(form="/split")
    assert len(linked(world, case.id)) == 1
    assert "/mandate" not in visitor.page.text
    assert "/split" not in visitor.page.text


def test_the_queue_marks_what_the_last_resort_has(world: World) -> None:
    world.db.write_now(lambda s: s.execute(sa.update(Team).values(trained=False)))
    case = routed(world, special_needs=["minor_alone"])
    visitor = world.signed_in("coordinator-ilc")
    rows = visitor.get("/desk/?view=team").text
    assert case.id in rows
    assert rows.count('class="tag"') == 2  # an alarm, and for trained groups alone
    visitor.get(f"/desk/cases/{case.id}")
    options = visitor.page.text.partition('name="handler"')[2].partition("</select>")[0]
    assert "assen:" not in options


# R7 ------------------------------------------------------------------------------------------


def import_again(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **cells: str
) -> int:
    """The world's file again, with other cells for the first dossier; how many cases went."""
    import tests.support.world as support

    names = ("v_number", "birth_date", "location", "procedure", "supervisor", "team", "flags")
    first = dict(zip(names, DOSSIERS[0], strict=True)) | cells
    monkeypatch.setattr(support, "DOSSIERS", (tuple(first.values()), *DOSSIERS[1:]))
    rows, bad = importing.read_file(_caseload(tmp_path / "again.csv"))
    assert not bad
    desk, now = world.keys.require_desk(), datetime.now(UTC)
    plan = world.db.read_now(importing.compare, world.keys.public, desk, rows, now)
    return world.db.write_now(rerouting.bring_up_to_date, desk, plan, now)


TO_UTRECHT = {"location": "azc Utrecht", "supervisor": UTRECHT, "team": "Team Utrecht"}


def test_an_open_case_follows_its_dossier(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, closed = routed(world), routed(world)
    world.db.write_now(lambda s: s.execute(sa.update(Case).where(Case.id == closed.id)
                                           .values(open=False, state="done")))  # fmt: skip
    waiting = sent(world)
    assert import_again(world, tmp_path, monkeypatch, **TO_UTRECHT) == 1
    moved = case_of(world, case.id)
    assert (moved.team_id, moved.supervisor_id) == ("utrecht", world.member_id(UTRECHT))
    assert moved.state == "assigned"
    assert case_of(world, closed.id).team_id == "assen"
    assert letters(world, case.id) == ["rerouted"]
    name, detail = log_of(world, case.id)[-1]
    assert name == "rerouted"
    assert (detail["from_team"], detail["team"]) == ("assen", "utrecht")
    file = world.db.read_now(queries.case_file, world.keys.require_desk(),
                             Actor(world.member_id(UTRECHT), ("supervisor",)), case.id)  # fmt: skip
    assert file is not None
    assert "Overdracht" in file.log[-1].note
    assert "Supervisor Assen 1 (Team Assen)" in file.log[-1].note
    assert import_again(world, tmp_path, monkeypatch, **TO_UTRECHT) == 0
    assert world.route() == 1
    assert case_of(world, waiting).team_id == "utrecht"
    assert letters(world, waiting) == []


def test_the_desk_shows_the_hand_over(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = routed(world)
    import_again(world, tmp_path, monkeypatch, **TO_UTRECHT)
    page = world.signed_in(UTRECHT).get(f"/desk/cases/{case.id}").text
    assert "Overdracht. Deze zaak" in page
    assert world.signed_in(ASSEN_1).get(f"/desk/cases/{case.id}").status_code == 404


@pytest.mark.parametrize(
    ("cells", "went"),
    [
        ({"location": "azc Utrecht"}, 0),  # the same supervisor goes on
        ({"procedure": "pending"}, 0),
        ({"supervisor": ASSEN_2}, 1),
        ({"flags": "detention"}, 1),
        ({"supervisor": ""}, 1),
    ],
)
def test_only_who_gets_another_owner_is_told(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: dict[str, str], went: int
) -> None:
    case = routed(world)
    assert import_again(world, tmp_path, monkeypatch, **cells) == went
    assert letters(world, case.id) == ["rerouted"] * went


def test_the_hold_of_a_mediation_follows_the_record(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = routed(world, "mediation", **MEDIATION)
    assert not case.embassy_hold
    import_again(world, tmp_path, monkeypatch, procedure="pending")
    assert case_of(world, case.id).embassy_hold
    import_again(world, tmp_path, monkeypatch, procedure="none")
    assert not case_of(world, case.id).embassy_hold
    assert [name for name, _ in log_of(world, case.id)][-2:] == ["hold_set", "hold_lifted"]


def test_a_case_never_follows_out_of_a_trained_group(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_rule = routed(world, from_safety="yes")
    by_hand = routed(world)
    coordinator = desk(world, by_hand.id, "coordinator-assen", "coordinator")
    world.db.write_now(handling.assign, coordinator, "vertrouwelijk", "")
    assert import_again(world, tmp_path, monkeypatch, **TO_UTRECHT) == 0
    for case in (by_rule, by_hand):
        assert case_of(world, case.id).team_id == "vertrouwelijk"
        assert letters(world, case.id) == []


def test_within_a_team_what_was_done_by_hand_stays(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = routed(world)
    world.db.write_now(handling.take_over, desk(world, case.id, ASSEN_2))
    assert import_again(world, tmp_path, monkeypatch, location="azc Emmen") == 0
    assert case_of(world, case.id).supervisor_id == world.member_id(ASSEN_2)
    assert import_again(world, tmp_path, monkeypatch, **TO_UTRECHT) == 1


def test_what_cannot_be_unsealed_stays_and_stops_nobody(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = routed(world), routed(world)
    spoilt = sa.update(Case).where(Case.id == broken.id).values(answers=b"v1.k.nothing")
    world.db.write_now(lambda session: session.execute(spoilt))
    assert import_again(world, tmp_path, monkeypatch, **TO_UTRECHT) == 1
    assert case_of(world, broken.id).team_id == "assen"
    assert case_of(world, whole.id).team_id == "utrecht"


@pytest.mark.parametrize(
    ("answers", "team"),
    [
        ({"place": "Utrecht"}, "utrecht"),
        ({"place": "Utrecht", "moved": "yes"}, "utrecht"),
        ({"place": "Utrecht", "moved": "no"}, "assen"),
        ({"place": "azc Assen"}, "assen"),
        ({"place": "Nergens"}, "assen"),
        ({"place": None, "location_type": "detention"}, "rotterdam"),
        ({"place": None, "location_type": "private"}, "assen"),
        ({"place": "Utrecht", "family_name": "Quite", "given_names": "Another"}, "assen"),
        ({"place": "Utrecht", "birth_date": {"year": 1970}}, "assen"),
    ],
)
def test_who_tells_of_a_move_takes_the_open_cases_along(
    world: World, answers: dict[str, Any], team: str
) -> None:
    case, private = routed(world), routed(world, from_safety="yes")
    told = routed(world, "contact_change", **answers)
    assert case_of(world, case.id).team_id == team
    assert letters(world, case.id) == ["rerouted"] * (team != "assen")
    assert case_of(world, private.id).team_id == "vertrouwelijk"
    assert letters(world, told.id) == []
    if team == "utrecht":
        assert codes(world, case.id) == ["match", "moved"]


def test_the_record_itself_is_not_changed_by_the_persons_word(world: World) -> None:
    routed(world)
    routed(world, "contact_change", place="Utrecht")
    where = sa.select(Dossier.location).order_by(Dossier.location)
    assert world.db.read_now(lambda s: s.scalars(where).all()).count("azc Utrecht") == 2
