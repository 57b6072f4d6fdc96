"""Articles as their writers see them: front matter and Markdown with line numbers, unrendered."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from portal.catalogues.problems import Problem
from portal.content.outline import Outline, outline
from portal.i18n import all_languages, live_languages
from portal.information.articles import SOURCE, source_hash


@dataclass(frozen=True)
class Sheet:
    """One file. `line` is that of the first line of `body`; `digest` is its `source_hash`."""

    path: Path
    file: str
    tag: str
    slug: str
    head: Mapping[str, Any]
    body: str
    line: int
    digest: str

    @cached_property
    def outline(self) -> Outline:
        return outline(self.body)

    def texts(self) -> list[tuple[int, str]]:
        """(line, text) of all that a reader sees: title, summary, body."""
        head = [
            (self.line_of_key(key), str(self.head.get(key, ""))) for key in ("title", "summary")
        ]
        return [*head, (self.line, self.body)]

    def line_of_key(self, key: str) -> int:
        lines = self.path.read_text("utf-8").split("\n")[: self.line]
        return next((n for n, text in enumerate(lines, 1) if text.startswith(f"{key} ")), 1)

    def problem(self, line: int, message: str) -> Problem:
        return Problem(self.file, line, message)


@dataclass(frozen=True)
class Desk:
    """All articles of the live languages, and what kept others from being read."""

    sheets: Mapping[tuple[str, str], Sheet]
    problems: tuple[Problem, ...]

    @property
    def slugs(self) -> list[str]:
        return sorted(slug for tag, slug in self.sheets if tag == SOURCE)

    def dutch(self, slug: str) -> Sheet | None:
        return self.sheets.get((SOURCE, slug))

    def translations(self) -> list[Sheet]:
        return [sheet for (tag, _), sheet in self.sheets.items() if tag != SOURCE]


def read_sheet(path: Path, root: Path) -> Sheet:
    """Raises ValueError when the front matter can't be read."""
    text = path.read_text("utf-8")
    digest = source_hash(text)  # also tells what is wrong with the front matter
    head, _, body = text.removeprefix("+++\n").partition("\n+++\n")
    return Sheet(
        path=path,
        file=path.relative_to(root).as_posix(),
        tag=path.parent.parent.name,
        slug=path.stem,
        head=tomllib.loads(head),
        body=body,
        line=head.count("\n") + 4,
        digest=digest,
    )


def read_desk(root: Path) -> Desk:
    """Read all articles of the live languages below `root`; faults become problems."""
    sheets: dict[tuple[str, str], Sheet] = {}
    problems: list[Problem] = []
    for tongue in live_languages():
        for path in sorted((root / "locales" / tongue.tag / "articles").glob("*.md")):
            try:
                sheets[tongue.tag, path.stem] = read_sheet(path, root)
            except ValueError as error:
                problems.append(Problem(path.relative_to(root).as_posix(), 0, str(error)))
    return Desk(sheets, tuple(problems))


def all_translations(root: Path, slug: str) -> list[Path]:
    """The files of one article in every language but the source, live or not."""
    paths = (
        root / "locales" / tag / "articles" / f"{slug}.md"
        for tag in all_languages()
        if tag != SOURCE
    )
    return [path for path in paths if path.exists()]
