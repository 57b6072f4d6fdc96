"""The register beside a request for support: nobody has to know all programmes by heart."""

from typing import Any

import pytest

from portal.desk.options import who_could_help
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
