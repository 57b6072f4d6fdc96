"""The figures over HTTP: what is counted, who may see which, and that nothing small leaves."""

import csv
import io
import re
import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases.figures import Quarter, publishing
from portal.cases.figures.models import PublishedFigures
from portal.cases.models import Case, CaseEvent
from portal.cases.queue import CHECKS
from portal.i18n import AMSTERDAM, dutch_day
from tests.rooms.desk.at_the_desk import audited, html, read, status_of
from tests.support.page_lint import elements
from tests.support.world import World

pytestmark = pytest.mark.both_databases


NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SUMMER = Quarter(2026, 3)


def requests(world: World, number: int, day: date, **columns: Any) -> list[str]:
    """Requests that were sent on a day, as rows alone: nothing in them is sealed or can be read."""
    sent = datetime.combine(day, time(10), AMSTERDAM)
    ids = [secrets.token_hex(16) for _ in range(number)]

    def store(session: Session) -> None:
        for case_id in ids:
            given = {"kind": "question", "state": "assigned", "team_id": "assen",
                     "language": "ar", **columns}  # fmt: skip
            session.add(
                Case(
                    id=case_id,
                    reference=case_id[:9],
                    urgent="none",
                    embassy_hold=False,
                    open=True,
                    created=sent,
                    due=sent,
                    submission=case_id,
                    code_lookup=case_id.encode(),
                    desk_key=b"-",
                    code_key=b"-",
                    answers=b"-",
                    **given,
                )
            )

    world.db.write_now(store)
    return ids


def logged(world: World, ids: list[str], name: str, day: date, actor: str, state: str) -> None:
    at = datetime.combine(day, time(15), AMSTERDAM)

    def store(session: Session) -> None:
        for each in ids:
            session.add(
                CaseEvent(case_id=each, at=at, name=name, state=state, actor=actor, detail={})
            )

    world.db.write_now(store)


def publish(world: World, now: datetime = NOW) -> None:
    world.db.write_now(publishing.publish_due, now)


def cells(text: str) -> dict[tuple[str, str], str]:
    """(table, key) to number of a CSV."""
    lines = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))
    assert lines[0] == ["period", "table", "key", "label", "number"]
    return {(line[1], line[2]): line[4] for line in lines[1:]}


def downloaded(world: World, address: str, who: str = "") -> dict[tuple[str, str], str]:
    visitor = world.signed_in(who) if who else world.visitor()
    answer = visitor.client.get(address)
    assert answer.status_code == 200, address
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return cells(answer.content.decode())


def test_a_quarter_is_counted_once_after_it_is_over(world: World) -> None:
    ids = requests(world, 24, date(2026, 8, 3))  # a Monday
    requests(world, 12, date(2026, 9, 30), kind="iom_support", team_id="utrecht", language="nl")
    requests(world, 40, date(2026, 10, 1))  # the day after
    logged(world, ids[:12], "start", date(2026, 8, 5), world.member_id("supervisor-assen-1"), "")
    logged(world, ids[12:], "message", date(2026, 8, 4), "worker", "assigned")
    logged(world, ids[12:], "start", date(2026, 8, 10), world.member_id("supervisor-assen-1"), "")
    for name in CHECKS:
        logged(world, ids[:11], name, date(2026, 8, 6), "x", "in_progress")
    publish(world, datetime(2026, 10, 14, 20, tzinfo=UTC))
    assert world.db.read_now(publishing.published) == ()
    publish(world)
    found = downloaded(world, "/en/figures.csv?period=2026-Q3")
    assert found["total", ""] == "36"
    assert found["month", "2026-07"] == ""  # none, so hidden, and the next smallest with it
    assert (found["month", "2026-08"], found["month", "2026-09"]) == ("24", "")
    assert (found["kind", "question"], found["kind", "iom_support"]) == ("24", "")
    assert (found["place", "assen"], found["place", "utrecht"]) == ("24", "")
    assert (found["checks", "all"], found["checks", "not_all"]) == ("11", "25")
    assert (found["outcome", "open"], found["outcome", "done"]) == ("", "")
    assert found["working_days", "median"] == "4"  # twelve after two days, twelve after five
    assert found["working_days", "third_quartile"] == "5"
    world.db.write_now(lambda s: s.execute(sa.update(Case).values(language="fr")))
    publish(world)
    publish(world, NOW + timedelta(days=9))
    assert downloaded(world, "/en/figures.csv") == found


def test_two_workers_make_one(world: World) -> None:
    requests(world, 12, date(2026, 8, 3))
    publish(world)
    assert not world.db.write_now(publishing.publish, SUMMER, NOW)
    rows = sa.select(sa.func.count()).select_from(PublishedFigures)
    assert world.db.read_now(lambda s: s.scalar(rows)) == 1


def test_nothing_tells_of_few_requests(world: World) -> None:
    requests(world, 9, date(2026, 8, 3))
    publish(world)
    assert set(downloaded(world, "/en/figures.csv").values()) == {""}
    visitor = world.visitor()
    visitor.get("/en/figures")
    assert "Fewer than ten" in read(visitor)
    assert not re.search(r"<td>\d", html(visitor))


