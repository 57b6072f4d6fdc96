"""What is wrong with facts.toml: no source, no date, an unknown key, a fact that nothing uses."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from portal.catalogues.problems import Problem
from portal.catalogues.writing import line_of
from portal.content.outline import FACT
from portal.content.sheets import Desk
from portal.facts import UNITS, Fact

FILE = "locales/facts.toml"
REQUIRED = tuple(field.name for field in fields(Fact) if field.name not in ("key", "note"))
_IN_TEMPLATE = re.compile(r"\bfact\(\s*[\"'](\w+)[\"']")
_IN_CODE = re.compile(r"\brender_fact\(\s*\"(\w+)\"")


def of_facts(root: Path, desk: Desk, today: date) -> tuple[list[Problem], list[Problem]]:
    """(problems, warnings) of the facts. One past its `review_by` is a warning: it is not shown."""
    path = root / FILE
    if not path.exists():
        return [Problem(FILE, 0, "missing")], []
    text = path.read_text("utf-8")
    try:
        rows = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [Problem(FILE, 0, str(error))], []
    problems: list[Problem] = []
    warnings: list[Problem] = []
    used = list(uses(root, desk))
    wanted = {key for _, key in used}
    for place, key in used:
        if key not in rows:
            problems.append(Problem(place.file, place.line, f"no fact {key!r} in facts.toml"))
    for key, row in rows.items():
        line = _line_of(key, text)
        problems += [Problem(FILE, line, f"{key}: {fault}") for fault in _faults(row)]
        if key not in wanted:
            problems.append(Problem(FILE, line, f"{key}: nothing uses this fact"))
        if isinstance(row, dict) and _is_past(row.get("review_by"), today):
            warnings.append(
                Problem(FILE, line, f"{key}: review_by {row['review_by']} is past; not shown")
            )
    return problems, warnings


def _line_of(key: str, text: str) -> int:
    found = re.search(rf"^\[{re.escape(key)}\]", text, re.MULTILINE)
    return line_of(text, found.start()) if found else 0


def _is_past(moment: Any, today: date) -> bool:
    return isinstance(moment, date) and today > moment


def _faults(row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "must be a table"
        return
    for key in REQUIRED:
        if row.get(key) in (None, ""):
            yield f"has no {key}"
    for key in ("as_of", "review_by"):
        if key in row and type(row[key]) is not date:
            yield f"{key} must be a date"
    if "unit" in row and row["unit"] not in UNITS:
        yield f"unknown unit {row['unit']!r}"
    if unknown := row.keys() - {*REQUIRED, "note"}:
        yield f"unknown keys {', '.join(sorted(unknown))}"


def uses(root: Path, desk: Desk) -> Iterator[tuple[Problem, str]]:
    """(place, key) of each use of a fact in articles, templates and code."""
    for sheet in desk.sheets.values():
        for match in FACT.finditer(sheet.body):
            yield sheet.problem(sheet.line + line_of(sheet.body, match.start()) - 1, ""), match[1]
    for pattern, folder, ending in (
        (_IN_TEMPLATE, "templates", "*.html"),
        (_IN_CODE, "portal", "*.py"),
    ):
        for path in sorted((root / folder).rglob(ending)):
            text = path.read_text("utf-8")
            for match in pattern.finditer(text):
                name = path.relative_to(root).as_posix()
                yield Problem(name, line_of(text, match.start()), ""), match[1]
