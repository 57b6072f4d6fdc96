"""Groups of fields that a person fills in several times: attempts, countries, family members.

Without JavaScript: "add another" and "remove" are buttons of the same form. What was typed waits in
the draft, and the step is shown again with one row more or less.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Press:
    """A button of a group: "add:<group>" or "remove:<group>:<row>"."""

    group: str
    removed: int | None = None


def read_button(text: str) -> Press | None:
    """None when it is no button of ours."""
    if added := re.fullmatch(r"add:(\w+)", text):
        return Press(added[1])
    removed = re.fullmatch(r"remove:(\w+):([0-9]{1,2})", text)
    return Press(removed[1], int(removed[2])) if removed else None


def changed_rows(
    group: Field, rows: list[dict[str, Any]], press: Press
) -> tuple[list[dict[str, Any]], int]:
    """The rows after a button was pressed, and the number of the one to look at next."""
    if press.removed is None:
        changed = [*rows, {}][: group.most]
        return changed, len(changed) - 1
    left = [row for number, row in enumerate(rows) if number != press.removed] or [{}]
    return left, min(press.removed, len(left) - 1)
