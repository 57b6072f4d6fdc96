"""Who gets a case: a table of facts and answers, and laws for any world."""

import re
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from portal import worker
from portal.caseload.models import TEAM_KINDS
from portal.cases import routing
from portal.cases.routing import DossierFacts, Facts, TeamFacts, choose
from portal.desk.reasons import SENTENCES, reasons
from portal.desk.wording import FLAGS


def team(id: str, kind: str, *members: str, places: str = "", trained: bool = False) -> TeamFacts:
    served = frozenset(places.split(",")) if places else frozenset()
    return TeamFacts(id, kind, served, trained, frozenset(members))


ASSEN = team("assen", "region", "s1", "s2", places="assen")
UTRECHT = team("utrecht", "region", "s9", places="utrecht,zeist")
EINDHOVEN = team("eindhoven", "region", places="eindhoven")  # nobody works there
FAMILY_A = team("gl-amersfoort", "family", "s6", places="amersfoort")
FAMILY_B = team("gl-emmen", "family", "s5", places="emmen")
VBL = team("vbl", "vbl", "s7", places="ter apel")
DETENTION = team("detention", "detention", "s8", places="rotterdam")
DUBLIN = team("dublin", "dublin", "s4")
MINORS = team("amv", "minors", "s10", "s11", trained=True)
TRUSTED = team("vertrouwelijk", "trafficking", "s12", trained=True)
ILC = team("ilc", "ilc", "s13")
TEAMS = (
    ASSEN, UTRECHT, EINDHOVEN, FAMILY_A, FAMILY_B, VBL, DETENTION, DUBLIN, MINORS, TRUSTED, ILC,
)  # fmt: skip


def without(*gone: TeamFacts) -> tuple[TeamFacts, ...]:
    return tuple(each for each in TEAMS if each not in gone)


ONLY_REGIONS = (UTRECHT, ASSEN)
EMPTY_ILC = (*without(ILC), team("ilc", "ilc"))
UNTRAINED = without(MINORS, TRUSTED)


def dossier(
    team: str = "assen", supervisor: str | None = "s1", *flags: str, **more: bool
) -> DossierFacts:
    return DossierFacts(team, supervisor, frozenset(flags), **more)


def facts(*matches: DossierFacts, teams: tuple[TeamFacts, ...] = TEAMS, **more: Any) -> Facts:
    given = more.pop("v_number_given", bool(matches))
    return Facts(teams=teams, matches=matches, v_number_given=given, **more)


