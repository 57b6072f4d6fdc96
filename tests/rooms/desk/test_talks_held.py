"""Talks that took place: their result, and the three fixed ones of a dossier."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from portal.cases.models import Case, CaseEvent
from portal.i18n import dutch_day
from tests.rooms.desk.at_the_desk import (
    OWN,
    change,
    html,
    messages_of,
    opened,
    path_of,
    read,
    routed,
    status_of,
)
from tests.rooms.desk.test_talks import day_of
from tests.support.talks import (
    count,
    held,
    move_to,
    proposed,
    talk_of,
)
from tests.support.visitor import Visitor
from tests.support.world import PERSON, World

TAKEN = {"time": "9", "way": "phone",
         "number": "3", "text": "Wil <b>hulp</b>."}  # fmt: skip


def panel_of(visitor: Visitor) -> str:
    return html(visitor).partition('aria-labelledby="talks"')[2].partition("</section>")[0]


def test_a_talk_is_held_with_its_result_for_staff_alone(world: World) -> None:
    case_id = routed(world)
    talk_id = proposed(world, case_id)
    page = f"/desk/cases/{case_id}/talks/{talk_id}"
    visitor = world.signed_in(OWN)
    visitor.get(page)
    assert "/held" not in html(visitor)  # it's still to come
    csrf_and_version = visitor.form("/cancel").values
    visitor.post(f"{page}/held", {**csrf_and_version, "text": "Te vroeg.", "number": "1"})
    assert status_of(visitor) == 409
    assert "Te vroeg." in read(visitor)
    move_to(world, talk_id, datetime.now(UTC) - timedelta(hours=2))
    visitor.get(page)
    visitor.submit({"number": "1", "text": " "}, "/held")
    assert status_of(visitor) == 422
    assert visitor.form("/held").values["number"] == ["1"]
    visitor.submit({"text": "Wil met <b>IOM</b> praten.", "number": "1"}, "/held")
    assert path_of(visitor) == f"/desk/cases/{case_id}"
    talk = talk_of(world, case_id)
    assert (talk["state"], talk["open"], talk["number"]) == ("held", False, 1)
    assert "Wil met &lt;b&gt;IOM&lt;/b&gt; praten." in html(visitor)
    assert messages_of(world, case_id) == 1
    sealed = sa.select(CaseEvent.sealed).where(CaseEvent.name == "talk_held")
    assert b"IOM" not in (world.db.read_now(lambda session: session.scalar(sealed)) or b"")
    visitor.get(page)
    assert "Wil met &lt;b&gt;IOM&lt;/b&gt; praten." in html(visitor)
    assert "/cancel" not in html(visitor)


def test_the_three_talks_of_a_dossier_over_its_cases(world: World) -> None:
    first, second = routed(world), routed(world)
    held(world, first, 1)
    proposed(world, second, "2")
    for case_id in (first, second):
        visitor = opened(world, case_id)
        panel = panel_of(visitor)
        assert panel.count("is-yes") == 1
        assert panel.count("is-open") == 2
        assert panel.count("Supervisor Assen 1") == 1
        other = second if case_id == first else first
        assert f'href="/desk/cases/{other}"' in panel
    stranger = routed(world, "question", {**PERSON, "v_number": "0000000002",
        "birth_date": {"year": 1992, "month": 11, "day": 30}, "question_text": "?"})  # fmt: skip
    assert "is-yes" not in panel_of(opened(world, stranger))


def test_a_talk_without_a_proposal_is_written_down(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id)
    visitor.get(f"/desk/cases/{case_id}/talks/held")
    yesterday = dutch_day() - timedelta(days=1)
    for wrong, field in (
        (day_of(dutch_day() + timedelta(days=1)), "f-day"),
        (day_of(date(1926, 1, 1)), "f-day"),
        ({"day.day": "1", "day.month": "1", "day.year": "0001"}, "f-day"),
        ({"text": " "}, "f-text"),
        ({"way": ""}, "f-way"),
        ({"minutes": "x"}, "f-minutes"),
    ):
        visitor.submit({**TAKEN, **day_of(yesterday), **wrong}, "/talks/held")
        assert status_of(visitor) == 422, wrong
        assert f'href="#{field}"' in html(visitor)
        assert visitor.form("/talks/held").values["number"] == ["3"]
    assert count(world, case_id) == 0
    visitor.get(f"/desk/cases/{case_id}/talks/held")
    form = visitor.form("/talks/held")
    for _ in range(2):
        visitor.send(form, {**TAKEN, **day_of(yesterday)})
    assert status_of(visitor) == 409  # the second time the page is an old one
    assert count(world, case_id) == 1
    talk = talk_of(world, case_id)
    assert (talk["state"], talk["open"], talk["number"]) == ("held", False, 3)
    assert messages_of(world, case_id) == 0
    page = html(opened(world, case_id))
    assert "Wil &lt;b&gt;hulp&lt;/b&gt;." in page
    assert panel_of(opened(world, case_id)).count("is-yes") == 1


def test_of_a_case_out_of_sight_there_is_the_day_alone_and_of_a_restricted_one_nothing(
    world: World,
) -> None:
    first, second = routed(world), routed(world)
    held(world, first, 1)
    away = sa.update(Case).where(Case.id == first).values(team_id="utrecht", supervisor_id=None)
    change(world, away)
    panel = panel_of(opened(world, second))
    assert panel.count("is-yes") == 1
    assert not [word for word in ("Supervisor Assen 1", first) if word in panel]
    change(world, away.values(restricted=True))
    panel = panel_of(opened(world, second))
    assert panel.count("is-yes") == 0
    assert "Supervisor Assen 1" not in panel
