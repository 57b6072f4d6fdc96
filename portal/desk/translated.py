"""How far the translation of a letter is, in words of the desk."""

from collections.abc import Iterator, Mapping
from typing import Any

from portal.cases.writing import Letter
from portal.desk.wording import say
from portal.i18n import N_

STATES: Mapping[str, str] = {
    "reviewed": N_("checked by somebody who reads this language"),
    "draft": N_("draft translation, not checked by a translator"),
    "unmarked": N_("draft translation, not checked by a translator"),
    "stale": N_("old translation: the Dutch has changed since. Read the Dutch out in a talk"),
    "missing": N_("not all of it is translated: the person reads a part in English"),
}


def state_of_letter(letter: Letter, values: Mapping[str, Any], reads: str, tag: str) -> str:
    """What staff must know of the translation before sending; "" for Dutch, which is the source.

    `values` come from `read_blanks`. Reads files the first time: outside the event loop.
    """
    from portal.catalogues.standing import standing  # Babel, which other pages do without

    return say(tag, STATES[standing(reads, _texts(letter, values))]) if reads != "nl" else ""


def _texts(letter: Letter, values: Mapping[str, Any]) -> Iterator[str]:
    """The msgids that this letter is made of, with these choices."""
    yield letter.title
    yield from (text for text in letter.paragraphs if not _only_a_blank(text))
    for blank in letter.blanks:
        chosen = values[blank.name]
        for option in blank.options:
            if option.value in (chosen if isinstance(chosen, list) else [chosen]):
                yield option.label


def _only_a_blank(text: str) -> bool:
    return text.startswith("%(") and text.endswith(")s") and text.count("%") == 1
