"""Files for a spreadsheet: what is written is what is read, and no cell is a formula."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.web.sheets import harmless, sheet

CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.builds(
        "{}{}".format, st.sampled_from("=+-@\t\r\n\0＝＋－＠' "), st.text("=+1A;\"'", max_size=9)
    ),
)


@settings(max_examples=1000)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=5))
def test_every_cell_comes_back(lines: list[list[str]]) -> None:
    file = sheet(lines)
    assert file.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [[cell.removeprefix("'") if harmless(was) != was else cell
             for cell, was in zip(row, line, strict=True)]
            for row, line in zip(read, lines, strict=True)] == lines  # fmt: skip


@given(CELLS)
def test_no_cell_begins_like_a_formula(cell: str) -> None:
    written = harmless(cell)
    assert written[:1] not in tuple("=+-@＝＋－＠\t\r\n\0")
    assert written in (cell, f"'{cell}")


@pytest.mark.parametrize(
    "cell", ["=1+1", " =1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "'=1", "\0=1"]
)
def test_what_a_spreadsheet_would_run_has_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Team Assen", "2026-Q3", "12", "a=b", "'s-Hertogenbosch"])
def test_ordinary_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell
