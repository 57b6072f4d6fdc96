"""Facts: one value for all texts, shown in the reader's language until it is due for review."""

import re
from datetime import date
from pathlib import Path

import pytest

from portal import facts
from portal.facts import UNITS, all_facts, plain_fact, render_fact
from portal.i18n import live_languages, translations

TAGS = [language.tag for language in live_languages()]
FRESH = max(fact.as_of for fact in all_facts().values())
MADE = """
[days]
value = 3
unit = "days"
as_of = 2026-01-01
source = "made up"
review_by = 2026-12-31
owner = "tests"

[money]
value = 12345
unit = "euro"
as_of = 2026-01-01
source = "made up"
review_by = 2026-12-31
owner = "tests"

[phone]
value = "088 123 <45> 67"
unit = "phone"
as_of = 2026-01-01
source = "made up"
review_by = 2026-12-31
owner = "tests"
"""
DAY = date(2026, 6, 1)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A list of facts of our own; `made(text)` puts another in its place."""
    monkeypatch.setattr(facts, "LOCALES", tmp_path)

    def write(text: str) -> None:
        (tmp_path / "facts.toml").write_text(text)
        all_facts.cache_clear()

    write(MADE)
    yield write
    all_facts.cache_clear()


def test_every_fact_says_where_it_comes_from_and_until_when() -> None:
    assert len(all_facts()) > 20
    for fact in all_facts().values():
        assert fact.unit in UNITS
        assert fact.source
        assert fact.owner
        assert fact.as_of <= fact.review_by


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("key", sorted(all_facts()))
def test_every_fact_can_be_shown_in_every_language(key: str, tag: str) -> None:
    shown = str(render_fact(key, tag, FRESH))
    assert shown.startswith(("<bdi", "<a "))
    assert not re.search(r"[\u0660-\u0669\u06f0-\u06f9]", shown), "digits are Latin everywhere"
    assert str(all_facts()[key].value)[:1] in shown or all_facts()[key].unit in facts._COUNTED


@pytest.mark.parametrize(("tag", "says"), [("nl", "3 dagen"), ("en", "3 days"), ("ar", "أيام")])
def test_a_period_is_counted_as_the_language_counts(made, tag: str, says: str) -> None:
    assert says in render_fact("days", tag, DAY)
    assert "3" in plain_fact("days", tag, DAY)


def test_arabic_counts_in_six_ways(made) -> None:
    ways = set()
    for n in (0, 1, 2, 3, 11, 100):
        made(MADE.replace("value = 3", f"value = {n}"))
        ways.add(re.sub(r"\d+", "", plain_fact("days", "ar", DAY)).strip())
    assert len(ways) >= 4  # 0, 3, 11 and 100 may share a word; one and two never do


@pytest.mark.parametrize("tag", TAGS)
def test_money_is_in_euros_with_latin_digits(made, tag: str) -> None:
    text = plain_fact("money", tag, DAY)
    assert "€" in text
    assert re.sub(r"\D", "", text) == "12345"
    assert 'dir="ltr"' in render_fact("money", tag, DAY)


def test_a_phone_number_can_be_called_and_nothing_in_it_is_markup(made) -> None:
    shown = render_fact("phone", "ar", DAY)
    assert 'href="tel:0881234567"' in shown
    assert "<45>" not in shown
    assert plain_fact("phone", "ar", DAY) == "088 123 <45> 67"


@pytest.mark.parametrize("tag", TAGS)
def test_a_fact_past_its_review_is_no_longer_shown(made, tag: str) -> None:
    assert "12" in plain_fact("money", tag, date(2026, 12, 31))
    late = plain_fact("money", tag, date(2027, 1, 1))
    assert late == translations(tag).gettext(facts.FALLBACK)
    assert "regievoerder" in late or tag == "ar"
    assert not re.search(r"\d", late)


def test_the_fallback_is_translated() -> None:
    for tag in ("nl", "ar"):
        assert translations(tag).gettext(facts.FALLBACK) != facts.FALLBACK


def test_an_unknown_unit_and_an_unknown_key_are_errors(made) -> None:
    with pytest.raises(KeyError):
        render_fact("nothing", "nl", DAY)
    made(MADE.replace('"euro"', '"guilders"'))
    with pytest.raises(ValueError, match="guilders"):
        all_facts()
