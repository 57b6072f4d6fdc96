"""What not everybody may do or see: trained groups, a mandate to check, a family apart."""

from datetime import date

import pytest
import sqlalchemy as sa

from portal.caseload.models import Team, TeamMember
from portal.cases import handling, splitting, workflow
from portal.cases.handling import UnknownHandler
from portal.cases.models import Case
from portal.cases.sealing import answers_of, data_key_of
from portal.cases.sharing import outside
from portal.cases.workflow import CONSENT
from tests.rooms.routed_cases import (
    ADULT,
    ASSEN_1,
    case_of,
    codes,
    desk,
    letters,
    log_of,
    routed,
    sees,
)
from tests.support.world import World

AGREED = outside.OutsidePlan("ros", "talk", date(2026, 11, 2))


def test_who_is_threatened_reaches_the_trained_group_and_it_stays_there(world: World) -> None:
    case = routed(world, "appointment", from_safety="yes", talk_topic="private")
    assert (case.team_id, case.supervisor_id, case.restricted) == ("vertrouwelijk", None, True)
    assert log_of(world, case.id)[-1][1]["copy_to"] == ""
    assert not sees(world, ASSEN_1, case.id)
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
        world.db.write_now(outside.pass_on, desk(world, case.id, ASSEN_1), AGREED)
    world.db.write_now(handling.confirm_mandate, desk(world, case.id, ASSEN_1))
    assert not case_of(world, case.id).mandate_hold
    with pytest.raises(workflow.NotAllowed):
        world.db.write_now(handling.confirm_mandate, desk(world, case.id, ASSEN_1))
    world.db.write_now(outside.pass_on, desk(world, case.id, ASSEN_1), AGREED)


def test_nothing_is_passed_on_without_consent_whoever_asks(world: World) -> None:
    case = routed(world)
    world.db.write_now(handling.move, desk(world, case.id, ASSEN_1), "start", "")
    for reason in ("", "other", CONSENT):  # consent without a name is none
        with pytest.raises(workflow.NotAllowed):
            world.db.write_now(handling.move, desk(world, case.id, ASSEN_1), "refer", reason)
    assert case_of(world, case.id).state == "in_progress"
    world.db.write_now(outside.pass_on, desk(world, case.id, ASSEN_1), AGREED)
    assert case_of(world, case.id).state == "referred"


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
    assert (other.state, other.team_id, other.dossier_id) == ("assigned", "assen", None)
    assert other.supervisor_id is None  # whoever handles the one needn't handle the other
    assert codes(world, other_id) == ["split_off"]
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


def test_who_is_split_off_within_a_trained_group_stays_there(world: World) -> None:
    case = routed(world, from_safety="yes", family=[{**ADULT, "consents": "yes"}])
    inside = desk(world, case.id, "supervisor-vertrouwelijk-1")
    world.db.write_now(splitting.split_off, inside, 0)
    (other_id,) = linked(world, case.id)
    assert world.route() == 1
    other = case_of(world, other_id)
    assert (other.team_id, other.restricted) == ("vertrouwelijk", True)
    assert not sees(world, ASSEN_1, other_id)


def test_when_nobody_works_for_the_family_any_more_the_place_decides(world: World) -> None:
    case = routed(world, family=[{**ADULT, "consents": "yes"}])
    world.db.write_now(splitting.split_off, desk(world, case.id, ASSEN_1), 0)
    left = sa.delete(TeamMember).where(TeamMember.team_id == "assen")
    world.db.write_now(lambda session: session.execute(left))
    assert world.route() == 1
    (other_id,) = linked(world, case.id)
    assert codes(world, other_id)[0] == "no_v_number"


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
