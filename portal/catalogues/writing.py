"""Letters and marks: which script a text is in, and characters that no text of ours may hold."""

import re
import unicodedata
from functools import cache

BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Invisible marks that turn text round. Direction is the markup's work: `dir` and `<bdi>`."""

_BLOCKS = {
    "Latn": "LATIN",
    "Arab": "ARABIC",
    "Cyrl": "CYRILLIC",
    "Ethi": "ETHIOPIC",
    "Hans": "CJK",
}


@cache
def _block(letter: str) -> str:
    return unicodedata.name(letter, "?").split(" ")[0].split("-")[0]


def share_of_script(text: str, script: str) -> float:
    """The part of the letters of `text` that belong to an ISO 15924 script; 1.0 without letters.

    Raises KeyError for a script that no language of languages.toml is written in.
    """
    wanted = _BLOCKS[script]
    letters = [_block(character) for character in text if character.isalpha()]
    return letters.count(wanted) / len(letters) if letters else 1.0


def line_of(text: str, offset: int) -> int:
    """The line, counted from 1, on which a character of `text` stands."""
    return text.count("\n", 0, offset) + 1
