"""Reads a page as a person does, and tells which of its words stand outside ⟦brackets⟧."""

import re
from html.parser import HTMLParser

from tests.support.page_lint import VOID

TAG = "en"
"""Pseudo texts stand in for English: brackets read well there, and Dutch blocks stay Dutch."""
OPEN, CLOSE = "⟦", "⟧"
NOT_SHOWN = {"script", "style", "template", "svg"}
CONTENT = {"bdi", "textarea", "time"}
"""Elements for what people typed, and for values."""
DATE = re.compile(r"[A-Z][a-z]+day \d{1,2} [A-Z][a-z]+ \d{4}")
"""As portal.i18n.format_date writes it in English: words that no catalogue holds."""
SPOKEN = ("aria-label", "title", "placeholder", "alt")
EDGES = " \t\n\r·,.:;()–—-…/"


def in_brackets(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}"


class _Page(HTMLParser):
    """Collects in `bare` what a reader sees or hears outside brackets and outside content."""

    def __init__(self, allowed: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.bare: list[str] = []
        self._allowed = allowed
        self._open: list[tuple[str, bool]] = []
        self._depth = 0  # a text with markup in it has its brackets in different nodes

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        content = (
            tag in NOT_SHOWN | CONTENT
            or values.get("dir") == "auto"
            or (tag != "html" and values.get("lang", TAG) != TAG)
        )
        inside = bool(self._open) and self._open[-1][1]
        if not content and not inside:
            spoken = [values.get(name, "") for name in SPOKEN]
            if values.get("type") in ("submit", "button", "reset"):
                spoken.append(values.get("value", "") if tag == "input" else "")
            if values.get("name") in ("description", "application-name"):
                spoken.append(values.get("content", ""))
            for text in spoken:
                self._note(text, 0)
        if tag not in VOID:
            self._open.append((tag, content or inside))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            continue

    def handle_data(self, data: str) -> None:
        content = bool(self._open) and self._open[-1][1]
        self._depth = self._note(data, self._depth, content)

    def _note(self, text: str, depth: int, content: bool = False) -> int:
        """Read one text that begins at a depth of brackets; the depth at its end."""
        pieces = [""]
        for character in text:
            if character == OPEN:
                depth += 1
                pieces.append("")
            elif character == CLOSE:
                depth -= 1
            elif depth == 0:
                pieces[-1] += character
        for piece in (DATE.sub("", each).strip(EDGES) for each in pieces):
            if not content and piece not in self._allowed and any(map(str.isalpha, piece)):
                self.bare.append(piece)
        return depth


def bare_texts(html: str, allowed: set[str]) -> list[str]:
    page = _Page({each.strip(EDGES) for each in allowed})
    page.feed(html)
    page.close()
    return page.bare
