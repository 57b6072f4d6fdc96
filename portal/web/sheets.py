"""A table as a file for a spreadsheet, from which nothing runs (security.md T14)."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from starlette.responses import Response

FORMULA = re.compile(r"[\s\0']*[=+\-@＝＋－＠]|[\t\r\n\0]")
"""How a cell begins that a spreadsheet might run."""


def sheet(lines: Iterable[Sequence[str]]) -> bytes:
    """CSV as a Dutch spreadsheet opens it: UTF-8 with its mark, semicolons, every cell quoted.

    A cell that could be a formula gets an apostrophe in front.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows([harmless(cell) for cell in line] for line in lines)
    return file.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def sheet_response(lines: Iterable[Sequence[str]], name: str) -> Response:
    """A download; `name` is of letters, digits and hyphens."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(sheet(lines), media_type="text/csv; charset=utf-8", headers=disposition)
