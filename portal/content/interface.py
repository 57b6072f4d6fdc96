"""Interface texts, letters and statuses: which Dutch each translation was made from.

Every translation in a PO file carries a comment `# nl 3f2a…`, the hash of the Dutch text beside
which it was made. When the Dutch changes, the translation is stale until somebody has looked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from babel.messages.catalog import Message

from portal.catalogues.files import forms, messages, po_file, read, rewrite
from portal.catalogues.sources import Key, Text, collect
from portal.catalogues.standing import MARK, digest, mark_of, state_of
from portal.content import reviews
from portal.information.articles import SOURCE


@dataclass(frozen=True)
class Line:
    """One text in one language. `state` is missing, unmarked, stale, draft or reviewed."""

    id: str
    text: Text
    dutch: tuple[str, ...]
    words: tuple[str, ...]
    state: str
    on: date | None = None


class Interface:
    """All public texts of a project, read once: what the sources ask for, and the Dutch of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.texts = collect(root)["public"]
        self.dutch = _messages(root, SOURCE)
        self._reviews = reviews.read(root)

    def lines(self, tag: str) -> list[Line]:
        """Every text of one language beside its Dutch, in the order of the sources."""
        mine = _messages(self.root, tag)
        signed = self._reviews.get(tag, {}).get(reviews.INTERFACE, {})
        return [
            _line(text, self.dutch.get(key), mine.get(key), signed)
            for key, text in self.texts.items()
        ]

    def mark_current(self, tag: str) -> bool:
        """Record that all translations of a language say what the Dutch says now; whether that was
        news."""
        mine = _messages(self.root, tag)
        for key, message in mine.items():
            if key in self.dutch and all(forms(message)):
                _set_mark(message, digest(*forms(self.dutch[key])))
        return self._rewritten(tag, mine)

    def carry_over(self, tag: str, changed: Mapping[str, str]) -> bool:
        """After a typo fix: marks of the Dutch before (keys) become those of the Dutch now."""
        mine = _messages(self.root, tag)
        for message in mine.values():
            if (mark := mark_of(message)) in changed:
                _set_mark(message, changed[mark])
        return self._rewritten(tag, mine)

    def _rewritten(self, tag: str, mine: dict[Key, Message]) -> bool:
        path = po_file(self.root, tag, "public")
        before = path.read_bytes()
        rewrite(self.root, tag, "public", self.texts, mine)
        return path.read_bytes() != before


def _line(
    text: Text, dutch: Message | None, mine: Message | None, signed: Mapping[str, Any]
) -> Line:
    said, words = forms(dutch) if dutch else (), forms(mine) if mine else ()
    name = digest(repr(text.key))
    review = signed.get(name, {})
    state = state_of(dutch, mine, review)
    on = review.get("on") if state == "reviewed" else None
    return Line(name, text, said, words, state, on)


def sign_off(given: list[Line], by: str, on: date) -> dict[str, Any]:
    """The entries of reviews.toml for texts that somebody has read beside the Dutch."""
    return {
        each.id: {"sha": digest(*each.dutch, *each.words), "on": on, "by": by}
        for each in given
        if each.state != "missing"
    }


def _messages(root: Path, tag: str) -> dict[Key, Message]:
    path = po_file(root, tag, "public")
    return messages(read(path, tag)) if path.exists() else {}


def _set_mark(message: Message, mark: str) -> None:
    others = [c for c in message.user_comments if not c.startswith(MARK)]
    message.user_comments = [*others, MARK + mark]
