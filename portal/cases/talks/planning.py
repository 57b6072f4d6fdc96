"""When a talk can be: from a Dutch day and clock to one moment, and what can't be right. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from portal.cases.talks.models import FIXED
from portal.cases.working_days import is_working_day
from portal.cases.writing import LetterError
from portal.i18n import AMSTERDAM, dutch_day

LONGEST = 480
SHORTEST = 5
"""Minutes."""
FARTHEST, OLDEST = timedelta(days=366), timedelta(days=3660)
"""Beyond them stands a year that was mistyped."""


@dataclass(frozen=True)
class Plan:
    """A talk as it's proposed. `values` fill the blanks of its letter."""

    start: datetime
    minutes: int
    way: str
    number: int | None
    values: Mapping[str, Any]


class WrongPlan(LetterError):
    """A blank that was filled in, but can't be so; `why` says what is wrong with it.

    `why` is past, to_come, weekend, holiday, far, no_such_time, minutes or no_place.
    """

    def __init__(self, blank: str, why: str) -> None:
        super().__init__(blank)
        self.why = why


def moment_of(day: date, clock: str) -> datetime | None:
    """A Dutch day and HH:MM as a moment in UTC; None for an hour that summer time leaves out.

    Of an hour that is there twice it's the first.
    """
    hours, _, minutes = clock.partition(":")
    local = datetime.combine(day, time(int(hours), int(minutes)), AMSTERDAM)
    moment = local.astimezone(UTC)
    shown = moment.astimezone(AMSTERDAM)
    return moment if (shown.hour, shown.minute) == (local.hour, local.minute) else None


def read_plan(values: Mapping[str, Any], number: str, now: datetime) -> Plan:
    """A plan from the blanks of its letter, as `read_blanks` gives them. Raises WrongPlan."""
    day = date.fromisoformat(values["day"])
    if day < dutch_day(now):
        raise WrongPlan("day", "past")
    if day - dutch_day(now) > FARTHEST:
        raise WrongPlan("day", "far")
    if day.weekday() > 4:
        raise WrongPlan("day", "weekend")
    if not is_working_day(day):
        raise WrongPlan("day", "holiday")
    start = _start(day, values["time"])
    if start <= now:
        raise WrongPlan("time", "past")
    minutes = _minutes(values["minutes"])
    if values["way"] == "place" and not values["place"]:
        raise WrongPlan("place", "no_place")
    clean = {**values, "minutes": str(minutes)}
    return Plan(start, minutes, values["way"], read_number(number), clean)


def read_held(values: Mapping[str, Any], number: str, now: datetime) -> Plan:
    """A talk that took place already, on any day of the week. Raises WrongPlan."""
    day = date.fromisoformat(values["day"])
    if day > dutch_day(now):
        raise WrongPlan("day", "to_come")
    if dutch_day(now) - day > OLDEST:
        raise WrongPlan("day", "far")
    start = _start(day, values["time"])
    if start > now:
        raise WrongPlan("time", "to_come")
    minutes = _minutes(values["minutes"])
    clean = {**values, "minutes": str(minutes)}
    return Plan(start, minutes, values["way"], read_number(number), clean)


def read_number(typed: str) -> int | None:
    """Which of the fixed talks; None for none of them, or anything else."""
    return next((number for number in FIXED if typed == str(number)), None)


def _start(day: date, clock: str) -> datetime:
    start = moment_of(day, clock)
    if start is None:
        raise WrongPlan("time", "no_such_time")
    return start


def _minutes(typed: str) -> int:
    number = int(typed) if typed.isdecimal() and len(typed) < 5 else 0
    if not SHORTEST <= number <= LONGEST:
        raise WrongPlan("minutes", "minutes")
    return number
