"""A child who is alone reads plain words as soon as the draft says so; an adult never does."""

from typing import Any

import pytest

from portal.i18n import dutch_day, translate
from tests.rooms.test_asking import IOM, answer, sent
from tests.support.visitor import Visitor
from tests.support.world import World

YEAR = dutch_day().year - 16
BIRTH = {"birth": {"birth_date.day": "", "birth_date.month": "", "birth_date.year": str(YEAR)}}
USUAL = ("Family name", "I understand: this is not a decision about my stay")
PLAIN = ("What is your family name?", "I understand: this does not say if I may stay here")


def until(last: str) -> dict[str, dict[str, Any]]:
    steps = IOM | BIRTH
    return {key: steps[key] for key in list(steps)[: list(steps).index(last) + 1]}


def reads(visitor: Visitor, text: str, tag: str = "en") -> bool:
    return f">{translate(tag, text)}<" in visitor.page.text


@pytest.mark.parametrize(
    ("alone", "shown", "hidden"), [("yes", PLAIN, USUAL), ("no", USUAL, PLAIN)]
)
def test_once_a_child_says_to_be_alone_the_words_are_plain(
    world: World, alone: str, shown: tuple[str, str], hidden: tuple[str, str]
) -> None:
    visitor = world.visitor()
    visitor.get("/en/ask/iom_support")
    answer(visitor, until("name"))
    assert not reads(visitor, PLAIN[0])
    answer(visitor, BIRTH | {"alone": {"minor_alone": alone}})
    visitor.get("/en/ask/iom_support?step=name")
    assert reads(visitor, shown[0])
    assert not reads(visitor, hidden[0])
    visitor.get("/en/ask/iom_support?step=v-number")
    rest = {key: IOM[key] for key in ("v-number", "nationality", "location", "contact")}
    answer(visitor, rest | {"statement": IOM["statement"]})
    assert visitor.page.url.path == "/en/ask/check"
    for text in shown:
        assert translate("en", text) in visitor.page.text
    for text in hidden:
        assert f">{translate('en', text)}<" not in visitor.page.text


def test_what_was_answered_before_decides_too(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/en/ask/iom_support")
    answer(visitor, until("wishes") | {"needs": {"special_needs": ["minor_alone"]}})
    assert reads(visitor, "Did somebody help you to go back before?")


def test_an_adult_reads_the_usual_words(world: World) -> None:
    visitor = world.visitor()
    sent(visitor, "iom_support", IOM, "en")
    for key in ("name", "statement"):
        visitor.get(f"/en/ask/iom_support?step={key}")
        assert not [text for text in PLAIN if reads(visitor, text)]
