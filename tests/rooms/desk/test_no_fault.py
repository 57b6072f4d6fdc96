"""The five no-fault conditions as a record with evidence, and the draft of the advice."""

import pytest
import sqlalchemy as sa

from portal.cases.models import CaseEvent
from portal.cases.no_fault import CONDITIONS, STANDINGS
from portal.desk.no_fault import CONDITION_NAMES, STANDING_NAMES
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    OWN,
    STRANGER,
    audited,
    html,
    log_of,
    read,
    routed,
    status_of,
)
from tests.support.files import attached
from tests.support.visitor import Visitor, forms
from tests.support.world import MEDIATION, World


def record_page(world: World, case_id: str, who: str = OWN, page: str = "no-fault") -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(f"/desk/cases/{case_id}/{page}")
    return visitor


def judge(visitor: Visitor, condition: str, standing: str, text: str, *files: str) -> None:
    """Fill in the form of one condition on the page that was last seen."""
    form = next(
        form
        for form in forms(html(visitor), str(visitor.page.url))
        if form.values.get("condition") == [condition]
    )
    values = {"standing": standing, "text": text}
    visitor.post(form.action, {**form.values, **values, "file": list(files)})


def test_all_conditions_and_standings_have_names() -> None:
    assert tuple(CONDITION_NAMES) == CONDITIONS
    assert tuple(STANDING_NAMES) == STANDINGS


def test_a_condition_is_kept_sealed_with_reason_and_files_and_history(world: World) -> None:
    case_id = routed(world, "mediation", MEDIATION)
    file_id = attached(world, case_id, item="attempt_proof")
    visitor = record_page(world, case_id)
    judge(visitor, "own_attempt", "open", "Nog geen <b>brief</b>.")
    assert status_of(visitor) == 200
    assert visitor.page.url.path == f"/desk/cases/{case_id}/no-fault"
    judge(record_page(world, case_id, COLLEAGUE), "own_attempt", "met", "Brief gezien.", file_id)
    events = world.db.read_now(
        lambda s: s.scalars(sa.select(CaseEvent).where(CaseEvent.name == "no_fault")).all()
    )
    assert [event.detail for event in events] == [{}, {}]
    for event in events:
        assert event.sealed is not None
        assert not [word for word in (b"own_attempt", b"met", b"rief") if word in event.sealed]
    assert audited(world, "case.no_fault") == 2
    page = html(record_page(world, case_id))
    assert page.index("Brief gezien.") < page.index("Nog geen &lt;b&gt;brief&lt;/b&gt;.")
    assert f'value="{file_id}" type="checkbox" checked' in page
    assert "Supervisor Assen 2" in page


@pytest.mark.parametrize(
    ("standing", "text"), [("met", ""), ("not_met", "  "), ("", "Tekst."), ("nonsense", "Tekst.")]
)
def test_without_standing_or_reason_nothing_is_written(
    world: World, standing: str, text: str
) -> None:
    case_id = routed(world, "mediation", MEDIATION)
    file_id = attached(world, case_id)
    visitor = record_page(world, case_id)
    judge(visitor, "identity", standing, text, file_id)
    assert status_of(visitor) == 422
    assert "error-summary" in html(visitor)
    assert text.strip() in html(visitor)
    assert f'id="f-identity-{file_id}" name="file" value="{file_id}" type="checkbox" checked' in (
        html(visitor)
    )
    assert "no_fault" not in log_of(world, case_id)


def test_only_files_of_this_case_are_evidence(world: World) -> None:
    case_id = routed(world, "mediation", MEDIATION)
    others = attached(world, routed(world))
    visitor = record_page(world, case_id)
    judge(visitor, "identity", "met", "Paspoort gezien.", others)
    assert status_of(visitor) == 422
    assert "Paspoort gezien." in html(visitor)
    visitor = record_page(world, case_id)
    form = visitor.form("/no-fault")
    visitor.post(form.action, {**form.values, "condition": "x", "standing": "met", "text": "x"})
    assert status_of(visitor) == 422
    assert "no_fault" not in log_of(world, case_id)


def test_who_comes_second_is_told_and_keeps_the_text(world: World) -> None:
    case_id = routed(world, "mediation", MEDIATION)
    first, second = record_page(world, case_id), record_page(world, case_id, COLLEAGUE)
    judge(first, "no_title", "met", "Nagekeken.")
    judge(second, "no_title", "not_met", "Mijn eigen tekst.")
    assert status_of(second) == 409
    assert "Mijn eigen tekst." in html(second)
    assert log_of(world, case_id).count("no_fault") == 1


def test_the_draft_is_made_of_the_record_and_says_what_is_open(world: World) -> None:
    case_id = routed(world, "mediation", MEDIATION)
    attached(world, case_id, item="attempt_proof")
    judge(record_page(world, case_id), "own_attempt", "met", "Brief <i>gezien</i>.")
    judge(record_page(world, case_id), "identity", "open", "Geboorteakte ontbreekt.")
    visitor = record_page(world, case_id, page="no-fault/advice")
    assert status_of(visitor) == 200
    page = html(visitor)
    assert 'lang="nl"' in page
    assert "رفضت السفارة كتابةً." in page
    assert "Brief &lt;i&gt;gezien&lt;/i&gt;." in page
    assert "Geboorteakte ontbreekt." in page
    assert "IND" in page
    assert "Applicant 01" in page[page.index("vertrekdossier") :]
    still_open = page[page.index('id="open"') :]
    assert ">1. " not in still_open
    for number in (2, 3, 4, 5):
        assert f">{number}. " in still_open
    assert audited(world, "case.advice") == 1


def test_no_other_team_and_no_other_kind(world: World) -> None:
    case_id = routed(world, "mediation", MEDIATION)
    for page in ("no-fault", "no-fault/advice"):
        assert status_of(record_page(world, case_id, STRANGER, page)) == 404
        assert status_of(record_page(world, routed(world), OWN, page)) == 409
    assert audited(world, "case.advice") == 0


def test_nothing_of_it_reaches_the_person(world: World) -> None:
    case_id, code = world.send("mediation", MEDIATION)
    world.route()
    judge(record_page(world, case_id), "own_attempt", "not_met", "Niet voor de aanvrager.")
    reader = world.visitor()
    reader.get("/nl/follow")
    reader.submit({"code": code})
    assert status_of(reader) == 200
    assert "Niet voor de aanvrager." not in html(reader)
    assert "buiten schuld" not in read(reader).lower()
