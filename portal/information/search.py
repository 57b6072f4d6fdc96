"""Search: SQLite FTS5 in memory over folded words, one index a language (performance.md).

A word that no text holds is matched to the nearest word that some text holds, so a typing error
still finds its answer. The last word counts as a beginning: people search while they type.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from portal.information.articles import SOURCE, Article, Shelf
from portal.information.everyday import EVERYDAY, OURSELVES
from portal.information.folding import variants, words
from portal.information.spelling import Vocabulary

LONGEST = 100
"""Characters of a question that are read."""
WORDS_AT_MOST = 12
HITS_AT_MOST, ELSEWHERE_AT_MOST = 8, 3
"""Answers found in the reader's language, and those that only another language's text has."""
BEGINNING = 4
"""A word of this length also finds longer words that begin with it."""
WEIGHTS = (10.0, 8.0, 4.0, 1.0)
"""What a word in the title, keywords, summary and body is worth to bm25."""
IN_THE_TITLE = 3.0
"""What a word in the title or keywords is worth beside that, however common it is."""
GUESSED = 0.7
"""What a word counts that was typed otherwise than any text has it."""


def clean(question: str) -> str:
    """The question without control characters and surplus spaces, cut to `LONGEST`."""
    shown = "".join(c if c.isprintable() else " " for c in question[: 4 * LONGEST])
    return " ".join(shown.split())[:LONGEST].strip()


class Index:
    """The articles of one language. Safe to ask from any thread: it never changes."""

    def __init__(self, articles: Iterable[Article], tag: str) -> None:
        self._everyday = frozenset(words(f"{EVERYDAY.get(tag, '')} {OURSELVES}"))
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute(
            "CREATE VIRTUAL TABLE answer USING fts5(title, keywords, summary, body, "
            "slug UNINDEXED, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3 4')"
        )
        vocabulary: set[str] = set()
        for article in articles:
            parts = (article.title, " ".join(article.keywords), article.summary, article.text)
            folded = [[form for word in words(p) for form in variants(word)] for p in parts]
            vocabulary.update(*folded)
            row = (*(" ".join(part) for part in folded), article.slug)
            self._db.execute("INSERT INTO answer VALUES (?, ?, ?, ?, ?)", row)
        self._db.execute("INSERT INTO answer (answer) VALUES ('optimize')")
        self._db.commit()
        self._vocabulary = Vocabulary(vocabulary)

    def slugs(self, question: str) -> list[str]:
        """The answers that hold words of the question, best first."""
        said = words(question)
        asked = [word for word in said if word not in self._everyday] or said
        asked = asked[:WORDS_AT_MOST]
        scores: defaultdict[str, float] = defaultdict(float)
        for trust, groups in zip((1.0, GUESSED), self._groups(asked), strict=True):
            if not groups:
                continue
            for slug, rank in self._ranked(" OR ".join(groups)):
                scores[slug] -= trust * rank  # bm25 is the smaller, the better
            for group in groups:
                # bm25 gives a word that half of the answers hold next to nothing, even in a title
                for slug, _ in self._ranked(f"{{title keywords}} : {group}"):
                    scores[slug] += trust * IN_THE_TITLE
        return sorted(scores, key=lambda slug: (-scores[slug], slug))

    def _groups(self, asked: list[str]) -> tuple[list[str], list[str]]:
        """FTS5 terms: of words that some text holds, and of words near to those that none holds."""
        known, guessed = [], []
        for word in asked:
            last = word is asked[-1]
            forms = [form for form in variants(word) if self._known(form, last=last)]
            into = known if forms else guessed
            # a short unknown word resembles too many others to be guessed at
            if not forms and (len(word) > BEGINNING or len(asked) == 1):
                forms = [near for form in variants(word) for near in self._vocabulary.nearest(form)]
            # quoted, and made of letters and digits alone: nothing in it is FTS5 syntax
            terms = [f'"{form}"*' if _may_go_on(form, last) else f'"{form}"' for form in forms]
            if terms:
                into.append(f"({' OR '.join(dict.fromkeys(terms))})")
        return known, guessed

    def _known(self, form: str, *, last: bool) -> bool:
        if form in self._vocabulary.words:
            return True
        return _may_go_on(form, last) and bool(self._ranked(f'"{form}"*', 1))

    def _ranked(self, query: str, limit: int = -1) -> list[tuple[str, float]]:
        return self._db.execute(
            "SELECT slug, bm25(answer, ?, ?, ?, ?) FROM answer WHERE answer MATCH ? LIMIT ?",
            (*WEIGHTS, query, limit),
        ).fetchall()


def _may_go_on(form: str, last: bool) -> bool:
    return len(form) >= (2 if last else BEGINNING)


@dataclass(frozen=True)
class Hit:
    """An answer that was found. `lang` differs from the reader's when theirs doesn't have it."""

    slug: str
    lang: str
    title: str
    summary: str
    icon: str


class Search:
    """Searches the reader's language, then Dutch and English."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._indexes: dict[str, Index] = {}
        self._lock = Lock()

    def _index(self, tag: str) -> Index:
        """Made when somebody first searches in that language."""
        if tag not in self._indexes:
            with self._lock:
                if tag not in self._indexes:
                    self._indexes[tag] = Index(self._shelf.articles.of(tag).values(), tag)
        return self._indexes[tag]

    def find(self, question: str, tag: str) -> list[Hit]:
        """The best answers for a reader of `tag`, each once, in their language where it exists."""
        found: dict[str, str] = {}
        for lang in dict.fromkeys([tag, SOURCE, "en"]):
            new = [slug for slug in self._index(lang).slugs(question) if slug not in found]
            limit = HITS_AT_MOST if lang == tag else ELSEWHERE_AT_MOST
            found |= dict.fromkeys(new[:limit], lang)
        hits = [
            self._shelf.get(tag, slug) or self._shelf.articles[lang, slug]
            for slug, lang in found.items()
        ]
        return [Hit(a.slug, a.lang, a.title, a.summary, a.icon) for a in hits]
