"""Reading a caseload file: each bad row by line and reason, and what is no such file."""

from pathlib import Path

import pytest

from portal.caseload.importing import (
    COLUMNS,
    CaseloadError,
    read_file,
)
from tests.rooms.caseload_file import GOOD, changed, file


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"v_number": "123"}, "v_number must be ten digits"),
        ({"v_number": "٠٠٠٠٠٠٠٠٠١"}, "v_number must be ten digits"),
        ({"v_number": ""}, "v_number must be ten digits"),
        ({"birth_date": "02-04-1999"}, "birth_date must be YYYY-MM-DD"),
        ({"birth_date": "1999-02-30"}, "birth_date must be YYYY-MM-DD"),
        ({"birth_date": "19990402"}, "birth_date must be YYYY-MM-DD"),
        ({"birth_date": ""}, "birth_date must be YYYY-MM-DD"),
        ({"birth_date": "2999-01-01"}, "not between 1900 and today"),
        ({"birth_date": "1899-12-31"}, "not between 1900 and today"),
        ({"family_name": " "}, "family_name is empty"),
        ({"procedure": "maybe"}, "procedure must be one of pending, none, unknown"),
        ({"team": ""}, "team is empty"),
        ({"team": "T" * 101}, "too long"),
        ({"location": "L" * 101}, "too long"),
        ({"supervisor": "Supervisor Assen 1"}, "supervisor must be an e-mail address"),
        ({"flags": "dublin;tall"}, "unknown flag 'tall'"),
        ({"language": "xx"}, "unknown language 'xx'"),
        ({"family_name": "A" * 201}, "too long"),
        ({"family_name": "A\0"}, "NUL"),
        ({"language": "ar,more"}, "must have 11 columns"),
    ],
)
def test_a_bad_row_is_named_by_line_and_reason(
    tmp_path: Path, cells: dict[str, str], reason: str
) -> None:
    good, bad = read_file(file(tmp_path, GOOD[1], changed(**cells)))
    assert [row.line for row in good] == [2]
    assert [each.line for each in bad] == [3]
    assert reason in bad[0].reason


def test_a_row_with_too_few_cells_is_bad(tmp_path: Path) -> None:
    _, bad = read_file(file(tmp_path, "0000000001,1999-04-02"))
    assert bad[0].reason == "must have 11 columns"


def test_the_same_v_number_twice_names_the_other_line(tmp_path: Path) -> None:
    good, bad = read_file(file(tmp_path, GOOD[0], GOOD[1], GOOD[0]))
    assert [row.line for row in good] == [2, 3]
    assert (bad[0].line, bad[0].reason) == (4, "v_number stands in line 2 too")


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    two_lines = changed(v_number="0000000009", family_name='"Applicant\n09"')
    _, bad = read_file(file(tmp_path, two_lines, changed(v_number="x")))
    assert [each.line for each in bad] == [4]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the first line must be"),
        (b"v_number;birth_date\n", "the first line must be"),
        ((",".join(reversed(COLUMNS)) + "\n").encode(), "the first line must be"),
        ((",".join(COLUMNS) + "\n" + GOOD[1] + "\n").encode("latin-1"), "not UTF-8"),
        ((",".join(COLUMNS) + "\n").encode("utf-16"), "not UTF-8"),
        ((",".join(COLUMNS) + '\n"open').encode(), "not CSV"),
    ],
)
def test_what_is_no_caseload_file_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "caseload.csv"
    path.write_bytes(content)
    with pytest.raises(CaseloadError, match=reason) as error:
        read_file(path)
    assert "\n" not in str(error.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(CaseloadError, match=str(path)):
            read_file(path)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_windows_line_ends_and_byte_order_marks_are_fine(
    tmp_path: Path, end: str, start: str
) -> None:
    path = tmp_path / "caseload.csv"
    path.write_bytes((start + end.join((",".join(COLUMNS), *GOOD, ""))).encode())
    good, bad = read_file(path)
    assert bad == []
    assert [row.v_number for row in good] == ["0000000001", "0000000002"]
