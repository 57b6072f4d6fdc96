"""A fact as a page shows it: since when it holds, and where it comes from."""

from datetime import date
from typing import Any

from portal.facts import Fact
from portal.i18n import language
from portal.information.sources import source_names


def figure(fact: Fact, tag: str) -> dict[str, Any]:
    """Key, date and names of the sources of a fact, for a reader of `tag`."""
    return {"key": fact.key, "as_of": as_of(fact.as_of, tag), "sources": source_names(fact.source)}


def as_of(day: date, tag: str) -> str:
    """Month and year, or the year alone: the first of January stands for an unknown day in it."""
    from babel.dates import format_date

    pattern = "y" if (day.month, day.day) == (1, 1) else language(tag).month
    return format_date(day, pattern, locale=language(tag).babel)
