"""Reading the caseload file (design.md §7): UTF-8 CSV with a header line.

Columns: v_number, birth_date, family_name, given_names, nationality, location, procedure,
supervisor, team, flags, language. Each row is checked by itself; a bad one is named by line and
reason.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from portal.caseload.models import FLAGS, PROCEDURES
from portal.i18n import ALIASES, all_languages, dutch_day

COLUMNS = (
    "v_number", "birth_date", "family_name", "given_names", "nationality", "location",
    "procedure", "supervisor", "team", "flags", "language",
)  # fmt: skip
FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")
"""What a spreadsheet would run. Our own export writes an apostrophe before it (security.md T14),
and reading takes one away."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class CaseloadError(Exception):
    """The file can't be read at all; the message is one clear line.

    `why` names the reason for pages: file, utf8, csv, header, whole.
    """

    def __init__(self, message: str, why: str = "file") -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True)
class Row:
    """One good line of the file."""

    line: int
    v_number: str
    birth_date: date
    family_name: str
    given_names: str
    nationality: str
    location: str
    procedure: str
    supervisor: str
    team: str
    flags: tuple[str, ...]
    language: str

    @property
    def person(self) -> dict[str, str]:
        return {
            "v_number": self.v_number,
            "birth_date": self.birth_date.isoformat(),
            "family_name": self.family_name,
            "given_names": self.given_names,
            "nationality": self.nationality,
        }


@dataclass(frozen=True)
class BadRow:
    line: int
    reason: str


def read_file(path: Path) -> tuple[list[Row], list[BadRow]]:
    """Good and bad rows. Raises CaseloadError when the file isn't a caseload file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CaseloadError(f"{path}: {error.strerror}") from None
    return read_content(content, str(path))


def read_content(content: bytes, name: str) -> tuple[list[Row], list[BadRow]]:
    """The same for a file that is in memory; `name` is what messages call it."""
    try:
        with io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                message = f"{name}: the first line must be {','.join(COLUMNS)}"
                raise CaseloadError(message, "header")
            return _check((reader.line_num, row) for row in reader)
    except UnicodeDecodeError:
        raise CaseloadError(f"{name}: not UTF-8", "utf8") from None
    except csv.Error as error:
        raise CaseloadError(f"{name}: not CSV ({error})", "csv") from None


def _check(lines: Iterable[tuple[int, dict[str, str]]]) -> tuple[list[Row], list[BadRow]]:
    good: list[Row] = []
    bad: list[BadRow] = []
    seen: dict[str, int] = {}
    for line, raw in lines:
        try:
            row = _row(line, raw)
            if first := seen.get(row.v_number):
                raise ValueError(f"v_number stands in line {first} too")
            seen[row.v_number] = line
            good.append(row)
        except ValueError as error:
            bad.append(BadRow(line, str(error)))
    return good, bad


def _row(line: int, raw: dict[str, str]) -> Row:
    if None in raw or None in raw.values():
        raise ValueError(f"must have {len(COLUMNS)} columns")
    cells = {name: _unquoted(value.strip()) for name, value in raw.items()}
    longest = {"location": 100, "team": 100}  # as the tables have it
    if any("\0" in cell or len(cell) > longest.get(name, 200) for name, cell in cells.items()):
        raise ValueError("a cell is too long or holds NUL")
    if not re.fullmatch(r"[0-9]{10}", cells["v_number"]):
        raise ValueError("v_number must be ten digits")
    if not cells["family_name"]:
        raise ValueError("family_name is empty")
    if cells["procedure"] not in PROCEDURES:
        raise ValueError(f"procedure must be one of {', '.join(PROCEDURES)}")
    if not cells["team"]:
        raise ValueError("team is empty")
    if cells["supervisor"] and not _EMAIL.fullmatch(cells["supervisor"]):
        raise ValueError("supervisor must be an e-mail address or empty")
    return Row(
        line=line,
        birth_date=_birth_date(cells.pop("birth_date")),
        flags=_flags(cells.pop("flags")),
        language=_language(cells.pop("language")),
        supervisor=cells.pop("supervisor").lower(),
        **cells,
    )


def _unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def _birth_date(cell: str) -> date:
    try:
        born = datetime.strptime(cell, "%Y-%m-%d").date()
    except ValueError:
        raise ValueError("birth_date must be YYYY-MM-DD") from None
    if not date(1900, 1, 1) <= born <= dutch_day():
        raise ValueError("birth_date is not between 1900 and today")
    return born


def _flags(cell: str) -> tuple[str, ...]:
    flags = tuple(sorted({flag.strip() for flag in cell.split(";") if flag.strip()}))
    if unknown := [flag for flag in flags if flag not in FLAGS]:
        raise ValueError(f"unknown flag {unknown[0]!r}; known: {', '.join(FLAGS)}")
    return flags


def _language(cell: str) -> str:
    tag = ALIASES.get(cell.lower(), cell)
    if tag and tag not in all_languages():
        raise ValueError(f"unknown language {cell!r}")
    return tag
