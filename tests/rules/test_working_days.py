"""Deadlines: working days in Dutch local time, and two weeks for an answer to a question."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.workflow import STATES, add_working_days, next_deadline, waited_longer_than
from portal.cases.working_days import holidays_of, is_working_day
from portal.i18n import AMSTERDAM


def at(day: str, hour: int = 12) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02d}:00").replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (at("2026-11-16"), 0, "2026-11-16"),  # Monday
        (at("2026-11-16"), 5, "2026-11-23"),
        (at("2026-11-20"), 1, "2026-11-23"),  # over the weekend
        (at("2026-11-20"), 5, "2026-11-27"),
        (at("2026-11-21"), 1, "2026-11-23"),  # from a Saturday
        (at("2026-11-22"), 2, "2026-11-24"),  # from a Sunday
        (at("2026-12-30"), 2, "2027-01-04"),  # over New Year's Day and a weekend
        (at("2026-04-03", 20), 2, "2026-04-08"),  # sent on the evening of Good Friday
        (at("2026-04-02"), 1, "2026-04-07"),  # over Good Friday, Easter Sunday and Monday
        (at("2026-12-24"), 1, "2026-12-28"),  # over Christmas: a Friday and a Saturday
        (at("2027-12-24"), 1, "2027-12-27"),  # Christmas in a weekend moves no free day
        (at("2026-05-13"), 2, "2026-05-18"),  # over Ascension Day; the Friday after it is worked
        (at("2026-05-22"), 1, "2026-05-26"),  # over Whit Monday
        (at("2026-04-24"), 1, "2026-04-28"),  # over King's Day
        (at("2026-05-04"), 1, "2026-05-05"),  # 5 May is a working day in most years
        (at("2028-02-28"), 1, "2028-02-29"),  # a leap year
    ],
)
def test_working_days(start: datetime, days: int, end: str) -> None:
    assert add_working_days(start, days) == at(end, 17)


@pytest.mark.parametrize(
    ("start", "utc_hour"), [("2026-03-27", 15), ("2026-10-22", 15), ("2026-10-23", 16)]
)
def test_five_in_the_afternoon_stays_that_when_the_clock_changes(start: str, utc_hour: int) -> None:
    end = add_working_days(at(start), 1)
    assert end.hour == 17
    assert end.astimezone(UTC).hour == utc_hour


def test_the_day_is_the_dutch_one() -> None:
    late_on_sunday = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday in the Netherlands
    assert add_working_days(late_on_sunday, 1) == at("2026-11-24", 17)


EASTER = {2026: date(2026, 4, 5), 2027: date(2027, 3, 28), 2028: date(2028, 4, 16),
          2029: date(2029, 4, 1), 2030: date(2030, 4, 21)}  # fmt: skip
"""Easter Sundays, from an almanac."""


@pytest.mark.parametrize("year", EASTER)
def test_the_holidays_of_a_year(year: int) -> None:
    easter = EASTER[year]
    moving = {easter + timedelta(days=n) for n in (-2, 0, 1, 39, 49, 50)}
    fixed = {(1, 1), (4, 27), (12, 25), (12, 26)} | ({(5, 5)} if year == 2030 else set())
    assert holidays_of(year) == moving | {date(year, *each) for each in fixed}


@pytest.mark.parametrize("year", [2025, 2031])
def test_kings_day_is_a_day_earlier_when_it_would_be_a_sunday(year: int) -> None:
    assert date(year, 4, 27).weekday() == 6
    assert date(year, 4, 26) in holidays_of(year)
    assert date(year, 4, 27) not in holidays_of(year)


@pytest.mark.parametrize(("year", "free"), [(2025, True), (2026, False), (2029, False)])
def test_the_fifth_of_may_is_free_in_lustrum_years(year: int, free: bool) -> None:
    assert (date(year, 5, 5) in holidays_of(year)) is free


def test_nothing_imports_the_calendar_before_a_day_is_counted() -> None:
    code = "import sys, portal.cases.workflow; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(), timedelta(days=20)),
    st.integers(0, 8),
)
def test_who_waited_longer_is_who_is_past_the_deadline(
    start: datetime, wait: timedelta, days: int
) -> None:
    now = start + wait
    past = add_working_days(start, days) < now
    assert (start < waited_longer_than(days, now)) is past


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 40),
)
def test_no_deadline_falls_on_a_free_day_or_comes_too_soon(start: datetime, days: int) -> None:
    end = add_working_days(start, days)
    assert is_working_day(end.date())
    first = start.astimezone(AMSTERDAM).date()
    between = (first + timedelta(days=n) for n in range(1, (end.date() - first).days + 1))
    working = [day for day in between if is_working_day(day)]
    assert len(working) == days


@pytest.mark.parametrize("state", sorted(set(STATES) - {"info_needed"}))
def test_an_urgent_case_comes_first(state: str) -> None:
    now = at("2026-11-16")
    assert next_deadline(state, now, urgent=False, days=(5, 2)) == at("2026-11-23", 17)
    assert next_deadline(state, now, urgent=True, days=(5, 2)) == at("2026-11-18", 17)


@pytest.mark.parametrize("urgent", [True, False])
def test_a_question_leaves_the_applicant_two_weeks(urgent: bool) -> None:
    now = at("2026-11-16")
    due = next_deadline("info_needed", now, urgent=urgent, days=(5, 2))
    assert due - now >= timedelta(days=14)
