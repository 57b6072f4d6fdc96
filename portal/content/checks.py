"""Everything that is checked of texts, in one go: what CI runs."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal import ROOT, catalogues
from portal.catalogues.problems import Problem
from portal.catalogues.sources import SourceError
from portal.content import articles, figures
from portal.content.sheets import read_desk
from portal.information.articles import load


@dataclass(frozen=True)
class Findings:
    """`problems` are faults to mend before anything is published; `warnings` are work to do."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check(root: Path = ROOT, today: date | None = None) -> Findings:
    """Check catalogues, articles and facts below `root`; each list sorted by file and line."""
    desk = read_desk(root)
    problems, warnings = articles.of_all(desk)
    more, expired = figures.of_facts(root, desk, today or date.today())
    problems += more
    try:
        problems += catalogues.check(root)
    except SourceError as error:
        problems.append(Problem("templates", 0, str(error)))
    if not problems:
        # Only the first fault that would stop the start; the checks above name theirs in full.
        try:
            load(root / "locales")
        except ValueError as error:
            problems.append(Problem("locales", 0, str(error)))
    return Findings(tuple(sorted(problems)), tuple(sorted([*warnings, *expired])))
