"""The page of the auditor: the log with names, whether it is whole, and a part of it as a file."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import audit
from portal.audit import AuditRow
from portal.desk import auditing
from portal.i18n import dutch_day
from portal.staff.audit_log import PAGE
from tests.rooms.desk.at_the_desk import (
    COORDINATOR,
    OWN,
    STRANGER,
    audited,
    html,
    opened,
    read,
    routed,
    status_of,
)
from tests.rooms.test_audit import set_row, unguarded
from tests.support.visitor import Form, Visitor, forms
from tests.support.world import World

AUDITOR = "auditor-1"
LOG = "/desk/log/"


def at(world: World, address: str = "", who: str = AUDITOR) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(LOG + address)
    return visitor


def rows(world: World, number: int, action: str = "case.view", reason: str = "") -> None:
    def fill(session: sa.orm.Session) -> None:
        for _ in range(number):
            keys = world.keys.require_desk()
            audit.record(session, keys, actor="worker", action=action, reason=reason)

    world.db.write_now(fill)


def numbers(visitor: Visitor) -> list[int]:
    found = re.findall(r'<th scope="row" class="age">(\d+)</th>', html(visitor))
    return [int(each) for each in found]


def test_who_saw_what_stands_there_by_name_and_no_case_opens(world: World) -> None:
    case_id = routed(world)
    opened(world, case_id)
    visitor = at(world)
    words = read(visitor)
    assert "Supervisor Assen 1" in words
    assert "case.view" in words
    assert case_id in words
    assert f"/desk/cases/{case_id}" not in html(visitor)
    assert "Applicant" not in words
    for address in ("/desk/", f"/desk/cases/{case_id}", "/desk/consultations/"):
        assert visitor.get(address).status_code == 403


@pytest.mark.parametrize("who", [OWN, COORDINATOR, "editor-1", "partner-iom-1"])
def test_nobody_else_reads_it(world: World, who: str) -> None:
    visitor = at(world, who=who)
    assert status_of(visitor) == 403
    assert "case.view" not in html(visitor)
    assert visitor.get(f"{LOG}csv").status_code == 403
    assert LOG not in html(opened(world, routed(world)))


def test_reading_it_is_written_down(world: World) -> None:
    at(world, "?action=case.&object=Applicant+01")
    row = world.db.read_now(
        lambda s: s.scalars(sa.select(AuditRow).where(AuditRow.action == "audit.view")).one()
    )
    assert row.actor == world.member_id(AUDITOR)
    assert row.reason == "action=case. object=other"  # never what somebody typed freely
    at(world, "csv?action=case.")
    assert audited(world, "audit.download") == 1


def test_filters_find_what_they_say(world: World) -> None:
    mine, other = routed(world), routed(world)
    opened(world, mine)
    opened(world, other, "supervisor-assen-2")
    world.signed_in(STRANGER).get(f"/desk/cases/{mine}")
    assert f"<code>{'case.refused'}</code>" in html(at(world, "?action=case.refused"))
    found = read(at(world, f"?object={mine}&action=case."))
    assert ("Supervisor Assen 1" in found, "case.refused" in found) == (True, True)
    assert other not in found
    of_one = at(world, f"?actor={world.member_id(OWN)}")
    assert mine in html(of_one)
    assert other not in html(of_one)
    assert f'value="{world.member_id(OWN)}" selected' in html(of_one)
    today = dutch_day(datetime.now(UTC))
    yesterday = today - timedelta(days=1)
    assert mine in html(at(world, f"?first={today}&last={today}"))
    assert numbers(at(world, f"?last={yesterday}")) == []
    assert numbers(at(world, f"?first={today + timedelta(days=1)}")) == []
    assert numbers(at(world, "?action=case%25")) == []  # no pattern of the database


@pytest.mark.parametrize(
    "address", ["?first=31-2-2026", "?last=x", "?before=x", "?before=" + "9" * 12]
)
def test_what_cant_be_read_shows_nothing(world: World, address: str) -> None:
    rows(world, 3)
    visitor = at(world, address)
    assert status_of(visitor) == 422
    assert numbers(visitor) == []


def test_a_hundred_a_page_and_none_is_left_out(world: World) -> None:
    rows(world, 2 * PAGE + 20, "case.take_over")
    visitor = at(world, "?action=case.take_over")
    seen = numbers(visitor)
    assert len(seen) == PAGE
    for _ in range(2):
        older = html(visitor).split('class="pager"')[1].split("</nav>")[0]
        address = older.rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        visitor.get(address)
        seen += numbers(visitor)
    assert seen == list(range(seen[0], seen[0] - 2 * PAGE - 20, -1))
    assert "before=" not in html(visitor).split('class="pager"')[1].split("</nav>")[0]


def test_a_whole_chain_holds_and_its_head_is_shown(world: World) -> None:
    rows(world, 5)
    visitor = at(world)
    visitor.submit(form="/verify")
    assert status_of(visitor) == 200
    assert "notice-safe" in html(visitor)
    number, mac = world.db.read_now(audit.head)
    assert f"{number}:{mac}" in html(visitor)
    assert audited(world, "audit.verify") == 1


def test_a_changed_row_is_found_at_its_number(world: World) -> None:
    rows(world, 9)
    world.db.write_now(unguarded)
    world.db.write_now(set_row, 4, actor="somebody-else")
    visitor = at(world)
    visitor.submit(form="/verify")
    assert "notice-error" in html(visitor)
    assert " 4:" in read(visitor)
    reason = sa.select(AuditRow.reason).where(AuditRow.action == "audit.verify")
    assert world.db.read_now(lambda s: s.scalars(reason).one()) == "1-3 broken"


@pytest.mark.parametrize("changed", [3, 4, 5, 7])
def test_a_long_chain_is_checked_in_parts(
    world: World, monkeypatch: pytest.MonkeyPatch, changed: int
) -> None:
    monkeypatch.setattr(auditing, "PART", 4)
    rows(world, 8)
    visitor = at(world)
    visitor.submit(form="/verify")
    assert "notice-info" in html(visitor)
    assert [form.values.get("after") for form in _verify_forms(visitor)] == [["4"], None]
    world.db.write_now(unguarded)
    world.db.write_now(set_row, changed, reason="other")
    visitor.submit(form="/verify")
    broken = changed >= 4  # the row before a part is checked with it; row 3 was whole when it was
    assert ("notice-error" in html(visitor)) is broken


def _verify_forms(visitor: Visitor) -> list[Form]:
    return [each for each in forms(html(visitor), LOG) if "verify" in each.action]


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, "999999"])
def test_a_part_that_isnt_there_is_no_proof(world: World, after: str) -> None:
    rows(world, 3)
    visitor = at(world)
    form = visitor.form("/verify")
    visitor.post(form.action, {**form.values, "after": after})
    assert status_of(visitor) == 200
    assert ("notice-safe" in html(visitor)) is (after in ("-1", "x"))


def test_the_file_holds_what_fits_and_runs_nothing(world: World) -> None:
    case_id = routed(world)
    opened(world, case_id)
    for evil in ("=1+1", "+x", "-x", "@x", "＝x", "\tx", " =1", 'a"b', "x,y"):
        rows(world, 1, "case.evil", reason=evil)
    visitor = world.signed_in(AUDITOR)
    answer = visitor.client.get(f"{LOG}csv?action=case.evil")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    cells = list(csv.reader(io.StringIO(answer.text)))
    assert cells[0] == list(auditing.COLUMNS)
    assert [row[5] for row in reversed(cells[1:])] == [
        "'=1+1", "'+x", "'-x", "'@x", "'＝x", "'\tx", "' =1", 'a"b', "x,y",
    ]  # fmt: skip
    assert all(line.startswith('"') for line in answer.text.splitlines())
    whole = visitor.client.get(f"{LOG}csv").text
    assert "Supervisor Assen 1" in whole
    assert "Applicant" not in whole
    assert visitor.client.get(f"{LOG}csv?first=x").status_code == 422
