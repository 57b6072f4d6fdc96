"""Languages, negotiation, gettext, dates and names. `locales/languages.toml` is the single list.

msgids are plain English. Catalogues are read from PO files and compiled in memory: no build step,
no .mo that could be missing or old. Two domains: `public` (all languages) and `desk` (nl, en),
which falls back to `public`, because staff read statuses and labels too.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from portal import ROOT

LOCALES = ROOT / "locales"
DESK_LANGUAGES = ("nl", "en")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ALIASES = {"prs": "fa-AF", "kmr": "ku", "zh": "zh-Hans", "dari": "fa-AF"}
"""What browsers send for a language that we know by another tag (domain.md §5)."""


@dataclass(frozen=True)
class Language:
    """One row of languages.toml; `dir` is "ltr" or "rtl", `babel` the CLDR key, `day` and `month`
    are date patterns."""

    tag: str
    name: str
    english: str
    dir: str
    script: str
    babel: str
    plural: str
    day: str
    month: str
    live: bool


def N_(message: str) -> str:
    """Mark a text for translation where it is declared; it is translated where it is shown."""
    return message


@cache
def all_languages() -> Mapping[str, Language]:
    rows = tomllib.loads((LOCALES / "languages.toml").read_text("utf-8"))
    return {tag: Language(tag=tag, **row) for tag, row in rows.items()}


@cache
def live_languages() -> tuple[Language, ...]:
    return tuple(language for language in all_languages().values() if language.live)


def language(tag: str) -> Language:
    """The language with this tag. Raises KeyError when languages.toml doesn't list it."""
    return all_languages()[tag]


def negotiate(wanted: str | None, accept_language: str | None) -> Language:
    """The live language to answer in: the reader's own choice, the browser's wishes, Dutch."""
    live = {each.tag.lower(): each for each in live_languages()}
    wishes = [wanted or "", *_ranked(accept_language or "")]
    for wish in wishes:
        tag = wish.replace("_", "-")
        head = tag.split("-")[0].lower()
        for candidate in (tag.lower(), ALIASES.get(head, "").lower(), head):
            if candidate in live:
                return live[candidate]
    return live["nl"]


def _ranked(header: str) -> list[str]:
    ranked: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            ranked.append((float(quality or 1), tag))
        except ValueError:
            continue
    return [tag for _, tag in sorted(ranked, key=lambda pair: -pair[0])]


def po_path(tag: str, domain: str) -> Path:
    return LOCALES / tag / "LC_MESSAGES" / f"{domain}.po"


@cache
def translations(tag: str, domain: str = "public") -> GNUTranslations:
    """The catalogue of one language. An English text without translation stands for itself."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    path, compiled = po_path(tag, domain), BytesIO()
    if path.exists():
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language(tag).babel))
    else:
        write_mo(compiled, Catalog(locale=language(tag).babel))
    compiled.seek(0)
    catalogue = GNUTranslations(compiled)
    if domain == "desk":
        catalogue.add_fallback(translations(tag))
    return catalogue


def translate(tag: str, message: str, values: Mapping[str, object] | None = None) -> str:
    """One public text in one language, with its `%(name)s` filled."""
    text = translations(tag).gettext(message) if message else ""
    return text % values if values else text


def dutch_day(moment: datetime | None = None) -> date:
    """The calendar day in the Netherlands, of a moment or now: it decides what is due or over."""
    return (moment or datetime.now(UTC)).astimezone(AMSTERDAM).date()


def format_date(moment: date | datetime, tag: str) -> str:
    """Weekday, day, month by name, year; Gregorian, Latin digits, Dutch local day."""
    from babel.dates import format_date as babel_format

    if isinstance(moment, datetime):
        moment = dutch_day(moment)
    return babel_format(moment, language(tag).day, locale=language(tag).babel)


def format_time(moment: datetime) -> str:
    return moment.astimezone(AMSTERDAM).strftime("%H:%M")


def format_decimal(number: float, tag: str) -> str:
    """With one decimal, as the readers of a language write it; Latin digits."""
    from babel.numbers import format_decimal as babel_format

    babel = language(tag).babel
    return babel_format(number, "#,##0.0", locale=babel, numbering_system="latn")


@cache
def _own_names(tag: str) -> Mapping[str, Mapping[str, str]]:
    """`locales/<tag>/names.toml`: tables `territories` and `languages`, where CLDR is thin."""
    path = LOCALES / tag / "names.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


@cache
def language_names(tag: str) -> Mapping[str, str]:
    """CLDR code of a language to its name in the language `tag`."""
    from babel import Locale

    names = Locale.parse(language(tag).babel, sep="_").languages
    return {**names, **_own_names(tag).get("languages", {})}


@cache
def territories(tag: str) -> tuple[tuple[str, str], ...]:
    """(ISO 3166 code, name in that language) of every country, sorted as its readers sort."""
    from babel import Locale

    names = {
        **Locale.parse(language(tag).babel, sep="_").territories,
        **_own_names(tag).get("territories", {}),
    }
    countries = [  # CLDR doesn't name every country in every language: the list stays the same
        (code, str(names.get(code, name)))
        for code, name in Locale("en").territories.items()
        if _is_country(code)
    ]
    return tuple(sorted(countries, key=lambda pair: pair[1]))


def _is_country(code: str) -> bool:
    not_countries = {
        "EU",
        "EZ",
        "UN",
        "ZZ",
        "QO",
        "XA",
        "XB",
        "AC",
        "CP",
        "CQ",
        "DG",
        "EA",
        "IC",
        "TA",
    }
    return len(code) == 2 and code.isalpha() and code not in not_countries


def territory(code: str, tag: str) -> str:
    return dict(territories(tag)).get(code, code)
