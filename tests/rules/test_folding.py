"""What people type and what we wrote fold to the same letters, in every script we answer in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.information.folding import fold, variants, words


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ZIEKENHUIS", "ziekenhuis"),
        ("cafe", "café"),
        ("STRASSE", "straße"),
        ("ｉｏｍ", "iom"),  # full-width letters of a Chinese keyboard
        ("istanbul", "İstanbul"),
        ("isik", "ışık"),
        ("اوروبا", "أوروبّا"),
        ("مساعده", "مساعدة"),
        ("الي", "إلى"),
        ("کتاب", "كتاب"),  # Persian keheh, Arabic kaf
        ("ایران", "إيران"),
        ("مـــال", "مال"),
        ("مسؤول", "مسوول"),
        ("طائرة", "طايره"),
        ("می\u200cخواهم", "میخواهم"),
        ("٢٨", "28"),
        ("۲۸", "28"),
        ("ёлка", "елка"),
        ("ሠላም", "ሰላም"),
    ],
)
def test_spellings_meet(typed: str, written: str):
    assert fold(typed) == fold(written)


def test_different_words_stay_apart():
    assert len({fold(word) for word in ("مال", "مالي", "عمل", "أمل")}) == 4


def test_words_leave_signs_behind_and_take_chinese_letter_by_letter():
    assert words("Wat, 'doet' de_IOM?") == ["wat", "doet", "de", "iom"]
    assert words("我要 help") == ["我", "要", "help"]


@pytest.mark.parametrize("typed", ["المساعدة", "بالمساعدة", "والمساعدة", "للمساعدة", "مساعدة"])
def test_an_arabic_word_is_found_with_and_without_what_stands_before_it(typed: str):
    assert fold("مساعدة") in variants(fold(typed))


def test_a_short_arabic_word_keeps_its_letters():
    assert variants(fold("وطن")) == ["وطن"]
    assert variants(fold("الم")) == ["الم"]


@given(st.text())
def test_folding_twice_changes_nothing(text: str):
    assert words(" ".join(words(text))) == words(text)
