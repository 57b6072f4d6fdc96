"""From typed text to clean values. Each function returns a value or raises `Wrong`.

Texts may be in any script. Refused are control characters and the marks that turn the direction of
what stands around them; joiners stay, because Persian and Sinhala need them.
"""

import re
import unicodedata
from datetime import date

from portal.i18n import N_, dutch_day

_REFUSED = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_DOCUMENT_NUMBER = re.compile(r"(I|II|III|IV|W|W2|F)?V?[A-Z0-9]*[A-Z][A-Z0-9]*")

INVISIBLE = N_("There are characters in it that nobody can see. Please type it again.")
TOO_LONG = N_("This is too long. Please make it shorter.")
EMPTY = N_("Please fill this in.")
CHOOSE = N_("Please choose an answer.")
CHOOSE_ONE_OF = N_("Please choose one of the answers.")
TICK = N_("Please tick this box to go on.")
NUMBER = N_("Please write a number, for example 2.")
DOCUMENT_NUMBER = N_(
    "This looks like the document number of your card. The V-number has ten digits and no letters."
)
TEN_DIGITS = N_(
    "A V-number has ten digits. Count the digits again, or tick that you do not know it."
)
DATE = N_("Please fill in the day, the month and the year, for example 27 3 1990.")
NO_SUCH_DATE = N_("This day does not exist. Please look at the day and the month again.")
FUTURE = N_("This day is still to come. Please look at the year again.")
YEAR = N_("Please write the year with four digits, for example 1990.")


class Wrong(ValueError):
    """What was typed can't be used; `args[0]` is a msgid that says what to do."""


def clean_text(typed: str, maxlength: int) -> str:
    """NFC, without spaces around it. A line break stays."""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n")).strip()
    if len(text) > maxlength:
        raise Wrong(TOO_LONG)
    if any(_is_refused(c) for c in text):
        raise Wrong(INVISIBLE)
    return text


def is_empty(typed: str) -> bool:
    """Nothing to be seen: no text at all, spaces, or joiners that join nothing."""
    return all(c.isspace() or unicodedata.category(c) == "Cf" for c in typed)


def _is_refused(c: str) -> bool:
    return ord(c) in _REFUSED or (unicodedata.category(c) in ("Cc", "Cs", "Co") and c not in "\n\t")


def latin_digits(typed: str) -> str:
    """Digits of any script as 0-9; everything else stays."""
    return "".join(
        str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in typed
    )


def _digits(typed: str, maxlength: int) -> str:
    """With 0-9 for digits, and without the unseen marks that come along when people copy a number
    out of a text in Arabic or Persian."""
    text = latin_digits(clean_text(typed, maxlength))
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip()


def clean_number(typed: str, maxlength: int) -> int:
    digits = _digits(typed, 40).replace(" ", "")
    if not re.fullmatch(rf"[0-9]{{1,{maxlength}}}", digits):
        raise Wrong(NUMBER)
    return int(digits)


def clean_v_number(typed: str) -> str:
    """Ten digits, leading zeros kept; no check digit is known (domain.md §3A)."""
    bare = re.sub(r"[\s.;,:_/\\\-\u2010-\u2015]", "", _digits(typed, 40)).upper()
    if re.fullmatch(r"[0-9]{10}", bare):
        return bare
    if bare and bare.isascii() and _DOCUMENT_NUMBER.fullmatch(bare):
        raise Wrong(DOCUMENT_NUMBER)
    raise Wrong(TEN_DIGITS)


def clean_date(day: str, month: str, year: str, today: date | None = None) -> dict[str, int]:
    """{"year", "month"?, "day"?}: a real date up to today; month and day may be unknown."""
    today = today or dutch_day()
    typed = {"day": day, "month": month, "year": year}
    parts = {name: _digits(text, 10) for name, text in typed.items()}
    if any(part and not re.fullmatch("[0-9]{1,4}", part) for part in parts.values()):
        raise Wrong(DATE)
    if not parts["year"] or (parts["day"] and not parts["month"]):
        raise Wrong(DATE)
    numbers = {name: int(part) for name, part in parts.items() if part}
    if not 1900 <= numbers["year"] <= 9999:
        raise Wrong(YEAR)
    try:
        earliest = date(numbers["year"], numbers.get("month", 1), numbers.get("day", 1))
    except ValueError:
        raise Wrong(NO_SUCH_DATE) from None
    if earliest > today:
        raise Wrong(FUTURE)
    return numbers
