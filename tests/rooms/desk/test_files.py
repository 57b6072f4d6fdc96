"""Files at the desk: saved and never shown, and released by the named supervisor alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.cases.models import Attachment, Case, CaseEvent
from portal.i18n import AMSTERDAM
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    COORDINATOR,
    OWN,
    STRANGER,
    audited,
    change,
    log_of,
    opened,
    read,
    routed,
)  # fmt: skip
from tests.support.files import attached
from tests.support.visitor import Visitor
from tests.support.world import MEDIATION, World


def test_the_desk_saves_a_file_and_that_is_written_first(world: World) -> None:
    case_id = routed(world)
    file_id = attached(world, case_id, b"\xff\xd8\xff bytes")
    member = opened(world, case_id)
    assert f"/desk/cases/{case_id}/files/{file_id}" in member.page.text
    answer = member.client.get(f"/desk/cases/{case_id}/files/{file_id}")
    assert answer.content == b"\xff\xd8\xff bytes"
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert audited(world, "file.view") == 1


@pytest.mark.parametrize("who", [STRANGER, "supervisor-ilc-1"])
def test_files_of_another_team_are_not_there(world: World, who: str) -> None:
    case_id, own = routed(world), world.signed_in(who)
    file_id = attached(world, case_id)
    for part in ("", "/release"):
        assert own.get(f"/desk/cases/{case_id}/files/{file_id}{part}").status_code == 404
    assert audited(world, "file.refused") == 1
    assert audited(world, "file.view") == 0


def test_a_file_is_found_under_its_own_case_alone(world: World) -> None:
    case_id, other = routed(world), routed(world)
    file_id = attached(world, case_id)
    member = world.signed_in(OWN)
    for wrong in (f"{other}/files/{file_id}", f"{case_id}/files/{'0' * 32}", f"{case_id}/files/x"):
        assert member.get(f"/desk/cases/{wrong}").status_code == 404
        assert member.get(f"/desk/cases/{wrong}/release").status_code == 404


def release_page(world: World, case_id: str, file_id: str, who: str = OWN) -> Visitor:
    member = world.signed_in(who)
    member.get(f"/desk/cases/{case_id}/files/{file_id}/release")
    return member


def released(world: World, file_id: str) -> tuple[bool, date | None]:
    row = world.db.read_now(
        lambda s: s.execute(
            sa.select(Attachment.for_embassy, Attachment.ruling).where(Attachment.id == file_id)
        ).one()
    )
    return row.for_embassy, row.ruling


def day(moment: date) -> dict[str, str]:
    return {"ruling.day": str(moment.day), "ruling.month": str(moment.month),
            "ruling.year": str(moment.year)}  # fmt: skip


def test_the_named_supervisor_releases_with_a_ruling_and_takes_it_back(world: World) -> None:
    case_id = routed(world, "mediation", MEDIATION)
    file_id = attached(world, case_id)
    member = release_page(world, case_id, file_id)
    ruling = datetime.now(UTC).date() - timedelta(days=3)
    member.submit(day(ruling), "release")
    assert member.page.url.path == f"/desk/cases/{case_id}"
    assert released(world, file_id) == (True, ruling)
    event = world.db.read_now(
        lambda s: s.scalars(sa.select(CaseEvent).where(CaseEvent.name == "file_released")).one()
    )
    assert event.detail == {"file": file_id, "date": str(ruling)}
    assert event.actor == world.member_id(OWN)
    assert audited(world, "case.file_released") == 1
    member.get(f"/desk/cases/{case_id}/files/{file_id}/release")
    member.submit(form="release")
    assert released(world, file_id) == (False, None)
    assert log_of(world, case_id)[-1] == "file_withheld"
    assert audited(world, "case.file_withheld") == 1


@pytest.mark.parametrize("who", [COLLEAGUE, COORDINATOR])
def test_nobody_else_releases(world: World, who: str) -> None:
    case_id = routed(world, "mediation", MEDIATION)
    file_id = attached(world, case_id)
    member = release_page(world, case_id, file_id, who)
    assert member.page.status_code == 200
    assert "ruling.day" not in member.page.text
    own = release_page(world, case_id, file_id)
    values = own.form("release").filled(day(date(2026, 1, 2)))
    csrf = member.form("sign-out").values["csrf"]
    for name in ("release", "withhold"):
        member.post(str(own.page.url), {**values, "csrf": csrf, "name": name})
        assert member.page.status_code == 409
    assert released(world, file_id) == (False, None)


@pytest.mark.parametrize(
    "typed",
    [("", "", ""), ("31", "2", "2026"), ("1", "1", "26"), ("x", "1", "2026"), ("1", "1", "9999"),
     ("0", "0", "0000"), ("1", "13", "2026")],
)  # fmt: skip
def test_a_ruling_has_a_real_date(world: World, typed: tuple[str, str, str]) -> None:
    case_id = routed(world, "mediation", MEDIATION)
    file_id = attached(world, case_id)
    member = release_page(world, case_id, file_id)
    names = ("ruling.day", "ruling.month", "ruling.year")
    member.submit(dict(zip(names, typed, strict=True)), "release")
    assert member.page.status_code == 422
    assert released(world, file_id) == (False, None)


def test_a_ruling_of_today_counts_and_one_of_tomorrow_does_not(world: World) -> None:
    case_id = routed(world, "mediation", MEDIATION)
    file_id = attached(world, case_id)
    today = datetime.now(AMSTERDAM).date()
    member = release_page(world, case_id, file_id)
    member.submit(day(today + timedelta(days=1)), "release")
    assert (member.page.status_code, released(world, file_id)[0]) == (422, False)
    member.submit(day(today), "release")
    assert released(world, file_id) == (True, today)


def test_on_hold_and_no_mediation_is_never_released(world: World) -> None:
    case_id = routed(world)
    file_id = attached(world, case_id)
    free = release_page(world, case_id, file_id)
    form = free.form("release")
    change(world, sa.update(Case).where(Case.id == case_id).values(embassy_hold=True))
    free.send(form, day(date(2026, 1, 2)))
    assert free.page.status_code == 409
    assert "ruling.day" not in free.page.text
    assert released(world, file_id) == (False, None)
    change(world, sa.update(Attachment).values(for_embassy=True, ruling=date(2026, 1, 2)))
    member = release_page(world, case_id, file_id)
    member.submit(form="release")  # to take it back is always possible
    assert released(world, file_id) == (False, None)


def test_a_case_that_somebody_changed_asks_to_look_again(world: World) -> None:
    case_id = routed(world, "mediation", MEDIATION)
    file_id = attached(world, case_id)
    member = release_page(world, case_id, file_id)
    opened(world, case_id, COLLEAGUE).submit({"text": "Gebeld."}, "/note")
    member.submit(day(date(2026, 1, 2)), "release")
    assert member.page.status_code == 409
    assert released(world, file_id) == (False, None)


def test_the_log_tells_it_in_words(world: World) -> None:
    case_id = routed(world, "mediation", MEDIATION)
    file_id = attached(world, case_id)
    member = release_page(world, case_id, file_id)
    member.submit(day(date(2026, 1, 2)), "release")
    assert "2026" in read(member)
    assert "file_released" not in member.page.text
