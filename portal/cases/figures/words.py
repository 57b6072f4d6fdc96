"""The figures in words: what each table and row is called, for people and for a spreadsheet.

One set of texts, of the public domain, for the public page and the coordinator's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from portal.cases.figures.publishing import Published
from portal.cases.kinds import KINDS
from portal.cases.workflow import STATES
from portal.i18n import N_, language, language_names

TABLES = {
    "month": N_("Requests per month"),
    "kind": N_("What people asked for"),
    "outcome": N_("What became of the requests"),
    "checks": N_("Were all four checks written down?"),
    "place": N_("Where the requests went"),
    "language": N_("The language that people chose"),
}
"""Titles, in the order of the page."""
OUTCOMES = {
    "open": N_("Still being handled"),
    "referred": N_("Passed on with consent"),
    "withdrawn": N_("Withdrawn by the person"),
    "duplicate": N_("Joined with another request"),
}
CHECKS = {"all": N_("All four"), "not_all": N_("Not all four yet")}
OTHER_TEAMS = N_("Other teams")


@dataclass(frozen=True)
class Row:
    """`number` None is hidden. `name_lang` is set for a name that stays as it is."""

    key: str
    label: str
    number: int | None
    name_lang: str = ""


@dataclass(frozen=True)
class TableView:
    key: str
    title: str
    rows: tuple[Row, ...]

    @property
    def longest(self) -> int:
        """The largest number that is shown, 1 at the least: the full width of a chart."""
        return max((row.number or 0 for row in self.rows), default=0) or 1


def tables_of(shown: Published, tag: str, say: Callable[[str], str]) -> tuple[TableView, ...]:
    """The tables for a reader of `tag`. Their rows always stand in the same order: one by size
    would tell of hidden numbers which is the larger."""
    return tuple(
        TableView(name, say(title), tuple(_rows(shown, name, tag, say)))
        for name, title in TABLES.items()
        if name in shown.figures.tables
    )


def _rows(shown: Published, table: str, tag: str, say: Callable[[str], str]) -> Iterator[Row]:
    for key, number in shown.figures.tables[table]:
        match table:
            case "month":
                yield Row(key, month_name(key, tag), number)
            case "kind":
                yield Row(key, say(KINDS[key].title) if key in KINDS else key, number)
            case "place" if key in shown.places:
                yield Row(key, shown.places[key], number, "nl")
            case "place":
                yield Row(key, say(OTHER_TEAMS), number)
            case "language":
                yield Row(key, _language_name(key, tag), number)
            case "checks":
                yield Row(key, say(CHECKS[key]), number)
            case _:
                yield Row(key, say(OUTCOMES.get(key) or STATES[key]), number)


def period_name(shown: Published, tag: str) -> str:
    """ "July 2026 – September 2026"."""
    months = shown.quarter.months
    return f"{month_name(months[0], tag)} – {month_name(months[-1], tag)}"


def month_name(month: str, tag: str) -> str:
    """Month and year of 2026-07, as the readers of a language write them."""
    from babel.dates import format_date

    spoken = language(tag)
    return format_date(date.fromisoformat(f"{month}-01"), spoken.month, locale=spoken.babel)


def _language_name(of: str, tag: str) -> str:
    names, code = language_names(tag), of.replace("-", "_")
    return str(names.get(code) or names.get(code.partition("_")[0]) or of)


COLUMNS = ("period", "table", "key", "label", "number")


def sheet_of(shown: Published, tag: str, say: Callable[[str], str]) -> list[tuple[str, ...]]:
    """The same for a spreadsheet: a header line, the total, the days, and every row of every
    table. A hidden number is an empty cell."""
    period, figures = shown.quarter.label, shown.figures
    lines: list[tuple[str, ...]] = [
        COLUMNS,
        (period, "total", "", "", _cell(figures.total)),
        (period, "working_days", "median", "", _cell(figures.median)),
        (period, "working_days", "third_quartile", "", _cell(figures.quartile)),
    ]
    lines += [
        (period, table.key, row.key, row.label, _cell(row.number))
        for table in tables_of(shown, tag, say)
        for row in table.rows
    ]
    return lines


def _cell(number: int | None) -> str:
    return "" if number is None else str(number)
