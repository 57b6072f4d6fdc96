"""Nobody computes a small number back from what is shown: totals, other cells, and the rule."""

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.cases.figures import (
    CHECKED,
    ONLY_CHECKED,
    OUTCOMES,
    SMALLEST,
    Counted,
    Figures,
    Quarter,
    count,
    days_of,
    hide,
)

COUNTS = st.lists(
    st.one_of(st.integers(0, 12), st.integers(8, 30), st.integers(0, 4000)), min_size=2, max_size=16
)


def intervals(shown: Sequence[int | None], total: int | None) -> list[tuple[int, int]]:
    """What somebody can say of each hidden cell who knows the total, the shown cells, and that
    the hidden ones are the smallest: the ends of the solutions of these equations."""
    hidden = [cell for cell, number in enumerate(shown) if number is None]
    numbers = [number for number in shown if number is not None]
    if total is None:
        return [(0, SMALLEST - 1)] * len(hidden)
    left = total - sum(numbers)
    most = min(min(numbers, default=left), left)
    least = max(0, left - (len(hidden) - 1) * most)
    return [(least, most)] * len(hidden)


@given(COUNTS)
@example([0, 10])
@example([0, 0, 30])
@example([9, 9, 50])
@example([9, 10, 10])
@example([1, 10])
@example([0] * 12 + [10])
def test_of_a_hidden_cell_nought_and_ten_are_both_possible(counts: list[int]) -> None:
    total = sum(counts) if sum(counts) >= SMALLEST else None
    shown = hide(counts)
    for least, most in intervals(shown, total):
        assert least == 0
        assert most >= (SMALLEST if total is not None else SMALLEST - 1)


@given(COUNTS)
def test_what_is_shown_is_true_and_never_small(counts: list[int]) -> None:
    for number, shown in zip(counts, hide(counts), strict=True):
        assert shown is None or (shown == number >= SMALLEST)


@given(COUNTS)
def test_a_hidden_cell_hides_no_more_than_it_must(counts: list[int]) -> None:
    shown = hide(counts)
    if min(counts) >= SMALLEST:
        assert shown == counts
    hidden = [number for number, seen in zip(counts, shown, strict=True) if seen is None]
    assert max(hidden, default=0) <= min((n for n in shown if n is not None), default=10**9)


@pytest.mark.parametrize(("cells", "most"), [(2, 80), (3, 60), (4, 42)])
def test_who_knows_the_rule_and_tries_every_table_pins_no_cell(cells: int, most: int) -> None:
    """All tables that give the same picture: in them a hidden cell has very different values."""
    for total in range(SMALLEST, most):
        pictures: dict[tuple[int | None, ...], list[set[int]]] = {}
        for counts in tables_of(cells, total):
            seen = pictures.setdefault(tuple(hide(counts)), [set() for _ in counts])
            for values, number in zip(seen, counts, strict=True):
                values.add(number)
        for picture, seen in pictures.items():
            for shown, values in zip(picture, seen, strict=True):
                assert shown is not None or max(values) - min(values) >= 5, (total, picture)


def tables_of(cells: int, total: int) -> Iterator[tuple[int, ...]]:
    """Every table of so many cells that adds up to a total."""
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for others in tables_of(cells - 1, total - first):
            yield first, *others


KINDS, PLACES, MONTHS, TAGS = ("a", "b", "c"), ("x", "y", "other"), ("m1", "m2", "m3"), ("nl", "ar")
REQUESTS = st.builds(
    Counted,
    st.sampled_from(KINDS),
    st.sampled_from(PLACES),
    st.sampled_from(MONTHS),
    st.sampled_from(TAGS),
    st.sampled_from(OUTCOMES),
    st.booleans(),
    st.one_of(st.none(), st.integers(0, 30)),
)


def counted(requests: list[Counted]) -> Figures:
    return count(requests, kinds=KINDS, places=PLACES, months=MONTHS, languages=TAGS)


@given(st.lists(REQUESTS, max_size=80), st.integers(1, 4))
def test_every_table_keeps_the_rule_and_its_total(requests: list[Counted], times: int) -> None:
    made = requests * times
    figures = counted(made)
    assert figures.total == (len(made) if len(made) >= SMALLEST else None)
    for name, cells in figures.tables.items():
        shown = [number for _, number in cells]
        if None not in shown:
            assert sum(number for number in shown if number is not None) == figures.total
        for least, most in intervals(shown, figures.total):
            assert least < SMALLEST <= most + (figures.total is None), name


@given(st.lists(REQUESTS, max_size=40), st.integers(1, 4))
def test_the_checks_say_nothing_of_a_hidden_outcome(requests: list[Counted], times: int) -> None:
    """Where a request can be declined or closed only with all four checks."""
    made = [
        Counted(r.kind, r.place, r.month, r.language, r.outcome,
                r.checked or r.outcome in ONLY_CHECKED, r.days)
        for r in requests * times
    ]  # fmt: skip
    figures = counted(made)
    all_four = dict(figures.tables["checks"])[CHECKED[0]]
    outcomes = dict(figures.tables["outcome"])
    hidden = [key for key in ONLY_CHECKED if outcomes[key] is None]
    if all_four is not None and hidden:
        assert all_four - sum(outcomes[key] or 0 for key in ONLY_CHECKED) >= SMALLEST


@given(st.lists(REQUESTS, max_size=60))
def test_figures_come_back_from_json(requests: list[Counted]) -> None:
    figures = counted(requests)
    assert Figures.from_json(figures.as_json()) == figures


def test_a_row_that_no_table_has_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="kind has no row"):
        counted([Counted("d", "x", "m1", "nl", "open", False, None)])


def test_days_of_few_answers_are_not_told() -> None:
    assert days_of([1] * 9) == (None, None)
    assert days_of([0, 0, 1, 1, 2, 2, 3, 3, 9, 40]) == (2, 3)


@pytest.mark.parametrize(
    ("day", "label", "last"),
    [
        (date(2026, 1, 1), "2026-Q1", date(2026, 3, 31)),
        (date(2026, 9, 30), "2026-Q3", date(2026, 9, 30)),
        (date(2026, 12, 31), "2026-Q4", date(2026, 12, 31)),
    ],
)
def test_a_quarter_has_its_three_months(day: date, label: str, last: date) -> None:
    quarter = Quarter.of(day)
    assert (quarter.label, quarter.last) == (label, last)
    assert f"{day:%Y-%m}" in quarter.months
    assert Quarter.of(quarter.following.first) == quarter.following
