"""What is wrong with the catalogues: gaps, broken placeholders, markup, the wrong script."""

import re
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from portal import ROOT
from portal.catalogues.files import (
    catalogues_wanted,
    forms,
    messages,
    po_file,
    read,
    translated,
)
from portal.catalogues.problems import Problem
from portal.catalogues.sources import Key, Text, collect, unreadable_texts
from portal.catalogues.writing import BIDI_CONTROLS, share_of_script
from portal.i18n import Language, language

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_PERCENT = re.compile(r"%%")
_MARKUP = re.compile(r"</?[a-z][^<>]*>|<|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-f]+);", re.IGNORECASE)
_EDGES = re.compile(r"^\s*|\s*$")
_SAMPLE = range(200)


def check(root: Path = ROOT) -> list[Problem]:
    """Every fault of the sources' texts and of all catalogues, in the order of the files.

    Raises portal.catalogues.sources.SourceError for a template that can't be read.
    """
    texts = collect(root)
    problems = unreadable_texts(root)
    for wanted in texts.values():
        problems += _of_sources(wanted)
    for tag, domain in catalogues_wanted():
        problems += _of_catalogue(root, language(tag), domain, texts[domain])
    return problems


def _of_sources(texts: dict[Key, Text]) -> Iterator[Problem]:
    for text in texts.values():
        for msgid in (text.msgid,) if isinstance(text.msgid, str) else text.msgid:
            stray = "%" in _PLACEHOLDER.sub("", _PERCENT.sub("", msgid))
            # Jinja formats every text; in Python only those that get values are formatted.
            for file, line in text.places:
                if stray and file.endswith(".html"):
                    yield Problem(file, line, f"write %% for a percent sign: {_short(msgid)}")


def _of_catalogue(
    root: Path, tongue: Language, domain: str, wanted: dict[Key, Text]
) -> Iterator[Problem]:
    path = po_file(root, tongue.tag, domain)
    name = path.relative_to(root).as_posix()
    if not path.exists():
        yield Problem(name, 0, "missing; run: portal content update")
        return
    try:
        catalogue = read(path, tongue.tag)
    except ValueError as error:
        yield Problem(name, 0, str(error))
        return
    if f"nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};" != tongue.plural:
        yield Problem(name, 0, "another plural rule than languages.toml")
    have = messages(catalogue)
    for key in wanted:
        if key not in have:
            yield Problem(name, 0, f"lacks {_short(key[1])}; run: portal content update")
    for key, message in have.items():
        line = message.lineno or 0
        if key not in wanted:
            yield Problem(name, line, f"nothing uses {_short(key[1])}; run: portal content update")
            continue
        for fault in faults(message, catalogue, tongue):
            yield Problem(name, line, f"{fault}: {_short(key[1])}")


def faults(message: Message, catalogue: Catalog, tongue: Language) -> Iterator[str]:
    """What is wrong with one translation. One that isn't there yet has no other faults."""
    strings = forms(message)
    if not any(strings):
        yield "not translated"
        return
    if not translated(message):
        yield "a plural form is missing"
    if message.fuzzy:
        yield "marked as fuzzy"
    for error in message.check(catalogue):
        yield f"{error}"
    originals = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    for index, string in enumerate(strings):
        if string:
            original = originals[min(index, len(originals) - 1)]
            single = len(originals) > 1 and _stands_for_one_number(catalogue.plural_expr, index)
            yield from _placeholder_faults(string, original, originals[-1], single)
            yield from _text_faults(string, original, tongue)


def _stands_for_one_number(rule: str, index: int) -> bool:
    """Whether a plural form is for a single number: "one day" needs no figure."""
    form = c2py(rule)
    return sum(form(n) == index for n in _SAMPLE) == 1


def _placeholder_faults(string: str, original: str, many: str, single: bool) -> Iterator[str]:
    named = set(_PLACEHOLDER.findall(string))
    wanted = set(_PLACEHOLDER.findall(many if many else original))
    allowed_gap = 1 if single else 0
    if named - wanted:
        yield f"unknown placeholder {_names(named - wanted)}"
    if len(wanted - named) > allowed_gap:
        yield f"placeholder {_names(wanted - named)} is missing"
    if len(_PERCENT.findall(string)) != len(_PERCENT.findall(original)):
        yield "%% is not there as often as in the English"
    if _stray_percent(string) and not _stray_percent(original):
        yield "a percent sign that stands alone or in a broken placeholder"


def _stray_percent(text: str) -> bool:
    return "%" in _PLACEHOLDER.sub("", _PERCENT.sub("", text))


def _text_faults(string: str, original: str, tongue: Language) -> Iterator[str]:
    if sorted(_MARKUP.findall(string)) != sorted(_MARKUP.findall(original)):
        yield "markup differs from the English"
    if BIDI_CONTROLS.search(string):
        yield "an invisible direction mark"
    if _EDGES.findall(string) != _EDGES.findall(original):
        yield "space at the beginning or end differs from the English"
    words = _PLACEHOLDER.sub(" ", original).split()
    # A text of nothing but names such as IOM or DT&V may stay as it is.
    plain = any(sum(map(str.islower, word)) > 1 for word in words)
    if plain and share_of_script(_PLACEHOLDER.sub("", string), tongue.script) == 0:
        yield f"no letter of the script of {tongue.english}"
    if tongue.tag != "en" and plain and len(words) > 2 and string == original:
        yield "still the English text"


def _names(names: set[str]) -> str:
    return ", ".join(f"%({name})s" for name in sorted(names))


def _short(msgid: str | tuple[str, ...]) -> str:
    text = msgid if isinstance(msgid, str) else msgid[0]
    return repr(text if len(text) <= 60 else text[:59] + "…")
