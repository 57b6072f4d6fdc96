"""From what staff typed to plain values, and from a letter's blanks to fields of a page."""

import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams

from portal.cases import workflow
from portal.cases.kinds import KINDS
from portal.cases.queue import Queue
from portal.cases.queue.lists import VIEWS
from portal.cases.writing import Blank, Letter
from portal.desk.wording import say
from portal.i18n import N_, live_languages
from portal.vault import DeskKeys

NOTE_LENGTH = 4000
OWN_LENGTH = 3000

_ID = re.compile(r"[0-9a-f]{32}")
_REFERENCE = re.compile(r"([A-Z0-9]{4})[\s-]?([A-Z0-9]{4})")
_KEPT_CONTROLS = "\n\t"

FILL_IN = N_("Please fill this in.")
FILL_IN_RIGHT = N_("Please check what you filled in here.")
TIME_HELP = N_("For example 14:30.")
PLACE_HELP = N_("For example the address, and the room.")
OWN_HELP = N_("The person reads it in Dutch, below the text above. Nothing is translated.")


@dataclass(frozen=True)
class Filters:
    """What a queue page was asked for."""

    queue: Queue
    typed: str = ""
    """The search as it was typed; `queue` searches when it could be read."""
    not_read: bool = False
    """Something was typed that is neither a V-number nor a reference."""


@dataclass(frozen=True)
class OptionView:
    value: str
    label: str
    help: str = ""
    selected: bool = False


@dataclass(frozen=True)
class FieldView:
    """One field as `components/forms.html` shows it."""

    name: str
    widget: str
    label: str
    value: Any = ""
    options: tuple[OptionView, ...] = ()
    error: str = ""
    help: str = ""
    optional: bool = False
    inputmode: str = ""
    autocomplete: str = "off"
    dir: str = ""
    maxlength: int = 0


def is_id(text: str) -> bool:
    """Whether this can be the id of a case, a member or a sending."""
    return _ID.fullmatch(text) is not None


def clean(typed: object, limit: int) -> str:
    """Text that can be kept and shown: NFC, no lone surrogates, controls or direction overrides."""
    if not isinstance(typed, str):
        return ""
    text = typed[: 4 * limit].replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in _KEPT_CONTROLS or not _is_refused(c))
    return unicodedata.normalize("NFC", "".join(kept)).strip()[:limit]


