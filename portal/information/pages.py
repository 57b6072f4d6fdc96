"""What is on each public page of this room: template, place in the menu, and its context."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from portal import facts
from portal.i18n import language, live_languages
from portal.information.articles import SOURCE, Article, Shelf
from portal.information.figures import figure
from portal.information.guides import (
    facts_page,
    finder_page,
    organisations_page,
    process_page,
)
from portal.information.rendering import beside, with_facts
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
SAFE = ("mensenhandel", "advocaat")


Content = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """A page that is the same for every reader of `lang`; `path` comes after `/<lang>/`."""

    lang: str
    path: str
    place: str
    content: Callable[[date], Content]
    """On a day: the template and its context."""

    @property
    def address(self) -> str:
        return f"/{self.lang}/{self.path}"


def all_pages(shelf: Shelf) -> Iterator[Page]:
    """Every page of the room in every live language, the start pages first."""
    tags = [each.tag for each in live_languages()]
    for tag in tags:
        yield Page(tag, "", "", partial(_named, "home", partial(_home, shelf, tag)))
    for tag in tags:
        for path, name, place, told in (
            ("info/", "topics", "answers", partial(_topics, shelf, tag)),
            ("safety", "safety", "safety", partial(_chosen, shelf, tag, SAFE)),
            ("privacy", "privacy", "", _nothing),
            ("accessibility", "accessibility", "", _nothing),
            ("organisations", "organisations", "answers", partial(organisations_page, shelf, tag)),
            ("process", "process", "answers", partial(process_page, shelf, tag)),
            ("finder", "finder", "answers", partial(finder_page, shelf, tag)),
            ("facts", "facts", "", partial(facts_page, shelf, tag)),
        ):
            yield Page(tag, path, place, partial(_named, name, told))
        for slug in shelf.slugs:
            yield Page(tag, f"info/{slug}", "answers", partial(_answer, shelf, tag, slug))


def _named(name: str, told: Callable[[date], dict[str, Any]], today: date) -> Content:
    return f"information/{name}.html", told(today)


def _nothing(_today: date) -> dict[str, Any]:
    return {}


def _answer(shelf: Shelf, tag: str, slug: str, today: date) -> Content:
    """An answer, or where it can be read if not in this language."""
    if found := shelf.get(tag, slug):
        return "information/article.html", _article(shelf, found, today)
    return "information/missing.html", _missing(shelf, slug)


def topic_rows(shelf: Shelf, tag: str, *, readers: bool = True) -> list[dict[str, Any]]:
    """The topics that have answers, each with its answers in `tag`: those for people who must
    leave, or those that only public and press ask for, which could frighten among the others."""
    rows = [
        {"topic": t, "answers": [a for a in answers if a.for_readers == readers]}
        for t in TOPICS
        if (answers := shelf.by_topic(tag).get(t.key))
    ]
    return [row for row in rows if row["answers"]]


def _home(shelf: Shelf, tag: str, _today: date) -> dict[str, Any]:
    return _topics(shelf, tag, _today) | _chosen(shelf, tag, NEEDED_FIRST, _today)


def _topics(shelf: Shelf, tag: str, _today: date) -> dict[str, Any]:
    others = [answer for row in topic_rows(shelf, tag, readers=False) for answer in row["answers"]]
    return {"topics": topic_rows(shelf, tag), "others": others}


def _missing(shelf: Shelf, slug: str) -> dict[str, Any]:
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
        "figures": [figure(each, article.lang) for each in used if not each.expired(today)],
    }


def _chosen(shelf: Shelf, tag: str, slugs: tuple[str, ...], _today: date) -> dict[str, Any]:
    return {"chosen": shelf.chosen(tag, slugs)}
