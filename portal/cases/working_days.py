"""Which days people at DT&V work: not at weekends, not on Dutch public holidays. Pure.

The list is the public category for the Netherlands of the package `holidays`: New Year's Day,
Easter and Whit Sunday and Monday, King's Day (on 26 April when the 27th is a Sunday), Ascension
Day, both days of Christmas, 5 May in the lustrum years alone (2030, 2035, …), and Good Friday,
which article 3 of the Algemene termijnenwet treats like a public holiday. The portal counts
targets of its own by it, never a term of the law: those run on other rules.
"""

from datetime import date
from functools import lru_cache


def is_working_day(day: date) -> bool:
    """Whether somebody can be expected to look at a case on this day."""
    return day.weekday() < 5 and day not in holidays_of(day.year)


@lru_cache(maxsize=16)
def holidays_of(year: int) -> frozenset[date]:
    """The public holidays of a year, also those that fall in a weekend."""
    # Imported when a day is first counted: the package brings every country of the world along,
    # which takes half a second, and the demo's first page needs no calendar.
    from holidays import country_holidays

    return frozenset(country_holidays("NL", years=year))
