"""Languages: which one to answer in, and dates, times and names in it."""

import re
from datetime import UTC, date, datetime, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import ROOT, i18n
from portal.cases.steps import Underage
from portal.i18n import (
    all_languages,
    dutch_day,
    format_date,
    format_decimal,
    format_time,
    live_languages,
    negotiate,
    territories,
    territory,
    translate,
    translations,
)
from portal.intake.cleaning import Wrong, clean_date

SIXTEEN = "nl en ar fr tr ti fa fa-AF so ru ckb ku ps es pt zh-Hans".split()
LIVE = [language.tag for language in live_languages()]


def test_the_list_names_sixteen_languages_with_all_they_need() -> None:
    assert list(all_languages()) == SIXTEEN
    right_to_left = {each.tag for each in all_languages().values() if each.dir == "rtl"}
    assert right_to_left == {"ar", "fa", "fa-AF", "ckb", "ps"}
    for each in all_languages().values():
        assert each.dir in ("ltr", "rtl")
        assert each.name
        assert "nplurals" in each.plural
        assert format_date(date(2026, 11, 21), each.tag)


def test_dutch_english_and_arabic_are_live() -> None:
    assert {"nl", "en", "ar"} <= set(LIVE)


def test_a_language_that_is_not_listed_is_an_error() -> None:
    with pytest.raises(KeyError):
        i18n.language("de")


@pytest.mark.parametrize(
    ("wanted", "header", "tag"),
    [
        (None, None, "nl"),
        ("", "", "nl"),
        ("ar", "en", "ar"),
        ("AR", None, "ar"),
        ("de", "en", "en"),
        (None, "ar-SY,ar;q=0.9,en;q=0.8", "ar"),
        (None, "ar_MA", "ar"),
        (None, "de, en;q=0.5", "en"),
        (None, "en;q=0.3, ar;q=0.9", "ar"),
        (None, "de;q=1.0, *;q=0.1", "nl"),
        (None, "en;q=none, ar;q=0.1", "ar"),
        (None, ";;;,,,", "nl"),
    ],
)
def test_the_readers_choice_then_the_browser_then_dutch(
    wanted: str | None, header: str | None, tag: str
) -> None:
    assert negotiate(wanted, header).tag == tag


@pytest.mark.parametrize(
    ("header", "tag"),
    [("prs", "fa-AF"), ("fa-AF", "fa-AF"), ("fa-IR", "fa"), ("zh-CN", "zh-Hans"),
     ("kmr-Latn", "ku"), ("ckb-IQ", "ckb"), ("pt-BR", "pt")],
)  # fmt: skip
def test_browsers_own_names_of_our_languages(
    header: str, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n, "live_languages", lambda: tuple(all_languages().values()))
    assert negotiate(None, header).tag == tag


@given(st.text(max_size=40), st.text(max_size=200))
def test_whatever_a_browser_sends_there_is_a_language(wanted: str, header: str) -> None:
    assert negotiate(wanted, header).tag in LIVE


@pytest.mark.parametrize(
    ("tag", "text"),
    [("nl", "zaterdag 21 november 2026"), ("en", "Saturday 21 November 2026")],
)
def test_dates_are_written_in_words(tag: str, text: str) -> None:
    assert format_date(date(2026, 11, 21), tag) == text


@pytest.mark.parametrize("tag", SIXTEEN)
def test_dates_are_gregorian_with_latin_digits(tag: str) -> None:
    text = format_date(date(2026, 11, 21), tag)
    expected = ["2026", "11", "21"] if tag == "zh-Hans" else ["21", "2026"]
    assert re.findall(r"\d+", text) == expected
    assert text.isprintable()
    assert not re.search(r"[\u0660-\u0669\u06f0-\u06f9]", text)


def test_a_moment_falls_on_the_dutch_day_and_hour() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert format_date(late, "en") == "Sunday 22 November 2026"
    assert format_time(late) == "00:30"
    assert format_time(datetime(2026, 7, 1, 10, 0, tzinfo=UTC)) == "12:00"


class JustAfterMidnight(datetime):
    """Half past midnight in the Netherlands; elsewhere it is still the day before."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "JustAfterMidnight":
        return cls(2026, 11, 21, 23, 30, tzinfo=UTC)


def test_today_is_the_day_in_the_netherlands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "datetime", JustAfterMidnight)
    assert dutch_day() == date(2026, 11, 22)
    assert Underage().holds({"birth_date": {"year": 2008, "month": 11, "day": 23}})
    assert not Underage().holds({"birth_date": {"year": 2008, "month": 11, "day": 22}})
    assert clean_date("22", "11", "2026") == {"year": 2026, "month": 11, "day": 22}
    with pytest.raises(Wrong):
        clean_date("23", "11", "2026")


def test_no_other_day_decides_anything_for_a_person() -> None:
    """`portal content` runs on an editor's machine, and may go by its clock."""
    others = re.compile(r"\bdate\.today\(|now\(UTC\)\.date\(|utcnow\(|now\(\)")
    found = [
        path
        for path in (ROOT / "portal").rglob("*.py")
        if path.parent.name != "content" and others.search(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("tag", "text"), [("nl", "1,5"), ("en", "1.5"), ("ar", "1.5"), ("fr", "1,5"), ("fa-AF", "1.5")]
)
def test_decimals_are_written_as_the_reader_writes_them(tag: str, text: str) -> None:
    assert format_decimal(1.54, tag) == text


@pytest.mark.parametrize("tag", SIXTEEN)
def test_decimals_have_latin_digits(tag: str) -> None:
    assert re.fullmatch(r"12[.,]3", format_decimal(12.3, tag))


@pytest.mark.parametrize("tag", SIXTEEN)
def test_the_list_of_countries_is_the_same_in_every_language(tag: str) -> None:
    codes = {code for code, _ in territories(tag)}
    assert {"SY", "ER", "MA", "NL", "TR", "AF", "XK"} <= codes
    assert not codes & {"EU", "UN", "ZZ", "001"}
    assert 240 <= len(codes) <= 260
    assert all(name != code for code, name in territories(tag))
    assert codes == {code for code, _ in territories("en")}


def test_a_country_is_named_in_the_readers_language() -> None:
    assert territory("SY", "nl") == "Syrië"
    assert territory("SY", "ar") == "سوريا"
    assert territory("QQ", "nl") == "QQ"


def test_a_text_without_translation_stands_for_itself() -> None:
    assert translate("ar", "No such text at all") == "No such text at all"
    assert translate("ar", "") == ""
    assert translate("en", "At %(place)s", {"place": "Assen"}) == "At Assen"


def test_the_desk_falls_back_to_the_public_texts() -> None:
    assert translations("nl", "desk").gettext("Yes") == translations("nl").gettext("Yes") == "Ja"


def test_arabic_has_six_plurals() -> None:
    plural = translations("ar").plural  # ty: ignore[missing-attribute]
    assert [plural(n) for n in (0, 1, 2, 3, 11, 100)] == [0, 1, 2, 3, 4, 5]
