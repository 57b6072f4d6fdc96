"""When a talk can be, in both seasons and between them; and its calendar file, read strictly."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from portal.cases.talks.calendar import Entry, calendar_file
from portal.cases.talks.planning import WrongPlan, moment_of, read_number, read_plan
from portal.i18n import live_languages, translate
from portal.intake.talks import SUMMARY

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday, ten o'clock in the Netherlands
VALUES: dict[str, Any] = {
    "day": "2026-12-03", "time": "10:30", "minutes": "45", "way": "place", "place": "Assen",
    "interpreter": "phone", "talk_lang": "", "gender": "", "company": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("day", "clock", "moment"),
    [
        (date(2026, 12, 3), "10:30", datetime(2026, 12, 3, 9, 30, tzinfo=UTC)),
        (date(2027, 6, 1), "10:30", datetime(2027, 6, 1, 8, 30, tzinfo=UTC)),
        (date(2027, 3, 28), "01:59", datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        (date(2027, 3, 28), "02:00", None),
        (date(2027, 3, 28), "02:59", None),
        (date(2027, 3, 28), "03:00", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (date(2027, 3, 26), "23:30", datetime(2027, 3, 26, 22, 30, tzinfo=UTC)),
        (date(2027, 3, 29), "00:30", datetime(2027, 3, 28, 22, 30, tzinfo=UTC)),
        (date(2026, 10, 25), "02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 25), "03:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        (date(2026, 10, 26), "10:30", datetime(2026, 10, 26, 9, 30, tzinfo=UTC)),
    ],
)
def test_a_dutch_clock_is_one_moment_or_none(
    day: date, clock: str, moment: datetime | None
) -> None:
    assert moment_of(day, clock) == moment


@pytest.mark.parametrize(
    ("wrong", "blank", "why"),
    [
        ({"day": "2026-11-23"}, "day", "past"),
        ({"day": "2026-11-24", "time": "10:00"}, "time", "past"),
        ({"day": "2026-11-28"}, "day", "weekend"),
        ({"day": "2026-11-29"}, "day", "weekend"),
        ({"day": "2026-12-25"}, "day", "holiday"),
        ({"day": "2027-03-29"}, "day", "holiday"),
        ({"day": "2027-03-28", "time": "02:30"}, "day", "weekend"),
        ({"day": "2027-11-26"}, "day", "far"),
        ({"minutes": "4"}, "minutes", "minutes"),
        ({"minutes": "481"}, "minutes", "minutes"),
        ({"minutes": "-30"}, "minutes", "minutes"),
        ({"minutes": "²"}, "minutes", "minutes"),
        ({"place": ""}, "place", "no_place"),
    ],
)
def test_what_cannot_be_is_named(wrong: dict[str, str], blank: str, why: str) -> None:
    with pytest.raises(WrongPlan) as error:
        read_plan({**VALUES, **wrong}, "", NOW)
    assert (error.value.blank, error.value.why) == (blank, why)


def test_what_can_be_becomes_a_plan() -> None:
    plan = read_plan({**VALUES, "day": "2026-11-24", "time": "10:01"}, "3", NOW)
    assert plan.start == NOW + timedelta(minutes=1)
    assert (plan.minutes, plan.way, plan.number) == (45, "place", 3)
    assert read_plan({**VALUES, "way": "video", "place": ""}, "4", NOW).number is None
    assert [read_number(each) for each in ("1", "2", "3", "", "0", "٣")] == [1, 2, 3, None, None,
                                                                            None]  # fmt: skip


def parsed(file: bytes) -> list[tuple[str, str]]:
    """(name, value) of each content line, as RFC 5545 §3.1 has them; AssertionError for others."""
    assert file.endswith(b"\r\n")
    rows = file.removesuffix(b"\r\n").split(b"\r\n")
    assert not [row for row in rows if len(row) > 75 or b"\r" in row or b"\n" in row]
    for row in rows:
        row.decode("utf-8")  # no letter was cut in two
    lines = file.removesuffix(b"\r\n").replace(b"\r\n ", b"").decode("utf-8").split("\r\n")
    pairs = [line.partition(":") for line in lines]
    assert all(colon and name.isupper() for name, colon, _ in pairs)
    return [(name, value) for name, _, value in pairs]


def unescaped(value: str) -> str:
    marks = {"\\": "\\", ";": ";", ",": ",", "n": "\n"}
    found, rest = "", iter(value)
    for letter in rest:
        assert letter not in ";,\n", value
        found += marks[next(rest)] if letter == "\\" else letter
    return found


def entry(summary: str = "Appointment", location: str = "") -> Entry:
    start = datetime(2027, 3, 29, 8, 0, tzinfo=UTC)
    return Entry("ab" * 16, 2, NOW, start, 90, summary, confirmed=True, location=location)


@pytest.mark.parametrize("tag", [each.tag for each in live_languages()])
def test_the_file_says_when_in_every_language(tag: str) -> None:
    pairs = parsed(calendar_file(entry(translate(tag, SUMMARY))))
    names = [name for name, _ in pairs]
    assert names[:2] == ["BEGIN", "VERSION"]
    assert [pair for pair in pairs if pair[0] in ("BEGIN", "END")] == [
        ("BEGIN", "VCALENDAR"), ("BEGIN", "VEVENT"), ("END", "VEVENT"), ("END", "VCALENDAR"),
    ]  # fmt: skip
    once = dict(pairs)
    assert len(names) == len(set(names)) + 2
    assert (once["DTSTART"], once["DTEND"]) == ("20270329T080000Z", "20270329T093000Z")
    assert (once["DTSTAMP"], once["SEQUENCE"]) == ("20261124T090000Z", "2")
    assert unescaped(once["SUMMARY"]) == translate(tag, SUMMARY)
    assert "LOCATION" not in names


@hypothesis.given(st.text(max_size=200), st.text(min_size=1, max_size=200))
@hypothesis.example("a" * 70 + "ሰላም" * 20, "x;y,z\\n\nEND:VCALENDAR\r\nBEGIN:VALARM")
def test_whatever_is_typed_stays_in_its_line(summary: str, location: str) -> None:
    pairs = parsed(calendar_file(entry(summary, location)))
    kept = {name: unescaped(value) for name, value in pairs if name in ("SUMMARY", "LOCATION")}
    plain = [
        "".join(c for c in text if (c >= " " and c != "\x7f") or c == "\n")
        for text in (summary, location)
    ]
    assert kept["SUMMARY"] == plain[0]
    assert kept["LOCATION"] == plain[1]
    assert [name for name, _ in pairs].count("BEGIN") == 2
