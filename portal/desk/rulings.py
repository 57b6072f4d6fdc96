"""The date of a ruling, as whoever read it types it."""

from collections.abc import Mapping
from datetime import date, datetime

from starlette.datastructures import FormData

from portal.desk.forms import FieldView, clean, digits_of
from portal.desk.wording import say
from portal.i18n import AMSTERDAM, N_

PARTS = ("day", "month", "year")
NO_DATE = N_("Fill in the date of the ruling, for example 27 3 2026.")
TO_COME = N_("This day is still to come. Look at the date of the ruling again.")


def typed_ruling(form: FormData) -> dict[str, str]:
    """What stands in the three fields."""
    return {part: clean(form.get(f"ruling.{part}"), 10) for part in PARTS}


def read_ruling(typed: Mapping[str, str], now: datetime) -> date | str:
    """The day that was typed, in digits of any script; or what is wrong with it, as a msgid."""
    day, month, year = (digits_of(typed[part]) for part in PARTS)
    try:
        found = date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        found = None
    if found is None:
        return NO_DATE
    return TO_COME if found > now.astimezone(AMSTERDAM).date() else found


def ruling_field(tag: str, typed: Mapping[str, str] | None = None, error: str = "") -> FieldView:
    return FieldView(
        "ruling",
        "date",
        say(tag, N_("Date of the ruling")),
        typed or dict.fromkeys(PARTS, ""),
        error=say(tag, error),
        help=say(tag, N_("As it stands on the ruling that you have read yourself.")),
    )