MINOR = "unaccompanied_minor"
WEEK = {"s1": "s2"}
Row = tuple[Facts, str, str | None, str]
ROWS: list[Row] = [
    # R1: one open dossier with a supervisor
    (facts(dossier()), "assen", "s1", "match"),
    (facts(dossier("utrecht", "s9")), "utrecht", "s9", "match"),
    (facts(dossier(), place="utrecht"), "assen", "s1", "match"),
    (facts(dossier(), place="nowhere", place_kind="private"), "assen", "s1", "match"),
    (facts(dossier(name_differs=True)), "assen", "s1", "match name_differs"),
    (facts(dossier("assen", "s9")), "assen", "s9", "match"),  # of another team, says the record
    # R2: a flag overrides the team; the first in the order of the rule wins
    (facts(dossier("assen", "s1", "dublin")), "dublin", None, "match override"),
    (facts(dossier("assen", "s1", "detention")), "detention", None, "match override"),
    (facts(dossier("assen", "s1", "closed_family")), "detention", None, "match override"),
    (facts(dossier("assen", "s1", "vbl")), "vbl", None, "match override"),
    (facts(dossier("assen", "s1", "family")), "gl-amersfoort", None, "match override"),
    (facts(dossier("assen", None, "dublin")), "dublin", None, "match override"),
    (facts(dossier("gone", "s1", "dublin")), "dublin", None, "match override"),
    (facts(dossier("assen", "s1", "dublin", "detention")), "detention", None, "match override"),
    (facts(dossier("assen", "s1", "dublin", "closed_family")), "detention", None,
     "match override"),
    (facts(dossier("assen", "s1", "dublin", "family")), "dublin", None, "match override"),
    (facts(dossier("assen", "s1", "vbl", "family")), "gl-amersfoort", None, "match override"),
    (facts(dossier("assen", "s1", "dublin", name_differs=True)), "dublin", None,
     "match name_differs override"),
    # ... unless the dossier is with the right specialists already
    (facts(dossier("dublin", "s4", "dublin")), "dublin", "s4", "match"),
    (facts(dossier("gl-emmen", "s5", "family")), "gl-emmen", "s5", "match"),
    (facts(dossier("detention", "s8", "closed_family")), "detention", "s8", "match"),
    (facts(dossier("gl-emmen", "s5", "closed_family")), "gl-emmen", "s5", "match"),
    # ... or there are none, or nobody of them is there
    (facts(dossier("assen", "s1", "dublin"), teams=ONLY_REGIONS), "assen", "s1",
     "match no_special_team"),
    (facts(dossier("assen", "s1", "closed_family"), teams=without(DETENTION)), "gl-amersfoort",
     None, "match override"),
    (facts(dossier("assen", "s1", "vbl"), teams=(*without(VBL), team("vbl", "vbl"))), "assen",
     "s1", "match no_special_team"),
    # R2: a minor alone, by the record or by what was said, goes to the trained specialists
    (facts(dossier("assen", "s1", MINOR)), "amv", None, "match override"),
    (facts(dossier("assen", "s1", MINOR, "detention", "dublin")), "amv", None, "match override"),
    (facts(dossier(), minor_alone=True), "amv", None, "match says_minor_alone"),
    (facts(dossier("amv", "s10", MINOR)), "amv", "s10", "match"),
    (facts(dossier("amv", None, MINOR)), "amv", None, "match no_supervisor"),
    (facts(dossier("assen", "s1", MINOR, open=False)), "amv", None, "dossier_closed override"),
    (facts(minor_alone=True, place="assen"), "amv", None, "no_v_number says_minor_alone"),
    (facts(minor_alone=True, place_kind="detention"), "amv", None,
     "no_v_number says_minor_alone"),
    (facts(dossier("assen", "s1", MINOR), teams=without(MINORS)), "vertrouwelijk", None,
     "match override"),
    (facts(dossier("assen", "s1", MINOR), teams=UNTRAINED), "ilc", None,
     "match no_trained_team ilc"),
    (facts(minor_alone=True, teams=UNTRAINED), "ilc", None, "no_v_number no_trained_team ilc"),
    (facts(minor_alone=True, teams=(*UNTRAINED, team("amv", "minors", "s10"))), "ilc", None,
     "no_v_number no_trained_team ilc"),
    (facts(minor_alone=True, teams=(*UNTRAINED, team("amv", "minors", trained=True))), "ilc",
     None, "no_v_number no_trained_team ilc"),
    # R2: who is threatened goes to the trained group, and nobody else is told
    (facts(safety=True), "vertrouwelijk", None, "no_v_number trained_group"),
    (facts(dossier(), safety=True), "vertrouwelijk", None, "match trained_group"),
    (facts(dossier("assen", "s1", "dublin"), safety=True), "vertrouwelijk", None,
     "match trained_group"),
    (facts(dossier(open=False), safety=True), "vertrouwelijk", None,
     "dossier_closed trained_group"),
    (facts(dossier("vertrouwelijk", "s12"), safety=True), "vertrouwelijk", "s12", "match"),
    (facts(dossier("amv", "s10"), safety=True), "vertrouwelijk", None, "match trained_group"),
    (facts(dossier("amv", "s10", MINOR), safety=True), "amv", "s10", "match"),
    (facts(safety=True, minor_alone=True), "amv", None, "no_v_number says_minor_alone"),
    (facts(safety=True, teams=without(TRUSTED)), "amv", None, "no_v_number trained_group"),
    (facts(dossier(), safety=True, teams=UNTRAINED), "ilc", None, "match no_trained_team ilc"),
    # R3: no supervisor, a closed dossier, a team that is gone or empty
    (facts(dossier("assen", None)), "ilc", None, "match no_supervisor ilc"),
    (facts(dossier("gone", "s1")), "ilc", None, "match team_unknown ilc"),
    (facts(dossier(open=False)), "ilc", None, "dossier_closed ilc"),
    (facts(dossier("assen", "s1", "dublin", open=False)), "ilc", None, "dossier_closed ilc"),
    (facts(dossier("assen", "left")), "assen", None, "match supervisor_gone"),
    (facts(dossier("eindhoven", "left")), "ilc", None, "match supervisor_gone team_empty ilc"),
    (facts(dossier("eindhoven", "s1")), "eindhoven", "s1", "match"),
    # R4: what the person said
    (facts(dossier(), dossier()), "ilc", None, "several_dossiers place_unknown ilc"),
    (facts(dossier(), dossier(), place="assen"), "assen", None, "several_dossiers place"),
    (facts(dossier(), dossier("amv", "s10", MINOR)), "amv", None, "several_dossiers override"),
    (facts(place="assen"), "assen", None, "no_v_number place"),
    (facts(place="zeist"), "utrecht", None, "no_v_number place"),
    (facts(place="assen", v_number_given=True), "assen", None, "v_number_unknown_here place"),
    (facts(place="assen", v_number_given=True, birth_date_differs=True), "assen", None,
     "birth_date_differs place"),
    (facts(place="nowhere"), "ilc", None, "no_v_number place_unknown ilc"),
    (facts(place="eindhoven"), "ilc", None, "no_v_number team_empty ilc"),
    (facts(), "ilc", None, "no_v_number place_unknown ilc"),
    (facts(place_kind="detention"), "detention", None, "no_v_number place_kind"),
    (facts(place_kind="vbl"), "vbl", None, "no_v_number place_kind"),
    (facts(place_kind="closed_family"), "detention", None, "no_v_number place_kind"),
    (facts(place_kind="family_location"), "gl-amersfoort", None, "no_v_number place_kind"),
    (facts(place_kind="family_location", place="emmen"), "gl-emmen", None,
     "no_v_number place_kind"),
    (facts(place_kind="private"), "ilc", None, "no_v_number place_unknown ilc"),
    (facts(place_kind="vbl", teams=ONLY_REGIONS, place="zeist"), "utrecht", None,
     "no_v_number place"),
    # absence: the deputy has it, along the chain; no cycle; else the team
    (facts(dossier(), away=WEEK), "assen", "s2", "match deputy"),
    (facts(dossier("utrecht", "s9"), away=WEEK), "utrecht", "s9", "match"),
    (facts(dossier(), away={"s1": "s9"}), "assen", "s9", "match deputy"),
    (facts(dossier(), away={"s1": "s2", "s2": "s9"}), "assen", "s9", "match deputy"),
    (facts(dossier(), away={"s1": "s2", "s2": "s1"}), "assen", None, "match absent_no_deputy"),
    (facts(dossier(), away={"s1": "s1"}), "assen", None, "match absent_no_deputy"),
    (facts(dossier(), away={"s1": "s2", "s2": None}), "assen", None, "match absent_no_deputy"),
    (facts(dossier(), away={"s1": None}), "assen", None, "match absent_no_deputy"),
    (facts(dossier(), away={"s1": "left"}), "assen", None, "match absent_no_deputy"),
    (facts(dossier("assen", "s1", "dublin"), away=WEEK), "dublin", None, "match override"),
    (facts(dossier("amv", "s10", MINOR), away={"s10": "s11"}), "amv", "s11", "match deputy"),
    (facts(dossier("amv", "s10", MINOR), away={"s10": "s12"}), "amv", "s12", "match deputy"),
    (facts(dossier("amv", "s10", MINOR), away={"s10": "s1"}), "amv", None, "match not_trained"),
    (facts(dossier("amv", "s10", MINOR), away={"s10": "s11", "s11": "s1"}), "amv", None,
     "match not_trained"),
    # R5: somebody sent it for the person: the same way, with a hold
    (facts(dossier(), by_other=True), "assen", "s1", "match mandate_hold"),
    (facts(place="assen", by_other=True), "assen", None, "no_v_number place mandate_hold"),
    (facts(minor_alone=True, by_other=True), "amv", None,
     "no_v_number says_minor_alone mandate_hold"),
    (facts(dossier("assen", "s1", "dublin"), by_other=True), "dublin", None,
     "match override mandate_hold"),
    # health on the journey: the supervisor keeps it, DIA has a task
    (facts(dossier(), medical=True), "assen", "s1", "match medical_task"),
    (facts(place="assen", medical=True), "assen", None, "no_v_number place medical_task"),
    (facts(dossier("assen", "s1", "detention"), medical=True, by_other=True), "detention", None,
     "match override medical_task mandate_hold"),
    # R6: who was split off from a family goes to its team, but never out of the trained groups
    (facts(split_from="utrecht", place="assen"), "utrecht", None, "split_off"),
    (facts(split_from="ilc"), "ilc", None, "split_off"),
    (facts(split_from="eindhoven", place="assen"), "assen", None, "no_v_number place"),
    (facts(split_from="gone"), "ilc", None, "no_v_number place_unknown ilc"),
    (facts(dossier(), split_from="utrecht"), "assen", "s1", "match"),
    (facts(split_from="assen", minor_alone=True), "amv", None, "no_v_number says_minor_alone"),
    (facts(split_from="vertrouwelijk", minor_alone=True), "vertrouwelijk", None, "split_off"),
    (facts(split_from="amv", split_restricted=True), "amv", None, "split_off"),
    (facts(split_from="assen", split_restricted=True), "vertrouwelijk", None,
     "no_v_number trained_group"),
    (facts(split_from="ilc", split_restricted=True, teams=UNTRAINED), "ilc", None,
     "no_v_number no_trained_team ilc"),
    # R7: the person says to have moved
    (facts(dossier(), moved=True, place="utrecht"), "utrecht", None, "match moved"),
    (facts(dossier(), moved=True, place="assen"), "assen", "s1", "match"),
    (facts(dossier(), moved=True, place="nowhere"), "assen", "s1", "match"),
    (facts(dossier(), moved=True, place="eindhoven"), "assen", "s1", "match"),
    (facts(dossier(), moved=True, place_kind="vbl"), "vbl", None, "match moved"),
    (facts(dossier("gl-emmen", "s5", "family"), moved=True, place="assen", place_kind="azc"),
     "assen", None, "match moved"),
    (facts(dossier("gl-emmen", "s5", "family"), moved=True, place="nowhere"), "gl-emmen", "s5",
     "match"),
    (facts(dossier("dublin", "s4", "dublin"), moved=True, place="assen"), "dublin", "s4", "match"),
    (facts(dossier("amv", "s10", MINOR), moved=True, place="assen"), "amv", "s10", "match"),
    # the last resort without an intake desk
    (facts(teams=without(ILC)), "assen", None, "no_v_number place_unknown no_ilc"),
    (facts(teams=EMPTY_ILC), "assen", None, "no_v_number place_unknown no_ilc"),
    (facts(teams=(MINORS, TRUSTED)), "amv", None, "no_v_number place_unknown no_ilc"),
    (facts(teams=(EINDHOVEN, team("ilc", "ilc"))), "ilc", None,
     "no_v_number place_unknown no_ilc"),
    (facts(teams=(EINDHOVEN,)), "eindhoven", None, "no_v_number place_unknown no_ilc"),
]  # fmt: skip
ALARMS = {"no_ilc", "no_trained_team", "team_unknown", "team_empty"}


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 60
    assert len({repr(known) for known, *_ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("known", "team", "supervisor", "codes"), ROWS)
def test_the_table(known: Facts, team: str, supervisor: str | None, codes: str) -> None:
    chosen = choose(known)
    assert (chosen.team, chosen.supervisor) == (team, supervisor)
    assert " ".join(reason.code for reason in chosen.reasons) == codes
    assert chosen.alarm is bool(ALARMS & set(codes.split()))
    assert chosen.mandate_hold is known.by_other


def test_an_override_tells_the_own_supervisor() -> None:
    assert choose(facts(dossier("assen", "s1", "dublin"))).copy_to == "s1"
    assert choose(facts(dossier("assen", "s1", MINOR))).copy_to == "s1"
    assert choose(facts(dossier(), moved=True, place="utrecht")).copy_to == "s1"
    assert choose(facts(dossier("assen", "s1"))).copy_to is None


def test_the_own_supervisor_never_learns_of_somebody_who_is_threatened() -> None:
    for flags in ((), (MINOR,), ("dublin",)):
        chosen = choose(facts(dossier("assen", "s1", *flags), safety=True))
        assert chosen.copy_to is None
        assert chosen.restricted
        assert "s1" not in repr(chosen)


def test_without_any_team_nobody_can_be_chosen() -> None:
    with pytest.raises(ValueError, match="team"):
        choose(Facts(teams=()))


IDS, PEOPLE = "abcdefgh", ("s1", "s2", "s3", "s4")


@st.composite
def teams_of_a_world(draw: st.DrawFn) -> tuple[TeamFacts, ...]:
    """Some teams; everybody works in one of them, or in none any more."""
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=8, unique=True))
    works_in = {person: draw(st.sampled_from([*ids, ""])) for person in PEOPLE}
    return tuple(
        TeamFacts(
            id,
            draw(st.sampled_from(TEAM_KINDS)),
            draw(st.frozensets(st.sampled_from(("assen", "utrecht", "ter apel")), max_size=2)),
            draw(st.booleans()),
            frozenset(person for person in PEOPLE if works_in[person] == id),
        )
        for id in ids
    )


