"""The page of a case, and who may see it."""

import pytest
import sqlalchemy as sa

from portal.cases.models import Case
from tests.rooms.desk.at_the_desk import (
    OWN,
    STRANGER,
    audited,
    change,
    csrf_of,
    html,
    log_of,
    opened,
    read,
    routed,
    status_of,
)
from tests.support.world import MEDIATION, QUESTION, World


def test_a_case_shows_its_words_its_reasons_and_its_log(world: World) -> None:
    case_id = routed(world, "mediation", MEDIATION)
    visitor = opened(world, case_id)
    words = read(visitor)
    assert MEDIATION["own_attempts"][0]["result"] in words
    assert 'dir="auto"' in html(visitor)
    assert "één vertrekdossier" in words
    assert "Volgens het dossier loopt er geen procedure" in words
    assert "Het portaal gaf het verzoek aan Supervisor Assen 1" in words
    assert "Syrië" in words
    assert audited(world, "case.view") == 1


def test_a_held_mediation_says_why_and_offers_no_announcement(world: World) -> None:
    held = MEDIATION | {"v_number": "0000000002", "birth_date": {"year": 1992}}
    case_id = routed(world, "mediation", held)
    visitor = opened(world, case_id)
    assert "Dit was een bemiddelingsverzoek" in read(visitor)
    assert "Er mag niets naar een ambassade" in read(visitor)
    assert MEDIATION["own_attempts"][0]["result"] in read(visitor)
    visitor.get(f"/desk/cases/{case_id}/message")
    assert "mediation_started" not in html(visitor)
    visitor.get(f"/desk/cases/{case_id}/message/mediation_started")
    assert status_of(visitor) == 409


@pytest.mark.parametrize("who", [STRANGER, "supervisor-ilc-1"])
def test_a_case_of_another_team_is_not_there(world: World, who: str) -> None:
    case_id = routed(world)
    visitor = world.signed_in(who)
    own_form = {"csrf": csrf_of(visitor), "version": "1", "name": "start", "text": "x"}
    for path in ("", "/message", "/message/reading"):
        visitor.get(f"/desk/cases/{case_id}{path}")
        assert status_of(visitor) == 404
    for deed in ("take-over", "move", "note", "message/reading/preview", "message/reading/send"):
        visitor.post(f"/desk/cases/{case_id}/{deed}", own_form)
        assert status_of(visitor) == 404
    assert audited(world, "case.refused") == 8
    assert log_of(world, case_id) == ["sent", "route", "routed"]


def test_ids_that_no_case_has_are_not_there(world: World) -> None:
    visitor = world.signed_in(OWN)
    csrf = csrf_of(visitor)
    for case_id in ("0" * 32, "x", "%00", "é", "A" * 32):
        visitor.get(f"/desk/cases/{case_id}")
        assert status_of(visitor) == 404
        visitor.post(f"/desk/cases/{case_id}/note", {"csrf": csrf, "text": "x"})
        assert status_of(visitor) == 404


def test_partners_and_strangers_stay_outside(world: World) -> None:
    case_id = routed(world)
    partner = world.signed_in("partner-iom-1")
    for path in ("/desk/", f"/desk/cases/{case_id}", f"/desk/cases/{case_id}/message"):
        partner.get(path)
        assert status_of(partner) == 403
        anonymous = world.visitor().client.get(path, follow_redirects=False)
        assert anonymous.status_code == 303
        assert anonymous.headers["location"].startswith("/staff/sign-in")


def test_a_request_that_no_key_opens_hides_nothing_else(world: World) -> None:
    broken, _ = world.send("question", QUESTION)
    change(world, sa.update(Case).where(Case.id == broken).values(desk_key=b"v1.x.y"))
    world.route()
    visitor = world.signed_in("coordinator-ilc")
    visitor.get("/desk/?view=team")
    assert "Naam niet leesbaar" in read(visitor)
    visitor.get(f"/desk/cases/{broken}")
    assert "kan niet worden geopend" in read(visitor)
    visitor.submit({"text": "Beheer gebeld."}, "/note")
    assert status_of(visitor) == 409
    visitor.get(f"/desk/cases/{broken}/message/reading")
    assert status_of(visitor) == 409
