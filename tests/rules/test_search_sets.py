"""What people type in each language, and whether the answer is among the first three.

`tests/search/<tag>.toml`: at least twelve questions a language, written by readers of it without a
look at the search. Nine in ten must be found.
"""

import tomllib
from pathlib import Path

import pytest

from portal.i18n import live_languages
from portal.information.articles import Shelf, open_shelf
from portal.information.search import Search

SETS = Path(__file__).parent.parent / "search"
FIRST, QUESTIONS, PART = 3, 12, 0.9


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return open_shelf()


@pytest.fixture(scope="module")
def search(shelf: Shelf) -> Search:
    return Search(shelf)


@pytest.mark.parametrize("tag", [each.tag for each in live_languages()])
def test_nine_of_ten_questions_find_their_answer(search: Search, shelf: Shelf, tag: str) -> None:
    queries = tomllib.loads((SETS / f"{tag}.toml").read_text("utf-8"))["query"]
    assert len({query["typed"] for query in queries}) >= QUESTIONS
    assert {slug for query in queries for slug in query["expects"]} <= set(shelf.slugs)
    missed = []
    for query in queries:
        found = [hit.slug for hit in search.find(query["typed"], tag)[:FIRST]]
        if not set(found) & set(query["expects"]):
            missed.append((query["typed"], query["expects"], found))
    assert len(missed) <= (1 - PART) * len(queries), missed
