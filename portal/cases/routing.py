"""Who is responsible: rules R1–R5 of domain.md §4, as one pure function.

`choose` looks at plain facts and always names a team. The reasons are codes with values; the desk
says them in Dutch. R6 (a family that wants different things) and R7 (a move) are deeds, in
`rerouting`; they ask this function again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from portal.caseload.deputies import deputy_of

MINOR = "unaccompanied_minor"
OVERRIDES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("detention", ("detention",)),
    ("closed_family", ("detention", "family")),
    ("dublin", ("dublin",)),
    ("family", ("family",)),
    ("vbl", ("vbl",)),
)
"""R2: a flag of the dossier and the kinds of team that take over; the first that holds wins.
Minors come before all of these, see `_restricted_to`."""
OF_PERSON = frozenset({"dublin"})
"""Flags that stay with a person who moves; the others say where the person is."""
PLACE_KINDS: Mapping[str, tuple[str, ...]] = {
    "vbl": ("vbl",),
    "family_location": ("family",),
    "closed_family": ("detention", "family"),
    "detention": ("detention",),
}
"""R4: a kind of place that the applicant named, and the kinds of team that serve it."""


@dataclass(frozen=True)
class TeamFacts:
    id: str
    kind: str
    places: frozenset[str] = frozenset()
    trained: bool = False
    """May have the cases of minors and of people whom somebody threatens."""
    members: frozenset[str] = frozenset()
    """Who works there now. A team without anybody gets nothing."""


@dataclass(frozen=True)
class DossierFacts:
    """A dossier whose V-number and birth date agree with what the applicant wrote."""

    team: str
    supervisor: str | None
    flags: frozenset[str] = frozenset()
    open: bool = True
    name_differs: bool = False
    """The name is quite another one: still a match, but somebody must look."""


@dataclass(frozen=True)
class Facts:
    """All that routing may know. `place` and the teams' places are folded the same way."""

    teams: tuple[TeamFacts, ...]
    away: Mapping[str, str | None] = field(default_factory=dict)
    """Who is absent today, and their deputy if there is one."""
    matches: tuple[DossierFacts, ...] = ()
    v_number_given: bool = False
    birth_date_differs: bool = False
    """A dossier has this V-number, but another birth date."""
    minor_alone: bool = False
    safety: bool = False
    """The person asked for help against somebody else: only a trained group may know."""
    medical: bool = False
    """Health matters on the journey: DIA/Bijzonder Vertrek has a task."""
    by_other: bool = False
    """Somebody sent this for the applicant, so the mandate must be checked."""
    moved: bool = False
    """The person says to have moved: `place` is newer than what the dossier says."""
    place_kind: str = ""
    place: str = ""
    split_from: str = ""
    """The team that has the case of the family from which this one was split off."""
    split_restricted: bool = False
    """That case stays within the trained groups, so this one does."""


@dataclass(frozen=True)
class Reason:
    """A code, and values without personal data (team and member ids, flags)."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Assignment:
    """Who has the case. `copy_to` is the dossier's own supervisor after an override."""

    team: str
    supervisor: str | None
    reasons: tuple[Reason, ...]
    copy_to: str | None = None
    alarm: bool = False
    """Our own records don't add up: the last resort took it, and somebody must mend them."""
    restricted: bool = False
    """Stays within trained groups, whatever happens."""
    mandate_hold: bool = False
    """Nothing is done in the applicant's name before the mandate was checked."""


def choose(facts: Facts) -> Assignment:
    """The team, the supervisor if there is one, and why. Raises ValueError without any team."""
    if not facts.teams:
        raise ValueError("routing needs at least one team")
    found = facts.matches[0] if len(facts.matches) == 1 else None
    basis = _basis(facts, found)
    restricted = _is_restricted(facts)
    if restricted:
        chosen = _restricted_to(facts, found, basis)
    elif found is None:
        chosen = _with_family(facts, _staffed(facts)) or _by_what_was_said(facts, basis)
    elif not found.open:
        chosen = _last_resort(facts, basis)
    else:
        chosen = _by_dossier(facts, found, basis)
    health = (Reason("medical_task"),) if facts.medical else ()
    mandate = (Reason("mandate_hold"),) if facts.by_other else ()
    return replace(
        chosen,
        reasons=(*chosen.reasons, *health, *mandate),
        restricted=restricted,
        mandate_hold=facts.by_other,
    )


