"""How a letter is written: its blanks filled, in one language, from plain values.

The Dutch stands beside the reader's language. Own text of staff is Dutch and marked as such:
nothing is translated by a machine.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from portal.cases.fields import Option
from portal.facts import plain_fact
from portal.i18n import format_date, translate

_NAME = re.compile(r"%\((\w+)\)s")
LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"
"""Isolates: a time or a typed place keeps its own direction inside right-to-left text."""


@dataclass(frozen=True)
class Blank:
    """Something staff fill in. `choices` are translated; a text is shown as it was typed."""

    name: str
    label: str
    kind: Literal["date", "time", "text", "choice", "choices"]
    options: tuple[Option, ...] = ()
    required: bool = True


@dataclass(frozen=True)
class Letter:
    key: str
    title: str
    paragraphs: tuple[str, ...]
    blanks: tuple[Blank, ...] = ()
    facts: tuple[str, ...] = ()
    automatic: bool = False
    """Sent by the portal itself; staff can't choose it."""
    offered: bool = True
    """Among the messages. The others belong to a page of their own, or to the past."""

    @property
    def to_choose(self) -> bool:
        """Whether staff may write it as a message of its own."""
        return self.offered and not self.automatic


@dataclass(frozen=True)
class Written:
    """A letter in one language, ready to be shown."""

    tag: str
    title: str
    text: str


class LetterError(ValueError):
    """Something is missing or wrong; `blank` is its name."""

    def __init__(self, blank: str) -> None:
        super().__init__(blank)
        self.blank = blank


def read_blanks(letter: Letter, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Plain JSON values for a letter's blanks. Raises LetterError with the first wrong one.

    Dates are ISO, times HH:MM, choices one of their options, `choices` a list of them.
    """
    values: dict[str, Any] = {}
    for blank in letter.blanks:
        given = typed.get(blank.name) or ""
        known = {option.value for option in blank.options}
        if blank.kind == "choices":
            given = [value for value in given if value in known]
        elif blank.kind == "choice" and given not in known:
            given = ""
        elif blank.kind == "date" and given:
            given = _iso_date(blank, given)
        elif blank.kind == "time" and given and not _is_time(given):
            raise LetterError(blank.name)
        if not given and blank.required:
            raise LetterError(blank.name)
        values[blank.name] = given[:200] if isinstance(given, str) else given
    return values


def _iso_date(blank: Blank, given: str) -> str:
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        raise LetterError(blank.name) from None


def _is_time(given: str) -> bool:
    hours, colon, minutes = given.partition(":")
    return bool(colon) and hours.isdecimal() and minutes.isdecimal() and len(given) == 5 and (
        int(hours) < 24 and int(minutes) < 60
    )  # fmt: skip


def write(letter: Letter, values: Mapping[str, Any], tag: str) -> Written:
    """The letter in one language. `values` come from `read_blanks`.

    A paragraph is left out when nothing was filled in for any blank of it.
    """
    shown = {blank.name: _shown(blank, values[blank.name], tag) for blank in letter.blanks}
    shown |= {key: f"{LRI}{plain_fact(key, tag)}{PDI}" for key in letter.facts}
    kept = (text for text in letter.paragraphs if _says_something(text, shown))
    paragraphs = (translate(tag, text) % shown for text in kept)
    return Written(tag, translate(tag, letter.title), "\n\n".join(paragraphs))


def _says_something(paragraph: str, shown: Mapping[str, str]) -> bool:
    names = _NAME.findall(paragraph)
    return not names or any(shown[name] for name in names)


def _shown(blank: Blank, value: Any, tag: str) -> str:
    if not value:
        return ""
    labels = {option.value: option.label for option in blank.options}
    if blank.kind == "choices":
        return "\n".join(f"– {translate(tag, labels[each])}" for each in value)
    if blank.kind == "choice":
        return translate(tag, labels[value])
    if blank.kind == "date":
        return format_date(date.fromisoformat(value), tag)
    return f"{FSI}{value}{PDI}"
