"""The register beside a request for support: nobody has to know all programmes by heart."""

from typing import Any

import pytest

from portal.desk.options import options_beside, who_could_help
from portal.i18n import translate
from portal.register import register
from tests.rooms.desk.at_the_desk import OWN, html, routed
from tests.support.world import PERSON, QUESTION, World

SUPPORT: dict[str, Any] = {**PERSON, "support_wishes": ["work", "papers"], "goal": "information"}


def test_what_fits_a_wish_comes_first_and_says_why() -> None:
    found = who_could_help("iom_support", SUPPORT, "nl")
    assert found[0].organisation.key == "iom"
    assert set(found[0].wishes) == {
        translate("nl", "Papers"),
        translate("nl", "Work or a small business"),
    }
    everybody = {each.key for each in register().values() if each.group == "return"}
    assert {each.organisation.key for each in found} == everybody
    fits = [len(each.wishes) for each in found]
    assert fits == sorted(fits, reverse=True)


def test_each_wish_has_the_entries_that_fit_it_and_says_when_nobody_does() -> None:
    answers = SUPPORT | {"support_wishes": ["papers", "housing"]}
    found = options_beside("ngo_support", answers, "ar", "en")
    assert found
    papers, housing = found.wishes
    assert (papers.text, housing.text) == ("Papers", "A place to live")
    assert [each.key for each in papers.entries] == [
        each.key for each in register().values() if "papers" in each.helps
    ]
    assert housing.entries == ()


def test_why_an_entry_fits_is_said_and_what_is_not_known_too() -> None:
    chosen = SUPPORT | {"ngo_choice": "ros", "programme": "ngo"}
    first = who_could_help("ngo_support", chosen, "en", "ar")[0]
    assert first.organisation.key == "ros"
    assert "The person asked for it by name." in first.why
    assert "We do not know for which countries" in first.whom
    eurp = who_could_help("ngo_support", SUPPORT | {"programme": "eurp"}, "en")[0]
    assert eurp.organisation.key == "eurp"
    iom = next(
        e for e in who_could_help("iom_support", {}, "en", "fa-AF") if e.organisation.key == "iom"
    )
    assert iom.why == ("It has people who speak Dari.",)


def test_a_mediation_means_papers_and_one_on_hold_shows_no_other_way() -> None:
    found = options_beside("mediation", {}, "ar", "en")
    assert found
    assert [each.text for each in found.wishes] == ["Papers"]
    assert options_beside("mediation", {}, "ar", "en", on_hold=True) is None
    assert options_beside("question", {}, "ar", "en") is None
    assert options_beside("question", {"support_wishes": ["work"]}, "ar", "en")


@pytest.mark.parametrize("wishes", [None, [], ["nothing known"], ["other"]])
def test_without_a_wish_all_are_named_and_none_is_said_to_fit(wishes: Any) -> None:
    found = who_could_help("ngo_support", {"support_wishes": wishes}, "en")
    assert found
    assert not any(each.wishes for each in found)
    assert who_could_help("question", {}, "nl") == ()


def test_it_stands_on_the_page_of_such_a_case_alone(world: World) -> None:
    visitor = world.signed_in(OWN)
    visitor.get(f"/desk/cases/{routed(world, 'iom_support', SUPPORT)}")
    assert "Goedwerk Foundation" in html(visitor)
    visitor.get(f"/desk/cases/{routed(world, 'question', QUESTION)}")
    assert "Goedwerk Foundation" not in html(visitor)
