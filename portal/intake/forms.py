"""From a posted step to answers or errors, and from what was typed to the fields of a page."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import FormData

from portal.cases.fields import Field, Option
from portal.cases.steps import Step
from portal.i18n import territories, translate
from portal.intake import cleaning
from portal.intake.cleaning import Wrong
from portal.intake.groups import changed_rows, is_blank, read_button, rows_of

Typed = Mapping[str, Any]
"""What stood in the fields, as strings, lists of strings, and a mapping for a date."""


_RANDOM_NAME = re.compile("[0-9a-f]{32}")


def random_name(posted: object = None) -> str:
    """The random name that a form of ours carries; a new one for anything else."""
    is_ours = isinstance(posted, str) and _RANDOM_NAME.fullmatch(posted)
    return posted if is_ours else secrets.token_hex(16)


@dataclass(frozen=True)
class OptionView:
    value: str
    label: str
    help: str
    selected: bool


@dataclass(frozen=True)
class FieldView:
    """A field in one language, as `components/forms.html` shows it."""

    name: str
    widget: str
    label: str
    help: str
    optional: bool
    value: Any
    options: tuple[OptionView, ...]
    error: str
    inputmode: str
    autocomplete: str
    dir: str
    maxlength: int
    rows: tuple[tuple["FieldView", ...], ...] = ()
    """The fields of a group, once for each time it is filled in."""
    add: str = ""
    """What the button says that adds one more; empty when there may be no more."""


@dataclass(frozen=True)
class ErrorView:
    field: str
    text: str


@dataclass(frozen=True)
class Parsed:
    """A posted step: clean answers, and a msgid for each field that is wrong."""

    answers: dict[str, Any]
    errors: dict[str, str]
    typed: dict[str, Any]


def parse(step: Step, form: FormData) -> Parsed:
    """Read the fields of a step, and of no other: whatever else was posted is ignored."""
    typed = {field.name: _typed(field, form) for field in step.fields}
    answers: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in step.fields:
        if field.widget == "hidden":
            continue
        if field.widget == "group":
            answers[field.name] = _clean_rows(field, typed[field.name], errors)
        elif field.replaced_by and typed.get(field.replaced_by):
            answers[field.name] = None  # "I don't know" stands, whatever is in the field
        else:
            _clean_into(answers, errors, field, field.name, typed[field.name])
    return Parsed(answers, errors, typed)


def _clean_into(
    answers: dict[str, Any], errors: dict[str, str], field: Field, name: str, typed: Any
) -> None:
    try:
        answers[field.name] = _clean(field, typed)
    except Wrong as wrong:
        errors[name] = str(wrong)


def _clean_rows(
    group: Field, rows: list[dict[str, Any]], errors: dict[str, str]
) -> list[dict[str, Any]]:
    """The filled rows of a group; one that was left empty is as if it weren't there."""
    filled = [(number, row) for number, row in enumerate(rows) if not is_blank(row)]
    if group.required and not filled:
        filled = [(0, rows[0])]  # its own fields say what is missing
    cleaned = []
    for number, row in filled[: group.most]:
        answers: dict[str, Any] = {}
        for field in group.fields:
            name = f"{group.name}.{number}.{field.name}"
            _clean_into(answers, errors, field, name, row[field.name])
        cleaned.append(answers)
    return cleaned


def _typed(field: Field, form: FormData, name: str = "") -> Any:
    name = name or field.name

    if field.widget == "group":
        return [
            {each.name: _typed(each, form, f"{name}.{row}.{each.name}") for each in field.fields}
            for row in rows_of(form, field)
        ]
    if field.widget == "date":
        return {part: _text(form.get(f"{name}.{part}"))[:10] for part in ("day", "month", "year")}
    if field.widget == "checkboxes":
        return [_text(value)[:100] for value in form.getlist(name) if isinstance(value, str)][:50]
    return _text(form.get(name))[: max(field.maxlength * 4, 1000)]


def _text(posted: object) -> str:
    """A lone surrogate can't be stored or shown: it becomes a visible mark."""
    return posted.encode("utf-8", "replace").decode() if isinstance(posted, str) else ""


