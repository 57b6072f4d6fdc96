"""How far the texts are, as a table and lists for the people who write and translate them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from portal.catalogues.files import coverage
from portal.facts import all_facts
from portal.i18n import DESK_LANGUAGES, live_languages
from portal.information.articles import SOURCE, Shelf, load

COLUMNS = ("missing", "stale", "draft", "reviewed")


def status(today: date | None = None) -> Iterator[str]:
    """Lines to print. Raises ValueError for an unreadable article, SourceError for a template."""
    shelf = load()
    yield f"{'language':<10}" + "".join(f"{name:>10}" for name in COLUMNS) + f"{'texts':>12}"
    for tongue in live_languages():
        yield _row(shelf, tongue.tag)
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


def _row(shelf: Shelf, tag: str) -> str:
    done, wanted = coverage(tag)
    if tag == SOURCE:
        cells = f"{f'source of {len(shelf.slugs)} articles':>{10 * len(COLUMNS)}}"
    else:
        states = Counter(_state(shelf, tag, slug) for slug in shelf.slugs)
        cells = "".join(f"{states[name]:>10}" for name in COLUMNS)
    return f"{tag:<10}{cells}{f'{done}/{wanted}':>12}"


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
