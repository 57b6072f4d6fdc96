"""The nearest known words to a word that nobody wrote: Damerau-Levenshtein within a small limit."""

from collections import defaultdict
from collections.abc import Iterable

WORDS_AT_MOST = 5
"""How many equally near words stand in for an unknown one."""


def allowed(word: str) -> int:
    """How many typing errors a word of this length may hold."""
    return 0 if len(word) < 4 else 1 if len(word) < 6 else 2


def distance(left: str, right: str, limit: int) -> int:
    """Letters added, dropped, changed or swapped with their neighbour; `limit + 1` means more.

    Only the band of `limit` cells beside the diagonal is filled in.
    """
    more = limit + 1
    if abs(len(left) - len(right)) > limit:
        return more
    before: list[int] = []
    above = [n if n <= limit else more for n in range(len(right) + 1)]
    for i, letter in enumerate(left, 1):
        row = [more] * (len(right) + 1)
        row[0] = min(i, more)
        for j in range(max(1, i - limit), min(len(right), i + limit) + 1):
            cost = 0 if letter == right[j - 1] else 1
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + cost)
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == right[j - 1]:
                row[j] = min(row[j], before[j - 2] + 1)
        if min(row) > limit:
            return more
        before, above = above, row
    return min(above[-1], more)


class Vocabulary:
    """All words of one language, sorted by length, each with the set of its letters as bits."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self._bits: dict[str, int] = {}
        self._by_length: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for word in sorted(self.words):
            self._by_length[len(word)].append((self._letters(word), word))

    def nearest(self, word: str) -> list[str]:
        """The words at the smallest distance that is allowed; none when all are further away."""
        limit = allowed(word)
        letters = self._letters(word)
        found: list[tuple[int, str]] = []
        for length in range(len(word) - limit, len(word) + limit + 1):
            for bits, candidate in self._by_length.get(length, ()):
                # one error changes the set of letters by two at the most: cheap to rule out first
                if (bits ^ letters).bit_count() <= 2 * limit:
                    apart = distance(word, candidate, limit)
                    if apart <= limit:
                        found.append((apart, candidate))
        best = min(found, default=(0, ""))[0]
        return [candidate for apart, candidate in sorted(found) if apart == best][:WORDS_AT_MOST]

    def _letters(self, word: str) -> int:
        bits = 0
        for letter in word:
            bits |= self._bits.setdefault(letter, 1 << len(self._bits))
        return bits
