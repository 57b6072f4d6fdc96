"""Answers as their reader finds them again before sending: each step with what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.cases.fields import Field
from portal.cases.steps import Kind
from portal.i18n import format_date, territory, translate


@dataclass(frozen=True)
class AnswerView:
    """One answer read back. `text` is empty when nothing was answered."""

    label: str
    text: str


@dataclass(frozen=True)
class StepView:
    key: str
    title: str
    answers: tuple[AnswerView, ...]


def read_back(kind: Kind, answers: Mapping[str, Any], tag: str) -> tuple[StepView, ...]:
    """Every step that applies, with its answers in the reader's language."""
    return tuple(
        StepView(
            step.key,
            translate(tag, step.title),
            tuple(
                answer
                for field in step.fields
                for answer in _answer_views(field, answers.get(field.name), tag)
            ),
        )
        for step in kind.asked(answers)
    )


def _answer_views(field: Field, value: Any, tag: str) -> list[AnswerView]:
    label = translate(tag, field.label)
    if field.widget == "hidden" or (field.widget == "tick" and not value):
        return []
    if field.widget == "group":
        return [
            AnswerView(f"{label} {n}", row)
            for n, row in enumerate(_row_texts(field, value, tag), 1)
        ]
    return [AnswerView(label, _answer_text(field, value, tag))]


def _row_texts(group: Field, rows: Any, tag: str) -> list[str]:
    """Each time that a group was filled in, as lines of question and answer."""
    return [
        "\n".join(
            f"{translate(tag, field.label)}: {text}"
            for field in group.fields
            if (text := _answer_text(field, row.get(field.name), tag))
        )
        for row in rows or []
    ]


def _answer_text(field: Field, value: Any, tag: str) -> str:
    """An answer as a sentence for a reader; "" for none."""
    labels = {option.value: translate(tag, option.label) for option in field.options}
    match field.widget:
        case "tick":
            return translate(tag, "Yes") if value else ""
        case _ if value in (None, "", []):
            return ""
        case "checkboxes":
            return "\n".join(labels[each] for each in value)
        case "radio":
            return labels[value]
        case "country":
            return labels.get(value) or territory(value, tag)
        case "date":
            return _date_text(value, tag)
    return str(value)


def _date_text(parts: Mapping[str, int], tag: str) -> str:
    """A whole date in words, or the parts that are known."""
    if {"day", "month", "year"} <= set(parts):
        return format_date(date(parts["year"], parts["month"], parts["day"]), tag)
    known = (parts.get(part) for part in ("day", "month", "year"))
    return "-".join(str(part) for part in known if part)
