"""A case as an organisation sees it: only with live consent, only what was allowed, once stopped
not any more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.cases.models import Case
from portal.cases.sharing.models import Consent
from portal.staff.models import StaffMember
from tests.rooms.desk.at_the_desk import audited, html, log_of, messages_of, read, status_of
from tests.rooms.partners.at_the_partners import (
    IOM,
    NGO,
    allow,
    follower,
    partner_at,
    rows,
    sent,
)
from tests.support.world import PERSON, QUESTION, World

ILL: dict[str, Any] = {
    **PERSON,
    "goal": "information",
    "contact_by": "iom",
    "support_wishes": ["travel", "care"],
    "special_needs": ["illness"],
    "urgent": "danger",
    "contact_channel": "phone",
    "contact_target": "0612345678",
    "contact_safe": "yes",
}


def test_without_consent_there_is_no_such_case_and_that_is_audited(world: World) -> None:
    case_id, _ = sent(world)
    visitor = partner_at(world, case_id)
    assert status_of(visitor) == 404
    assert "Applicant" not in html(visitor)
    assert audited(world, "partner.refused") == 1
    visitor.get("/partners/")
    assert case_id not in html(visitor)
    assert audited(world, "partner.list") == 1


def test_each_purpose_opens_its_own_part_and_no_other(world: World) -> None:
    case_id, code = sent(world)
    person = follower(world, code)
    person.submit({"text": "سؤال"}, "/follow/case")
    for purpose, shows, hides in (
        ("receive", "سؤال", "Applicant 01"),
        ("write", f"/partners/cases/{case_id}/write", "سؤال"),
    ):
        allow(world, case_id, purpose, who=IOM if purpose == "receive" else NGO)
        visitor = partner_at(world, case_id, IOM if purpose == "receive" else NGO)
        assert status_of(visitor) == 200
        assert shows in html(visitor)
        assert hides not in html(visitor)
        assert QUESTION["question_text"] not in html(visitor)
    assert audited(world, "partner.view") == 2


def test_with_see_the_answers_are_there_without_number_health_and_danger(world: World) -> None:
    case_id, _ = sent(world, "iom_support", ILL)
    allow(world, case_id, "see", who=IOM)
    visitor = partner_at(world, case_id, IOM)
    page = read(visitor)
    assert "Applicant 01" in page
    assert "0612345678" in page
    assert "0000000001" not in html(visitor)
    for word in ("Ziekte", "gevaar", "Medische zorg"):
        assert f"<dd>{word}" not in html(visitor)
    assert "Ziekte of handicap" not in page
    assert "Medische zorg" not in page
    visitor.get("/partners/")
    assert "Applicant 01" in read(visitor)
    assert "0000000001" not in html(visitor)


def test_an_unsafe_way_is_not_shown(world: World) -> None:
    case_id, _ = sent(world, "iom_support", {**ILL, "contact_safe": "no"})
    allow(world, case_id, "see", who=IOM)
    assert "0612345678" not in html(partner_at(world, case_id, IOM))


def test_stopped_with_the_code_the_next_request_finds_nothing(world: World) -> None:
    case_id, code = sent(world)
    allow(world, case_id, "see", "write", "receive")
    partner = partner_at(world, case_id)
    write = partner.form("/write")
    person = follower(world, code)
    assert "VluchtelingenWerk Nederland" in read(person)
    stop = person.form("/stop")
    for _ in range(2):  # a doubled tap is one deed
        person.send(stop, {})
        assert status_of(person) == 200
    assert log_of(world, case_id).count("consent_ended") == 1
    assert "VluchtelingenWerk" not in read(person)
    before = messages_of(world, case_id)
    partner.send(write, {"text": "Toch nog iets <b>"})
    assert status_of(partner) == 404
    assert "Toch nog iets &lt;b&gt;" in html(partner)
    assert messages_of(world, case_id) == before
    assert status_of(partner_at(world, case_id)) == 404
    [row] = rows(world, Consent)
    assert row["ended_by"] == "applicant"


def test_a_stranger_with_another_code_stops_nothing(world: World) -> None:
    case_id, _ = sent(world)
    consent = allow(world, case_id, "see")
    _, other = sent(world)
    person = follower(world, other)
    allow(world, sent(world)[0], "see", who=IOM)
    csrf = person.form("/follow/case").values["csrf"]
    person.post("/ar/follow/case/stop", {"csrf": csrf, "consent": consent})
    assert status_of(partner_at(world, case_id)) == 200


@pytest.mark.parametrize("later", [True, False])
def test_consent_runs_out(world: World, later: bool) -> None:
    case_id, _ = sent(world)
    hour = timedelta(hours=1 if later else -1)
    allow(world, case_id, "see", expires=datetime.now(UTC) + hour)
    assert status_of(partner_at(world, case_id)) == (200 if later else 404)


@pytest.mark.parametrize("change", [{"mandate_hold": True}, {"state": "sent"}])
def test_before_the_mandate_is_sure_a_helper_sees_nothing(
    world: World, change: dict[str, Any]
) -> None:
    case_id, _ = sent(world)
    allow(world, case_id, "see")
    statement = sa.update(Case).where(Case.id == case_id).values(**change)
    world.db.write_now(lambda session: session.execute(statement))
    assert status_of(partner_at(world, case_id)) == 404


def test_what_an_organisation_writes_has_its_name_everywhere(world: World) -> None:
    case_id, code = sent(world)
    allow(world, case_id, "write", "receive")
    partner = partner_at(world, case_id)
    form = partner.form("/write")
    for _ in range(2):
        partner.send(form, {"text": "Kan er een tolk bij? <script>"})
        assert status_of(partner) == 200
    assert log_of(world, case_id).count("reply") == 1
    assert audited(world, "partner.write") == 1
    desk = world.signed_in("supervisor-assen-1")
    desk.get(f"/desk/cases/{case_id}")
    for visitor in (follower(world, code), desk, partner):
        assert "Kan er een tolk bij? &lt;script&gt;" in html(visitor)
        assert "VluchtelingenWerk Nederland" in read(visitor)


def test_an_empty_message_is_none(world: World) -> None:
    case_id, _ = sent(world)
    allow(world, case_id, "write")
    partner = partner_at(world, case_id)
    partner.submit({"text": " \n"}, "/write")
    assert status_of(partner) == 422
    assert "reply" not in log_of(world, case_id)


def test_without_write_nothing_is_written(world: World) -> None:
    case_id, _ = sent(world)
    allow(world, case_id, "see", "receive")
    partner = partner_at(world, case_id)
    assert "/write" not in html(partner)
    csrf = partner.form("/sign-out").values["csrf"]
    partner.post(f"/partners/cases/{case_id}/write", {"csrf": csrf, "text": "Toch"})
    assert status_of(partner) == 409
    assert "reply" not in log_of(world, case_id)


def test_a_member_without_organisation_sees_nothing(world: World) -> None:
    case_id, _ = sent(world)
    allow(world, case_id, "see")
    visitor = world.signed_in(NGO)
    alone = sa.update(StaffMember).values(organisation_id=None)
    world.db.write_now(lambda session: session.execute(alone))
    visitor.get(f"/partners/cases/{case_id}")
    assert status_of(visitor) == 404
    assert visitor.get("/partners/").status_code == 200
    assert case_id not in html(visitor)


def test_who_opens_very_many_waits(world: World) -> None:
    case_id, _ = sent(world)
    allow(world, case_id, "see")
    visitor = world.signed_in(NGO)
    for _ in range(30):
        assert visitor.client.get(f"/partners/cases/{case_id}").status_code == 200
    page = visitor.client.get(f"/partners/cases/{case_id}")
    assert page.status_code == 429
    assert int(page.headers["retry-after"]) > 0
    assert "Applicant" not in page.text
