"""Somebody who visits without a browser: fills the real forms, and checks each page they see."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpx2
from starlette.testclient import TestClient

from tests.support.page_lint import Element, check_fragment, check_page, elements

Values = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """A form of a page, with what stands in its fields."""

    action: str
    method: str
    values: dict[str, list[str]]
    names: frozenset[str]

    def filled(self, values: Values) -> dict[str, list[str]]:
        """The form's own values with others in their place. A name it doesn't have is an error."""
        if unknown := set(values) - self.names:
            raise AssertionError(f"the form has no {sorted(unknown)}; it has {sorted(self.names)}")
        given = {name: [str(v) for v in (value if isinstance(value, list) else [value])]
                 for name, value in values.items()}  # fmt: skip
        return {**self.values, **given}


class Visitor:
    """Keeps cookies, follows redirects, and checks every HTML answer."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self._page: httpx2.Response | None = None

    @property
    def page(self) -> httpx2.Response:
        """The answer last seen."""
        assert self._page is not None, "nothing was asked for yet"
        return self._page

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self._seen(self.client.get(path, follow_redirects=True, **options))

    def post(self, path: str, data: Any = None, **options: Any) -> httpx2.Response:
        return self._seen(self.client.post(path, data=data, follow_redirects=True, **options))

    def submit(self, values: Values | None = None, form: int | str = 0) -> httpx2.Response:
        """Send a form of the page last seen: by its number, or by a part of its address."""
        return self.send(self.form(form), values or {})

    def send(self, form: Form, values: Values) -> httpx2.Response:
        data = form.filled(values)
        if form.method == "get":
            return self.get(form.action, params=data)
        return self.post(form.action, data)

    def form(self, which: int | str = 0) -> Form:
        found = forms(self.page.text, str(self.page.url))
        if isinstance(which, int):
            return found[which]
        return next(form for form in found if which in form.action)

    def _seen(self, page: httpx2.Response) -> httpx2.Response:
        self._page = page
        if page.headers.get("content-type", "").startswith("text/html"):
            (check_page if "<html" in page.text else check_fragment)(page.text)
        assert page.status_code < 500, f"{page.status_code} at {page.url}"
        return page


def forms(html: str, base: str) -> list[Form]:
    """Every form of a page."""
    found = elements(html)
    return [_form(each, found, base) for each in found if each.tag == "form"]


def _form(form: Element, found: list[Element], base: str) -> Form:
    values: dict[str, list[str]] = {}
    names: set[str] = set()
    for each in found:
        if each.tag not in ("input", "select", "textarea", "button") or not _within(each, form):
            continue
        if not (name := each.get("name")):
            continue
        names.add(name)
        if (value := _value(each)) is not None:
            values.setdefault(name, []).append(value)
    action = urljoin(base, form.get("action") or base)
    return Form(action, (form.get("method") or "get").lower(), values, frozenset(names))


def _within(element: Element, ancestor: Element) -> bool:
    while element.parent is not None:
        element = element.parent
        if element is ancestor:
            return True
    return False


def _value(element: Element) -> str | None:
    """What a browser would send for this field as it stands; None = nothing."""
    if element.tag == "textarea":
        return "".join(element.words)
    if element.tag == "select":
        options = [child for child in _inner(element) if child.tag == "option"]
        chosen = [each for each in options if "selected" in each.attributes] or options[:1]
        return chosen[0].get("value") if chosen else None
    if element.tag == "button":
        return None
    if element.get("type") in ("radio", "checkbox"):
        return element.get("value") or "on" if "checked" in element.attributes else None
    return element.get("value")


def _inner(element: Element) -> list[Element]:
    return [each for child in element.children for each in (child, *_inner(child))]
