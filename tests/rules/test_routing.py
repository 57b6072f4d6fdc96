"""Who gets a case: a table of facts and answers, and laws for any world."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from portal import worker
from portal.cases import routing
from portal.cases.routing import DossierFacts, Facts, TeamFacts, choose
from portal.desk.reasons import SENTENCES, reasons
from portal.desk.wording import FLAGS

ASSEN = TeamFacts("assen", "region", frozenset({"assen"}))
UTRECHT = TeamFacts("utrecht", "region", frozenset({"utrecht", "zeist"}))
FAMILY_A = TeamFacts("gl-amersfoort", "family", frozenset({"amersfoort"}))
FAMILY_B = TeamFacts("gl-emmen", "family", frozenset({"emmen"}))
VBL = TeamFacts("vbl", "vbl", frozenset({"ter apel"}))
DETENTION = TeamFacts("detention", "detention", frozenset({"rotterdam"}))
DUBLIN, MINORS = TeamFacts("dublin", "dublin"), TeamFacts("amv", "minors")
ILC = TeamFacts("ilc", "ilc")
TEAMS = (ASSEN, UTRECHT, FAMILY_A, FAMILY_B, VBL, DETENTION, DUBLIN, MINORS, ILC)
WITHOUT_ILC = tuple(team for team in TEAMS if team is not ILC)
ONLY_REGIONS = (UTRECHT, ASSEN)


def dossier(
    team: str = "assen", supervisor: str | None = "s1", *flags: str, open: bool = True
) -> DossierFacts:
    return DossierFacts(team, supervisor, frozenset(flags), open)


def facts(*matches: DossierFacts, teams: tuple[TeamFacts, ...] = TEAMS, **more: Any) -> Facts:
    return Facts(teams=teams, matches=matches, v_number_given=bool(matches), **more)


ROWS = [
    # R1: one open dossier with a supervisor
    (facts(dossier()), "assen", "s1", ["match"]),
    (facts(dossier("utrecht", "s9")), "utrecht", "s9", ["match"]),
    (facts(dossier(), place="utrecht"), "assen", "s1", ["match"]),
    # R2: a flag overrides the team; the first in the order of the rule wins
    (facts(dossier("assen", "s1", "dublin")), "dublin", None, ["match", "override"]),
    (facts(dossier("assen", "s1", "detention")), "detention", None, ["match", "override"]),
    (facts(dossier("assen", "s1", "vbl")), "vbl", None, ["match", "override"]),
    (facts(dossier("assen", "s1", "family")), "gl-amersfoort", None, ["match", "override"]),
    (facts(dossier("assen", None, "dublin")), "dublin", None, ["match", "override"]),
    (facts(dossier("assen", "s1", "unaccompanied_minor")), "amv", None, ["match", "override"]),
    (
        facts(dossier("assen", "s1", "dublin", "detention")),
        "detention",
        None,
        ["match", "override"],
    ),
    (facts(dossier(), minor_alone=True), "amv", None, ["match", "override"]),
    # ... unless the dossier is with the right specialists already
    (facts(dossier("dublin", "s4", "dublin")), "dublin", "s4", ["match"]),
    (facts(dossier("gl-emmen", "s5", "family")), "gl-emmen", "s5", ["match"]),
    # ... or there are none
    (
        facts(dossier("assen", "s1", "dublin"), teams=ONLY_REGIONS),
        "assen",
        "s1",
        ["match", "no_special_team"],
    ),
    # R3: no supervisor, a closed dossier, a team that is gone
    (facts(dossier("assen", None)), "ilc", None, ["match", "no_supervisor", "ilc"]),
    (facts(dossier("gone", "s1")), "ilc", None, ["match", "team_unknown", "ilc"]),
    (facts(dossier(open=False)), "ilc", None, ["dossier_closed", "ilc"]),
    (facts(dossier("assen", "s1", "dublin", open=False)), "ilc", None, ["dossier_closed", "ilc"]),
    # R4: what the person said
    (facts(dossier(), dossier()), "ilc", None, ["several_dossiers", "place_unknown", "ilc"]),
    (facts(place="assen"), "assen", None, ["no_v_number", "place"]),
    (facts(place="zeist"), "utrecht", None, ["no_v_number", "place"]),
    (
        replace(facts(place="assen"), v_number_given=True),
        "assen",
        None,
        ["v_number_unknown_here", "place"],
    ),
    (
        replace(facts(place="assen"), v_number_given=True, birth_date_differs=True),
        "assen",
        None,
        ["birth_date_differs", "place"],
    ),
    (facts(place="nowhere"), "ilc", None, ["no_v_number", "place_unknown", "ilc"]),
    (facts(), "ilc", None, ["no_v_number", "place_unknown", "ilc"]),
    (facts(minor_alone=True, place="assen"), "amv", None, ["no_v_number", "says_minor_alone"]),
    (facts(place_kind="detention"), "detention", None, ["no_v_number", "place_kind"]),
    (facts(place_kind="vbl"), "vbl", None, ["no_v_number", "place_kind"]),
    (facts(place_kind="closed_family"), "gl-amersfoort", None, ["no_v_number", "place_kind"]),
    (
        facts(place_kind="family_location", place="emmen"),
        "gl-emmen",
        None,
        ["no_v_number", "place_kind"],
    ),
    (facts(place_kind="private"), "ilc", None, ["no_v_number", "place_unknown", "ilc"]),
    (
        facts(place_kind="vbl", teams=ONLY_REGIONS, place="zeist"),
        "utrecht",
        None,
        ["no_v_number", "place"],
    ),
    # the last resort without an intake desk
    (facts(teams=WITHOUT_ILC), "amv", None, ["no_v_number", "place_unknown", "no_ilc"]),
]


@pytest.mark.parametrize(("known", "team", "supervisor", "codes"), ROWS)
def test_the_table(known: Facts, team: str, supervisor: str | None, codes: list[str]) -> None:
    chosen = choose(known)
    assert (chosen.team, chosen.supervisor) == (team, supervisor)
    assert [reason.code for reason in chosen.reasons] == codes
    assert chosen.alarm is ("no_ilc" in codes)


def test_an_override_tells_the_own_supervisor() -> None:
    assert choose(facts(dossier("assen", "s1", "dublin"))).copy_to == "s1"
    assert choose(facts(dossier("assen", "s1"))).copy_to is None


def test_without_any_team_nobody_can_be_chosen() -> None:
    with pytest.raises(ValueError, match="team"):
        choose(Facts(teams=()))


teams_of_a_world = st.lists(
    st.builds(
        TeamFacts,
        id=st.sampled_from("abcdefgh"),
        kind=st.sampled_from(("region", "family", "vbl", "detention", "dublin", "minors", "ilc")),
        places=st.frozensets(st.sampled_from(("assen", "utrecht", "ter apel")), max_size=2),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda team: team.id,
).map(tuple)
dossiers = st.builds(
    DossierFacts,
    team=st.sampled_from("abcdefghz"),
    supervisor=st.none() | st.sampled_from(("s1", "s2")),
    flags=st.frozensets(st.sampled_from([flag for flag, _ in routing.OVERRIDES])),
    open=st.booleans(),
)
worlds = st.builds(
    Facts,
    teams=teams_of_a_world,
    matches=st.lists(dossiers, max_size=2).map(tuple),
    v_number_given=st.booleans(),
    birth_date_differs=st.booleans(),
    minor_alone=st.booleans(),
    place_kind=st.sampled_from(("", "azc", "vbl", "detention", "closed_family", "private")),
    place=st.sampled_from(("", "assen", "utrecht", "nowhere")),
)


@hypothesis.settings(max_examples=500)
@hypothesis.given(worlds)
def test_every_world_has_exactly_one_owner_and_says_why(world: Facts) -> None:
    chosen = choose(world)
    by_id = {team.id: team for team in world.teams}
    assert chosen.team in by_id
    assert chosen == choose(world)
    assert chosen.reasons
    if chosen.supervisor:
        assert len(world.matches) == 1
        assert world.matches[0].open
        assert (chosen.team, chosen.supervisor) == (
            world.matches[0].team,
            world.matches[0].supervisor,
        )
    assert chosen.alarm == ("no_ilc" in {reason.code for reason in chosen.reasons})
    detail = {"reasons": [{"code": r.code, "values": dict(r.values)} for r in chosen.reasons]}
    for tag in ("nl", "en"):
        for sentence in reasons(tag, detail, {team: f"Team {team}" for team in by_id}):
            assert sentence.endswith(".")
            assert "%(" not in sentence


def test_every_reason_has_its_sentence() -> None:
    codes = {
        code
        for module in (routing, worker)
        for code in re.findall(r'Reason\(\s*"(\w+)"', Path(str(module.__file__)).read_text("utf-8"))
    }
    assert codes == set(SENTENCES)
    assert {flag for flag, _ in routing.OVERRIDES} <= set(FLAGS)


def test_old_reasons_are_shown_as_they_are() -> None:
    assert reasons("nl", {"reasons": [{"code": "of_yore"}]}, {}) == ["of_yore"]
    assert reasons("nl", {}, {}) == []
