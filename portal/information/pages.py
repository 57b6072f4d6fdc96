"""What is on each public page of this room: template, place in the menu, and its context."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from portal import facts
from portal.facts import Fact
from portal.i18n import language, live_languages
from portal.information.articles import SOURCE, Article, Shelf
from portal.information.rendering import beside, with_facts
from portal.information.sources import source_names
from portal.information.topics import TOPICS

NEEDED_FIRST = (
    "wie-is-mijn-regievoerder",
    "vertrektermijn",
    "vertrekgesprek-inhoud",
    "iom-rean",
    "waar-kan-ik-wonen",
    "advocaat",
)
"""The answers on the start page, as far as they exist."""
WEIGHTY = {"gesprek", "gezond", "opvang", "recht"}
"""Topics of rights, deadlines and safety: an unchecked translation has its Dutch open below it."""
STATEMENTS = ("privacy", "accessibility", "organisations")


@dataclass(frozen=True)
class Page:
    """A page that is the same for every reader of `lang`; `path` comes after `/<lang>/`."""

    lang: str
    path: str
    template: str
    place: str
    context: Callable[[date], dict[str, Any]]

    @property
    def address(self) -> str:
        return f"/{self.lang}/{self.path}"


def all_pages(shelf: Shelf) -> Iterator[Page]:
    """Every page of the room in every live language, the start pages first."""
    tags = [each.tag for each in live_languages()]
    for tag in tags:
        yield Page(tag, "", "information/home.html", "", partial(_home, shelf, tag))
    for tag in tags:
        topics = partial(_topics, shelf, tag)
        safety = partial(_chosen, shelf, tag, ("mensenhandel", "advocaat"))
        yield Page(tag, "info/", "information/topics.html", "answers", topics)
        yield Page(tag, "safety", "information/safety.html", "safety", safety)
        for name in STATEMENTS:
            chosen = partial(_chosen, shelf, tag, ("iom-rean", "welke-ondersteuning", "advocaat"))
            place = "answers" if name == "organisations" else ""
            yield Page(tag, name, f"information/{name}.html", place, chosen)
        for slug in shelf.slugs:
            found = shelf.get(tag, slug)
            template = "information/article.html" if found else "information/missing.html"
            context = partial(_article, shelf, found) if found else partial(_missing, shelf, slug)
            yield Page(tag, f"info/{slug}", template, "answers", context)


def topic_rows(shelf: Shelf, tag: str) -> list[dict[str, Any]]:
    """The topics that have answers, each with its answers for a reader of `tag`."""
    answers = shelf.by_topic(tag)
    return [{"topic": t, "answers": answers[t.key]} for t in TOPICS if t.key in answers]


def _home(shelf: Shelf, tag: str, _today: date) -> dict[str, Any]:
    return _topics(shelf, tag, _today) | _chosen(shelf, tag, NEEDED_FIRST, _today)


def _topics(shelf: Shelf, tag: str, _today: date) -> dict[str, Any]:
    return {"topics": topic_rows(shelf, tag)}


def _chosen(shelf: Shelf, tag: str, slugs: tuple[str, ...], _today: date) -> dict[str, Any]:
    return {"chosen": [shelf.nearest(tag, slug) for slug in slugs if slug in shelf.slugs]}


def _missing(shelf: Shelf, slug: str, _today: date) -> dict[str, Any]:
    return {"versions": [(each, language(each.lang)) for each in shelf.elsewhere(slug)]}


def _article(shelf: Shelf, article: Article, today: date) -> dict[str, Any]:
    dutch = shelf.articles[SOURCE, article.slug]
    used = [facts.all_facts()[key] for key in article.facts]
    return {
        "article": article,
        "topic": next(topic for topic in TOPICS if topic.key == article.topic),
        "body": with_facts(article.html, article.lang, today),
        "related": [shelf.nearest(article.lang, slug) for slug in article.related],
        "dutch": dutch if dutch is not article else None,
        "dutch_body": beside(dutch.html, article.lang, today) if dutch is not article else "",
        "dutch_open": article.state in ("draft", "stale") and article.topic in WEIGHTY,
        "figures": [_figure(each, article.lang) for each in used if not each.expired(today)],
    }


def _figure(fact: Fact, tag: str) -> dict[str, Any]:
    return {"key": fact.key, "as_of": _as_of(fact, tag), "sources": source_names(fact.source)}


def _as_of(fact: Fact, tag: str) -> str:
    """Month and year, or the year alone: the first of January stands for an unknown day in it."""
    from babel.dates import format_date

    pattern = "y" if (fact.as_of.month, fact.as_of.day) == (1, 1) else "MMMM y"
    return format_date(fact.as_of, pattern, locale=language(tag).babel)
