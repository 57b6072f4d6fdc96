"""Everything that is checked of texts, in one go: what CI runs."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal import ROOT, catalogues
from portal.catalogues.files import po_file
from portal.catalogues.problems import Problem
from portal.catalogues.sources import SourceError
from portal.content import articles, figures
from portal.content.interface import Interface
from portal.content.sheets import read_desk
from portal.i18n import live_languages
from portal.information.articles import SOURCE, load


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
        unmarked, stale = _of_interface(root)
        problems += unmarked
        warnings += stale
    except SourceError as error:
        problems.append(Problem("templates", 0, str(error)))
    if not problems:
        # Only the first fault that would stop the start; the checks above name theirs in full.
        try:
            load(root / "locales")
        except ValueError as error:
            problems.append(Problem("locales", 0, str(error)))
    return Findings(tuple(sorted(problems)), tuple(sorted([*warnings, *expired])))


def _of_interface(root: Path) -> tuple[list[Problem], list[Problem]]:
    """(problems, warnings): translations that don't say which Dutch they were made from, and those
    whose Dutch has changed since. A language without a catalogue has problems enough."""
    unmarked, stale = [], []
    interface = Interface(root)
    for tongue in live_languages():
        if tongue.tag == SOURCE or not po_file(root, tongue.tag, "public").exists():
            continue
        name = po_file(root, tongue.tag, "public").relative_to(root).as_posix()
        states = Counter(each.state for each in interface.lines(tongue.tag))
        if states["unmarked"]:
            how = f"portal content hash interface --lang {tongue.tag}"
            fault = f"{states['unmarked']} texts don't say from which Dutch; when right: {how}"
            unmarked.append(Problem(name, 0, fault))
        if states["stale"]:
            fault = f"stale: the Dutch of {states['stale']} texts has changed since"
            stale.append(Problem(name, 0, fault))
    return unmarked, stale
