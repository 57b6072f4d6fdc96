"""A day as staff type it, in three fields and in digits of any script."""

from collections.abc import Mapping
from datetime import date

from starlette.datastructures import FormData

from portal.desk.forms import FieldView, clean, digits_of

PARTS = ("day", "month", "year")


def typed_day(form: FormData, name: str) -> dict[str, str]:
    """What stands in the three fields of a date."""
    return {part: clean(form.get(f"{name}.{part}"), 10) for part in PARTS}


def read_day(typed: Mapping[str, str]) -> date | None:
    """The day that was typed; None for anything that is none, and for a year of two digits."""
    day, month, year = (digits_of(typed[part]) for part in PARTS)
    try:
        return date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None


def date_field(
    name: str, label: str, typed: Mapping[str, str] | None = None, error: str = ""
) -> FieldView:
    return FieldView(name, "date", label, typed or dict.fromkeys(PARTS, ""), error=error)
