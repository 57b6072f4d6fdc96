"""Facts: a number, amount, period, date or phone number, with one value, one source, one date.

Texts write `{{ fact("departure_period") }}`. A fact past its `review_by` is not shown: the sentence
says "ask your supervisor (regievoerder)" instead, in the reader's language.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache

from markupsafe import Markup, escape

from portal.i18n import LOCALES, N_, dutch_day, language, translations

FALLBACK = N_("ask your supervisor (regievoerder)")


@dataclass(frozen=True)
class Fact:
    """One entry of facts.toml. `unit` is one of `UNITS`; `source` is file:line or a public page."""

    key: str
    value: int | str
    unit: str
    as_of: date
    source: str
    review_by: date
    owner: str
    note: str = ""

    def expired(self, today: date) -> bool:
        return today > self.review_by


def _days(tag: str, n: int) -> str:
    return translations(tag).ngettext("%(n)s day", "%(n)s days", n) % {"n": n}


def _weeks(tag: str, n: int) -> str:
    return translations(tag).ngettext("%(n)s week", "%(n)s weeks", n) % {"n": n}


def _months(tag: str, n: int) -> str:
    return translations(tag).ngettext("%(n)s month", "%(n)s months", n) % {"n": n}


def _hours(tag: str, n: int) -> str:
    return translations(tag).ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}


def _years(tag: str, n: int) -> str:
    return translations(tag).ngettext("%(n)s year", "%(n)s years", n) % {"n": n}


def _age(tag: str, n: int) -> str:
    """The years that somebody has lived: many languages say that otherwise than a duration."""
    # Translators: an age, for example "a child of 18 years"
    text = translations(tag).npgettext("age", "%(n)s year", "%(n)s years", n)
    return text % {"n": n}


def _euro(tag: str, n: int) -> str:
    """Whole euros, the sign where readers of the language expect it; without direction marks."""
    from babel import Locale
    from babel.numbers import format_currency

    locale = Locale.parse(language(tag).babel, sep="_")
    usual = locale.currency_formats["standard"].pattern.partition(";")[0]
    pattern = re.sub(r"[\u200e\u200f\u061c]|\.0+", "", usual)
    return format_currency(
        n, "EUR", pattern, locale, currency_digits=False, numbering_system="latn"
    )


_COUNTED = {
    "days": _days,
    "weeks": _weeks,
    "months": _months,
    "hours": _hours,
    "years": _years,
    "age": _age,
}
LEFT_TO_RIGHT = {"phone", "email", "url", "euro", "count"}
UNITS = {*_COUNTED, *LEFT_TO_RIGHT, "address", "name"}


@cache
def all_facts() -> dict[str, Fact]:
    """Every fact by key. Raises ValueError for a unit that isn't known."""
    rows = tomllib.loads((LOCALES / "facts.toml").read_text("utf-8"))
    facts = {key: Fact(key=key, **row) for key, row in rows.items()}
    for each in facts.values():
        if each.unit not in UNITS:
            raise ValueError(f"facts.toml: {each.key} has the unknown unit {each.unit!r}")
    return facts


def render_fact(key: str, tag: str, today: date | None = None) -> Markup:
    """The value for a reader, isolated for right-to-left text. Raises KeyError when unknown."""
    fact = all_facts()[key]
    if fact.expired(today or dutch_day()):
        return escape(translations(tag).gettext(FALLBACK))
    if fact.unit in _COUNTED:
        return Markup("<bdi>{}</bdi>").format(_COUNTED[fact.unit](tag, int(fact.value)))
    if fact.unit == "phone":
        digits = "".join(c for c in str(fact.value) if c.isdigit() or c == "+")
        return Markup('<a class="phone" href="tel:{}"><bdi dir="ltr">{}</bdi></a>').format(
            digits, fact.value
        )
    shown = _euro(tag, int(fact.value)) if fact.unit == "euro" else fact.value
    if fact.unit in LEFT_TO_RIGHT:
        return Markup('<bdi dir="ltr">{}</bdi>').format(shown)
    return Markup('<bdi lang="nl">{}</bdi>').format(shown)


def plain_fact(key: str, tag: str, today: date | None = None) -> str:
    """The value as plain text, for letters. Raises KeyError when unknown."""
    return render_fact(key, tag, today).striptags()
