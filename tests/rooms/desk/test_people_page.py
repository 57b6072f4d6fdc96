"""Who works where, accounts that are closed, and organisations: by whom, and written down."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from portal.caseload.models import TeamMember
from portal.cases.models import Case
from portal.staff.models import Organisation, StaffMember, StaffSession
from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    COORDINATOR,
    OWN,
    STRANGER,
    audited,
    case_of,
    change,
    csrf_of,
    html,
    read,
    routed,
    status_of,
)
from tests.rooms.desk.test_workload import ILC
from tests.support.visitor import Visitor
from tests.support.world import World

PEOPLE, ORGANISATIONS = "/desk/people", "/desk/organisations"


def page_of(world: World, who: str = COORDINATOR, path: str = PEOPLE) -> Visitor:
    visitor = world.signed_in(who)
    visitor.get(path)
    return visitor


def chosen(world: World, whom: str, who: str = COORDINATOR) -> Visitor:
    return page_of(world, who, f"{PEOPLE}?who={world.member_id(whom)}")


def team_of(world: World, who: str) -> str | None:
    those = sa.select(TeamMember.team_id).where(TeamMember.member_id == world.member_id(who))
    return world.db.read_now(lambda s: s.scalar(those))


def is_active(world: World, who: str) -> bool:
    return world.db.read_now(lambda s: s.get_one(StaffMember, world.member_id(who)).active)


def names(world: World) -> list[tuple[str, str]]:
    rows = sa.select(Organisation.name, Organisation.kind).order_by(Organisation.name)
    return world.db.read_now(lambda s: [tuple(row) for row in s.execute(rows)])


def test_the_ilc_sees_everybody_and_others_their_own_team(world: World) -> None:
    world.signed_in("partner-iom-1")
    own, ilc = page_of(world), page_of(world, ILC)
    for word, in_own in ((f"{OWN}@", True), (f"{STRANGER}@", False), ("partner-iom-1@", False)):
        assert (word in html(own)) is in_own
        assert word in html(ilc)
    assert "Team Assen" in read(own)
    assert audited(world, "staff.list") == 2


def test_somebody_is_put_in_another_team(world: World) -> None:
    page = chosen(world, OWN, ILC)
    page.submit({"team": "utrecht"}, "/people/team")
    assert status_of(page) == 200
    assert team_of(world, OWN) == "utrecht"
    assert audited(world, "team.join") == 1
    gone = chosen(world, OWN)
    assert "/people/team" not in html(gone)


def test_who_works_in_no_team_is_taken_in(world: World) -> None:
    world.db.write_now(
        lambda s: s.execute(
            sa.delete(TeamMember).where(TeamMember.member_id == world.member_id(STRANGER))
        )
    )
    page = chosen(world, STRANGER)
    page.submit({"team": "assen"}, "/people/team")
    assert team_of(world, STRANGER) == "assen"


def test_nobody_comes_into_a_trained_team_without_the_tick(world: World) -> None:
    page = chosen(world, OWN, ILC)
    page.submit({"team": "amv"}, "/people/team")
    assert status_of(page) == 422
    assert '<a href="#f-trained">' in html(page)
    assert '<option value="amv" selected' in html(page)
    assert team_of(world, OWN) == "assen"
    page.submit({"team": "amv", "trained": "yes"}, "/people/team")
    assert team_of(world, OWN) == "amv"


def test_restricted_cases_never_leave_with_somebody(world: World) -> None:
    case_id = routed(world)
    change(world, sa.update(Case).where(Case.id == case_id).values(restricted=True))
    page = chosen(world, OWN, ILC)
    page.submit({"team": "utrecht"}, "/people/team")
    assert status_of(page) == 422
    assert 'role="alert"' in html(page)
    assert team_of(world, OWN) == "assen"


@pytest.mark.parametrize("team", ["", "nowhere", "utrecht"])
def test_only_into_a_team_that_one_oversees(world: World, team: str) -> None:
    page = chosen(world, OWN)
    data = {"csrf": csrf_of(page), "member": world.member_id(OWN), "was": "assen", "team": team}
    page.post("/desk/people/team", data)
    assert status_of(page) == 422
    assert '<a href="#f-team">' in html(page)
    assert team_of(world, OWN) == "assen"


def test_who_comes_second_is_told(world: World) -> None:
    pages = [chosen(world, OWN, ILC), chosen(world, OWN, ILC)]
    teams = ["utrecht", "eindhoven"]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda n: pages[n].submit({"team": teams[n]}, "/people/team"), range(2)))
    assert sorted(status_of(page) for page in pages) == [200, 409]
    assert audited(world, "team.join") == 1


def test_a_closed_account_is_signed_out_at_once_and_its_cases_stay(world: World) -> None:
    case_id = routed(world)
    theirs = world.signed_in(OWN)
    theirs.get("/desk/")
    assert theirs.page.url.path == "/desk/"
    page = chosen(world, OWN)
    page.submit({}, "/people/active")
    assert status_of(page) == 200
    assert not is_active(world, OWN)
    assert theirs.client.get("/desk/", follow_redirects=False).status_code == 303
    sessions = sa.select(StaffSession).where(StaffSession.member_id == world.member_id(OWN))
    assert world.db.read_now(lambda s: s.scalars(sessions).all()) == []
    assert case_of(world, case_id)["supervisor_id"] == world.member_id(OWN)
    assert f"/desk/workload/cases?what=open&amp;who={world.member_id(OWN)}" in html(page)
    assert audited(world, "staff.deactivate") == 1
    page.submit({}, "/people/active")
    assert is_active(world, OWN)
    assert audited(world, "staff.activate") == 1


def test_the_same_twice_is_written_once(world: World) -> None:
    pages = [chosen(world, OWN), chosen(world, OWN)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda page: page.submit({}, "/people/active"), pages))
    assert not is_active(world, OWN)
    assert audited(world, "staff.deactivate") == 1


@pytest.mark.parametrize(("who", "whom"), [(COORDINATOR, STRANGER), (COORDINATOR, COORDINATOR),
                                           (ILC, ILC), (COORDINATOR, "")])  # fmt: skip
def test_nobody_changes_themselves_or_people_of_others(world: World, who: str, whom: str) -> None:
    page = page_of(world, who)
    member = world.member_id(whom) if whom else "0" * 32
    data = {"csrf": csrf_of(page), "member": member, "active": "no", "team": "assen", "was": ""}
    for path in ("/desk/people/active", "/desk/people/team"):
        page.post(path, data)
        assert status_of(page) == 409
        assert 'role="alert"' in html(page)
    assert not whom or is_active(world, whom)
    assert audited(world, "staff.deactivate") == audited(world, "team.join") == 0


def test_a_partner_comes_into_no_team(world: World) -> None:
    world.signed_in("partner-iom-1")
    page = chosen(world, "partner-iom-1", ILC)
    assert "/people/team" not in html(page)
    member = world.member_id("partner-iom-1")
    page.post("/desk/people/team", {"csrf": csrf_of(page), "member": member, "team": "assen"})
    assert status_of(page) == 422
    assert team_of(world, "partner-iom-1") is None


def test_a_name_is_shown_as_text(world: World) -> None:
    those = sa.update(StaffMember).where(StaffMember.id == world.member_id(COLLEAGUE))
    change(world, those.values(name="<script>x</script>"))
    page = chosen(world, COLLEAGUE)
    assert "<script>x" not in html(page)
    assert "<script>x</script>" in read(page)


def test_organisations_are_added_and_renamed(world: World) -> None:
    page = page_of(world, ILC, ORGANISATIONS)
    before = names(world)
    page.submit({"name": "  Stichting   <b>Nieuw</b> ", "kind": "ngo"}, -1)
    assert status_of(page) == 200
    assert ("Stichting <b>Nieuw</b>", "ngo") in names(world)
    assert "<b>Nieuw" not in html(page)
    page.submit({"name": "IOM"}, "/rename")
    assert [name for name, _ in names(world)].count("IOM") == 1
    assert len(names(world)) == len(before) + 1
    assert (audited(world, "organisation.add"), audited(world, "organisation.rename")) == (1, 1)


@pytest.mark.parametrize(
    ("name", "kind", "field"),
    [("", "iom", "f-name"), ("x" * 201, "iom", "f-name"), ("New", "dtv", "f-kind"),
     ("IOM Nederland", "iom", "f-name")],
)  # fmt: skip
def test_what_is_wrong_with_a_new_one_is_said(
    world: World, name: str, kind: str, field: str
) -> None:
    before, page = names(world), page_of(world, ILC, ORGANISATIONS)
    page.post(ORGANISATIONS, {"csrf": csrf_of(page), "name": name, "kind": kind})
    assert status_of(page) == 422
    assert f'<a href="#{field}">' in html(page)
    assert f'name="name" value="{name}"' in html(page)
    assert names(world) == before


def test_a_name_that_is_taken_or_was_changed_stays(world: World) -> None:
    page, other = page_of(world, ILC, ORGANISATIONS), page_of(world, ILC, ORGANISATIONS)
    page.submit({"name": "VluchtelingenWerk Nederland"}, "/rename")
    assert status_of(page) == 422
    assert 'role="alert"' in html(page)
    page.submit({"name": "IOM 2"}, "/rename")
    other.submit({"name": "IOM 3"}, "/rename")
    assert status_of(other) == 409
    assert "IOM 3" in read(other)
    assert "IOM 2" in [name for name, _ in names(world)]


def test_organisations_are_the_ilcs(world: World) -> None:
    before, page = names(world), page_of(world, COORDINATOR, ORGANISATIONS)
    assert status_of(page) == 403
    for path, data in ((ORGANISATIONS, {"kind": "ngo"}), (f"{ORGANISATIONS}/rename", {})):
        page.post(path, {"csrf": csrf_of(page), "name": "New", **data})
        assert status_of(page) == 403
    assert names(world) == before
    assert audited(world, "staff.refused") == 3