def _is_refused(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") or 0x202A <= ord(c) <= 0x202E


def version_of(form: FormData) -> int:
    """The version of the case that the form was made for; 0, which no case has, when unreadable."""
    typed = clean(form.get("version"), 20)
    return int(typed) if typed.isascii() and typed.isdecimal() else 0


def digits_of(typed: str) -> str:
    """The digits of any script as 0-9, without what stands between them."""
    return "".join(str(unicodedata.decimal(c)) for c in typed if unicodedata.category(c) == "Nd")


def read_filters(
    params: QueryParams | FormData, keys: DeskKeys, *, default: str, typed: str = ""
) -> Filters:
    """The queue that an address asks for, or that a search was typed for.

    What can't be read is as if it weren't there.
    """
    view, state, kind = params.get("view"), params.get("state"), params.get("kind")
    tag = params.get("language")
    reference, v_index = _searched(typed, keys)
    return Filters(
        Queue(
            view=_known(view, VIEWS) or default,
            state=_known(state, workflow.STATES),
            kind=_known(kind, KINDS),
            language=_known(tag, [each.tag for each in live_languages()]),
            reference=reference,
            v_index=v_index,
            after=read_after(clean(params.get("after"), 200)),
        ),
        typed,
        bool(typed) and not reference and not v_index,
    )


def _known(word: object, words: Collection[str]) -> str:
    return word if isinstance(word, str) and word in words else ""


def query_of(queue: Queue) -> str:
    """The query of the address that shows a list with its filters, from its first page."""
    kept = {name: getattr(queue, name) for name in ("view", "state", "kind", "language")}
    return urlencode({name: value for name, value in kept.items() if value})


def _searched(typed: str, keys: DeskKeys) -> tuple[str, str]:
    """(reference, blind index of the V-number), of which one at the most isn't empty."""
    digits = digits_of(typed)
    if len(digits) == 10 and not any(unicodedata.category(c)[0] == "L" for c in typed):
        return "", keys.blind_index("v-number", digits)
    if found := _REFERENCE.fullmatch(typed.upper()):
        return "-".join(found.groups()), ""
    return "", ""


def write_after(after: tuple[datetime, str]) -> str:
    """Where the next page begins, as one word for an address."""
    moment, case_id = after
    return urlsafe_b64encode(f"{moment.isoformat()} {case_id}".encode()).decode().rstrip("=")


def read_after(word: str) -> tuple[datetime, str] | None:
    """The inverse of `write_after`; None (the first page) for anything else."""
    try:
        plain = urlsafe_b64decode(word[:200].encode("ascii") + b"==").decode("ascii")
        moment, _, case_id = plain.partition(" ")
        due = datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return (due, case_id) if is_id(case_id) else None


def typed_blanks(letter: Letter, form: FormData) -> dict[str, Any]:
    """What was typed in a letter's blanks, in the shape that `letters.read_blanks` reads."""
    return {blank.name: _typed_blank(blank, form) for blank in letter.blanks}


def _typed_blank(blank: Blank, form: FormData) -> Any:
    match blank.kind:
        case "choices":
            return [clean(value, 50) for value in form.getlist(blank.name)][:50]
        case "date":
            return _iso(*(clean(form.get(f"{blank.name}.{part}"), 10) for part in _DATE_PARTS))
        case "time":
            return _time(clean(form.get(blank.name), 10))
    return clean(form.get(blank.name), 200)


_DATE_PARTS = ("day", "month", "year")


def _iso(day: str, month: str, year: str) -> str:
    """An ISO date; what was typed as "d-m-y" when it is none, "" when nothing was typed."""
    numbers = [digits_of(part) for part in (day, month, year)]
    if not any((day, month, year)):
        return ""
    try:
        return date(int(numbers[2]), int(numbers[1]), int(numbers[0])).isoformat()
    except ValueError:
        return f"{day}-{month}-{year}"


def _time(typed: str) -> str:
    """HH:MM of what people type for a time: 9.30, 0930, 14:30, or only the hour."""
    digits = digits_of(typed)
    if not digits or any(unicodedata.category(c)[0] == "L" for c in typed):
        return typed
    hours, minutes = (digits, "00") if len(digits) < 3 else (digits[:-2], digits[-2:])
    return f"{hours:0>2}:{minutes}"


def date_parts(typed: str) -> dict[str, str]:
    """What `_iso` made of a date, taken apart again for the three fields."""
    parts = ([*typed.split("-"), "", "", ""])[:3]
    if len(parts[0]) == 4:
        parts.reverse()
    return {name: part.lstrip("0") for name, part in zip(_DATE_PARTS, parts, strict=True)}


def blank_views(
    letter: Letter, typed: Mapping[str, Any], wrong: str, own: str, tag: str
) -> tuple[FieldView, ...]:
    """The fields of a letter's form; `wrong` is the name of the one to mend, or ""."""
    own_view = FieldView(
        "own",
        "textarea",
        say(tag, N_("Your own text, in Dutch")),
        own,
        help=say(tag, OWN_HELP),
        error=say(tag, FILL_IN) if wrong == "own" else "",
        optional=letter.key != "own_words",
        dir="auto",
        maxlength=OWN_LENGTH,
    )
    blanks = (_blank_view(blank, typed.get(blank.name), wrong, tag) for blank in letter.blanks)
    return (*blanks, own_view)


def _blank_view(blank: Blank, value: Any, wrong: str, tag: str) -> FieldView:
    chosen = value if isinstance(value, list) else [value]
    error = (FILL_IN_RIGHT if value else FILL_IN) if wrong == blank.name else ""
    return FieldView(
        blank.name,
        {"choices": "checkboxes", "choice": "radio", "date": "date"}.get(blank.kind, "text"),
        say(tag, blank.label),
        date_parts(value or "") if blank.kind == "date" else value or "",
        tuple(
            OptionView(option.value, say(tag, option.label), selected=option.value in chosen)
            for option in blank.options
        ),
        error=say(tag, error),
        help=say(tag, {"time": TIME_HELP, "text": PLACE_HELP}.get(blank.kind, "")),
        optional=not blank.required,
        dir="auto" if blank.kind == "text" else "",
        maxlength=200 if blank.kind == "text" else 0,
    )


def hidden_blanks(letter: Letter, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The blanks of a letter as pairs for hidden fields, to be read by `typed_blanks` again."""
    pairs: list[tuple[str, str]] = []
    for blank in letter.blanks:
        value = values[blank.name]
        if blank.kind == "date":
            pairs += [(f"{blank.name}.{part}", v) for part, v in date_parts(value).items()]
        else:
            pairs += [
                (blank.name, each) for each in (value if isinstance(value, list) else [value])
            ]
    return pairs
