"""What routing may know of a case: from what was typed, and from the dossier."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from portal.caseload.queries import FoundDossier, Person
from portal.cases.known import House, birth_date_agrees, facts_of
from portal.cases.routing import Facts, TeamFacts
from tests.support.world import PERSON

BORN = Person("0000000001", "1999-04-02", "Applicant 01", "", "SY")


TEAMS = (TeamFacts("assen", "region", frozenset({"assen"})), TeamFacts("ilc", "ilc"))


HOUSE = House(TEAMS, {}, date(2026, 11, 21), {})


DOSSIER = FoundDossier("d", BORN, "assen", "s", frozenset({"vbl"}), "none", "azc Assen", "ar", True)


@pytest.mark.parametrize(
    ("typed", "agrees"),
    [
        ({"year": 1999, "month": 4, "day": 2}, True),
        ({"year": 1999, "month": 4}, True),
        ({"year": 1999}, True),
        ({"year": 1999, "month": None, "day": None}, True),
        ({"year": 1998}, False),
        ({"year": 1999, "month": 5}, False),
        ({"year": 1999, "month": 4, "day": 3}, False),
        ({"month": 4, "day": 2}, False),
        ({}, False),
        (None, False),
    ],
)
def test_a_birth_date_may_be_known_in_part(typed: dict[str, int] | None, agrees: bool) -> None:
    assert birth_date_agrees(typed, BORN) is agrees
    facts = facts_of("question", {**PERSON, "birth_date": typed}, DOSSIER, HOUSE)
    assert bool(facts.matches) is agrees
    assert facts.birth_date_differs is not agrees


def known(kind: str = "question", dossier: FoundDossier | None = DOSSIER, **answers: Any) -> Facts:
    return facts_of(kind, {**PERSON, **answers}, dossier, HOUSE)


def test_what_routing_may_know() -> None:
    facts = known(place="AZC Ter-Apel", special_needs=["minor_alone"])
    assert (facts.place, facts.place_kind) == ("ter apel", "azc")
    assert facts.minor_alone
    assert facts.matches[0].flags == {"vbl"}
    assert not facts.matches[0].name_differs
    nothing = facts_of("question", dict.fromkeys(PERSON), None, HOUSE)
    assert not nothing.v_number_given
    assert not nothing.birth_date_differs
    assert (nothing.matches, nothing.place, nothing.place_kind) == ((), "", "")
    assert not any((nothing.minor_alone, nothing.safety, nothing.medical, nothing.by_other))


@pytest.mark.parametrize(
    ("answers", "alone"),
    [
        ({"birth_date": {"year": 2008, "month": 11, "day": 22}}, True),
        ({"birth_date": {"year": 2008, "month": 11, "day": 21}}, False),  # eighteen today
        ({"birth_date": {"year": 2009}}, True),
        ({"birth_date": {"year": 2008}}, False),  # not sure, so not said
        ({"birth_date": {"year": 2015}, "location_type": "family_location"}, False),
        ({"birth_date": {"year": 2015}, "family": [{"relation": "partner"}]}, False),
        ({"birth_date": {"year": 2015}, "family": [{"relation": "child"}]}, True),
        ({"birth_date": {"year": 2009}, "minor_alone": "no"}, False),
        ({"birth_date": {"year": 2008}, "minor_alone": "yes"}, True),
        ({"birth_date": {"year": 1990}, "special_needs": ["minor_alone"]}, True),
        ({"birth_date": None}, False),
    ],
)
def test_a_child_that_no_dossier_knows_is_alone_unless_there_is_an_adult(
    answers: dict[str, Any], alone: bool
) -> None:
    assert known(dossier=None, **answers).minor_alone is alone


def test_what_else_is_said() -> None:
    assert known(from_safety="yes").safety
    assert known(special_needs=["unsafe"]).safety
    assert not known(talk_topic="private").safety
    assert known("medical").medical
    assert known(special_needs=["pregnant"]).medical
    assert not known(special_needs=["elderly"]).medical
    for role in ("lawyer", "guardian", "family", "helper"):
        assert known(sender_role=role).by_other
    assert not known(sender_role="self").by_other
    assert known(family_name="Nobody", given_names="Else").matches[0].name_differs
    closed = replace(DOSSIER, location="GGV Zeist")
    assert known(dossier=closed).matches[0].flags == {"vbl", "closed_family"}
