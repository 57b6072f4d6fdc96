"""The receipt code (ontvangstcode): 15 random digits and a Damm digit, shown 4-4-4-4.

Digits, because every script has them and a telephone can speak them. The Damm digit finds every
single wrong digit and every swap of neighbours, so that a typing error isn't a failed guess.
"""

import secrets
import unicodedata

LENGTH = 16
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


class CodeError(ValueError):
    """What was typed is no receipt code. `why` is "empty", "length" or "typo"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def new_code() -> str:
    digits = "".join(str(secrets.randbelow(10)) for _ in range(LENGTH - 1))
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def read_code(typed: str) -> str:
    """The 16 digits of what a person typed, in any script's digits, with spaces and dashes.

    Raises CodeError. A wrong check digit is a typing error and counts as no guess.
    """
    digits = "".join(str(unicodedata.decimal(c)) for c in typed if unicodedata.category(c) == "Nd")
    if not digits:
        raise CodeError("empty")
    if len(digits) != LENGTH or any(unicodedata.category(c)[0] == "L" for c in typed):
        raise CodeError("length")
    if check_digit(digits) != "0":  # digits followed by their own check digit end at 0
        raise CodeError("typo")
    return digits


def groups(code: str) -> tuple[str, ...]:
    return tuple(code[i : i + 4] for i in range(0, LENGTH, 4))
