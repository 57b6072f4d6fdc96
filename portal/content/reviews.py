"""`locales/reviews.toml`: who read which translation beside which Dutch, and signed it off.

`[<lang>.<slug>]` with `source_sha`, `text_sha`, `on`, `by` for an article, and `[<lang>.interface]`
with one line for each interface text. A sign-off holds for the two texts that were compared: when
one of them changes, it is worth nothing.
"""

import difflib
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from portal.catalogues.standing import INTERFACE, REVIEWS
from portal.information.articles import source_hash

NAME = REVIEWS
_HEAD = "# Who signed off which translation, by the hashes of both texts. Written by\n"
_HEAD += "# `portal content sign-off`, or taken over from the patch of the page for editors.\n"

Reviews = dict[str, dict[str, Any]]


def read(root: Path) -> Reviews:
    """By language, then by slug. Raises ValueError for a file that can't be read."""
    path = root / NAME
    try:
        return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{NAME}: {error}") from error


def article_entry(root: Path, tag: str, slug: str, by: str, on: date) -> dict[str, Any]:
    """What a sign-off of one article says. Raises ValueError when there is no such translation."""
    found = {}
    for name, lang in (("source_sha", "nl"), ("text_sha", tag)):
        path = root / "locales" / lang / "articles" / f"{slug}.md"
        if not path.exists():
            raise ValueError(f"no such article: {lang}/{slug}")
        found[name] = source_hash(path.read_text("utf-8"))
    return {**found, "on": on, "by": by}


def with_entries(reviews: Reviews, tag: str, entries: dict[str, Any]) -> Reviews:
    """The reviews with more entries of one language; those of interface texts are added up."""
    mine = dict(reviews.get(tag, {}))
    for slug, entry in entries.items():
        mine[slug] = {**mine.get(slug, {}), **entry} if slug == INTERFACE else entry
    return {**reviews, tag: mine}


def written(reviews: Reviews) -> str:
    """The file, in one order whatever was signed first."""
    parts = [_HEAD]
    for tag in sorted(reviews):
        for slug in sorted(reviews[tag]):
            lines = [f"{_key(key)} = {_value(value)}" for key, value in reviews[tag][slug].items()]
            order = sorted(lines) if slug == INTERFACE else lines
            parts.append("\n".join([f"[{tag}.{_key(slug)}]", *order]) + "\n")
    return "\n".join(parts)


def patch(before: Reviews, after: Reviews) -> str:
    """The change as a patch for `git apply`, made of the file as `written` writes it."""
    old = written(before).splitlines(keepends=True) if before else []
    new = written(after).splitlines(keepends=True)
    start = f"a/{NAME}" if before else "/dev/null"
    return "".join(difflib.unified_diff(old, new, start, f"b/{NAME}"))


def write(root: Path, reviews: Reviews) -> None:
    (root / NAME).write_text(written(reviews), "utf-8")


def _key(name: str) -> str:
    return (
        name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else f'"{name}"'
    )


def _value(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
