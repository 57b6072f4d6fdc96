"""All pages of this room as prepared answers: rendered and compressed when first asked for.

The first request of a page renders it at once and compresses it quickly; a thread in the background
then compresses it as small as it gets. More than a thousand pages made beforehand cost a process
45 seconds of a core and most of its memory, and most of them nobody opens that day.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from functools import cache
from queue import SimpleQueue

from portal import facts
from portal.i18n import AMSTERDAM, dutch_day
from portal.information.articles import Shelf, open_shelf
from portal.information.pages import Page, all_pages
from portal.information.search import Search
from portal.templating import Templates
from portal.web.prepared import FAST, SMALL, Prepared, prepare


class Library:
    """A `web.prepared.Source`: the prepared answer of a path, or None when it isn't ours."""

    def __init__(
        self, shelf: Shelf, templates: Templates, headers: Iterable[tuple[str, str]]
    ) -> None:
        self._templates = templates
        self._headers = list(headers)
        self._pages = {page.address: page for page in all_pages(shelf)}
        self._prepared: dict[str, Prepared] = {}
        self._new: SimpleQueue[str] = SimpleQueue()
        self._begin_day()

    def paths(self) -> tuple[str, ...]:
        """Every address that is answered here, the start pages first."""
        return tuple(self._pages)

    def get(self, path: str, /) -> Prepared | None:
        if time.time() >= self._day_ends:
            self._next_day()
        if found := self._prepared.get(path):
            return found
        page = self._pages.get(path)
        if page is None:
            return None
        ready = self._prepared.setdefault(path, self._prepare(self._render(page), FAST))
        self._new.put(path)
        return ready

    def pack(self) -> None:
        """Compress each page that was asked for as small as it gets, until `close`. In a thread."""
        while path := self._new.get():
            if (ready := self._prepared.get(path)) and ready.quality != SMALL:
                small = self._prepare(ready.variants[""][1], SMALL)
                if self._prepared.get(path) is ready:
                    self._prepared[path] = small

    def close(self) -> None:
        """Let the thread in `pack` end when it has done what was asked for until now."""
        self._new.put("")

    def _render(self, page: Page) -> bytes:
        template, context = page.content(self._today)
        html = self._templates.render(
            template, page.lang, path=page.path, place=page.place, kiosk=False, **context
        )
        return html.encode()

    def _prepare(self, body: bytes, quality: int) -> Prepared:
        return prepare(body, "text/html; charset=utf-8", self._headers, quality=quality)

    def _begin_day(self) -> None:
        self._today = dutch_day()
        midnight = datetime.combine(self._today + timedelta(days=1), time_of_day.min, AMSTERDAM)
        self._day_ends = midnight.timestamp()
        self._expired = {f.key for f in facts.all_facts().values() if f.expired(self._today)}

    def _next_day(self) -> None:
        """A fact that expired overnight must not be shown any more: then make all pages anew."""
        before = self._expired
        self._begin_day()
        if self._expired != before:
            self._prepared = {}


@dataclass(frozen=True)
class Information:
    """The room: articles, search and prepared pages. `app.state.information` holds it."""

    shelf: Shelf
    search: Search
    library: Library


def open_information(templates: Templates, headers: Iterable[tuple[str, str]]) -> Information:
    """The room of this process. `headers` are the security headers of a public page.

    Texts are read when they are first asked for; `check` reads them all.
    """
    shelf, search = _texts()
    return Information(shelf, search, Library(shelf, templates, headers))


@cache
def _texts() -> tuple[Shelf, Search]:
    """Once in a process: the texts are the same for every application in it."""
    shelf = open_shelf()
    return shelf, Search(shelf)


@cache
def check_texts() -> None:
    """Raises ValueError naming file and line or key when an article or a fact is wrong."""
    for article in _texts()[0].articles.values():
        article.body  # noqa: B018
