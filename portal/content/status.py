"""How far the texts are, as a table and lists for the people who write and translate them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from portal import ROOT
from portal.catalogues.files import coverage
from portal.content.interface import Interface
from portal.facts import all_facts
from portal.i18n import DESK_LANGUAGES, live_languages
from portal.information.articles import SOURCE, Shelf, load

COLUMNS = ("missing", "stale", "draft", "reviewed")


def status(today: date | None = None) -> Iterator[str]:
    """Lines to print. Raises ValueError for an unreadable article, SourceError for a template."""
    shelf, interface = load(), Interface(ROOT)
    yield f"{'':<10}" + "articles".center(10 * len(COLUMNS)) + "texts".center(10 * len(COLUMNS))
    yield f"{'language':<10}" + "".join(f"{name:>10}" for name in COLUMNS * 2)
    for tongue in live_languages():
        yield _row(shelf, interface, tongue.tag)
    for tag in DESK_LANGUAGES:
        done, wanted = coverage(tag, "desk")
        yield f"{tag} (desk)".ljust(10) + " " * 10 * len(COLUMNS) + f"{done}/{wanted}".rjust(12)
    for name in ("missing", "stale"):
        yield from _listed(f"Articles {name}", _with_state(shelf, name))
    yield from _listed(
        "Articles without a source",
        [slug for slug in shelf.slugs if not shelf.articles[SOURCE, slug].sources],
    )
    yield from _listed(
        "Facts past their review date (not shown to readers)",
        [
            f"{fact.key} ({fact.review_by}, {fact.owner})"
            for fact in all_facts().values()
            if fact.expired(today or date.today())
        ],
    )


def _state(shelf: Shelf, tag: str, slug: str) -> str:
    article = shelf.get(tag, slug)
    return article.state if article else "missing"


def counts(shelf: Shelf, interface: Interface, tag: str) -> tuple[Counter[str], Counter[str]]:
    """How many articles, and how many interface texts, of a language are in each state."""
    texts = Counter(each.state for each in interface.lines(tag))
    texts["stale"] += texts.pop("unmarked", 0)  # nobody says which Dutch it was made from
    return Counter(_state(shelf, tag, slug) for slug in shelf.slugs), texts


def _row(shelf: Shelf, interface: Interface, tag: str) -> str:
    if tag == SOURCE:
        width = 10 * len(COLUMNS)
        texts = f"{len(interface.dutch)} texts"
        return f"{tag:<10}{f'source of {len(shelf.slugs)} articles':>{width}}{texts:>{width}}"
    both = counts(shelf, interface, tag)
    return f"{tag:<10}" + "".join(f"{each[name]:>10}" for each in both for name in COLUMNS)


def _with_state(shelf: Shelf, name: str) -> list[str]:
    return [
        f"{tongue.tag}/{slug}"
        for tongue in live_languages()
        for slug in shelf.slugs
        if _state(shelf, tongue.tag, slug) == name
    ]


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{title}: {len(lines)}"
        yield from (f"  {line}" for line in lines)
