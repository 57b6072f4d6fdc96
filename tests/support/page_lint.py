"""What every page of the portal keeps to, whatever is on it.

`check_page(html)` is called on each page a test touches; `page_errors(html)` lists instead of
failing. Fragments (what htmx swaps in) have no head: `check_fragment(html)`.
"""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

from tests.support.html_validator import html_errors

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input"}
    | {"link", "meta", "source", "track", "wbr"}
)
UNLABELLED = frozenset({"hidden", "submit", "button", "reset", "image"})
NAMES = ("aria-label", "aria-labelledby", "title")
ADDRESSES = ("href", "src", "action", "formaction")


@dataclass
class Element:
    """A tag with its attributes and what is inside it."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def inside(self, tag: str) -> bool:
        return self.parent is not None and (self.parent.tag == tag or self.parent.inside(tag))

    def name(self) -> str:
        """Its accessible name, as far as HTML alone tells it."""
        given = [self.get(attribute) for attribute in NAMES] + [self.get("alt")]
        inner = [child.name() for child in self.children]
        return " ".join([*given, *self.words, *inner]).strip()

    def __str__(self) -> str:
        kept = {n: v for n, v in self.attributes.items() if n in ("id", "name", "class", "href")}
        return f"<{self.tag}{''.join(f' {n}={v!r}' for n, v in kept.items())}>"


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._inner: Element | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._inner)
        self.elements.append(element)
        if self._inner:
            self._inner.children.append(element)
        if tag not in VOID:
            self._inner = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inner = self._inner
        self.handle_starttag(tag, attrs)
        self._inner = inner

    def handle_endtag(self, tag: str) -> None:
        closing = self._inner
        while closing and closing.tag != tag:
            closing = closing.parent
        if closing:
            self._inner = closing.parent

    def handle_data(self, data: str) -> None:
        if self._inner and data.strip():
            self._inner.words.append(data.strip())


def elements(html: str) -> list[Element]:
    """All elements in the order of the page."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return tree.elements


def page_errors(html: str) -> list[str]:
    """All that is wrong with a whole page, one line each."""
    found = elements(html)
    return [*_whole(found), *_everywhere(found), *html_errors(html)]


def check_document(html: str) -> None:
    """The same for what a browser made of a page: its HTML is valid whatever was sent."""
    found = elements(html)
    _fail([*_whole(found), *_everywhere(found)], "page")


def fragment_errors(html: str) -> list[str]:
    """The same for a fragment, which has no head and no heading of its own."""
    return _everywhere(elements(html))


def check_page(html: str) -> None:
    """Fail with a list of all that is wrong with the page."""
    _fail(page_errors(html), "page")


def check_fragment(html: str) -> None:
    """Fail with a list of all that is wrong with the fragment."""
    _fail(fragment_errors(html), "fragment")


def _fail(errors: list[str], what: str) -> None:
    if errors:
        raise AssertionError(f"the {what} has {len(errors)} errors:\n  " + "\n  ".join(errors))


def _whole(found: list[Element]) -> list[str]:
    errors = []
    count = Counter(each.tag for each in found if not each.inside("svg"))  # a chart has a title
    errors += [
        f"{count[tag]} <{tag}> instead of one"
        for tag in ("html", "title", "main", "h1")
        if count[tag] != 1
    ]
    for element in found:
        if element.tag == "html":
            if not element.get("lang"):
                errors.append("<html> has no lang")
            if element.get("dir") not in ("ltr", "rtl"):
                errors.append("<html> has no dir")
        if element.tag in ("title", "h1") and not element.name():
            errors.append(f"<{element.tag}> is empty")
    levels = [int(e.tag[1]) for e in found if e.tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
    errors += [
        f"<h{lower}> after <h{upper}> skips a level"
        for upper, lower in pairwise(levels)
        if lower > upper + 1
    ]
    return errors


def _everywhere(found: list[Element]) -> list[str]:
    ids = Counter(element.get("id") for element in found if "id" in element.attributes)
    errors = [f"id {name!r} is there {n} times" for name, n in ids.items() if n > 1 or not name]
    labels = {e.get("for") for e in found if e.tag == "label" and e.name()}
    for element in found:
        errors += _scripting(element)
        if element.tag in ("input", "select", "textarea") and not _labelled(element, labels):
            errors.append(f"{element} has no label")
        if element.tag in ("a", "button", "summary") and not element.name():
            errors.append(f"{element} has no text")
        if element.tag == "a" and element.get("href") in ("", "#"):
            errors.append(f"{element} leads nowhere")
        if element.tag == "img" and "alt" not in element.attributes:
            errors.append(f"{element} has no alt")
    return errors


def _labelled(element: Element, labels: set[str]) -> bool:
    return (
        element.get("type") in UNLABELLED
        or element.get("id") in labels
        or element.inside("label")
        or bool(element.get("aria-label") or element.get("aria-labelledby"))
    )


def _scripting(element: Element) -> list[str]:
    """What the content security policy would block, so that nobody relies on it."""
    errors = []
    if element.tag == "style" or (element.tag == "script" and not element.get("src")):
        errors.append(f"inline <{element.tag}>")
    for name, value in element.attributes.items():
        if name == "style" or name.startswith("on"):
            errors.append(f"{element} has {name}=")
        if name.startswith("hx-"):
            errors.append(f"{element} has {name}: write data-{name}")
        if name.startswith("data-hx-on") or value.strip().lower().startswith(
            ("js:", "javascript:")
        ):
            errors.append(f"{element} has a script in {name}=")
        if name in ADDRESSES and value.strip().startswith(("//", "http:")) and _is_loaded(element):
            errors.append(f"{element} loads from another machine")
    return errors


def _is_loaded(element: Element) -> bool:
    return element.tag in ("script", "img", "link", "iframe", "source", "use")
