"""The minutes of a consultation: nothing is left out by accident, and nothing is changed later."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.cases.consultation.terms import Minutes, NotReady
from portal.i18n import translate
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    COORDINATOR,
    OWN,
    STRANGER,
    audited,
    html,
    log_of,
    messages_of,
    opened,
    path_of,
    read,
    routed,
    status_of,
)
from tests.support.consultations import (
    NOBODY,
    SOMEBODY,
    TODAY,
    actions_stored,
    agreed,
    closed,
    meeting,
    meetings_stored,
    on_agenda,
    told,
    written,
)
from tests.support.visitor import Visitor
from tests.support.world import QUESTION, World

MEETINGS = "/desk/consultations/"
SAID = {
    "dissent": "somebody",
    "dissent_text": "Er is een <i>zieke</i>.",
    "dissent_by": "COA & arts",
    "outcome": "longer_azc",
}


def table(world: World, cases: int = 1) -> tuple[str, list[str], list[str]]:
    """A meeting with cases on its agenda: (meeting, case ids, item ids)."""
    found = meeting(world, OWN)
    case_ids = [routed(world) for _ in range(cases)]
    return found, case_ids, [on_agenda(world, OWN, found, each) for each in case_ids]


def at(world: World, meeting_id: str, item_id: str, who: str = OWN) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(f"{MEETINGS}{meeting_id}/cases/{item_id}")
    assert status_of(visitor) == 200
    return visitor


def due(number: int, days: int) -> dict[str, str]:
    day = TODAY + timedelta(days=days)
    name = f"action.{number}.due"
    return {f"{name}.day": str(day.day), f"{name}.month": str(day.month),
            f"{name}.year": str(day.year)}  # fmt: skip


def test_what_was_said_is_kept_sealed_and_the_next_case_comes(world: World) -> None:
    found, cases, items = table(world, 2)
    visitor = at(world, found, items[0])
    member = f"member:{world.member_id(COLLEAGUE)}"
    action = {"action.0.text": "Arts <bellen>", "action.0.owner": member, **due(0, 7)}
    visitor.submit({**SAID, **action, "next": "yes"}, items[0])
    assert path_of(visitor) == f"{MEETINGS}{found}/cases/{items[1]}"
    assert audited(world, "case.consultation_recorded") == 1
    name, content = told(world, cases[0])[-1]
    assert name == "consultation_recorded"
    assert content["proposal"] == "Opvang beëindigen."
    assert {key: content[key] for key in SAID} == SAID
    (stored,) = actions_stored(world)
    assert (stored.owner_id, stored.due) == (world.member_id(COLLEAGUE), TODAY + timedelta(7))
    assert b"bellen" not in stored.sealed
    visitor = at(world, found, items[0], COLLEAGUE)
    assert "Er is een &lt;i&gt;zieke&lt;/i&gt;." in html(visitor)
    assert "Arts &lt;bellen&gt;" in html(visitor)
    assert "Supervisor Assen 2" in read(visitor)
    visitor = at(world, found, items[1])
    visitor.submit({"dissent": "nobody", "outcome": "postponed"}, items[1])
    assert path_of(visitor) == f"{MEETINGS}{found}"
    assert "/cases/" in html(visitor)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"outcome": "detention"}, "dissent"),
        ({"outcome": "postponed"}, "dissent"),
        ({**SAID, "dissent_text": ""}, "dissent_text"),
        ({**SAID, "dissent_text": " \n "}, "dissent_text"),
        ({**SAID, "dissent_by": ""}, "dissent_by"),
        ({**SAID, "dissent": "nobody"}, "dissent"),
        ({"dissent_text": "Er is een zieke."}, "dissent"),
        ({**SAID, "outcome": "other"}, "outcome_text"),
        ({**SAID, "proposal": ""}, "proposal"),
        ({**SAID, "action.1.text": "Bellen"}, "action-1-text"),
        ({**SAID, "action.1.text": "Bellen", "action.1.owner": "org:coa"}, "action-1-text"),
        ({**SAID, "action.0.owner": "org:coa", **due(0, 3)}, "action-0-text"),
        ({"action.0.text": "B", "action.0.owner": "org:coa", **due(0, -1)}, "action-0-text"),
    ],
)
def test_what_is_missing_is_asked_for_and_the_rest_stays(
    world: World, typed: dict[str, str], wrong: str
) -> None:
    found, cases, items = table(world)
    visitor = at(world, found, items[0])
    visitor.submit(typed, items[0])
    assert status_of(visitor) == 422
    assert f'href="#f-{wrong}"' in html(visitor)
    assert ('<details class="more" open>' in html(visitor)) is (wrong == "action-1-text")
    if typed.get("dissent_by"):
        assert "COA &amp; arts" in html(visitor)
    if "outcome" in typed:
        assert visitor.form(items[0]).values["outcome"] == [typed["outcome"]]
    assert [name for name, _ in told(world, cases[0])] == ["consultation_placed"]
    assert actions_stored(world) == []


def test_nobody_is_preselected_and_the_core_asks_too(world: World) -> None:
    found, _, items = table(world)
    values = at(world, found, items[0]).form(items[0]).values
    assert "dissent" not in values
    assert "outcome" not in values
    for wrong in (
        Minutes("Voorstel", outcome="detention"),
        Minutes("Voorstel", "somebody", "", "COA", "detention"),
        Minutes("Voorstel", "somebody", "Tekst", "", "detention"),
        Minutes("", "nobody", outcome="detention"),
        Minutes("Voorstel", "nobody", outcome="flight"),
        Minutes("Voorstel", "nobody", outcome="other"),
        Minutes("Voorstel", "everybody"),
    ):
        with pytest.raises(NotReady):
            written(world, OWN, items[0], wrong)


@pytest.mark.parametrize("owner", ["member:nobody", "org:nobody", "nobody", "member:"])
def test_an_action_is_somebodys(world: World, owner: str) -> None:
    found, _, items = table(world)
    visitor = at(world, found, items[0])
    form = visitor.form(items[0])
    data = {**form.values, **SAID, "action.0.text": "Bellen", "action.0.owner": owner, **due(0, 1)}
    visitor.post(form.action, data)
    assert status_of(visitor) == 422
    assert "Bellen" in read(visitor) or 'value="Bellen"' in html(visitor)
    assert actions_stored(world) == []


def test_who_writes_second_is_told_and_keeps_the_text(world: World) -> None:
    found, cases, items = table(world)
    first, second = at(world, found, items[0]), at(world, found, items[0], COORDINATOR)
    visitor = opened(world, cases[0])  # a note doesn't send the writers back
    visitor.submit({"text": "Tussendoor."}, "/note")
    first.submit({**SAID}, items[0])
    assert status_of(first) == 200
    second.submit({**SAID, "dissent_text": "Ook dit nog."}, items[0])
    assert status_of(second) == 409
    assert "Ook dit nog." in read(second)
    assert [name for name, _ in told(world, cases[0])].count("consultation_recorded") == 1


def test_two_at_once_are_one(world: World) -> None:
    found, cases, items = table(world)
    visitors = [at(world, found, items[0], who) for who in (OWN, COLLEAGUE)]
    forms = [visitor.form(items[0]) for visitor in visitors]

    def write(number: int) -> int:
        return visitors[number].send(forms[number], SAID).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(write, range(2))) == [200, 409]
    assert [name for name, _ in told(world, cases[0])].count("consultation_recorded") == 1


def test_an_outcome_is_not_taken_back_into_nothing(world: World) -> None:
    found, cases, items = table(world)
    written(world, OWN, items[0], SOMEBODY)
    visitor = at(world, found, items[0])
    form = visitor.form(items[0])
    assert form.values["dissent_by"] == ["COA"]
    visitor.post(form.action, {**form.values, "outcome": ""})
    assert status_of(visitor) == 422
    assert f"/cases/{items[0]}/off" not in html(at(world, found, items[0]))
    visitor.post(f"{form.action}/off", form.values)
    assert status_of(visitor) == 409
    visitor = at(world, found, items[0])
    visitor.submit({"outcome": "postponed"}, items[0])  # another one is another line
    names = [name for name, _ in told(world, cases[0])]
    assert names == ["consultation_placed", "consultation_recorded", "consultation_recorded"]
    assert told(world, cases[0])[1][1]["outcome"] == "longer_azc"


def test_a_case_comes_off_the_agenda_and_on_again(world: World) -> None:
    found, cases, items = table(world)
    visitor = at(world, found, items[0])
    visitor.submit(form="/off")
    assert path_of(visitor) == f"{MEETINGS}{found}"
    assert items[0] not in html(visitor)
    assert log_of(world, cases[0])[-1] == "consultation_taken_off"
    visitor.get(f"{MEETINGS}{found}/cases/{items[0]}")
    assert status_of(visitor) == 404
    assert on_agenda(world, OWN, found, cases[0], "Nieuw voorstel") == items[0]
    assert "Nieuw voorstel" in read(at(world, found, items[0]))


def test_closed_minutes_are_added_to_and_not_changed(world: World) -> None:
    found, cases, items = table(world)
    written(world, OWN, items[0], SOMEBODY)
    visitor = at(world, found, items[0])
    old = visitor.form(items[0])
    closed(world, OWN, found)
    visitor.get(f"{MEETINGS}{found}/cases/{items[0]}")
    assert "dissent_text" not in html(visitor)
    visitor.post(old.action, {**old.values, **SAID})
    assert status_of(visitor) == 409
    assert "Er is een <i>zieke</i>." in read(visitor)
    visitor.get(f"{MEETINGS}{found}/cases/{items[0]}")
    form = visitor.form("/add")
    visitor.send(form, {"text": "  "})
    assert status_of(visitor) == 422
    visitor.send(form, {"text": "De naam is <u>anders</u>."})
    assert status_of(visitor) == 200
    visitor.send(form, {"text": "Tweede keer."})
    assert status_of(visitor) == 409
    assert told(world, cases[0])[-1] == (
        "consultation_added",
        {"text": "De naam is <u>anders</u>."},
    )
    printed = world.signed_in(COLLEAGUE)
    printed.get(f"{MEETINGS}{found}/minutes")
    assert "De naam is &lt;u&gt;anders&lt;/u&gt;." in html(printed)
    assert "Er is een zieke." in read(printed)
    assert "Supervisor Assen 1" in read(printed)
    assert "DT&V, COA" in read(printed)


def test_the_printed_minutes_hold_everything_and_are_written_down(world: World) -> None:
    found, _, items = table(world, 2)
    agreed(world, OWN, items[0], "Arts bellen.")
    before = audited(world, "case.view")
    visitor = world.signed_in(OWN)
    visitor.get(f"{MEETINGS}{found}/minutes")
    words = read(visitor)
    assert words.count("Applicant 01") == 2
    for each in ("Arts bellen.", "Opvang beëindigen.", "Supervisor Assen 1", "azc Assen"):
        assert each in words
    assert audited(world, "case.view") == before + 2
    assert html(visitor).count("<form") == 1  # to sign out


def test_actions_stay_on_top_until_they_are_done(world: World) -> None:
    found, cases, items = table(world)
    action = agreed(world, OWN, items[0], "Arts bellen.")
    closed(world, OWN, found)
    later = meeting(world, OWN, "azc Emmen", TODAY + timedelta(days=14))
    visitor = world.signed_in(COLLEAGUE)
    visitor.get(f"{MEETINGS}{later}")
    assert "Arts bellen." in read(visitor)
    visitor.submit(form=f"/actions/{action}")
    assert path_of(visitor) == f"{MEETINGS}{later}"
    assert "Arts bellen." not in read(visitor)
    (stored,) = actions_stored(world)
    assert stored.done
    assert stored.done_by == world.member_id(COLLEAGUE)
    visitor = at(world, found, items[0])
    form = visitor.form(f"/actions/{action}")
    for _ in range(2):
        visitor.send(form, {})
        assert status_of(visitor) == 200
    assert actions_stored(world)[0].done is None
    names = log_of(world, cases[0])
    assert names.count("consultation_action_done") == 1
    assert names.count("consultation_action_undone") == 1
    stranger = world.signed_in(STRANGER)
    stranger.get(MEETINGS)
    csrf = stranger.form("sign-out").values["csrf"]
    stranger.post(form.action, {"csrf": csrf, "done": "yes"})
    assert status_of(stranger) == 404
    assert actions_stored(world)[0].done is None


def test_nothing_of_it_reaches_the_person(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    found = meeting(world, OWN, "azc Kanarie")
    item = on_agenda(world, OWN, found, case_id, "Kanarie")
    written(world, OWN, item, NOBODY)
    closed(world, OWN, found)
    assert messages_of(world, case_id) == 0
    reader = world.visitor()
    reader.get("/en/follow")
    page = reader.submit({"code": code})
    assert page.url.path == "/en/follow/case"
    assert "Kanarie" not in page.text
    assert translate("en", "We are consulting other organisations") not in page.text
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{case_id}/message/consulting")
    assert status_of(visitor) == 200
    visitor.submit(form="/preview")
    visitor.submit(form="/send")
    assert messages_of(world, case_id) == 1
    page = reader.get("/en/follow/case")
    assert translate("en", "We are consulting other organisations") in page.text
    assert "Kanarie" not in page.text
    assert meetings_stored(world)[0]["closed"]
    assert audited(world, "case.message") == 1
