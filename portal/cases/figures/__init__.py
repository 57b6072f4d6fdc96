"""Counts of requests, with what could point at somebody taken out. Pure.

Every table is one-way and adds up to the one total of its figures, so what is known of a table is
its shown cells, its total, and the rule below; nothing follows from two tables together. A count
under ten is never shown. So that it can't be computed either, the next smallest counts are hidden
with it until, for every hidden cell, nought and ten are both possible to who knows all that.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from statistics import quantiles
from typing import Any

SMALLEST = 10
"""A smaller count is hidden, also nought."""
OUTCOMES = (
    "open", "referred", "meeting_planned", "carried_out", "not_now", "elsewhere", "done",
    "withdrawn", "duplicate",
)  # fmt: skip
"""What became of a request: `open` while it is handled, `done` when it was closed after an answer
alone, else what was last decided or who ended it."""
CHECKED = ("all", "not_all")
ONLY_CHECKED = ("not_now", "done")
"""Outcomes that a request can't have before all four checks are recorded."""
OTHER = "other"
"""The place of teams that no figure names: of minors alone, of who is threatened, and the ILC."""


@dataclass(frozen=True)
class Counted:
    """One request, as far as figures know it. `days` = working days until a person answered."""

    kind: str
    place: str
    month: str
    language: str
    outcome: str
    checked: bool
    days: int | None


Cells = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Figures:
    """What may be shown. None is a hidden number."""

    total: int | None
    tables: Mapping[str, Cells]
    median: int | None
    """Working days within which half of those that were answered by a person were."""
    quartile: int | None
    """The same for three quarters."""

    def as_json(self) -> dict[str, Any]:
        tables = {name: [list(cell) for cell in cells] for name, cells in self.tables.items()}
        days = {"median": self.median, "quartile": self.quartile}
        return {"total": self.total, "tables": tables, "days": days}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Figures":
        tables = {
            name: tuple((key, number) for key, number in cells)
            for name, cells in content["tables"].items()
        }
        return cls(content["total"], tables, **content["days"])


@dataclass(frozen=True)
class Quarter:
    """Three months, whole days of the Dutch calendar."""

    year: int
    number: int

    @property
    def label(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def following(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def last(self) -> date:
        return self.following.first - timedelta(days=1)

    @property
    def months(self) -> tuple[str, ...]:
        """As `Counted.month` writes them: 2026-07."""
        return tuple(f"{self.year}-{3 * self.number - back:02d}" for back in (2, 1, 0))

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)


def count(
    requests: Iterable[Counted],
    *,
    kinds: Sequence[str],
    places: Sequence[str],
    months: Sequence[str],
    languages: Sequence[str],
) -> Figures:
    """The figures of some requests. The rows of a table are given, and not what was found: a row
    that is missing would tell that it is empty. Without `places` there is no such table."""
    found = list(requests)
    rows: dict[str, Sequence[str]] = {
        "month": months,
        "kind": kinds,
        "place": places,
        "language": languages,
        "outcome": OUTCOMES,
        "checks": CHECKED,
    }
    tables: dict[str, Cells] = {}
    for name, keys in rows.items():
        if keys:
            numbers = Counter(_key(name, each) for each in found)
            if strange := set(numbers) - set(keys):
                raise ValueError(f"{name} has no row {sorted(strange)}")
            shown = hide([numbers[key] for key in keys])
            tables[name] = tuple(zip(keys, shown, strict=True))
    tables["checks"] = _apart_from(tables["outcome"], tables["checks"])
    enough = len(found) >= SMALLEST
    median, quartile = days_of([each.days for each in found if each.days is not None])
    return Figures(len(found) if enough else None, tables, median, quartile)


def _key(table: str, request: Counted) -> str:
    if table == "checks":
        return CHECKED[0] if request.checked else CHECKED[1]
    return getattr(request, table)


def hide(counts: Sequence[int]) -> list[int | None]:
    """The counts of one table whose total is known, with None for what must not be.

    What is hidden are the smallest, so to who knows the rule each hidden cell lies between nought
    and the smallest shown one, and their sum is known. A table of less than SMALLEST in all is
    hidden with its total.
    """
    order = sorted(range(len(counts)), key=lambda cell: (counts[cell], cell))
    hidden = sum(number < SMALLEST for number in counts)
    if sum(counts) < SMALLEST:
        hidden = len(counts)
    while 0 < hidden < len(counts) and not _free([counts[cell] for cell in order], hidden):
        hidden += 1
    gone = set(order[:hidden])
    return [None if cell in gone else number for cell, number in enumerate(counts)]


def _free(ascending: Sequence[int], hidden: int) -> bool:
    """Whether any one of the hidden cells could be nought, and could be SMALLEST."""
    together, ceiling = sum(ascending[:hidden]), ascending[hidden]
    return SMALLEST <= together <= (hidden - 1) * ceiling


def _apart_from(outcomes: Cells, checks: Cells) -> Cells:
    """The table of the checks, hidden where it would say of a hidden outcome that it is small.

    It is the one pair of tables that a rule ties together: nobody is declined, and nothing is
    closed, before all four checks are there.
    """
    numbers = [number for key, number in outcomes if key in ONLY_CHECKED]
    most = dict(checks)[CHECKED[0]]
    shown = sum(number for number in numbers if number is not None)
    if most is not None and None in numbers and most - shown < SMALLEST:
        return tuple((key, None) for key, _ in checks)
    return checks


def days_of(days: Sequence[int]) -> tuple[int | None, int | None]:
    """Median and third quartile, in whole days; None of fewer than SMALLEST answers."""
    if len(days) < SMALLEST:
        return None, None
    _, median, quartile = quantiles(days, n=4, method="inclusive")
    return ceil(median), ceil(quartile)
