"""Deadlines: working days in Dutch local time, and two weeks for an answer to a question."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.workflow import STATES, add_working_days, next_deadline
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
        (at("2026-12-30"), 2, "2027-01-01"),  # into the next year
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


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 40),
)
def test_no_deadline_falls_in_a_weekend_or_comes_too_soon(start: datetime, days: int) -> None:
    end = add_working_days(start, days)
    assert end.weekday() < 5
    passed = (end.date() - start.astimezone(AMSTERDAM).date()).days
    working = [n for n in range(1, passed + 1)
               if (start.astimezone(AMSTERDAM) + timedelta(days=n)).weekday() < 5]  # fmt: skip
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
