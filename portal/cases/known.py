"""What routing may know of a case: from the answers, from the dossier, and of who works today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.caseload.absence import away_on
from portal.caseload.names import may_be_one
from portal.caseload.placenames import fold_place, kind_of_place
from portal.caseload.queries import FoundDossier, Person, all_teams, members_by_team
from portal.cases.routing import DossierFacts, Facts, TeamFacts
from portal.i18n import dutch_day

MEDICAL_NEEDS = frozenset({"illness", "pregnant"})
FAMILY_PLACES = frozenset({"family_location", "closed_family"})
APART = frozenset({"no", "apart"})
"""What an adult of the family says who doesn't want to be in the request of somebody else."""


@dataclass(frozen=True)
class House:
    """Who works where on one day, and who is away."""

    teams: tuple[TeamFacts, ...]
    away: Mapping[str, str | None]
    day: date
    names: Mapping[str, str]
    """Team names by id."""


def house_on(session: Session, now: datetime) -> House:
    members, rows = members_by_team(session), all_teams(session)
    teams = tuple(
        TeamFacts(
            team.id,
            team.kind,
            frozenset(team.places),
            team.trained,
            members.get(team.id, frozenset()),
        )
        for team in rows
    )
    day = dutch_day(now)
    names = {team.id: team.name for team in rows}
    return House(teams, away_on(session, day), day, names)


def facts_of(
    kind: str,
    answers: Mapping[str, Any],
    dossier: FoundDossier | None,
    house: House,
    *,
    moved: bool = False,
) -> Facts:
    """`moved`: the place in the answers is newer than the dossier's."""
    agrees = dossier is not None and birth_date_agrees(answers.get("birth_date"), dossier.person)
    needs = set(answers.get("special_needs") or ())
    return Facts(
        teams=house.teams,
        away=house.away,
        matches=(dossier_facts(answers, dossier),) if dossier is not None and agrees else (),
        v_number_given=bool(answers.get("v_number")),
        birth_date_differs=dossier is not None and not agrees,
        minor_alone="minor_alone" in needs
        or answers.get("minor_alone") == "yes"
        or (not agrees and is_child_alone(answers, house.day)),
        safety=answers.get("from_safety") == "yes" or "unsafe" in needs,
        medical=kind == "medical" or bool(needs & MEDICAL_NEEDS),
        by_other=(answers.get("sender_role") or "self") != "self",
        moved=moved,
        place_kind=answers.get("location_type") or "",
        place=fold_place(answers.get("place") or ""),
    )


def dossier_facts(answers: Mapping[str, Any], dossier: FoundDossier) -> DossierFacts:
    """A closed family facility is no flag in DT&V's file, but its location says it."""
    flags = dossier.flags
    if kind_of_place(dossier.location) == "closed_family":
        flags |= {"closed_family"}
    typed = f"{answers.get('family_name') or ''} {answers.get('given_names') or ''}"
    known = f"{dossier.person.family_name} {dossier.person.given_names}"
    return DossierFacts(
        dossier.team_id,
        dossier.supervisor_id,
        flags,
        dossier.open,
        name_differs=not may_be_one(typed, known),
    )


def birth_date_agrees(typed: Mapping[str, int] | None, person: Person) -> bool:
    """Whether a birth date, of which day and month may be missing, is the dossier's."""
    if not typed or not typed.get("year"):
        return False
    born = date.fromisoformat(person.birth_date)
    return all(typed.get(part) in (None, getattr(born, part)) for part in ("year", "month", "day"))


def is_child_alone(answers: Mapping[str, Any], day: date) -> bool:
    """Under 18 by the birth date, with no adult in the request and in no place for families.

    Only where neither a dossier nor the person says it better. What is known of the date must be
    enough to be sure.
    """
    if answers.get("minor_alone") == "no":
        return False
    born = answers.get("birth_date") or {}
    if not born.get("year") or answers.get("location_type") in FAMILY_PLACES:
        return False
    if answers.get("minor_alone") == "no":
        return False
    if any(one.get("relation") != "child" for one in answers.get("family") or []):
        return False
    birthday = (born["year"] + 18, born.get("month") or 1, born.get("day") or 1)
    return birthday > (day.year, day.month, day.day)


def is_adult(one: Mapping[str, Any]) -> bool:
    """Whether one of the family decides for themselves."""
    return one.get("relation") != "child"


def want_to_be_apart(answers: Mapping[str, Any]) -> list[int]:
    """Where in the list of the family the adults stand who did not consent (domain.md R6)."""
    family = answers.get("family") or []
    return [
        number
        for number, one in enumerate(family)
        if one.get("relation") != "child" and one.get("consents") in APART
    ]