def _clean(field: Field, typed: Any) -> Any:
    values = {option.value for option in field.options}
    match field.widget:
        case "checkboxes":
            if any(value not in values for value in typed):
                raise Wrong(cleaning.CHOOSE_ONE_OF)
            if field.required and not typed:
                raise Wrong(cleaning.CHOOSE)
            return list(dict.fromkeys(typed))
        case "tick":
            if field.required and typed != "yes":
                raise Wrong(cleaning.TICK)
            return typed == "yes"
        case "date":
            if not field.required and all(map(cleaning.is_empty, typed.values())):
                return None
            return cleaning.clean_date(**typed)
    if cleaning.is_empty(typed):
        if field.required:
            raise Wrong(cleaning.CHOOSE if field.options else cleaning.EMPTY)
        return None
    match field.widget:
        case "radio" if typed not in values:
            raise Wrong(cleaning.CHOOSE_ONE_OF)
        case "country" if typed not in values | {code for code, _ in territories("en")}:
            raise Wrong(cleaning.CHOOSE_ONE_OF)
        case "number":
            return cleaning.clean_number(typed, field.maxlength)
        case "v_number":
            return cleaning.clean_v_number(typed)
    return cleaning.clean_text(typed, field.maxlength)


def views(step: Step, typed: Typed, errors: Mapping[str, str], tag: str) -> tuple[FieldView, ...]:
    """The fields of a step in the reader's language, filled with what was typed or answered."""
    return tuple(
        _group_view(field, typed.get(field.name) or [{}], errors, tag)
        if field.widget == "group"
        else _view(field, typed.get(field.name), errors.get(field.name, ""), tag)
        for field in step.fields
        if field.widget != "hidden"
    )


def pressed(step: Step, typed: Typed, button: str) -> tuple[dict[str, Any], str]:
    """What was typed, with one row of a group more or less; and the id of the row to look at."""
    press = read_button(button)
    groups = {field.name: field for field in step.fields if field.widget == "group"}
    if press is None or press.group not in groups:
        return dict(typed), ""
    rows, row = changed_rows(groups[press.group], typed[press.group], press)
    return {**typed, press.group: rows}, f"f-{press.group}-{row}"


def _group_view(
    group: Field, rows: list[dict[str, Any]], errors: Mapping[str, str], tag: str
) -> FieldView:
    def row_view(number: int, row: dict[str, Any]) -> tuple[FieldView, ...]:
        named = (replace(f, name=f"{group.name}.{number}.{f.name}") for f in group.fields)
        return tuple(
            _view(each, row.get(field.name), errors.get(each.name, ""), tag)
            for field, each in zip(group.fields, named, strict=True)
        )

    return replace(
        _view(group, None, "", tag),
        rows=tuple(row_view(number, row) for number, row in enumerate(rows)),
        add=translate(tag, group.add) if len(rows) < group.most else "",
    )


def error_views(errors: Mapping[str, str], tag: str) -> tuple[ErrorView, ...]:
    return tuple(
        ErrorView(f"f-{name.replace('.', '-')}", translate(tag, text))
        for name, text in errors.items()
    )


def _view(field: Field, value: Any, error: str, tag: str) -> FieldView:
    view = FieldView(
        name=field.name,
        widget={"country": "select", "v_number": "text"}.get(field.widget, field.widget),
        label=translate(tag, field.label),
        help=translate(tag, field.help),
        optional=not field.required and field.widget != "tick",
        value=_shown_value(field, value),
        options=_options(field, value, tag),
        error=translate(tag, error),
        inputmode=field.inputmode,
        autocomplete="off",
        dir="ltr" if field.widget in ("v_number", "number") else "auto",
        maxlength=field.maxlength if field.widget in ("text", "textarea") else 0,
    )
    return replace(view, dir="") if view.widget == "select" else view


def _shown_value(field: Field, value: Any) -> Any:
    if field.widget == "date":
        parts = value or {}
        return {part: str(parts.get(part, "")) for part in ("day", "month", "year")}
    if field.widget == "checkboxes":
        return tuple(value or ())
    if field.widget == "tick":
        return bool(value)
    return "" if value is None else str(value)


def _options(field: Field, value: Any, tag: str) -> tuple[OptionView, ...]:
    if field.widget == "country":
        nothing = OptionView("", "–", "", not value)
        others = (_option(option, option.value == value, tag) for option in field.options)
        countries = (OptionView(code, n, "", code == value) for code, n in territories(tag))
        return (nothing, *others, *countries)
    chosen = value if isinstance(value, list) else [value]
    return tuple(_option(option, option.value in chosen, tag) for option in field.options)


def _option(option: Option, selected: bool, tag: str) -> OptionView:
    return OptionView(
        option.value, translate(tag, option.label), translate(tag, option.help), selected
    )