def _basis(facts: Facts, found: DossierFacts | None) -> tuple[Reason, ...]:
    """What we know of the person: the first of the reasons."""
    if found:
        known = Reason("match") if found.open else Reason("dossier_closed")
        return (known, Reason("name_differs")) if found.name_differs else (known,)
    if facts.matches:
        return (Reason("several_dossiers"),)
    if facts.birth_date_differs:
        return (Reason("birth_date_differs"),)
    if facts.v_number_given:
        return (Reason("v_number_unknown_here"),)
    return (Reason("no_v_number"),)


def _is_restricted(facts: Facts) -> bool:
    said = facts.safety or facts.minor_alone or facts.split_restricted
    return said or any(MINOR in each.flags for each in facts.matches)


def _restricted_to(
    facts: Facts, found: DossierFacts | None, basis: tuple[Reason, ...]
) -> Assignment:
    """A minor alone, or somebody who is threatened: a trained group, or nobody but the ILC."""
    minor = facts.minor_alone or any(MINOR in each.flags for each in facts.matches)
    kind = "minors" if minor else "trafficking"
    trained = [team for team in facts.teams if team.trained and team.members]
    if found is None and (beside := _with_family(facts, trained)):
        return beside
    own = next((team for team in trained if found and found.team == team.id), None)
    team = own if own and own.kind == kind else _first(trained, (kind,)) or _first(trained)
    if team is None:
        return _last_resort(facts, (*basis, Reason("no_trained_team")), alarm=True)
    if found and found.open and team is own:
        who, absence = _present(facts, found.supervisor, trained_only=True)
        return Assignment(team.id, who, (*basis, *absence))
    if not minor:
        why = Reason("trained_group", {"team": team.id})  # neutral: it stands in the clear
    elif facts.minor_alone:
        why = Reason("says_minor_alone", {"team": team.id})
    else:
        why = Reason("override", {"flag": MINOR, "team": team.id})
    # Whom somebody threatens chose not to tell their own supervisor: no copy.
    copy_to = found.supervisor if found and found.open and not facts.safety else None
    return Assignment(team.id, None, (*basis, why), copy_to=copy_to)


def _by_dossier(facts: Facts, dossier: DossierFacts, basis: tuple[Reason, ...]) -> Assignment:
    """R1–R3, and R7: a move that the person told us of outdates the record's place."""
    staffed = _staffed(facts)
    moved_to = _team_of_place(facts, staffed) if facts.moved else None
    for flag, kinds in OVERRIDES:
        if flag not in dossier.flags or (moved_to and flag not in OF_PERSON):
            continue
        if any(team.id == dossier.team and team.kind in kinds for team in facts.teams):
            break  # the dossier is with the right specialists already
        if special := _first(staffed, kinds):
            why = Reason("override", {"flag": flag, "team": special.id})
            return Assignment(special.id, None, (*basis, why), copy_to=dossier.supervisor)
        return _own_team(facts, dossier, (*basis, Reason("no_special_team", {"flag": flag})))
    else:
        if moved_to and moved_to.id != dossier.team:
            why = Reason("moved", {"team": moved_to.id})
            return Assignment(moved_to.id, None, (*basis, why), copy_to=dossier.supervisor)
    return _own_team(facts, dossier, basis)


def _own_team(facts: Facts, dossier: DossierFacts, reasons: tuple[Reason, ...]) -> Assignment:
    team = next((team for team in facts.teams if team.id == dossier.team), None)
    if team is None:
        return _last_resort(facts, (*reasons, Reason("team_unknown")), alarm=True)
    if not dossier.supervisor:
        return _last_resort(facts, (*reasons, Reason("no_supervisor")))
    who, absence = _present(facts, dossier.supervisor)
    if who is None and not team.members:
        empty = Reason("team_empty", {"team": team.id})
        return _last_resort(facts, (*reasons, *absence, empty), alarm=True)
    return Assignment(team.id, who, (*reasons, *absence))


