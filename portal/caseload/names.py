"""Whether two ways of writing a name may be one name. Only ever a hint for a person to look."""

import unicodedata
from difflib import SequenceMatcher

ALIKE = 0.66
"""Two words that share two thirds of their letters, in order, may be one name: Mohamed and
Muhammad, Yousef and Youssef. Transliterations differ more than typing errors do."""


def may_be_one(typed: str, known: str) -> bool:
    """False only when no word of one is like a word of the other.

    Names in different scripts can't be compared, so they may be one. Which word is the family name
    says nothing: people and registers swap them.
    """
    ours, theirs = _words(typed), _words(known)
    if not ours or not theirs or _script(ours) != _script(theirs):
        return True
    return any(_alike(one, other) for one in ours for other in theirs)


def _alike(one: str, other: str) -> bool:
    return one == other or (
        min(len(one), len(other)) > 2 and SequenceMatcher(None, one, other).ratio() >= ALIKE
    )


def _words(name: str) -> list[str]:
    """Words without accents and case; marks inside a word don't part it."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = (" " if c.isspace() or c == "-" else c for c in plain)
    return "".join(c for c in letters if c.isalnum() or c == " ").split()


def _script(words: list[str]) -> str:
    """The first word of a letter's Unicode name: LATIN, ARABIC, ETHIOPIC."""
    letter = next((c for word in words for c in word if c.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0]
