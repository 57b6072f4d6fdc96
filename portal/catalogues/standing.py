"""How far one translated text is: missing, unmarked, stale, a draft, or reviewed by a person.

A translation in a PO file carries a comment `# nl 3f2a…`, the hash of the Dutch beside which it was
made; `locales/reviews.toml` has the hashes of what somebody read and found right (portal.content
writes both).
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Message

from portal import ROOT
from portal.catalogues.files import forms, messages, po_file, read

MARK = "nl "
REVIEWS = "locales/reviews.toml"
INTERFACE = "interface"
"""In the place of an article's slug: the interface texts of a language."""
STATES = ("missing", "stale", "unmarked", "draft", "reviewed")
"""From the one that needs most care to the one that needs none."""


def digest(*texts: str) -> str:
    """Sixteen hexadecimal digits of the texts together."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def mark_of(message: Message | None) -> str:
    """The hash of the Dutch beside which a translation was made; "" when nobody noted it."""
    comments = message.user_comments if message else []
    return next((c.removeprefix(MARK) for c in comments if c.startswith(MARK)), "")


def state_of(dutch: Message | None, mine: Message | None, signed: Mapping[str, Any]) -> str:
    """One of STATES. `signed` is the entry of reviews.toml for this text, which may be empty."""
    said, words = forms(dutch) if dutch else (), forms(mine) if mine else ()
    if not words or not all(words):
        return "missing"
    mark = mark_of(mine)
    if not mark:
        return "unmarked"
    if mark != digest(*said):
        return "stale"
    return "reviewed" if signed.get("sha") == digest(*said, *words) else "draft"


def standing(tag: str, msgids: Iterable[str], root: Path = ROOT) -> str:
    """The state that needs most care, of some public texts without context, in one language.

    "reviewed" for no text at all, and for Dutch, which is the source. Reads the files again only
    when one of them has changed. Slow the first time: outside the event loop.
    """
    if tag == "nl":
        return "reviewed"
    files = (po_file(root, "nl", "public"), po_file(root, tag, "public"), root / REVIEWS)
    changed = tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in files)
    states = _states(tag, root, changed)
    found = [states.get(msgid, "missing") for msgid in msgids]
    return min(found, key=STATES.index, default="reviewed")


@lru_cache(maxsize=32)
def _states(tag: str, root: Path, _changed: tuple[int, ...]) -> Mapping[str, str]:
    dutch, mine = (_messages(root, each) for each in ("nl", tag))
    of_texts = _signed(root).get(tag, {}).get(INTERFACE, {})
    return {
        key[1]: state_of(dutch.get(key), message, of_texts.get(digest(repr(key)), {}))
        for key, message in mine.items()
        if key[0] is None and isinstance(key[1], str)
    }


def _signed(root: Path) -> dict[str, Any]:
    """The sign-offs; none when the file can't be read, for then nothing is proved."""
    path = root / REVIEWS
    try:
        return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except tomllib.TOMLDecodeError:
        return {}


def _messages(root: Path, tag: str) -> dict[Any, Message]:
    path = po_file(root, tag, "public")
    return messages(read(path, tag)) if path.exists() else {}
