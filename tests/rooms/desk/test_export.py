"""The export of one case: complete, in every script, logged, and no more than one may see."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.audit import AuditRow
from portal.caseload.models import Team, TeamMember
from portal.cases import service
from portal.cases.models import Case, CaseMessage
from portal.cases.sealing import messages_key_of
from tests.rooms.changes_asked import JUST_AFTER, NUMBER, apply_due, contact, grow_older
from tests.rooms.changes_asked import opened as follower
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    COORDINATOR,
    OWN,
    STRANGER,
    change,
    html,
    opened,
    routed,
    status_of,
)
from tests.rooms.desk.milestones_written import asked, mediation
from tests.rooms.desk.test_no_fault import judge, record_page
from tests.support.assessed import assess
from tests.support.files import attached
from tests.support.json_schema import schema_errors
from tests.support.pdf_text import fonts_of, pdf_text
from tests.support.world import MEDIATION, QUESTION, World

ARABIC = "السفارة"
HOSTILE = (
    '#import "x": *\n#read("/etc/passwd")\n$ x^2 $ *vet* _schuin_ `code` <label> @ref // weg\n'
    "\\u{41} \\#panic() ]]] ))) -- ... ~ \" ' &lt;b&gt;\n\u202eomgedraaid\u202c\n"
    "ሰላም ከመይ ኣለኹም\n我想回家\nسڵاو، دەمەوێت\nПривет ğış ñ"
)


def exported(world: World, case_id: str, ending: str, who: str = OWN) -> Any:
    return world.signed_in(who).client.get(
        f"/desk/cases/{case_id}/export.{ending}", follow_redirects=False
    )


def exports(world: World, action: str = "case.export") -> list[tuple[str, str]]:
    rows = sa.select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.seq)
    return world.db.read_now(lambda s: [(r.object_id, r.reason) for r in s.scalars(rows)])


def with_message(world: World, case_id: str, text: str) -> None:
    """A message of the person, put there past everything that cleans it."""

    def add(session: Session) -> None:
        case, now = session.get_one(Case, case_id), datetime.now(UTC)
        key = messages_key_of(world.keys.require_desk(), case)
        content = {"own": text}
        service.add_message(session, case, key, content, "n" * 32, now, outgoing=False)

    world.db.write_now(add)


def whole_case(world: World) -> str:
    """A mediation with a bit of everything."""
    case_id = mediation(world)
    attached(world, case_id, item="attempt_proof")
    asked(world, case_id)
    opened(world, case_id).submit({"text": "Interne notitie."}, "/note")
    judge(record_page(world, case_id), "own_attempt", "met", "Brief gezien.")
    visitor = opened(world, case_id)
    visitor.get(f"/desk/cases/{case_id}/message/reading")
    visitor.submit(form="/preview")
    visitor.submit(form="/send")
    with_message(world, case_id, HOSTILE)
    return case_id


def test_the_json_holds_the_whole_case_and_fits_the_published_schema(world: World) -> None:
    case_id = whole_case(world)
    assess(world, case_id, OWN, "medical", why="Brief van de arts.")
    answer = exported(world, case_id, "json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    data = answer.json()
    schema = world.visitor().client.get("/desk/export-schema.json").json()
    assert data["$schema"] == schema["$id"]
    assert schema["$id"].startswith("http")
    assert list(schema_errors(schema, data)) == []
    reference = data["case"]["reference"]
    assert answer.headers["content-disposition"] == f'attachment; filename="{reference}.json"'
    assert data["answers"] == {**data["answers"], **MEDIATION}
    assert [each["step"] for each in data["milestones"]] == ["taken_up_document", "embassy_asked"]
    assert data["no_fault"][0]["reason"] == "Brief gezien."
    assert {each["direction"] for each in data["messages"]} == {"to_person", "from_person"}
    assert data["messages"][-1]["own"] == HOSTILE
    said = {each["check"]: each["assessments"] for each in data["checks"]}
    assert [each["reason"] for each in said.pop("medical")] == ["Brief van de arts."]
    assert said == {"no_fault": [], "distressing": [], "trafficking": []}
    assert [each["for_embassy"] for each in data["documents"]] == [False]
    assert data["routing"][0]["event"] == "routed"
    assert "Interne notitie." in [each["note"] for each in data["log"]]
    assert len(data["log"]) == len({each["id"] for each in data["log"]}) > 5
    assert data["withheld"] == []


def test_the_schema_refuses_what_it_should(world: World) -> None:
    data = exported(world, routed(world), "json").json()
    schema = world.visitor().client.get("/desk/export-schema.json").json()
    for wrong in (
        {**data, "more": 1},
        {**data, "version": 2},
        {**data, "log": [{}]},
        {**data, "case": {**data["case"], "sent": "yesterday"}},
        {name: value for name, value in data.items() if name != "answers"},
    ):
        assert list(schema_errors(schema, wrong))


def test_the_pdf_shows_all_words_and_reads_none_as_markup(world: World) -> None:
    case_id = whole_case(world)
    answer = exported(world, case_id, "pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    reference = world.db.read_now(lambda s: s.get_one(Case, case_id).reference)
    assert answer.headers["content-disposition"] == f'attachment; filename="{reference}.pdf"'
    text = pdf_text(answer.content)
    for line in (
        '#import "x": *',
        '#read("/etc/passwd")',
        "$ x^2 $ *vet* _schuin_ `code` <label> @ref // weg",
        "\\u{41} \\#panic() ]]] ))) -- ... ~ \" ' &lt;b&gt;",
        "omgedraaid",
        "我想回家",
        "Interne notitie.",
        "Brief gezien.",
        reference,
    ):
        assert line in text, line
    assert "ሰላም" in text
    assert "root:" not in text
    assert "\u202e" not in text
    assert "�" not in text
    fonts = fonts_of(answer.content)
    assert {"NotoSansArabic-Regular", "NotoSansEthiopic-Regular"} <= fonts, fonts


def test_both_are_in_the_audit_log_and_strangers_get_nothing(world: World) -> None:
    case_id = routed(world)
    for who in (OWN, COLLEAGUE, COORDINATOR):
        for ending in ("json", "pdf"):
            assert exported(world, case_id, ending, who).status_code == 200
    assert exports(world) == [(case_id, "json"), (case_id, "pdf")] * 3
    for ending in ("json", "pdf"):
        answer = exported(world, case_id, ending, STRANGER)
        assert answer.status_code == 404
        assert "attachment" not in answer.headers.get("content-disposition", "")
        assert exported(world, "0" * 32, ending).status_code == 404
        assert exported(world, "nonsense", ending).status_code == 404
    assert len(exports(world)) == 6
    assert (case_id, "") in exports(world, "case.refused")


@pytest.mark.parametrize("trained", [False, True])
def test_a_check_for_trafficking_is_exported_by_its_own_team_alone(
    world: World, trained: bool
) -> None:
    case_id = routed(world)
    assess(world, case_id, OWN, "trafficking", result="signal", why="Geheim signaal.")
    if trained:
        team = world.db.read_now(trafficking_team)
        mine = TeamMember.member_id == world.member_id(OWN)
        change(world, sa.update(TeamMember).where(mine).values(team_id=team))
    data = exported(world, case_id, "json").json()
    text = pdf_text(exported(world, case_id, "pdf").content)
    for content in (json.dumps(data, ensure_ascii=False), text):
        assert ("Geheim signaal." in content) is trained
    assert ('"signal"' in json.dumps(data)) is trained
    assert data["withheld"] == ([] if trained else ["trafficking"])
    assert len(data["checks"][-1]["assessments"]) == 1


def trafficking_team(session: Session) -> str:
    return session.scalars(sa.select(Team.id).where(Team.kind == "trafficking")).one()


def test_the_contact_that_is_in_force_is_exported(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    assert exported(world, case_id, "json").json()["contact"] is None
    contact(follower(world, code))
    grow_older(world, JUST_AFTER)
    apply_due(world)
    data = exported(world, case_id, "json").json()
    assert data["contact"]["answers"]["contact_target"] == NUMBER
    schema = world.visitor().client.get("/desk/export-schema.json").json()
    assert list(schema_errors(schema, data)) == []
    assert NUMBER in pdf_text(exported(world, case_id, "pdf").content)


def test_a_case_that_no_key_opens_is_not_exported(world: World) -> None:
    case_id = routed(world)
    change(world, sa.update(Case).where(Case.id == case_id).values(desk_key=b"v1.x.broken"))
    for ending in ("json", "pdf"):
        assert exported(world, case_id, ending).status_code == 409


def test_a_message_that_was_changed_in_the_database_is_not_exported(world: World) -> None:
    case_id = routed(world)
    with_message(world, case_id, "Echt.")
    change(world, sa.update(CaseMessage).values(sealed=b"v1.x.broken"))
    assert exported(world, case_id, "json").status_code == 409


def test_the_page_says_what_it_holds_and_that_it_is_written_down(world: World) -> None:
    visitor = opened(world, routed(world, "question", QUESTION))
    page = str(visitor.page.url.path)
    assert f"{page}/export" in html(visitor)
    visitor.get(f"{page}/export")
    assert status_of(visitor) == 200
    assert f"{page}/export.pdf" in html(visitor)
    assert f"{page}/export.json" in html(visitor)
    assert exports(world) == []
