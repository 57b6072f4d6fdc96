"""Places: the same place, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.caseload.placenames import fold_place, kind_of_place


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("azc Assen", "assen"),
        ("AZC ASSEN", "assen"),
        ("  Assen ", "assen"),
        ("AZC Ter-Apel", "ter apel"),
        ("azc ter apel", "ter apel"),
        ("Ter_Apel", "ter apel"),
        ("VBL Ter Apel", "ter apel"),
        ("'s-Hertogenbosch", "s hertogenbosch"),
        ("Sint Annaparochië", "sint annaparochie"),
        ("Sint Annaparochie\u0308", "sint annaparochie"),
        ("Ａｓｓｅｎ", "assen"),
        ("gl", ""),
        ("", ""),
        ("!?", ""),
        ("azcassen", "azcassen"),
        ("أسن", "اسن"),
    ],
)
def test_a_place_is_folded(written: str, folded: str) -> None:
    assert fold_place(written) == folded


@given(st.text(max_size=60))
def test_folding_any_text_twice_changes_nothing_more(written: str) -> None:
    once = fold_place(written)
    assert fold_place(once) == once
    assert once == once.strip()


@pytest.mark.parametrize(
    ("location", "kind"),
    [("GGV Zeist", "closed_family"), ("DC Rotterdam", "detention"), ("azc Assen", "azc"),
     ("GL Emmen", "family_location"), ("vbl Ter Apel", "vbl"), ("Assen", ""), ("", "")],
)  # fmt: skip
def test_a_location_says_what_kind_of_place_it_is(location: str, kind: str) -> None:
    assert kind_of_place(location) == kind
