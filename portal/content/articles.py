"""What is wrong with the articles: what no text may hold, plain Dutch, translations beside it."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

from portal.catalogues.problems import Problem
from portal.catalogues.writing import BIDI_CONTROLS, line_of, share_of_script
from portal.content import dutch
from portal.content.outline import FACT, LINK, outside_brackets, words_only
from portal.content.sheets import Desk, Sheet
from portal.i18n import LOCALES, Language, language, live_languages
from portal.information.articles import SOURCE

DIGITS_ALLOWED = {
    "en": ("article 64",),
    "ar": ("المادة 64",),
    "fr": ("article 64",),
    "ti": ("ዓንቀጽ 64",),
    "fa": ("ماده 64",),
    "fa-AF": ("ماده 64",),
    "ckb": ("ماددەی 64",),
    "es": ("artículo 64",),
    "pt": ("artigo 64",),
}
"""Figures that are names: of an article of law or of a form. All others are facts."""
ON_THE_LETTER = ("artikel 64",)
"""The same in Dutch: allowed in every language, for readers find it so on their letters."""

LENGTHS = {
    "Latn": (0.6, 1.7),
    "Arab": (0.45, 1.5),
    "Cyrl": (0.6, 1.7),
    "Ethi": (0.35, 1.3),
    "Hans": (0.15, 0.7),
}
"""Plausible length of a translation for one letter of Dutch, by the script it is written in."""

_HTML = re.compile(r"<[a-z/!]|&(?:[a-z]+|#\d+|#x[0-9a-f]+);", re.IGNORECASE)
_DIGIT = re.compile(r"\d+")  # of any script
_LEFT_DUTCH = re.compile(
    r"\b(?:het|niet|wordt|worden|uw|geen|omdat|naar|moet|voor|ook)\b", re.IGNORECASE
)
_MOST_OF_IT = 0.7
_ENOUGH = 300
"""Characters after which a text must have shown a letter of its own."""


@cache
def glossary() -> dict[str, Any]:
    """Terms by language; `avoided` spellings and `own_letters` beside them."""
    return tomllib.loads((LOCALES / "glossary.toml").read_text("utf-8"))


def of_all(desk: Desk) -> tuple[list[Problem], list[Problem]]:
    """(problems, warnings) of every article.

    A translation that is stale is shown as stale, and that is no fault: the Dutch must be free to
    move. What differs in it is a warning until a translator has brought it up to date.
    """
    problems, warnings = list(desk.problems), []
    for sheet in desk.sheets.values():
        problems += _of_text(sheet)
        if sheet.tag == SOURCE:
            problems += _of_dutch(sheet)
    for slug in desk.slugs:
        for tongue in live_languages():
            if (tongue.tag, slug) not in desk.sheets:
                file = f"locales/{tongue.tag}/articles/{slug}.md"
                problems.append(Problem(file, 0, "missing: the Dutch article has no translation"))
    for sheet in desk.translations():
        source = desk.dutch(sheet.slug)
        if source is None:
            problems.append(sheet.problem(0, "there is no Dutch article of this name"))
            continue
        marked = str(sheet.head.get("source_sha", ""))
        found = list(_of_translation(sheet, source, language(sheet.tag)))
        if marked in ("", source.digest):
            problems += found
        else:
            line = sheet.line_of_key("source_sha")
            warnings.append(sheet.problem(line, "stale: the Dutch has changed since"))
            warnings += found
        if not marked:
            command = f"portal content hash {sheet.slug} --lang {sheet.tag}"
            line = sheet.line_of_key("source_sha")
            problems.append(
                sheet.problem(line, f"source_sha is empty; when it is right: {command}")
            )
    return problems, warnings


def _of_text(sheet: Sheet) -> Iterator[Problem]:
    for line, text in sheet.texts():
        # What only a program reads keeps its length, so that lines stay what they are.
        seen = FACT.sub(_blank, LINK.sub(_blank_target, text))
        for name in (*ON_THE_LETTER, *DIGITS_ALLOWED.get(sheet.tag, ())):
            seen = re.sub(rf"\b{re.escape(name)}\b", _blank, seen, flags=re.IGNORECASE)
        for match in _DIGIT.finditer(seen):
            at = line + line_of(seen, match.start()) - 1
            yield sheet.problem(at, f"the figure {match[0]} must be a fact of facts.toml")
        for pattern, fault in (
            (BIDI_CONTROLS, "an invisible direction mark"),
            (_HTML, "HTML in a text"),
        ):
            for match in pattern.finditer(text):
                yield sheet.problem(line + line_of(text, match.start()) - 1, fault)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _blank_target(match: re.Match[str]) -> str:
    return f"[{match[1]}]({' ' * len(match[2])})"


def _of_dutch(sheet: Sheet) -> Iterator[Problem]:
    if not sheet.head.get("sources"):
        yield sheet.problem(sheet.line_of_key("sources"), "names no source")
    for line, fault in dutch.faults(sheet.body):
        yield sheet.problem(sheet.line + line - 1, fault)
    for key in ("title", "summary"):
        text = str(sheet.head.get(key, ""))
        faults = [fault for _, fault in dutch.avoided(text)]
        faults += [
            f"a sentence of {dutch.length(each)} words"
            for each in dutch.sentences(text)
            if dutch.length(each) > dutch.MOST_WORDS
        ]
        for fault in faults:
            yield sheet.problem(sheet.line_of_key(key), f"{key}: {fault}")


def _of_translation(sheet: Sheet, source: Sheet, tongue: Language) -> Iterator[Problem]:
    for difference in source.outline.differences(sheet.outline):
        yield sheet.problem(sheet.line, difference)
    shortest, longest = LENGTHS[tongue.script]
    ratio = len(words_only(sheet.body)) / max(1, len(words_only(source.body)))
    if not shortest <= ratio <= longest:
        yield sheet.problem(sheet.line, f"{ratio:.2f} times as long as the Dutch: is it complete?")
    own = glossary()["own_letters"].get(sheet.tag, "")
    avoided = glossary()["avoided"].get(sheet.tag, ())
    for line, text in sheet.texts():
        plain = outside_brackets(FACT.sub(" ", LINK.sub(r"\1", text)))
        if share_of_script(plain, tongue.script) < _MOST_OF_IT:
            yield sheet.problem(line, f"not written in the script of {tongue.english}")
        if own and len(plain) > _ENOUGH and not set(own) & set(plain.lower()):
            yield sheet.problem(line, f"has none of the letters of {tongue.english}: {own}")
        for word in avoided:
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)" if len(word) > 1 else word, plain):
                yield sheet.problem(line, f"{word} is not a spelling of {tongue.english}")
        if tongue.script == "Latn" and (left := _LEFT_DUTCH.findall(plain)):
            yield sheet.problem(line, f"Dutch outside brackets: {', '.join(left[:3])}")
