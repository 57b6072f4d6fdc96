"""Groups of fields that a person fills in several times: attempts, countries, family members.

Without JavaScript: "add another" and "remove" are buttons of the same form, which comes back with
one row more or less and everything else as it was typed.
"""

import re
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import FormData

from portal.cases.fields import Field
from portal.intake.cleaning import is_empty


def rows_of(form: FormData, group: Field) -> list[int]:
    """The numbers of the rows that were posted, no more than may be kept; never none."""
    pattern = re.compile(rf"{re.escape(group.name)}\.([0-9]{{1,2}})\.")
    posted = {int(found.group(1)) for name in form if (found := pattern.match(name))}
    return sorted(posted)[: group.most] or [0]


def is_blank(row: dict[str, Any]) -> bool:
    """Nothing was typed or chosen in this row, or nothing that could be seen."""

    def texts(cell: Any) -> Iterable[str]:
        return (
            cell.values() if isinstance(cell, dict) else [cell] if isinstance(cell, str) else cell
        )

    return all(is_empty(text) for cell in row.values() for text in texts(cell))


def changed_rows(group: Field, rows: list[dict[str, Any]], button: str) -> list[dict[str, Any]]:
    """The rows after "add:<group>" or "remove:<group>:<number>" was pressed."""
    what, _, which = button.partition(":")
    name, _, number = which.partition(":")
    if name != group.name:
        return rows
    if what == "add" and len(rows) < group.most:
        return [*rows, {}]
    if what == "remove" and number.isdecimal():
        return [row for n, row in enumerate(rows) if n != int(number)] or [{}]
    return rows
