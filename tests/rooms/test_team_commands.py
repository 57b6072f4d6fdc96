"""`portal team`: what an import can't know of a team, and what no team may lose by it."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from portal import audit
from portal.caseload.models import Team
from portal.caseload.queries import team_of
from portal.cli import main
from portal.staff.models import StaffMember
from tests.rooms.routed_cases import case_of, given_to, routed, sees
from tests.support.world import World

Capture = pytest.CaptureFixture[str]
EMAIL = "supervisor-utrecht-1@demo.example"


def team(world: World, name: str) -> tuple[Any, ...]:
    columns = sa.select(Team.kind, Team.places, Team.trained).where(Team.name == name)
    return tuple(world.db.read_now(lambda session: session.execute(columns).one()))


def refused(capsys: Capture, *arguments: str) -> str:
    """The one line with which the command says why not."""
    capsys.readouterr()
    assert main(["team", *arguments]) == 2
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert line.startswith("portal: ")
    assert not said.out
    return line


def test_a_team_that_has_no_dossiers_is_made_and_people_join_it(
    portal: World, capsys: Capture
) -> None:
    assert main(["team", "add", "Team  Nieuw", "--kind", "trafficking", "--trained", "yes"]) == 0
    assert team(portal, "Team Nieuw") == ("trafficking", [], True)
    assert main(["team", "join", "Team Nieuw", EMAIL.upper()]) == 0
    capsys.readouterr()
    assert main(["team", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "Team Nieuw: trafficking, trained; places none; 1 members" in lines
    assert "Team Utrecht: region; places utrecht; 1 members" in lines
    rows = portal.db.read_now(
        lambda session: [
            (row.actor, row.action, row.reason)
            for row in session.scalars(sa.select(audit.AuditRow).order_by(audit.AuditRow.seq))
        ]
    )
    assert rows == [
        ("command-line", "team.add", "kind=trafficking trained=True"),
        ("command-line", "team.join", portal.member_id("supervisor-utrecht-1")),
    ]


def test_each_part_of_a_team_is_set_by_itself(portal: World) -> None:
    assert main(["team", "set", "Team Assen", "--kind", "family"]) == 0
    assert team(portal, "Team Assen") == ("family", ["assen"], False)
    assert main(["team", "set", "Team Assen", "--places", "azc Emmen; AZC Assen;azc emmen"]) == 0
    assert team(portal, "Team Assen") == ("family", ["emmen", "assen"], False)
    assert main(["team", "set", "Team Assen", "--trained", "yes", "--places", ""]) == 0
    assert team(portal, "Team Assen") == ("family", [], True)
    assert main(["team", "set", "Team Assen", "--trained", "no"]) == 0
    assert team(portal, "Team Assen") == ("family", [], False)


def test_routing_follows_at_once(portal: World) -> None:
    assert main(["team", "set", "Team Eindhoven", "--places", "Emmen"]) == 0
    assert routed(portal, v_number=None, place="azc Emmen").team_id == "eindhoven"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("set", "Team Nergens", "--kind", "ilc"), "no team 'Team Nergens'"),
        (("set", "Team Assen"), "nothing to change"),
        (("set", "Team Assen", "--kind", "azc"), "must be one of region, family, vbl"),
        (("set", "Team Assen", "--places", "Emmen;!?"), "'!?' names no place"),
        (("add", "Team Assen", "--kind", "ilc"), "'Team Assen' already"),
        (("add", "Team Nieuw"), "--kind is missing"),
        (("add", "Team Nieuw", "--kind", "azc"), "must be one of"),
        (("add", " ", "--kind", "ilc"), "1 to 100 characters"),
        (("add", "N" * 101, "--kind", "ilc"), "1 to 100 characters"),
        (("join", "Team Nergens", EMAIL), "no team 'Team Nergens'"),
        (("join", "Team Assen", "nobody@demo.example"), "nobody here has"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    portal: World, capsys: Capture, arguments: tuple[str, ...], says: str
) -> None:
    assert says in refused(capsys, *arguments)
    assert team(portal, "Team Assen") == ("region", ["assen"], False)
    assert portal.db.read_now(audit.head)[0] == 0
    assert portal.db.read_now(lambda s: s.scalars(sa.select(Team.name)).all()).count("N") == 0


def test_a_partner_joins_no_team(portal: World, capsys: Capture) -> None:
    partner = StaffMember(email="p@demo.example", name="P", roles=["partner"], active=True,
                          created=datetime.now(UTC))  # fmt: skip
    portal.db.write_now(lambda session: session.add(partner))
    assert "no supervisor or coordinator" in refused(capsys, "join", "ILC", "p@demo.example")


def test_no_case_leaves_the_trained_groups_by_this(portal: World, capsys: Capture) -> None:
    case = routed(portal, from_safety="yes")
    trained = "supervisor-vertrouwelijk-1"
    assert "1 open cases must stay" in refused(
        capsys, "set", "Team Vertrouwelijk", "--trained", "no"
    )
    given_to(portal, case.id, supervisor_id=portal.member_id(trained))
    assert "must stay" in refused(capsys, "join", "Team Assen", f"{trained}@demo.example")
    assert sees(portal, trained, case.id)
    assert main(["team", "join", "Team AMV", f"{trained}@demo.example"]) == 0  # trained as well
    assert portal.db.read_now(team_of, portal.member_id(trained)) == "amv"
    given_to(portal, case.id, open=False)
    assert main(["team", "set", "Team Vertrouwelijk", "--trained", "no"]) == 0
    assert case_of(portal, case.id).restricted
