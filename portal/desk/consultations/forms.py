"""From what is typed about a consultation to plain values, and back to the fields of its pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.datastructures import FormData

from portal.caseload.queries import Handler
from portal.cases.consultation.terms import MOST_ACTIONS, ORGANISATIONS, Heading, Minutes, NewAction
from portal.desk.consultations.wording import DISSENTS, OUTCOME_HELP, OUTCOMES
from portal.desk.consultations.wording import ORGANISATIONS as NAMES
from portal.desk.forms import FILL_IN, FieldView, OptionView, clean, digits_of
from portal.desk.wording import named, say
from portal.i18n import N_

TEXT_LENGTH, NAME_LENGTH, PLACE_LENGTH = 4000, 200, 100
PARTS = ("day", "month", "year")
FAR = timedelta(days=400)
"""A meeting lies at the most so long ago or ahead: another year is a slip of the hand."""

NO_DATE = N_("Fill in a date, for example 27 3 2026.")
CHOOSE = N_("Choose one of these.")
ASK = N_(
    "Ask what speaks against it, and write down the answer. It may be: nobody spoke against it."
)
WHOLE_ACTION = N_("An action needs a text, somebody who does it, and a date from that day on.")


@dataclass(frozen=True)
class Typed:
    """A form as it was typed. `errors` map names of fields to msgids, in the order of the page."""

    values: Mapping[str, Any]
    errors: Mapping[str, str]


def typed_date(form: FormData, name: str) -> dict[str, str]:
    return {part: clean(form.get(f"{name}.{part}"), 10) for part in PARTS}


def read_date(typed: Mapping[str, str]) -> date | None:
    """The day that was typed in digits of any script; None when it is none."""
    day, month, year = (digits_of(typed[part]) for part in PARTS)
    try:
        return date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None


def date_of(day: date) -> dict[str, str]:
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}


def read_heading(form: FormData, today: date) -> tuple[Typed, Heading | None]:
    """Where and when; None when something is to be mended."""
    typed = {
        "place": clean(form.get("place"), PLACE_LENGTH),
        "held": typed_date(form, "held"),
        "chair": clean(form.get("chair"), 20),
        "present": [clean(each, 20) for each in form.getlist("present")][:20],
    }
    errors = {} if typed["place"] else {"place": FILL_IN}
    day = read_date(typed["held"])
    if day is None or abs(day - today) > FAR:
        errors["held"] = NO_DATE
    chair = typed["chair"] if typed["chair"] in ORGANISATIONS else "dtv"
    present = tuple(each for each in ORGANISATIONS if each in typed["present"])
    heading = Heading(typed["place"], day, chair, present) if day and not errors else None
    return Typed(typed, errors), heading


def heading_fields(tag: str, typed: Typed, *, whole: bool) -> tuple[FieldView, ...]:
    """`whole`: also who chairs and who is there, which nobody knows beforehand."""
    values = typed.values
    fields = (
        FieldView(
            "place",
            "text",
            say(tag, N_("Place")),
            values.get("place", ""),
            error=say(tag, typed.errors.get("place", "")),
            help=say(tag, N_("For example the centre. No names of people.")),
            dir="auto",
            maxlength=PLACE_LENGTH,
        ),
        FieldView(
            "held",
            "date",
            say(tag, N_("Day of the consultation")),
            values.get("held", dict.fromkeys(PARTS, "")),
            error=say(tag, typed.errors.get("held", "")),
        ),
    )
    if not whole:
        return fields
    return (
        *fields,
        FieldView(
            "chair",
            "select",
            say(tag, N_("Who chairs")),
            options=_options(tag, NAMES, values.get("chair") or "dtv"),
        ),
        FieldView(
            "present",
            "checkboxes",
            say(tag, N_("Who is there")),
            options=_options(tag, NAMES, *values.get("present", ())),
            error=say(tag, typed.errors.get("present", "")),
        ),
    )


def read_minutes(form: FormData, day: date) -> tuple[Typed, Minutes | None]:
    """What was written about one case; None when something is to be mended.

    `day` is the meeting's: an action can't be due before it.
    """
    values: dict[str, Any] = {
        "proposal": clean(form.get("proposal"), TEXT_LENGTH),
        "dissent": clean(form.get("dissent"), 20),
        "dissent_text": clean(form.get("dissent_text"), TEXT_LENGTH),
        "dissent_by": clean(form.get("dissent_by"), NAME_LENGTH),
        "outcome": clean(form.get("outcome"), 20),
        "outcome_text": clean(form.get("outcome_text"), TEXT_LENGTH),
    }
    errors: dict[str, str] = {}
    if not values["proposal"]:
        errors["proposal"] = FILL_IN
    if values["dissent"] not in DISSENTS:
        values["dissent"] = ""
    if values["outcome"] not in OUTCOMES:
        values["outcome"] = ""
    told = values["dissent_text"] or values["dissent_by"]
    if not values["dissent"] and (values["outcome"] or told):
        errors["dissent"] = ASK
    if values["dissent"] == "nobody" and told:
        errors["dissent"] = N_("Somebody did speak against it, as you wrote. Choose that.")
    if values["dissent"] == "somebody":
        errors |= {name: FILL_IN for name in ("dissent_text", "dissent_by") if not values[name]}
    if values["outcome"] == "other" and not values["outcome_text"]:
        errors["outcome_text"] = FILL_IN
    actions = []
    for number in range(MOST_ACTIONS):
        row = _typed_action(form, number)
        values[f"action.{number}"] = row
        if not row["text"] and not row["owner"] and not any(row["due"].values()):
            continue
        action = _read_action(row, day)
        if action is None:
            errors[f"action.{number}.text"] = WHOLE_ACTION
        else:
            actions.append(action)
    minutes = None
    if not errors:
        minutes = Minutes(**{k: v for k, v in values.items() if "." not in k},
                          actions=tuple(actions))  # fmt: skip
    return Typed(values, errors), minutes


def _typed_action(form: FormData, number: int) -> dict[str, Any]:
    name = f"action.{number}"
    return {
        "text": clean(form.get(f"{name}.text"), TEXT_LENGTH),
        "owner": clean(form.get(f"{name}.owner"), 60),
        "due": typed_date(form, f"{name}.due"),
    }


def _read_action(row: Mapping[str, Any], day: date) -> NewAction | None:
    due, (kind, _, code) = read_date(row["due"]), row["owner"].partition(":")
    if not row["text"] or due is None or not day <= due <= day + 2 * FAR or not code:
        return None
    if kind == "org" and code in ORGANISATIONS:
        return NewAction(row["text"], "", code, due)
    return NewAction(row["text"], code, "", due) if kind == "member" else None


def minutes_fields(tag: str, typed: Typed) -> dict[str, FieldView]:
    """The fields about one case, by name; actions are `action_rows`."""
    values = typed.values

    def text(name: str, widget: str, label: str, help: str = "", **more: Any) -> FieldView:
        length = NAME_LENGTH if widget == "text" else TEXT_LENGTH
        return FieldView(
            name,
            widget,
            say(tag, label),
            values.get(name, ""),
            error=say(tag, typed.errors.get(name, "")),
            help=say(tag, help),
            dir="auto",
            maxlength=length,
            **more,
        )

    fields = (
        text("proposal", "textarea", N_("What is proposed, and why")),
        FieldView(
            "dissent",
            "radio",
            say(tag, N_("What speaks against this?")),
            options=_options(tag, DISSENTS, values.get("dissent", "")),
            error=say(tag, typed.errors.get("dissent", "")),
            help=say(tag, N_("Ask it aloud, also when all agree. It can’t stay empty.")),
        ),
        text(
            "dissent_text",
            "textarea",
            N_("What was said against it"),
            N_("When somebody spoke against it."),
        ),
        text("dissent_by", "text", N_("Who said it"), N_("Name and organisation.")),
        FieldView(
            "outcome",
            "radio",
            say(tag, N_("What the consultation recommends")),
            options=_options(tag, OUTCOMES, values.get("outcome", ""), help=OUTCOME_HELP),
            error=say(tag, typed.errors.get("outcome", "")),
            help=say(
                tag,
                N_("A recommendation of people. The portal does nothing with it and tells nobody."),
            ),
        ),
        text(
            "outcome_text",
            "textarea",
            N_("In your own words, and why nothing lighter is enough"),
            optional=True,
        ),
    )
    return {each.name: each for each in fields}


def action_rows(
    tag: str, typed: Typed, handlers: Iterable[Handler]
) -> tuple[tuple[FieldView, ...], ...]:
    """Rows for new actions: what, who, until when."""
    owners = {f"member:{each.id}": each.name for each in handlers}
    owners |= {f"org:{code}": say(tag, name) for code, name in NAMES.items()}
    return tuple(_action_row(tag, typed, number, owners) for number in range(MOST_ACTIONS))


def _action_row(
    tag: str, typed: Typed, number: int, owners: Mapping[str, str]
) -> tuple[FieldView, ...]:
    name = f"action.{number}"
    row = typed.values.get(name, {})
    chosen = row.get("owner", "")
    return (
        FieldView(
            f"{name}.text",
            "text",
            say(tag, N_("What will be done")),
            row.get("text", ""),
            error=say(tag, typed.errors.get(f"{name}.text", "")),
            optional=True,
            dir="auto",
            maxlength=TEXT_LENGTH,
        ),
        FieldView(
            f"{name}.owner",
            "select",
            say(tag, N_("Who does it")),
            options=(
                OptionView("", say(tag, CHOOSE), selected=not chosen),
                *(OptionView(k, v, selected=k == chosen) for k, v in owners.items()),
            ),
        ),
        FieldView(
            f"{name}.due",
            "date",
            say(tag, N_("Until when")),
            row.get("due", dict.fromkeys(PARTS, "")),
        ),
    )


def _options(
    tag: str, names: Mapping[str, str], *chosen: str, help: Mapping[str, str] | None = None
) -> tuple[OptionView, ...]:
    return tuple(
        OptionView(code, named(tag, names, code), say(tag, (help or {}).get(code, "")),
                   code in chosen)
        for code in names
    )  # fmt: skip


def errors_of(typed: Typed, tag: str) -> list[dict[str, str]]:
    """For the summary on top of the page."""
    return [
        {"field": f"f-{name.replace('.', '-')}", "text": say(tag, text)}
        for name, text in typed.errors.items()
    ]
