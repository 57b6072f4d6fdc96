"""What the pages for editors show. Texts are read once in a process, as readers get them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cache
from itertools import zip_longest
from typing import Any

from portal import ROOT
from portal.content import reviews
from portal.content.interface import Interface, Line
from portal.content.marks import dutch_at
from portal.content.sheets import Sheet, read_sheet
from portal.content.status import COLUMNS, counts
from portal.facts import all_facts
from portal.i18n import dutch_day, language, live_languages
from portal.information.articles import SOURCE, Shelf, open_shelf

PAGE = 40
"""Interface texts on one page: what a person reads with care before a sign-off."""


@cache
def _texts() -> tuple[Shelf, Interface]:
    return open_shelf(), Interface(ROOT)


@cache
def _lines(tag: str) -> list[Line]:
    return _texts()[1].lines(tag)


def overview() -> dict[str, Any]:
    """Every language with its counts; facts past their date; answers without a source."""
    shelf, interface = _texts()
    rows = []
    for each in live_languages():
        if each.tag != SOURCE:
            both = counts(shelf, interface, each.tag)
            rows.append((each, *([found[name] for name in COLUMNS] for found in both)))
    return {
        "columns": COLUMNS,
        "rows": rows,
        "expired": [f for f in all_facts().values() if f.expired(dutch_day())],
        "unsourced": [s for s in shelf.slugs if not shelf.articles[SOURCE, s].sources],
    }


def of_language(tag: str) -> dict[str, Any]:
    """One language: every article with its state, and how far the interface texts are."""
    shelf, _ = _texts()
    articles = []
    for slug in shelf.slugs:
        found = shelf.get(tag, slug)
        title = (found or shelf.articles[SOURCE, slug]).title
        articles.append((slug, title, found.state if found else "missing"))
    states = Counter(line.state for line in _lines(tag))
    return {"tongue": language(tag), "articles": articles, "texts": states}


@dataclass(frozen=True)
class Beside:
    """A block of Dutch, the same block of the translation, and the Dutch's (kind, words) since."""

    dutch: str
    words: str
    changes: tuple[tuple[str, str], ...] = ()


def article(tag: str, slug: str) -> dict[str, Any] | None:
    """An article beside its Dutch, block by block, with what changed since; None when missing."""
    paths = [ROOT / "locales" / each / "articles" / f"{slug}.md" for each in (SOURCE, tag)]
    if not all(path.exists() for path in paths):
        return None
    dutch, mine = (read_sheet(path, ROOT) for path in paths)
    made_from = str(mine.head.get("source_sha", ""))
    stale = made_from != dutch.digest
    old = dutch_at(slug, made_from) if stale else None
    before = _blocks_of_text(old) if old else []
    rows = [
        Beside(now, words, tuple(_words_changed(was, now)) if old else ())
        for now, words, was in zip_longest(
            _blocks(dutch), _blocks(mine), _aligned(before, _blocks(dutch)), fillvalue=""
        )
    ]
    shelf, _ = _texts()
    found = shelf.get(tag, slug)
    return {
        "tongue": language(tag),
        "slug": slug,
        "rows": rows,
        "stale": stale,
        "history_known": bool(old),
        "state": found.state if found else "missing",
        "checked_on": found.checked_on if found else None,
        "sources": dutch.head.get("sources", []),
    }


def interface(tag: str, number: int) -> dict[str, Any]:
    """One page of interface texts beside the Dutch, those that need somebody first."""
    order = {"stale": 0, "unmarked": 0, "missing": 1, "draft": 2, "reviewed": 3}
    found = sorted(_lines(tag), key=lambda line: order[line.state])
    last = max(1, -(-len(found) // PAGE))
    number = min(max(number, 1), last)
    return {
        "tongue": language(tag),
        "lines": found[(number - 1) * PAGE : number * PAGE],
        "number": number,
        "last": last,
    }


def patch(tag: str, entries: dict[str, Any]) -> str:
    """The sign-off as a patch of reviews.toml, to be applied where the texts are kept."""
    before = reviews.read(ROOT)
    return reviews.patch(before, reviews.with_entries(before, tag, entries))


def signed_article(tag: str, slug: str, by: str, on: date) -> dict[str, Any]:
    """Raises ValueError when there is no such translation."""
    return {slug: reviews.article_entry(ROOT, tag, slug, by, on)}


def signed_lines(tag: str, ids: set[str], by: str, on: date) -> dict[str, Any]:
    """The sign-off of the interface texts with these ids."""
    from portal.content.interface import sign_off

    return {reviews.INTERFACE: sign_off([x for x in _lines(tag) if x.id in ids], by, on)}


def _blocks(sheet: Sheet) -> list[str]:
    body = [block.strip() for block in sheet.body.split("\n\n") if block.strip()]
    return [str(sheet.head["title"]), str(sheet.head["summary"]), *body]


def _blocks_of_text(text: str) -> list[str]:
    import tomllib

    head, _, body = text.removeprefix("+++\n").partition("\n+++\n")
    table = tomllib.loads(head)
    blocks = [block.strip() for block in body.split("\n\n") if block.strip()]
    return [str(table["title"]), str(table["summary"]), *blocks]


def _aligned(before: list[str], now: list[str]) -> list[str]:
    """The old block that each block of now is most like; "" for one that is new."""
    found = []
    for block in now:
        like = [(SequenceMatcher(None, old, block).quick_ratio(), old) for old in before]
        ratio, nearest = max(like, default=(0.0, ""))
        found.append(nearest if ratio > 0.5 else "")
    return found


def _words_changed(was: str, now: str) -> list[tuple[str, str]]:
    """(kind, words): kind is "same", "gone" or "new"; nothing when nothing changed."""
    old, new = was.split(), now.split()
    if old == new:
        return []
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", " ".join(old[a:b])))
        else:
            found += [(k, " ".join(w)) for k, w in (("gone", old[a:b]), ("new", new[c:d])) if w]
    return found
