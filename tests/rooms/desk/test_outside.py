"""Passing a case on to an organisation of the register that has no account here."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.cases.models import Case, CaseEvent
from portal.cases.sharing import outside
from portal.desk.options import who_could_help
from portal.register import register
from portal.staff.models import Organisation
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    OWN,
    STRANGER,
    audited,
    case_of,
    change,
    html,
    log_of,
    messages_of,
    opened,
    path_of,
    read,
    status_of,
)
from tests.rooms.partners.at_the_partners import NGO, follower, organisation_id, sent
from tests.support.visitor import Visitor
from tests.support.world import PERSON, World

WISHES: dict[str, Any] = {
    **PERSON, "goal": "talk", "programme": "ngo", "ngo_choice": "ros", "share_with_ngo": True,
    "support_wishes": ["work"],
}  # fmt: skip
YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
TALK = {
    "talk.day": str(YESTERDAY.day),
    "talk.month": str(YESTERDAY.month),
    "talk.year": str(YESTERDAY.year),
}


def begun(world: World, answers: dict[str, Any] | None = None) -> tuple[str, str]:
    case_id, code = sent(world, "ngo_support", answers or WISHES)
    opened(world, case_id).submit(form="/move")
    return case_id, code


def refer(world: World, case_id: str, choice: str, **values: Any) -> Visitor:
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}/refer")
    visitor.submit({"choice": choice, **values}, "/refer")
    return visitor


def details(world: World, case_id: str, name: str) -> list[dict[str, Any]]:
    query = sa.select(CaseEvent.detail).where(CaseEvent.case_id == case_id, CaseEvent.name == name)
    return world.db.read_now(lambda session: list(session.scalars(query)))


def offered(visitor: Visitor) -> list[str]:
    return re.findall(r'name="choice" value="([^"]+)"', html(visitor))


def test_a_tick_of_the_request_passes_it_on_to_that_one_and_names_it(world: World) -> None:
    case_id, code = begun(world)
    visitor = refer(world, case_id, "ros:answers")
    assert (status_of(visitor), path_of(visitor)) == (200, f"/desk/cases/{case_id}")
    assert case_of(world, case_id)["state"] == "referred"
    assert details(world, case_id, outside.EVENT) == [{"entry": "ros", "how": "answers"}]
    assert details(world, case_id, "refer") == [{"reason": "consent", "entry": "ros"}]
    name = register()["ros"].name
    assert read(visitor).count(name) >= 2  # who else sees this, and the log
    assert audited(world, "case.refer") == 1
    assert messages_of(world, case_id) == 1
    person = follower(world, code, "en")
    assert name in read(person)
    assert "It sees nothing on this site." in read(person)


@pytest.mark.parametrize("choice", ["goedwerk:answers", "iom:answers", "ros:ask", "ros:standing"])
def test_a_tick_for_one_is_none_for_another(world: World, choice: str) -> None:
    case_id, _ = begun(world)
    assert status_of(refer(world, case_id, choice)) in (409, 422)
    assert case_of(world, case_id)["state"] == "in_progress"
    assert outside.EVENT not in log_of(world, case_id)


def test_a_talk_needs_its_day_and_says_who_noted_it(world: World) -> None:
    case_id, code = begun(world)
    change(world, sa.delete(Organisation).where(Organisation.kind == "iom"))
    for wrong in ({}, {**TALK, "talk.year": str(YESTERDAY.year + 1)}, {**TALK, "talk.day": "x"}):
        visitor = refer(world, case_id, "iom:talk", **wrong)
        assert status_of(visitor) == 422
        assert 'value="iom:talk" type="radio" checked' in html(visitor)
    assert outside.EVENT not in log_of(world, case_id)
    refer(world, case_id, "iom:talk", **TALK)
    [detail] = details(world, case_id, outside.EVENT)
    assert detail == {"entry": "iom", "how": "talk", "date": YESTERDAY.isoformat()}
    actor = sa.select(CaseEvent.actor).where(CaseEvent.name == outside.EVENT)
    assert world.db.read_now(lambda session: session.scalar(actor)) == world.member_id(OWN)
    assert "Your request is with IOM" in read(follower(world, code, "en"))


def test_a_second_one_may_follow_and_the_same_may_not(world: World) -> None:
    case_id, _ = begun(world)
    refer(world, case_id, "ros:answers")
    assert status_of(refer(world, case_id, "ros:talk", **TALK)) == 409
    assert status_of(refer(world, case_id, "goedwerk:talk", **TALK)) == 200
    entries = [detail["entry"] for detail in details(world, case_id, outside.EVENT)]
    assert entries == ["ros", "goedwerk"]
    assert log_of(world, case_id).count("refer") == 1


def test_who_comes_second_is_told_and_a_doubled_form_is_one(world: World) -> None:
    case_id, _ = begun(world)
    first, second = world.signed_in(OWN), world.signed_in(COLLEAGUE)
    for visitor in (first, second):
        visitor.get(f"/desk/cases/{case_id}/refer")
    form = first.form("/refer")
    for _ in range(2):
        first.send(form, {"choice": "ros:answers"})
    second.submit({"choice": "goedwerk:talk", **TALK}, "/refer")
    assert (status_of(first), status_of(second)) == (409, 409)
    assert log_of(world, case_id).count(outside.EVENT) == 1
    assert messages_of(world, case_id) == 1


def test_what_fits_comes_first_with_why_and_who_has_an_account_is_there_once(world: World) -> None:
    case_id, _ = begun(world)
    ngo = organisation_id(world, NGO)
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}/refer")
    entries = [choice for choice in offered(visitor) if choice.partition(":")[0] in register()]
    assert entries[0] == "ros:answers"
    assert f"{ngo}:ask" in offered(visitor)
    assert not [choice for choice in entries if choice.startswith("vluchtelingenwerk:")]
    keys = list(dict.fromkeys(choice.partition(":")[0] for choice in entries))
    why = {e.organisation.key for e in who_could_help("ngo_support", WISHES, "nl") if e.why}
    assert set(keys[: len(why & set(keys))]) == why & set(keys)
    for never in ("police", "comensha", "ombudsman", "complaint", "ilc", "own-lawyer"):
        assert never not in keys
    assert status_of(refer(world, case_id, "comensha:talk", **TALK)) == 409
    assert status_of(refer(world, case_id, "vluchtelingenwerk:talk", **TALK)) == 409
    assert outside.EVENT not in log_of(world, case_id)


def test_a_wish_leads_to_the_entry_and_a_talk_is_never_chosen_before(world: World) -> None:
    case_id, _ = begun(world)
    visitor = opened(world, case_id)
    assert f'href="/desk/cases/{case_id}/refer?to=goedwerk#to"' in html(visitor)
    visitor.get(f"/desk/cases/{case_id}/refer?to=goedwerk")
    entries = [choice for choice in offered(visitor) if choice.partition(":")[0] in register()]
    assert entries[0] == "goedwerk:talk"
    assert html(visitor).count('id="to"') == 1
    assert " checked" not in html(visitor)
    visitor.get(f"/desk/cases/{case_id}/refer?to=ros")
    assert 'value="ros:answers" type="radio" checked' in html(visitor)
    visitor.get(f"/desk/cases/{case_id}/refer?to=%3Cb%3E")
    assert status_of(visitor) == 200
    assert "<b>" not in html(visitor)


@pytest.mark.parametrize(
    "now", [{"mandate_hold": True}, {"state": "assigned"}, {"state": "done", "open": False}]
)
def test_not_before_the_mandate_the_begin_or_after_the_end(
    world: World, now: dict[str, Any]
) -> None:
    case_id, _ = begun(world)
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}/refer")
    form = visitor.form("/refer")
    change(world, sa.update(Case).where(Case.id == case_id).values(**now))
    visitor.send(form, {"choice": "ros:answers"})
    assert status_of(visitor) == 409
    assert outside.EVENT not in log_of(world, case_id)
    visitor.get(f"/desk/cases/{case_id}/refer")
    assert "ros:answers" not in html(visitor)


def test_another_team_passes_nothing_on(world: World) -> None:
    case_id, _ = begun(world)
    own = world.signed_in(OWN)
    own.get(f"/desk/cases/{case_id}/refer")
    form = own.form("/refer")
    stranger = world.signed_in(STRANGER)
    stranger.get("/staff/")
    csrf = stranger.form("/staff/sign-out").values["csrf"]
    stranger.send(form, {"choice": "ros:answers", "csrf": csrf})
    assert status_of(stranger) == 404
    assert outside.EVENT not in log_of(world, case_id)
