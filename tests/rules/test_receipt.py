"""The receipt code: enough chance in it, and no typing error passes for a guess."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases import receipt
from portal.cases.receipt import CodeError, read_code

SCRIPTS = {"Arabic-Indic": 0x660, "Persian": 0x6F0, "Devanagari": 0x966, "fullwidth": 0xFF10}


def in_digits(code: str, zero: int) -> str:
    return "".join(chr(zero + int(digit)) for digit in code)


def why(typed: str) -> str:
    with pytest.raises(CodeError) as error:
        read_code(typed)
    return error.value.why


def test_every_wrong_digit_and_every_swap_of_neighbours_is_a_typo() -> None:
    for _ in range(1000):
        code = receipt.new_code()
        for place in range(receipt.LENGTH):
            for digit in set("0123456789") - {code[place]}:
                assert receipt.check_digit(code[:place] + digit + code[place + 1 :]) != "0"
        for place in range(receipt.LENGTH - 1):
            here, there = code[place], code[place + 1]
            if here != there:
                swapped = code[:place] + there + here + code[place + 2 :]
                assert receipt.check_digit(swapped) != "0"


def test_codes_are_spread_evenly() -> None:
    codes = [receipt.new_code() for _ in range(100_000)]
    assert len(set(codes)) == len(codes)
    for place in range(receipt.LENGTH):
        counted = Counter(code[place] for code in codes)
        expected = len(codes) / 10
        chi_square = sum((counted[d] - expected) ** 2 / expected for d in "0123456789")
        assert chi_square < 40, f"position {place}"  # 9 degrees of freedom: p < 0.00001


@given(st.integers(0, 10**15 - 1))
def test_a_code_reads_as_itself(number: int) -> None:
    digits = f"{number:015d}"
    code = digits + receipt.check_digit(digits)
    assert read_code(code) == code
    assert read_code(" ".join(receipt.groups(code))) == code
    assert read_code("-".join(receipt.groups(code))) == code


@pytest.mark.parametrize("zero", SCRIPTS.values(), ids=SCRIPTS)
def test_digits_of_every_script_are_read(zero: int) -> None:
    code = receipt.new_code()
    assert read_code(in_digits(code, zero)) == code
    mixed = in_digits(code[:8], zero) + code[8:]
    assert read_code(mixed) == code


@pytest.mark.parametrize(
    "mark", ["\u200e", "\u200f", "\u061c", "\u2068", "\u2069", "\u202e", "\ufeff", "\u00a0", "\t",
             "\n", "\u2011", "\u2013", ".", "\u200d"]
)  # fmt: skip
def test_spaces_dashes_and_marks_of_direction_do_not_matter(mark: str) -> None:
    code = receipt.new_code()
    assert read_code(mark + mark.join(receipt.groups(code)) + mark) == code


def test_what_is_wrong_is_told_apart() -> None:
    code = receipt.new_code()
    other = "1" if code[-1] == "0" else "0"
    assert why("") == "empty"
    assert why(" - \u200f") == "empty"
    assert why("abc") == "empty"
    assert why(code[:-1]) == "length"
    assert why(code + "0") == "length"
    assert why(code + "x") == "length"
    assert why("O" + code) == "length"
    assert why(code[:-1] + other) == "typo"


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_a_clear_error(typed: str) -> None:
    try:
        code, problem = read_code(typed), ""
    except CodeError as error:
        code, problem = "", error.why
    if problem:
        assert problem in ("empty", "length", "typo")
    else:
        assert len(code) == receipt.LENGTH
        assert code.isascii()
        assert code.isdecimal()


def test_groups_are_four_by_four() -> None:
    assert receipt.groups("1234567890123452") == ("1234", "5678", "9012", "3452")