def test_teams_of_who_is_threatened_have_no_row(world: World) -> None:
    for team in ("vertrouwelijk", "amv", "ilc"):
        requests(world, 15, date(2026, 8, 3), team_id=team)
    requests(world, 40, date(2026, 8, 3))
    publish(world)
    found = downloaded(world, "/nl/figures.csv")
    assert found["place", "other"] == "45"
    assert not {("place", team) for team in ("vertrouwelijk", "amv", "ilc")} & set(found)


@pytest.mark.parametrize("tag", ["en", "ar", "zh-Hans"])
def test_the_page_shows_chart_and_table_with_the_same_numbers(world: World, tag: str) -> None:
    requests(world, 31, date(2026, 8, 3))
    requests(world, 27, date(2026, 7, 3), kind="mediation", language="nl")
    publish(world)
    visitor = world.visitor()
    visitor.get(f"/{tag}/figures")
    assert status_of(visitor) == 200
    numbers = {key: number for (table, key), number in
               downloaded(world, f"/{tag}/figures.csv").items() if table == "month"}  # fmt: skip
    assert sorted(numbers.values()) == ["", "", "31"]
    tags = elements(html(visitor))
    charts = [each for each in tags if each.tag == "svg" and each.get("role") == "img"]
    assert len(charts) == len([each for each in tags if each.get("class") == "figure-table"]) == 6
    for chart in charts:
        named = chart.get("aria-labelledby").split()
        assert {each.get("id") for each in tags if each.parent is chart} >= set(named)
    drawn = [each.name() for each in tags if each.get("class") == "chart-number"]
    assert drawn == [each.name() for each in tags if each.tag == "td" and each.name()]
    assert {"31", "58"} <= set(re.findall(r"\d+", html(visitor)))
    assert not re.search(r">\s*27\s*<", html(visitor))


def test_the_page_is_not_sent_again_and_sets_no_cookie(world: World) -> None:
    requests(world, 12, date(2026, 8, 3))
    publish(world)
    client = world.visitor().client
    for address in ("/en/figures", "/en/figures.csv"):
        first = client.get(address)
        assert "set-cookie" not in first.headers
        again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_without_figures_the_page_says_so(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/en/figures")
    assert "There are no numbers to show here" in read(visitor)
    for period in ("2026-Q3", "2026-Q5", "9999-Q4", "0000-Q1", "٢٠٢٦-Q1", "x"):
        for address in ("/en/figures", "/en/figures.csv"):
            answer = visitor.client.get(address, params={"period": period})
            assert answer.status_code in (200, 404)


def test_a_coordinator_sees_the_own_team(world: World) -> None:
    today = dutch_day()
    requests(world, 14, today)
    requests(world, 80, today, team_id="utrecht")
    visitor = world.signed_in("coordinator-assen")
    visitor.get("/desk/figures?scope=all")
    assert "Team Assen" in read(visitor)
    assert "scope=all" not in html(visitor)
    assert audited(world, "figures.view") == 1
    found = downloaded(world, "/desk/figures.csv?scope=all", "coordinator-assen")
    assert found["total", ""] == "14"
    assert not [key for table, key in found if table == "place"]
    assert audited(world, "figures.view") == 2


def test_who_coordinates_at_the_ilc_sees_of_all_what_is_public(world: World) -> None:
    requests(world, 30, date(2026, 8, 3))
    requests(world, 90, dutch_day())
    publish(world)
    found = downloaded(world, "/desk/figures.csv?scope=all", "coordinator-ilc")
    assert found == downloaded(world, "/nl/figures.csv")
    visitor = world.signed_in("coordinator-ilc")
    visitor.get("/desk/figures?scope=all&period=2026-Q3")
    assert "30" in read(visitor)
    visitor.get("/desk/figures")
    assert "scope=all" in html(visitor)


def test_supervisors_have_no_figures(world: World) -> None:
    visitor = world.signed_in("supervisor-assen-1")
    for address in ("/desk/figures", "/desk/figures.csv"):
        assert visitor.client.get(address).status_code == 403


@pytest.mark.parametrize(
    ("state", "last", "outcome"),
    [
        ("assigned", None, "open"),
        ("in_progress", "not_now", "open"),
        ("not_now", "not_now", "not_now"),
        ("done", "referred", "referred"),
        ("done", None, "done"),
        ("withdrawn", "carried_out", "withdrawn"),
        ("duplicate", None, "duplicate"),
    ],
)
def test_what_became_of_a_request(state: str, last: str | None, outcome: str) -> None:
    assert publishing.outcome_of(state, last) == outcome


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2026-11-16T09:00", "2026-11-16T17:00", 0),
        ("2026-11-16T09:00", "2026-11-17T08:00", 1),
        ("2026-11-20T09:00", "2026-11-23T09:00", 1),  # over a weekend
        ("2026-11-20T09:00", "2026-11-22T09:00", 1),  # on a Sunday
        ("2026-11-16T09:00", "2026-11-30T09:00", 10),
    ],
)
def test_working_days_are_those_of_the_targets(since: str, until: str, days: int) -> None:
    one, other = (datetime.fromisoformat(each).replace(tzinfo=AMSTERDAM) for each in (since, until))
    assert publishing.working_days(one, other) == days
