"""Cleaning: from what a person typed, in any script, to a value or to what to do about it."""

import unicodedata
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.i18n import translations
from portal.intake import cleaning
from portal.intake.cleaning import Wrong, clean_date, clean_number, clean_text, clean_v_number

TODAY = date(2026, 11, 21)


def wrong(clean: Callable[..., object], *typed: object) -> str:
    with pytest.raises(Wrong) as error:
        clean(*typed)
    return str(error.value)


# Texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  متى أعرف الجواب؟ ", "متى أعرف الجواب؟"),
        ("one\r\ntwo", "one\ntwo"),
        ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian needs its joiner
        ("\u1275\u130d\u122d\u129b", "\u1275\u130d\u122d\u129b"),
        ("a\tb", "a\tb"),
        ("\u200f\u061cא", "\u200f\u061cא"),
        ("", ""),
    ],
)
def test_text_stays_as_it_was_meant(typed: str, kept: str) -> None:
    assert clean_text(typed, 100) == kept


@pytest.mark.parametrize(
    "mark", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\u202a", "\u202e", "\u2066", "\u2069",
             "\ud800", "\ue000"]
)  # fmt: skip
def test_invisible_and_turning_characters_are_refused(mark: str) -> None:
    assert wrong(clean_text, f"a{mark}b", 100) == cleaning.INVISIBLE


def test_length_is_counted_after_composing() -> None:
    assert clean_text("e\u0301" * 10, 10) == "é" * 10
    assert wrong(clean_text, "é" * 11, 10) == cleaning.TOO_LONG


@given(st.text(max_size=80))
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    try:
        once = clean_text(typed, 60)
    except Wrong:
        return
    assert clean_text(once, 60) == once
    assert not [c for c in once if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    once.encode()


# Numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["12", "١٢", "۱۲", "१२", "１２", " 1 2 "])
def test_numbers_in_every_script(typed: str) -> None:
    assert clean_number(typed, 2) == 12


@pytest.mark.parametrize("typed", ["-1", "1.5", "two", "123", "²", "½", "一"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert wrong(clean_number, typed, 2) == cleaning.NUMBER


@pytest.mark.parametrize(
    "typed", ["0012345678", "00 1234 5678", "0012-345.678", "٠٠١٢٣٤٥٦٧٨", "۰۰۱۲۳۴۵۶۷۸",
              "00\u00a01234\u00a05678", "001234\u20095678"]
)  # fmt: skip
def test_v_numbers_keep_their_zeros(typed: str) -> None:
    assert clean_v_number(typed) == "0012345678"


@pytest.mark.parametrize("typed", ["V123AL568", "iii-v123al568", "W2A1234567", "A1"])
def test_the_number_of_a_card_is_told_apart(typed: str) -> None:
    assert wrong(clean_v_number, typed) == cleaning.DOCUMENT_NUMBER


@pytest.mark.parametrize("typed", ["", "123456789", "12345678901", "رقم", "12345678²0"])
def test_another_count_of_digits_is_refused(typed: str) -> None:
    assert wrong(clean_v_number, typed) == cleaning.TEN_DIGITS


@given(st.text(max_size=60))
def test_a_v_number_is_ten_digits_or_an_error(typed: str) -> None:
    try:
        number = clean_v_number(typed)
    except Wrong:
        return
    assert len(number) == 10
    assert number.isascii()
    assert number.isdecimal()


# Dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        (("27", "3", "1990"), {"day": 27, "month": 3, "year": 1990}),
        (("٢٧", "٣", "١٩٩٠"), {"day": 27, "month": 3, "year": 1990}),
        (("", "3", "1990"), {"month": 3, "year": 1990}),
        (("", "", "1990"), {"year": 1990}),
        (("29", "2", "2024"), {"day": 29, "month": 2, "year": 2024}),
        (("21", "11", "2026"), {"day": 21, "month": 11, "year": 2026}),
        (("", "", "2026"), {"year": 2026}),
    ],
)
def test_dates_whole_and_in_part(typed: tuple[str, str, str], parts: dict[str, int]) -> None:
    assert clean_date(*typed, TODAY) == parts


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("", "", ""), cleaning.DATE),
        (("1", "", "1990"), cleaning.DATE),
        (("1", "1", ""), cleaning.DATE),
        (("one", "1", "1990"), cleaning.DATE),
        (("1", "1", "90"), cleaning.YEAR),
        (("1", "1", "1899"), cleaning.YEAR),
        (("1", "1", "1369"), cleaning.YEAR),  # a Persian year
        (("29", "2", "2023"), cleaning.NO_SUCH_DATE),
        (("31", "4", "1990"), cleaning.NO_SUCH_DATE),
        (("0", "1", "1990"), cleaning.NO_SUCH_DATE),
        (("1", "13", "1990"), cleaning.NO_SUCH_DATE),
        (("22", "11", "2026"), cleaning.FUTURE),
        (("", "12", "2026"), cleaning.FUTURE),
        (("", "", "2027"), cleaning.FUTURE),
    ],
)
def test_dates_that_cannot_be(typed: tuple[str, str, str], says: str) -> None:
    assert wrong(clean_date, *typed, TODAY) == says


@given(st.text(max_size=10), st.text(max_size=10), st.text(max_size=10))
def test_any_three_texts_are_a_date_or_an_error(day: str, month: str, year: str) -> None:
    try:
        parts = clean_date(day, month, year, TODAY)
    except Wrong:
        return
    assert 1900 <= parts["year"] <= TODAY.year


@pytest.mark.parametrize("tag", ["nl", "ar"])
def test_every_error_is_said_in_the_readers_language(tag: str) -> None:
    texts = [text for name, text in vars(cleaning).items() if name[0].isupper() and " " in str(text)
             and isinstance(text, str)]  # fmt: skip
    assert len(texts) >= 12
    assert [text for text in texts if translations(tag).gettext(text) == text] == []
