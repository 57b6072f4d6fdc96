"""Walks through a site as a person would: follows links, sends forms empty and then filled in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urldefrag, urljoin, urlsplit

from starlette.testclient import TestClient

from tests.support.page_lint import Element, elements

T = TypeVar("T")
DATES = {"day": "1", "month": "2", "year": "1990"}
MOST_STEPS = 6000


@dataclass
class Walk:
    """`choice`: which one is taken wherever there is a choice. `under` limits the addresses."""

    client: TestClient
    under: str
    choice: int = 0
    code: str = ""
    """A receipt code, found on the way or given, for the pages that ask for one."""
    avoid: tuple[str, ...] = ()
    """Ways out: they end the visit, and with it what the walk has typed."""
    dead_ends: list[str] = field(default_factory=list)
    """Links on the way that lead to a page that says what went wrong."""
    _seen: set[object] = field(default_factory=set)
    _todo: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)

    def pages(self, start: str) -> Iterator[tuple[str, str]]:
        """(address, HTML) of every page and of every answer to a form, from `start` on."""
        self._todo = [("GET", start, {})]
        for _ in range(MOST_STEPS):
            if not self._todo:
                return
            method, address, data = self._todo.pop()
            if method == "GET":
                answer = self.client.get(address, params=data or None)
                if answer.status_code >= 400:
                    self.dead_ends.append(f"{urlsplit(address).path}: {answer.status_code}")
            else:
                answer = self.client.post(address, data=data)
            if "text/html" not in answer.headers.get("content-type", ""):
                continue
            here = str(answer.url)
            yield urlsplit(here).path, answer.text
            self._look_round(here, elements(answer.text))
        raise AssertionError(f"the walk under {self.under} has no end")

    def _look_round(self, here: str, found: list[Element]) -> None:
        for each in found:
            if each.get("class") == "receipt-code":
                self.code = "".join(filter(str.isdigit, each.name()))
        # The last that is put down is taken up first: forms go before links, to their end.
        for link in (each.get("href") for each in found if each.tag == "a"):
            self._plan("GET", urljoin(here, urldefrag(link).url), {}, ())
        for form in (each for each in found if each.tag == "form"):
            method = form.get("method").upper() or "GET"
            address = urljoin(here, form.get("action") or here)
            for filled in (True, False):
                data = self._data(found, form, filled)
                self._plan(method, address, data, (filled, *sorted(data)))

    def _plan(
        self, method: str, address: str, data: dict[str, list[str]], shape: tuple[object, ...]
    ) -> None:
        path, query = urlsplit(address).path, urlsplit(address).query
        step = (method, path, query, shape)
        if path.startswith(self.under) and path not in self.avoid and step not in self._seen:
            self._seen.add(step)
            self._todo.append((method, address, data))

    def _data(self, found: list[Element], form: Element, filled: bool) -> dict[str, list[str]]:
        controls = [each for each in found if each.get("name") and _within(each, form)]
        buttons = [each for each in controls if each.tag == "button"]
        data: dict[str, list[str]] = {}
        if buttons:
            button = self._chosen(buttons)
            data[button.get("name")] = [button.get("value")]
        for name in dict.fromkeys(each.get("name") for each in controls):
            group = [each for each in controls if each.get("name") == name]
            if group[0].get("type") == "hidden":
                data[name] = [group[0].get("value")]
            elif filled and group[0].tag != "button":
                data[name] = self._answer(group)
        return data

    def _chosen(self, group: list[T]) -> T:
        return group[min(self.choice, len(group) - 1)]

    def _answer(self, group: list[Element]) -> list[str]:
        first = group[0]
        if first.get("type") in ("radio", "checkbox"):
            return [self._chosen(group).get("value")]
        if first.tag == "select":
            values = [each.get("value") for each in first.children if each.get("value")]
            return [self._chosen(values)] if values else []
        return [self._typed(first)]

    def _typed(self, control: Element) -> str:
        name = control.get("name")
        if name in ("code", "last_four"):
            return self.code if name == "code" else self.code[-4:]
        if part := DATES.get(name.rpartition(".")[2]):
            return part
        if control.get("inputmode") == "numeric":
            return "2" if control.get("maxlength") == "2" else "0123456789"
        return "Voorbeeld"


def _within(element: Element, form: Element) -> bool:
    inner = element.parent
    while inner is not None and inner is not form:
        inner = inner.parent
    return inner is form
