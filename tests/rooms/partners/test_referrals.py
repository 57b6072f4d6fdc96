"""Passing a case on: with consent from the request, a talk or the follow page, and the answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.cases.models import Case, CaseEvent
from portal.cases.sharing.models import Consent, Referral
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    OWN,
    STRANGER,
    audited,
    case_of,
    html,
    log_of,
    messages_of,
    opened,
    read,
    status_of,
)
from tests.rooms.partners.at_the_partners import (
    IOM,
    NGO,
    allow,
    follower,
    organisation_id,
    partner_at,
    rows,
    sent,
)
from tests.support.visitor import Visitor
from tests.support.world import PERSON, World

pytestmark = pytest.mark.both_databases


AGREES: dict[str, Any] = {**PERSON, "goal": "talk", "contact_by": "iom", "share_with_iom": True}
YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
TALK = {
    "talk.day": str(YESTERDAY.day),
    "talk.month": str(YESTERDAY.month),
    "talk.year": str(YESTERDAY.year),
}


def started(world: World, kind: str = "question", answers: Any = None) -> tuple[str, str]:
    case_id, code = sent(world, kind, answers)
    opened(world, case_id).submit(form="/move")
    return case_id, code


def refer(
    world: World, case_id: str, basis: str, to: str = NGO, who: str = OWN, **values: Any
) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(f"/desk/cases/{case_id}/refer")
    choice = f"{organisation_id(world, to)}:{basis}"
    visitor.submit({"choice": choice, **values}, "/refer")
    return visitor


def state_of(world: World) -> str:
    [row] = rows(world, Referral)
    return row["state"]


def test_a_tick_in_the_request_is_consent_to_see_and_passes_it_on(world: World) -> None:
    case_id, code = started(world, "iom_support", AGREES)
    visitor = refer(world, case_id, "answers", IOM)
    assert status_of(visitor) == 200, read(visitor)
    assert case_of(world, case_id)["state"] == "referred"
    [consent] = rows(world, Consent)
    assert (consent["how"], consent["see"], consent["write"]) == ("answers", True, False)
    assert state_of(world) == "open"
    assert "IOM Nederland" in read(follower(world, code))
    assert status_of(partner_at(world, case_id, IOM)) == 200
    assert status_of(partner_at(world, case_id, NGO)) == 404
    assert audited(world, "case.refer") == 1


@pytest.mark.parametrize(
    ("kind", "answers", "to"),
    [
        ("iom_support", {**AGREES, "share_with_iom": False}, IOM),
        ("iom_support", AGREES, NGO),
        ("question", None, IOM),
    ],
)
def test_a_tick_that_is_not_there_passes_nothing_on(
    world: World, kind: str, answers: Any, to: str
) -> None:
    case_id, _ = started(world, kind, answers)
    assert status_of(refer(world, case_id, "answers", to)) == 409
    assert status_of(refer(world, case_id, "standing", to)) == 409
    assert rows(world, Referral) == rows(world, Consent) == []
    assert case_of(world, case_id)["state"] == "in_progress"


def test_an_organisation_that_was_asked_cannot_be_chosen_again(world: World) -> None:
    case_id, _ = started(world)
    for organisation in (NGO, IOM):
        visitor = refer(world, case_id, "ask", organisation)
    visitor.get(f"/desk/cases/{case_id}/refer")
    assert "VluchtelingenWerk Nederland" in read(visitor)
    assert 'name="choice"' in html(visitor)  # those of the register
    for organisation in (NGO, IOM):
        assert f'value="{organisation_id(world, organisation)}:' not in html(visitor)


def test_the_person_is_asked_and_says_yes_with_ticks_of_their_own(world: World) -> None:
    case_id, code = started(world)
    refer(world, case_id, "ask")
    assert state_of(world) == "asked"
    assert case_of(world, case_id)["state"] == "in_progress"
    assert status_of(partner_at(world, case_id)) == 404
    person = follower(world, code)
    assert "VluchtelingenWerk Nederland" in read(person)
    assert "checked" not in html(person)
    form = person.form("/share")
    person.send(form, {"answer": "yes"})  # and no tick: ask again, nothing is given
    assert status_of(person) == 422
    assert state_of(world) == "asked"
    for _ in range(2):
        person.send(form, {"answer": "yes", "purposes": ["see", "receive"]})
    [consent] = rows(world, Consent)
    assert (consent["see"], consent["write"], consent["receive"]) == (True, False, True)
    assert (consent["how"], consent["language"]) == ("code", "ar")
    assert case_of(world, case_id)["state"] == "referred"
    assert status_of(partner_at(world, case_id)) == 200
    assert log_of(world, case_id).count("consent_given") == 1


def test_no_is_no_and_changes_nothing_else(world: World) -> None:
    case_id, code = started(world)
    refer(world, case_id, "ask")
    person = follower(world, code)
    person.submit({"answer": "no", "purposes": ["see"]}, "/share")
    assert state_of(world) == "refused"
    assert rows(world, Consent) == []
    assert case_of(world, case_id)["state"] == "in_progress"
    assert status_of(partner_at(world, case_id)) == 404
    desk = opened(world, case_id)
    assert log_of(world, case_id)[-1] == "consent_refused"
    assert "VluchtelingenWerk Nederland" in read(desk)


def test_a_question_of_another_case_is_not_answered(world: World) -> None:
    case_id, _ = started(world)
    refer(world, case_id, "ask")
    [row] = rows(world, Referral)
    _, other = sent(world)
    person = follower(world, other)
    csrf = person.form("/follow/case").values["csrf"]
    data = {"csrf": csrf, "question": row["id"], "answer": "yes", "purposes": ["see"]}
    person.post("/ar/follow/case/share", data)
    assert state_of(world) == "asked"


def test_in_a_talk_needs_its_day_and_what_was_agreed(world: World) -> None:
    case_id, _ = started(world)
    tomorrow: dict[str, Any] = {**TALK, "talk.year": str(YESTERDAY.year + 1), "purposes": ["see"]}
    wrong: tuple[dict[str, Any], ...] = ({"purposes": ["see"]}, {**TALK}, tomorrow)
    for values in wrong:
        visitor = refer(world, case_id, "talk", **values)
        assert status_of(visitor) == 422
    assert "checked" in html(visitor)
    assert rows(world, Referral) == []
    refer(world, case_id, "talk", **TALK, purposes=["see", "write"])
    [consent] = rows(world, Consent)
    assert (consent["how"], consent["day"]) == ("talk", YESTERDAY)
    assert consent["recorded_by"] == world.member_id(OWN)
    assert state_of(world) == "open"


def test_only_who_sees_the_case_refers_it_and_the_second_is_told(world: World) -> None:
    case_id, _ = started(world)
    stranger = world.signed_in(STRANGER)
    assert stranger.get(f"/desk/cases/{case_id}/refer").status_code == 404
    first, second = world.signed_in(OWN), world.signed_in(COLLEAGUE)
    for visitor in (first, second):
        visitor.get(f"/desk/cases/{case_id}/refer")
    choice = f"{organisation_id(world)}:ask"
    first.submit({"choice": choice}, "/refer")
    second.submit({"choice": choice}, "/refer")
    assert status_of(second) == 409
    assert len(rows(world, Referral)) == 1
    assert messages_of(world, case_id) == 1


@pytest.mark.parametrize("change", [{"mandate_hold": True}, {"open": False, "state": "done"}])
def test_before_the_mandate_and_after_the_end_nothing_is_referred(
    world: World, change: dict[str, Any]
) -> None:
    case_id, _ = started(world)
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}/refer")
    form = visitor.form("/refer")
    statement = sa.update(Case).where(Case.id == case_id).values(**change)
    world.db.write_now(lambda session: session.execute(statement))
    visitor.send(form, {"choice": f"{organisation_id(world)}:ask"})
    assert status_of(visitor) == 409
    assert rows(world, Referral) == []


def referred(world: World) -> tuple[str, str]:
    case_id, code = started(world, "iom_support", AGREES)
    refer(world, case_id, "answers", IOM)
    return case_id, code


def test_accept_and_report_back_reach_the_person_and_the_desk(world: World) -> None:
    case_id, code = referred(world)
    partner = partner_at(world, case_id, IOM)
    partner.submit({"word": "accepted", "note": "Morgen <b>bellen</b>"}, "/answer")
    assert state_of(world) == "accepted"
    person = follower(world, code)
    before = messages_of(world, case_id)
    assert "Morgen" not in html(person)
    desk = opened(world, case_id)
    assert "Morgen &lt;b&gt;bellen&lt;/b&gt;" in html(desk)
    for word in ("no_contact", "in_contact", "helped"):
        partner = partner_at(world, case_id, IOM)
        partner.submit({"word": word}, "/answer")
        assert state_of(world) == word
    assert messages_of(world, case_id) == before + 3
    notes = sa.select(CaseEvent.sealed).where(CaseEvent.name == "referral_accepted")
    assert b"Morgen" not in (world.db.read_now(lambda s: s.scalar(notes)) or b"")
    assert audited(world, "partner.helped") == 1


def test_declining_needs_a_reason_and_ends_the_consent_for_it(world: World) -> None:
    case_id, code = referred(world)
    partner = partner_at(world, case_id, IOM)
    form = partner.form("/answer")
    partner.send(form, {"word": "declined", "note": "Vol tot mei"})
    assert status_of(partner) == 422
    assert "Vol tot mei" in html(partner)
    partner.send(form, {"word": "declined", "reason": "nonsense"})
    assert status_of(partner) == 409
    assert state_of(world) == "open"
    partner.send(form, {"word": "declined", "reason": "full", "note": "Vol tot mei"})
    assert partner.page.url.path == "/partners/"
    assert state_of(world) == "declined"
    [consent] = rows(world, Consent)
    assert consent["ended_by"] == world.member_id(IOM)
    assert status_of(partner_at(world, case_id, IOM)) == 404
    assert "Vol tot mei" in read(opened(world, case_id))
    person = follower(world, code, "en")
    assert "It has no room to help more people at this time." in read(person)
    assert "Vol tot mei" not in html(person)


def test_consent_that_stood_before_stays_when_a_referral_ends(world: World) -> None:
    case_id, _ = started(world)
    allow(world, case_id, "see", "write")
    refer(world, case_id, "standing")
    partner = partner_at(world, case_id)
    partner.submit({"word": "declined", "reason": "place"}, "/answer")
    assert state_of(world) == "declined"
    assert status_of(partner_at(world, case_id)) == 200


def test_of_two_members_one_answers_and_the_other_is_told(world: World) -> None:
    case_id, _ = referred(world)
    first, second = partner_at(world, case_id, IOM), partner_at(world, case_id, IOM)
    first.submit({"word": "accepted"}, "/answer")
    second.submit({"word": "declined", "reason": "full", "note": "Toch niet"}, "/answer")
    assert status_of(second) == 409
    assert "Toch niet" in read(second)
    assert state_of(world) == "accepted"


def test_an_answer_that_does_not_follow_changes_nothing(world: World) -> None:
    case_id, _ = referred(world)
    partner = partner_at(world, case_id, IOM)
    form = partner.form("/answer")
    for word in ("helped", "open", "asked", "stopped", "nonsense", ""):
        partner.send(form, {"word": word})
        assert status_of(partner) == 409, word
    assert state_of(world) == "open"


def test_another_organisation_answers_nothing(world: World) -> None:
    case_id, _ = referred(world)
    own = partner_at(world, case_id, IOM).form("/answer")
    allow(world, case_id, "see")  # and yet the referral isn't theirs
    other = partner_at(world, case_id, NGO)
    csrf = other.form("/sign-out").values["csrf"]
    other.send(own, {"word": "accepted", "csrf": csrf})
    assert status_of(other) == 404
    assert state_of(world) == "open"


def test_the_person_stops_it_and_the_referral_with_it(world: World) -> None:
    case_id, code = referred(world)
    follower(world, code).submit(form="/stop")
    assert state_of(world) == "stopped"
    assert status_of(partner_at(world, case_id, IOM)) == 404
    assert status_of(opened(world, case_id)) == 200
