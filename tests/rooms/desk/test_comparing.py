"""The record beside the person's words: a wrong letter is seen."""

import unicodedata
from typing import Any

import pytest
from markupsafe import escape

from portal.caseload.queries import FoundDossier, Person
from portal.desk.comparing import NAME, Compared, compare
from portal.desk.weighing import DIFFERENT
from portal.desk.wording import say
from tests.rooms.desk.at_the_desk import html, opened, routed
from tests.support.world import PERSON, QUESTION, World

RECORD = Person("0000000001", "1999-04-02", "Yousef", "Amina Noor", "SY")


def compared(answers: dict[str, Any], **record: Any) -> dict[str, Compared]:
    person = Person(**(RECORD.__dict__ | record.pop("person", {})))
    values = {"procedure": "none", "location": "azc Assen"} | record
    dossier = FoundDossier("d", person, "t", None, frozenset(), language="ar", open=True, **values)
    return {each.label: each for each in compare(answers, dossier, "en")}


def marks(pieces: tuple[tuple[str, bool], ...]) -> list[str]:
    return [text for text, differs in pieces if differs]


TYPED = PERSON | {"family_name": "Yousef", "given_names": "Amina Noor", "nationality": "SY"}


def test_what_is_the_same_is_said_to_be_and_nothing_is_marked() -> None:
    found = compared(TYPED)
    assert {each.standing for each in found.values()} == {"same"}
    assert not any(marks(each.typed) + marks(each.known) for each in found.values())
    assert "Procedure" not in found  # this request didn't ask for it
    loose = compared(TYPED | {"family_name": " YOUSEF", "place": "AZC Assen"})
    assert {each.standing for each in loose.values()} == {"same"}


@pytest.mark.parametrize(
    ("typed", "left", "right"),
    [
        ("Youssef", ["s"], []),
        ("Yusef", [], ["o"]),
        ("Youzef", ["z"], ["s"]),
        ("Yoüsef", ["ü"], ["u"]),
        (unicodedata.normalize("NFD", "Yoüsef"), ["ü"], ["u"]),
    ],
)
def test_the_letters_that_differ_are_marked(typed: str, left: list[str], right: list[str]) -> None:
    name = compared(TYPED | {"family_name": typed})["Family name"]
    assert name.standing == "differs"
    assert (marks(name.typed), marks(name.known)) == (left, right)
    assert "".join(text for text, _ in name.known) == "Yousef"
    assert "".join(text for text, _ in name.typed) == unicodedata.normalize("NFC", typed)


def test_fields_that_were_swapped_are_said_to_be() -> None:
    found = compared(TYPED | {"family_name": "Amina Noor", "given_names": "Yousef"})
    assert found["Family name"].standing == found["First names"].standing == "order"


def test_another_script_is_for_a_person_to_compare() -> None:
    name = compared(TYPED | {"family_name": "يوسف"})["Family name"]
    assert (name.standing, marks(name.typed)) == ("script", [])
    arabic = compared(TYPED | {"family_name": "يوسف"}, person={"family_name": "يوسيف"})
    assert marks(arabic["Family name"].typed) == ["يوسف"]  # a mark inside would break the word


@pytest.mark.parametrize(
    ("typed", "standing"),
    [
        ({"year": 1999, "month": 4, "day": 2}, "same"),
        ({"year": 1999, "month": 4, "day": 3}, "differs"),
        ({"year": 1999}, "part"),
        ({"year": 1998}, "differs"),
        ({}, "known_only"),
        (None, "known_only"),
    ],
)
def test_a_birth_date_may_be_known_in_part(typed: Any, standing: str) -> None:
    assert compared(TYPED | {"birth_date": typed})["Date of birth"].standing == standing


def test_nationality_place_and_procedure() -> None:
    found = compared(
        TYPED | {"nationality": "IQ", "place": "Emmen", "procedure_pending": "no"},
        procedure="pending",
    )
    assert [found[name].standing for name in ("Nationality", "Lives in", "Procedure")] == [
        "differs"
    ] * 3
    assert compared(TYPED | {"nationality": None})["Nationality"].standing == "known_only"
    nothing = compared(TYPED | {"nationality": None}, person={"nationality": ""})
    assert "Nationality" not in nothing
    other_kind = compared(TYPED | {"location_type": "vbl"})
    assert other_kind["Lives in"].standing == "differs"


def test_it_stands_on_the_page_and_among_what_must_be_weighed(world: World) -> None:
    case_id = routed(world, "question", QUESTION | {"family_name": "Applicand <01"})
    page = html(opened(world, case_id))
    assert "Applican<mark>d</mark> <mark>&lt;</mark>01" in page
    assert "Applican<mark>t</mark> 01" in page
    assert page.index('id="weigh"') < page.index('id="record"')
    weighed = page[page.index('id="weigh"') : page.index('id="checks"')]
    assert escape(say("nl", DIFFERENT, {"facts": say("nl", NAME)})) in weighed
