"""The answers of a case that an organisation may read, when the person lets it see them.

A list of what is shown, so that a question which is added is kept back until somebody has thought
about it. Never the V-number, health, danger, safety, procedures, or people other than the
applicant (security.md T4, domain.md §3A).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.cases.fields import Field
from portal.cases.kinds import KINDS
from portal.i18n import N_, format_date, territory, translate

SHOWN = frozenset(
    """
    question_text talk_lang family_name given_names birth_date nationality location_type place
    contact_channel contact_target contact_safe contact_times talk_way talk_days reading
    same_for_all goal destination_known destination document_state adults children support_wishes
    earlier_return_help contact_by programme ngo_choice region plan_idea skills other_country
    country_basis country_proof planned_step letter_date which_documents taken_where attempt_made
    own_attempts target_countries identity_docs identity_docs_where attempt_proof identity_copies
    photos_mode handwritten_statement missing_because
    """.split()
)
KEPT_BACK = {"support_wishes": frozenset({"care"})}
"""Options of a question that is shown which say something about health."""
REACH = frozenset({"contact_target", "contact_times"})
"""Not shown when the person says that it isn't safe to use."""
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
class SharedAnswer:
    """`own`: the person's own words, to be isolated."""

    label: str
    text: str
    own: bool


def shared_answers(kind: str, answers: Mapping[str, Any], tag: str) -> tuple[SharedAnswer, ...]:
    """What was answered of it, in the order in which it was asked."""
    asked = KINDS["mediation"] if "attempt_made" in answers else KINDS[kind]
    unsafe = answers.get("contact_safe") == "no"
    return tuple(
        SharedAnswer(
            translate(tag, step.title if field.label in _ASKED_BY_STEP else field.label),
            text,
            field.widget in ("text", "textarea", "group"),
        )
        for step in asked.path(answers)
        for field in step.fields
        if field.name in SHOWN
        and not (unsafe and field.name in REACH)
        and (text := _text(field, answers.get(field.name), tag))
    )


def _text(field: Field, value: Any, tag: str) -> str:
    """An answer as text; "" for none. Never fails: old answers may not fit today's questions."""
    kept_back = KEPT_BACK.get(field.name, frozenset())
    labels = {each.value: translate(tag, each.label) for each in field.options}
    match field.widget, value:
        case _, None | "" | []:
            return ""
        case "tick", _:
            return translate(tag, N_("Yes")) if value else ""
        case "checkboxes", list():
            return ", ".join(labels.get(str(v), str(v)) for v in value if str(v) not in kept_back)
        case "country", str():
            return labels.get(value) or territory(value, tag)
        case "radio", str():
            return labels.get(value, value)
        case "date", dict():
            return _date(value, tag)
        case "group", list():
            return "\n\n".join(
                "\n".join(_row(field, row, tag)) for row in value if isinstance(row, dict)
            )
    return str(value)


def _row(group: Field, row: Mapping[str, Any], tag: str) -> Iterator[str]:
    for field in group.fields:
        if text := _text(field, row.get(field.name), tag):
            yield f"{translate(tag, field.label)}: {text}"


def _date(parts: Mapping[str, int], tag: str) -> str:
    try:
        return format_date(date(parts["year"], parts["month"], parts["day"]), tag)
    except (KeyError, TypeError, ValueError):
        return "-".join(str(parts[p]) for p in ("day", "month", "year") if parts.get(p))