dossiers = st.builds(
    DossierFacts,
    team=st.sampled_from([*IDS, "z"]),
    supervisor=st.none() | st.sampled_from(PEOPLE),
    flags=st.frozensets(st.sampled_from([MINOR, *(flag for flag, _ in routing.OVERRIDES)])),
    open=st.booleans(),
    name_differs=st.booleans(),
)
worlds = st.builds(
    Facts,
    teams=teams_of_a_world(),
    away=st.dictionaries(st.sampled_from(PEOPLE), st.none() | st.sampled_from([*PEOPLE, "left"])),
    matches=st.lists(dossiers, max_size=2).map(tuple),
    v_number_given=st.booleans(),
    birth_date_differs=st.booleans(),
    minor_alone=st.booleans(),
    safety=st.booleans(),
    medical=st.booleans(),
    by_other=st.booleans(),
    moved=st.booleans(),
    place_kind=st.sampled_from(("", "azc", "vbl", "detention", "closed_family", "private")),
    place=st.sampled_from(("", "assen", "utrecht", "nowhere")),
    split_from=st.sampled_from(("", *IDS)),
    split_restricted=st.booleans(),
)


@hypothesis.settings(max_examples=500)
@hypothesis.given(worlds, st.randoms(use_true_random=False))
def test_every_world_has_exactly_one_owner_and_says_why(world: Facts, chance: Random) -> None:
    chosen = choose(world)
    by_id = {team.id: team for team in world.teams}
    assert chosen.team in by_id
    shuffled = list(world.teams)
    chance.shuffle(shuffled)
    assert chosen == choose(replace(world, teams=tuple(shuffled)))
    codes = {reason.code for reason in chosen.reasons}
    assert codes
    assert chosen.alarm == bool(ALARMS & codes)
    if chosen.supervisor:
        works_in = {person: team for team in world.teams for person in team.members}
        assert chosen.supervisor not in world.away
        assert chosen.supervisor in works_in
        (known,) = world.matches
        assert known.open
        assert chosen.team == known.team
        assert (chosen.supervisor == known.supervisor) is ("deputy" not in codes)
        if chosen.restricted:
            assert works_in[chosen.supervisor].trained
    if chosen.restricted and not by_id[chosen.team].trained:
        assert "no_trained_team" in codes
        assert chosen.alarm
        assert not any(team.trained and team.members for team in world.teams)
    if not by_id[chosen.team].members and not chosen.supervisor:
        assert not any(team.members for team in world.teams)


@hypothesis.given(worlds)
def test_the_reasons_of_any_world_can_be_read(world: Facts) -> None:
    chosen = choose(world)
    detail = {"reasons": [{"code": r.code, "values": dict(r.values)} for r in chosen.reasons]}
    for tag in ("nl", "en"):
        for sentence in reasons(tag, detail, {team.id: f"Team {team.id}" for team in world.teams}):
            assert sentence.endswith(".")
            assert "%(" not in sentence


def test_every_reason_has_its_sentence() -> None:
    codes = {
        code
        for module in (routing, worker)
        for code in re.findall(r'Reason\(\s*"(\w+)"', Path(str(module.__file__)).read_text("utf-8"))
    }
    assert codes == set(SENTENCES)
    assert {MINOR, *(flag for flag, _ in routing.OVERRIDES)} <= set(FLAGS)


def test_old_reasons_are_shown_as_they_are() -> None:
    assert reasons("nl", {"reasons": [{"code": "of_yore"}]}, {}) == ["of_yore"]
    assert reasons("nl", {}, {}) == []
