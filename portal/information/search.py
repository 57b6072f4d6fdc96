"""Search: SQLite FTS5 in memory over folded words, one index a language (performance.md).

A word that no text holds is matched to the nearest word that some text holds, so a typing error
still finds its answer. The last word counts as a beginning: people search while they type.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from portal.i18n import live_languages
from portal.information.articles import SOURCE, Article, Shelf
from portal.information.folding import variants, words
from portal.information.spelling import Vocabulary

LONGEST = 100
"""Characters of a question that are read."""
WORDS_AT_MOST = 12
MATCHES_AT_MOST = 30
HITS_AT_MOST, ELSEWHERE_AT_MOST = 8, 3
"""Answers found in the reader's language, and those that only another language's text has."""
ENOUGH = 3
"""With fewer answers that hold every word, those that hold some words follow."""
BEGINNING = 4
"""A word of this length also finds longer words that begin with it."""
EVERYDAY = {
    "nl": "aan als bij ben dat de die een en er geen heb heeft het hij hoe ik in is je kan krijg "
    "mag me met mij mijn moet naar niet of om op te u van voor waar wat we wie wij wil ze zijn",
    "en": "a am an and are at be can do does for get had has have he how i if in is it may me must "
    "my no not of on or our she that the they this to was we what where who will with you your",
    "ar": "أن أنا أو أين إلى عن عند عندي على في كم كيف لا لدي لي ما ماذا متى مع من هذا هل هو هي",
}
"""Words that say nothing by themselves. Left out of a question as long as others remain."""
WEIGHTS = (10.0, 8.0, 4.0, 1.0)
"""What a word in the title, keywords, summary and body is worth to bm25."""


def clean(question: str) -> str:
    """The question without control characters and surplus spaces, cut to `LONGEST`."""
    shown = "".join(c if c.isprintable() else " " for c in question[: 4 * LONGEST])
    return " ".join(shown.split())[:LONGEST].strip()


class Index:
    """The articles of one language. Safe to ask from any thread: it never changes."""

    def __init__(self, articles: Iterable[Article], tag: str) -> None:
        self._everyday = frozenset(words(EVERYDAY.get(tag, "")))
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
        """The answers that hold every word of the question, then those with some; best first."""
        said = words(question)
        asked = [word for word in said if word not in self._everyday] or said
        asked = asked[:WORDS_AT_MOST]
        groups = [self._group(word, asked) for word in asked]
        groups = [group for group in groups if group]
        if not groups:
            return []
        complete = self._match(" AND ".join(groups))
        if len(complete) >= ENOUGH:
            return complete
        return list(dict.fromkeys(complete + self._match(" OR ".join(groups))))

    def _group(self, word: str, asked: list[str]) -> str:
        last = word is asked[-1]
        forms = [form for form in variants(word) if self._known(form, last=last)]
        # a short unknown word resembles too many others to be guessed at in a sentence
        if not forms and (len(word) > BEGINNING or len(asked) == 1):
            forms = [near for form in variants(word) for near in self._vocabulary.nearest(form)]
        # quoted, and made of letters and digits alone: nothing in it is FTS5 syntax
        terms = [f'"{form}"*' if _may_go_on(form, last) else f'"{form}"' for form in forms]
        return f"({' OR '.join(dict.fromkeys(terms))})" if terms else ""

    def _known(self, form: str, *, last: bool) -> bool:
        if form in self._vocabulary.words:
            return True
        return _may_go_on(form, last) and bool(self._match(f'"{form}"*', 1))

    def _match(self, query: str, limit: int = MATCHES_AT_MOST) -> list[str]:
        rows = self._db.execute(
            "SELECT slug FROM answer WHERE answer MATCH ? "
            "ORDER BY bm25(answer, ?, ?, ?, ?), slug LIMIT ?",
            (query, *WEIGHTS, limit),
        )
        return [slug for (slug,) in rows]


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
        self._indexes = {
            language.tag: Index(
                (a for a in shelf.articles.values() if a.lang == language.tag), language.tag
            )
            for language in live_languages()
        }

    def find(self, question: str, tag: str) -> list[Hit]:
        """The best answers for a reader of `tag`, each once, in their language where it exists."""
        found: dict[str, str] = {}
        for lang in dict.fromkeys([tag, SOURCE, "en"]):
            new = [slug for slug in self._indexes[lang].slugs(question) if slug not in found]
            limit = HITS_AT_MOST if lang == tag else ELSEWHERE_AT_MOST
            found |= dict.fromkeys(new[:limit], lang)
        hits = [
            self._shelf.get(tag, slug) or self._shelf.articles[lang, slug]
            for slug, lang in found.items()
        ]
        return [Hit(a.slug, a.lang, a.title, a.summary, a.icon) for a in hits]