def _present(
    facts: Facts, supervisor: str | None, *, trained_only: bool = False
) -> tuple[str | None, tuple[Reason, ...]]:
    """The supervisor, or who stands in today; None leaves the case to the team's queue."""
    works_in = {member: team for team in facts.teams for member in team.members}
    if supervisor is None:
        return None, (Reason("no_supervisor"),)
    if supervisor not in works_in:
        return None, (Reason("supervisor_gone"),)
    who = deputy_of(supervisor, facts.away)
    if who is None or who not in works_in:
        return None, (Reason("absent_no_deputy", {"absent": supervisor}),)
    if trained_only and not works_in[who].trained:
        return None, (Reason("not_trained", {"absent": supervisor}),)
    if who == supervisor:
        return who, ()
    return who, (Reason("deputy", {"absent": supervisor}),)


def _by_what_was_said(facts: Facts, basis: tuple[Reason, ...]) -> Assignment:
    """R4: no dossier, so the place decides; who it is gets checked at the first talk."""
    staffed = _staffed(facts)
    if team := _of_place_kind(facts, staffed):
        return Assignment(team.id, None, (*basis, Reason("place_kind", {"team": team.id})))
    if team := _serving(facts, staffed):
        return Assignment(team.id, None, (*basis, Reason("place", {"team": team.id})))
    if empty := _team_of_place(facts, facts.teams):
        why = Reason("team_empty", {"team": empty.id})
        return _last_resort(facts, (*basis, why), alarm=True)
    return _last_resort(facts, (*basis, Reason("place_unknown")))


def _with_family(facts: Facts, teams: Iterable[TeamFacts]) -> Assignment | None:
    """R6: who was split off from a family goes to the team that knows it, to another person."""
    why = Reason("split_off", {"team": facts.split_from})
    known = any(team.id == facts.split_from for team in teams)
    return Assignment(facts.split_from, None, (why,)) if known else None


def _team_of_place(facts: Facts, teams: Iterable[TeamFacts]) -> TeamFacts | None:
    return _of_place_kind(facts, teams) or _serving(facts, teams)


def _of_place_kind(facts: Facts, teams: Iterable[TeamFacts]) -> TeamFacts | None:
    kinds = PLACE_KINDS.get(facts.place_kind)
    return _first(teams, kinds, facts.place) if kinds else None


def _serving(facts: Facts, teams: Iterable[TeamFacts]) -> TeamFacts | None:
    """The team that serves the named place; region teams first, trained groups never."""
    if not facts.place:
        return None
    there = [team for team in teams if facts.place in team.places and not team.trained]
    return _first(there, ("region",)) or _first(there)


def _last_resort(facts: Facts, reasons: tuple[Reason, ...], *, alarm: bool = False) -> Assignment:
    """The intake desk. Is there nobody either, any team; somebody must look then."""
    staffed = _staffed(facts)
    if desk := _first(staffed, ("ilc",)):
        return Assignment(desk.id, None, (*reasons, Reason("ilc")), alarm=alarm)
    anyone = (
        _first(staffed, ("region",))
        or _first(staffed)
        or _first(facts.teams, ("ilc",))
        or _first(facts.teams)
    )
    assert anyone is not None  # noqa: S101 - `choose` has seen to it that there is a team
    why = Reason("no_ilc", {"team": anyone.id})
    return Assignment(anyone.id, None, (*reasons, why), alarm=True)


def _staffed(facts: Facts) -> list[TeamFacts]:
    return [team for team in facts.teams if team.members]


def _first(
    teams: Iterable[TeamFacts], kinds: tuple[str, ...] = (), place: str = ""
) -> TeamFacts | None:
    """Of the first of `kinds` that there is: the team that serves `place`, else the first by id."""
    known = sorted(teams, key=lambda team: team.id)
    for kind in kinds:
        of_kind = [team for team in known if team.kind == kind]
        serving = [team for team in of_kind if place and place in team.places]
        if of_kind:
            return (serving or of_kind)[0]
    return None if kinds or not known else known[0]
