"""Plain Dutch (B1): short sentences, everyday words, no abbreviation without explanation.

The rules are those of the content guide: 15 words a sentence on average, 20 at most.
"""

import re
from collections.abc import Iterator

from portal.catalogues.writing import line_of
from portal.content.outline import HEADING, ITEM, words_only

MEAN_WORDS = 15
MOST_WORDS = 20

AVOIDED = {
    "illegaal": "zonder verblijfsrecht",
    "illegale": "zonder verblijfsrecht",
    "illegaliteit": "zonder verblijfsrecht",
    "uitgeprocedeerd": "u heeft geen zaak meer lopen",
    "uitgeprocedeerde": "u heeft geen zaak meer lopen",
    "onderduiken": "zeg wat er gebeurt",
    "MOB": "zeg wat er gebeurt",
    "betreffende": "over",
    "verstrekken": "geven",
    "verstrekt": "geeft",
    "anders wordt u": "geen dreiging: zeg wat er gebeurt en wat u kunt doen",
    "inbewaringstelling": "vastzitten in een detentiecentrum",
    "vreemdelingenbewaring": "vastzitten in een detentiecentrum",
}
"""Words that frighten, blame or belong to an office, each with what to write instead."""

_CAPITALS = re.compile(r"\b(?:[A-Z][A-Z&]*[A-Z]|azc)\b")
_KNOWN = {"EU", "ID", "PDF", "QR", "SMS", "NL"}
_EXPLAINING = re.compile(
    r"\b(?:dat|dit) (?:is|zijn)\b|\bheet\b|\bheten\b|\bbetekent\b|\bstaat voor\b"
)
_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+")


def blocks(body: str) -> Iterator[tuple[int, str]]:
    """(line, text) of each paragraph, heading and list item, with its lines joined."""
    line, gathered = 1, list[str]()
    for number, text in enumerate([*body.split("\n"), ""], start=1):
        starts = ITEM.match(text) or HEADING.match(text)
        if gathered and (starts or not text.strip()):
            yield line, " ".join(gathered)
            gathered = []
        if text.strip():
            line = line if gathered else number
            plain = HEADING.sub("", ITEM.sub("", text))
            gathered.append(plain.strip())


def sentences(text: str) -> list[str]:
    return [each for each in _END.split(words_only(text).strip()) if each]


def length(sentence: str) -> int:
    """Words of a sentence; a dash that stands alone is none."""
    return sum(any(c.isalnum() for c in word) for word in sentence.split())


def faults(body: str) -> Iterator[tuple[int, str]]:
    """(line of the body, what is wrong), in the order of the rules."""
    lengths = []
    for line, text in blocks(body):
        for sentence in sentences(text):
            lengths.append(length(sentence))
            if lengths[-1] > MOST_WORDS:
                yield line, f"a sentence of {lengths[-1]} words: {sentence[:40]}…"
    if lengths and sum(lengths) / len(lengths) > MEAN_WORDS:
        yield 1, f"sentences have {sum(lengths) / len(lengths):.1f} words on average"
    yield from avoided(body)
    yield from _unexplained(body)


def avoided(text: str) -> Iterator[tuple[int, str]]:
    for word, instead in AVOIDED.items():
        ignore_case = re.NOFLAG if word.isupper() else re.IGNORECASE
        for match in re.finditer(rf"\b{word}\b", text, ignore_case):
            yield line_of(text, match.start()), f"avoid {match[0]!r}; write: {instead}"


def _unexplained(body: str) -> Iterator[tuple[int, str]]:
    """Abbreviations that are not explained where they come up first.

    Explained is: in brackets behind the full name, followed by brackets or a colon, or in a block
    that says (or whose next one says) "X is een …", "dat is", "heet", "betekent", "staat voor".
    """
    seen = set(_KNOWN)
    plain = [(line, words_only(text)) for line, text in blocks(body)]
    for index, (line, text) in enumerate(plain):
        near = " ".join(each for _, each in plain[index : index + 2])
        for match in _CAPITALS.finditer(text):
            word = match[0]
            if word in seen:
                continue
            seen.add(word)
            before, after = text[: match.start()], text[match.end() :]
            if not (
                before.count("(") > before.count(")")
                or after.startswith((" (", ":"))
                or _EXPLAINING.search(near.lower())
                or re.search(rf"\b{re.escape(word)} is (?:een|de|het)\b", near)
            ):
                yield line, f"{word} is not explained where it comes up first"
