"""The answers of a case as the desk reads them: labels in the member's language, words as typed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.cases.fields import Field
from portal.cases.kinds import KINDS
from portal.cases.steps import Kind, Step
from portal.desk.wording import say
from portal.i18n import N_, format_date, territory

NOT_ANSWERED = N_("Not filled in")
_DOES_NOT_KNOW = N_("The person does not know it, or has none")
_ASKED_BY_STEP = frozenset(
    {
        "",
        "Choose what fits",
        "Choose all that fit",
        "Choose one way",
        "Choose what you like best",
        "Country",
    }
)
"""Labels that ask nothing by themselves: the title of the step does."""


@dataclass(frozen=True)
class Answer:
    """One answer. `typed`: the person's own words, to be isolated; `missing`: nothing was given."""

    label: str
    text: str
    typed: bool
    missing: bool


@dataclass(frozen=True)
class Answers:
    own_words: tuple[Answer, ...]
    """What the person wrote at length; shown first and as it is."""
    about_request: tuple[Answer, ...]
    about_others: tuple[Answer, ...]
    """The family that it is for too, and who sent it in the person's name."""
    about_person: tuple[Answer, ...]


_PERSON_STEPS = frozenset(
    "language name birth alone v-number nationality location contact reach".split()
)
_OTHERS_STEPS = frozenset("sender mandate family-too family".split())
_LEFT_OUT = frozenset({"statement_read", "v_number_unknown", "birth_date_unknown"})


def asked_kind(kind: str, answers: Mapping[str, Any]) -> Kind:
    """The kind whose questions were answered: a held mediation is a question since then."""
    return KINDS["mediation"] if "attempt_made" in answers else KINDS[kind]


def read_answers(kind: str, answers: Mapping[str, Any], tag: str) -> Answers:
    """Every answer of the steps that apply, in the order in which they were asked."""
    own: list[Answer] = []
    request: list[Answer] = []
    others: list[Answer] = []
    person: list[Answer] = []
    for step in asked_kind(kind, answers).path(answers):
        for field, answer in _of_step(step, answers, tag):
            if step.key in _OTHERS_STEPS:
                others.append(answer)
            elif field.widget == "textarea" or (field.widget == "group" and not answer.missing):
                own.append(answer)
            else:
                (person if step.key in _PERSON_STEPS else request).append(answer)
    return Answers(tuple(own), tuple(request), tuple(others), tuple(person))


def _of_step(step: Step, answers: Mapping[str, Any], tag: str) -> Iterator[tuple[Field, Answer]]:
    for field in step.fields:
        if field.name in _LEFT_OUT or field.widget == "hidden":
            continue
        asks_itself = field.label not in _ASKED_BY_STEP
        text = answer_text(field, answers.get(field.name), tag)
        missing = not text
        if missing and field.name == "v_number" and "v_number" in answers:
            text = say(tag, _DOES_NOT_KNOW)
        yield (
            field,
            Answer(
                say(tag, field.label if asks_itself else step.title),
                text or say(tag, NOT_ANSWERED),
                field.widget in ("text", "textarea", "v_number") and not missing,
                missing,
            ),
        )


def answer_text(field: Field, value: Any, tag: str) -> str:
    """An answer as text; "" for none. Never fails: old answers may not fit today's questions."""
    labels = {option.value: say(tag, option.label) for option in field.options}
    match field.widget, value:
        case "tick", _:
            return say(tag, N_("Yes")) if value else say(tag, N_("Not ticked"))
        case _, None | "" | []:
            return ""
        case "checkboxes", list():
            return ", ".join(labels.get(str(each), str(each)) for each in value)
        case "radio", str():
            return labels.get(value, value)
        case "country", str():
            return labels.get(value) or territory(value, tag)
        case "group", list():
            return "\n\n".join(_row_text(field, row, tag) for row in value)
        case "date", dict():
            return _date_text(value, tag)
    return str(value)


def _row_text(group: Field, row: Mapping[str, Any], tag: str) -> str:
    return "\n".join(
        f"{say(tag, field.label)}: {text}"
        for field in group.fields
        if (text := answer_text(field, row.get(field.name), tag))
    )


def _date_text(parts: Mapping[str, int], tag: str) -> str:
    try:
        return format_date(date(parts["year"], parts["month"], parts["day"]), tag)
    except (KeyError, TypeError, ValueError):
        known = (parts.get(part) for part in ("day", "month", "year"))
        return "-".join(str(part) for part in known if part)
