"""A case goes where its person goes (R7 of domain.md §4)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from portal.caseload import importing
from portal.caseload.models import Dossier
from portal.cases import handling, queries, rerouting
from portal.cases.access import Actor
from portal.cases.models import Case
from tests.rooms.routed_cases import (
    ASSEN_1,
    ASSEN_2,
    UTRECHT,
    case_of,
    codes,
    desk,
    letters,
    log_of,
    routed,
    sent,
)
from tests.support.world import DOSSIERS, MEDIATION, World, _caseload


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
    utrecht = Actor(world.member_id(UTRECHT), ("supervisor",))
    file = world.db.read_now(
        queries.case_file, world.keys.require_desk(), utrecht, case.id, datetime.now(UTC)
    )
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
