"""Who is responsible: rules R1–R4 of domain.md §4, as one pure function.

`choose` looks at plain facts and always names a team. The reasons are codes with values; the desk
says them in Dutch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

OVERRIDES = (
    ("unaccompanied_minor", "minors"),
    ("detention", "detention"),
    ("dublin", "dublin"),
    ("vbl", "vbl"),
    ("family", "family"),
)
"""R2: a flag of the dossier and the kind of team that takes over; the first one that holds wins."""
PLACE_KINDS = {
    "vbl": "vbl",
    "family_location": "family",
    "closed_family": "family",
    "detention": "detention",
}
"""R4: a kind of place that the applicant named and the kind of team that serves it."""


@dataclass(frozen=True)
class TeamFacts:
    id: str
    kind: str
    places: frozenset[str] = frozenset()


@dataclass(frozen=True)
class DossierFacts:
    """A dossier whose V-number and birth date agree with what the applicant wrote."""

    team: str
    supervisor: str | None
    flags: frozenset[str] = frozenset()
    open: bool = True


@dataclass(frozen=True)
class Facts:
    """All that routing may know. `place` and the teams' places are folded the same way."""

    teams: tuple[TeamFacts, ...]
    matches: tuple[DossierFacts, ...] = ()
    v_number_given: bool = False
    birth_date_differs: bool = False
    """A dossier has this V-number, but another birth date."""
    minor_alone: bool = False
    place_kind: str = ""
    place: str = ""


@dataclass(frozen=True)
class Reason:
    """A code, and values without personal data (team ids, flags)."""

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
    """Nobody could be found: the last resort took it, and somebody must look."""


def choose(facts: Facts) -> Assignment:
    """The team, the supervisor if there is one, and why. Raises ValueError without any team."""
    if not facts.teams:
        raise ValueError("routing needs at least one team")
    if len(facts.matches) == 1:
        return _by_dossier(facts, facts.matches[0])
    return _by_what_was_said(facts)


def _by_dossier(facts: Facts, dossier: DossierFacts) -> Assignment:
    if not dossier.open:
        return _last_resort(facts, (Reason("dossier_closed"),))
    flags = dossier.flags | ({"unaccompanied_minor"} if facts.minor_alone else frozenset())
    teams = {team.id: team for team in facts.teams}
    for flag, kind in OVERRIDES:
        if flag not in flags:
            continue
        if dossier.team in teams and teams[dossier.team].kind == kind:
            break  # the dossier is with the right specialists already
        if special := _first(facts, kind):
            reasons = (Reason("match"), Reason("override", {"flag": flag, "team": special.id}))
            return Assignment(special.id, None, reasons, copy_to=dossier.supervisor)
        return _own_team(facts, dossier, (Reason("no_special_team", {"flag": flag}),))
    return _own_team(facts, dossier, ())


def _own_team(facts: Facts, dossier: DossierFacts, more: tuple[Reason, ...]) -> Assignment:
    if dossier.team not in {team.id for team in facts.teams}:
        return _last_resort(facts, (Reason("match"), Reason("team_unknown"), *more))
    if not dossier.supervisor:
        return _last_resort(facts, (Reason("match"), Reason("no_supervisor"), *more))
    return Assignment(dossier.team, dossier.supervisor, (Reason("match"), *more))


def _by_what_was_said(facts: Facts) -> Assignment:
    if len(facts.matches) > 1:
        why = Reason("several_dossiers")
    elif facts.birth_date_differs:
        why = Reason("birth_date_differs")
    elif facts.v_number_given:
        why = Reason("v_number_unknown_here")
    else:
        why = Reason("no_v_number")
    if facts.minor_alone and (team := _first(facts, "minors")):
        return Assignment(team.id, None, (why, Reason("says_minor_alone", {"team": team.id})))
    if (kind := PLACE_KINDS.get(facts.place_kind)) and (team := _first(facts, kind, facts.place)):
        return Assignment(team.id, None, (why, Reason("place_kind", {"team": team.id})))
    if facts.place:
        for team in facts.teams:
            if facts.place in team.places:
                return Assignment(team.id, None, (why, Reason("place", {"team": team.id})))
    return _last_resort(facts, (why, Reason("place_unknown")))


def _last_resort(facts: Facts, reasons: tuple[Reason, ...]) -> Assignment:
    desk = _first(facts, "ilc")
    if desk:
        return Assignment(desk.id, None, (*reasons, Reason("ilc")))
    anyone = min(facts.teams, key=lambda team: team.id)
    return Assignment(
        anyone.id, None, (*reasons, Reason("no_ilc", {"team": anyone.id})), alarm=True
    )


def _first(facts: Facts, kind: str, place: str = "") -> TeamFacts | None:
    """A team of this kind: the one that serves `place`, else the first by id."""
    of_kind = sorted((team for team in facts.teams if team.kind == kind), key=lambda team: team.id)
    serving = [team for team in of_kind if place and place in team.places]
    return (serving or of_kind or [None])[0]
