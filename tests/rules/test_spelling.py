"""Typing errors: the distance between words, and the nearest words that exist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.information.spelling import Vocabulary, allowed, distance

LETTERS = st.text(alphabet="abcd", max_size=7)


@pytest.mark.parametrize(
    ("left", "right", "apart"),
    [
        ("regievoerder", "regievoerder", 0),
        ("regievorder", "regievoerder", 1),
        ("regeivoerder", "regievoerder", 1),  # two letters swapped
        ("advokat", "advocaat", 2),
        ("", "ab", 2),
        ("geld", "ticket", 3),  # more than the limit
    ],
)
def test_distance(left: str, right: str, apart: int):
    assert distance(left, right, 2) == apart
    assert distance(right, left, 2) == apart


def _slow(left: str, right: str) -> int:
    rows = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) + 1):
        for j in range(len(right) + 1):
            if not i or not j:
                rows[i][j] = i + j
                continue
            same = left[i - 1] == right[j - 1]
            rows[i][j] = min(
                rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (not same)
            )
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(LETTERS, LETTERS, st.integers(0, 3))
def test_the_band_gives_what_the_whole_table_gives(left: str, right: str, limit: int):
    assert distance(left, right, limit) == min(_slow(left, right), limit + 1)


@given(st.lists(LETTERS, min_size=1, max_size=20), LETTERS)
def test_nearest_finds_exactly_the_nearest(known: list[str], word: str):
    within = {w: _slow(w, word) for w in known if _slow(w, word) <= allowed(word)}
    best = {w for w, apart in within.items() if apart == min(within.values())}
    found = Vocabulary(known).nearest(word)
    assert set(found) <= best
    assert bool(found) == bool(best)


def test_a_short_word_is_not_guessed_at():
    assert Vocabulary(["iom", "ind"]).nearest("iod") == []
