"""What the pages of talks show: fields of the form, the panel of a case, one talk."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData

from portal.cases.fields import Field
from portal.cases.letters import LETTERS
from portal.cases.letters.talks import HELD_BLANKS
from portal.cases.requests import talks as asked
from portal.cases.talks import may_be_held
from portal.cases.talks.models import FIXED, HELD
from portal.cases.talks.planning import WrongPlan
from portal.cases.talks.seen import FixedTalk, TalkLine
from portal.cases.writing import Letter, LetterError
from portal.desk.answers import answer_text
from portal.desk.forms import (
    FILL_IN,
    NOTE_LENGTH,
    OWN_LENGTH,
    FieldView,
    OptionView,
    blank_views,
    clean,
    digits_of,
    is_id,
    typed_blanks,
)
from portal.desk.talks.wording import FIXED as FIXED_NAMES
from portal.desk.talks.wording import LABELS, STATES, WAYS, WRONG
from portal.desk.wording import named, say
from portal.i18n import N_, format_date, format_time

LETTER: Letter = LETTERS["talk_proposed"]
"""Its blanks are the fields of the form, for a new proposal and for a changed one."""
HELD_ALREADY = Letter("talk_held", "", (), HELD_BLANKS)
"""The fields of a talk that took place without a proposal. It is never sent."""
WISHES: tuple[Field, ...] = (
    asked.talk_way, asked.talk_days, asked.talk_with, asked.talk_staff, asked.reading, asked.senses,
)  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """What stands in the form of a talk. `talk_id` is empty for a new one."""

    blanks: Mapping[str, Any]
    own: str = ""
    number: str = ""
    talk_id: str = ""


@dataclass(frozen=True)
class TalkView:
    id: str
    day: str
    time: str
    minutes: int
    way: str
    place: str
    state: str
    tone: str
    open: bool
    number: str
    member: str
    changed: datetime
    answer: str
    may_be_held: bool


@dataclass(frozen=True)
class FixedView:
    """One of the three talks of a dossier; no lines: nothing was recorded here."""

    name: str
    is_held: bool
    lines: tuple["FixedLine", ...]


@dataclass(frozen=True)
class FixedLine:
    text: str
    case_id: str
    reference: str
    """Of another case of the dossier, which the member may see; else empty."""


@dataclass(frozen=True)
class TalksView:
    fixed: tuple[FixedView, ...]
    next: TalkView | None
    earlier: tuple[TalkView, ...]


def read_typed(form: FormData, letter: Letter = LETTER) -> Typed:
    """The form of a talk; minutes in digits of any script."""
    blanks = typed_blanks(letter, form)
    blanks["minutes"] = digits_of(blanks["minutes"]) or blanks["minutes"]
    talk_id = clean(form.get("talk"), 40)
    return Typed(
        blanks,
        clean(form.get("own"), OWN_LENGTH),
        clean(form.get("number"), 3),
        talk_id if is_id(talk_id) else "",
    )


def prefilled(answers: Mapping[str, Any]) -> Typed:
    """What the request says already of language, interpreter, way and company."""
    way = {"here": "place", "elsewhere": "place", "phone": "phone", "video": "video"}
    gender, company = answers.get("interpreter_gender"), answers.get("talk_with")
    return Typed(
        {
            "minutes": "60",
            "way": way.get(str(answers.get("talk_way")), ""),
            "talk_lang": answers.get("talk_lang") or "",
            "gender": gender if gender in ("woman", "man") else "",
            "company": [company] if company in ("lawyer", "guardian", "someone") else [],
        }
    )


def of_talk(line: TalkLine) -> Typed:
    """The form of a talk as it was proposed."""
    return Typed(line.values, number=str(line.number or ""), talk_id=line.id)


def field_views(typed: Typed, wrong: LetterError | None, tag: str) -> tuple[FieldView, ...]:
    """The fields of the form; the one to mend says what is wrong with it."""
    views = blank_views(LETTER, typed.blanks, wrong.blank if wrong else "", typed.own, tag)
    *blanks, own = (_own_words(view, wrong, tag) for view in views)
    return (*blanks, number_field(typed.number, tag), own)


def held_views(
    typed: Typed, result: str, wrong: LetterError | None, tag: str
) -> tuple[FieldView, ...]:
    """The fields of a talk that took place; `wrong.blank` may be the result, "text"."""
    error = wrong.blank if wrong else ""
    *blanks, _ = blank_views(HELD_ALREADY, typed.blanks, error, "", tag)
    views = (_own_words(view, wrong, tag) for view in blanks)
    return (
        *views,
        number_field(typed.number, tag),
        FieldView(
            "text",
            "textarea",
            say(tag, N_("What came of it")),
            result,
            error=say(tag, FILL_IN) if error == "text" else "",
            help=say(tag, N_("For colleagues; the person never sees it")),
            dir="auto",
            maxlength=NOTE_LENGTH,
        ),
    )


def _own_words(view: FieldView, wrong: LetterError | None, tag: str) -> FieldView:
    label, help_text = LABELS.get(view.name, ("", ""))
    if label:
        view = replace(view, label=say(tag, label), help=say(tag, help_text))
    if view.name == "way":
        ways = (replace(each, label=named(tag, WAYS, each.value)) for each in view.options)
        view = replace(view, options=tuple(ways))
    if view.name == "gender":
        nobody = OptionView("", say(tag, N_("No wish")), selected=not view.value)
        view = replace(view, options=(nobody, *view.options))
    if isinstance(wrong, WrongPlan) and wrong.blank == view.name:
        view = replace(view, error=say(tag, WRONG[wrong.why]))
    return view


def number_field(number: str, tag: str) -> FieldView:
    options = (
        OptionView(str(each), say(tag, FIXED_NAMES[each]), selected=number == str(each))
        for each in FIXED
    )
    none = OptionView("", say(tag, N_("None of the three")), selected=not number)
    return FieldView(
        "number",
        "select",
        say(tag, N_("Which of the three fixed talks is it?")),
        number,
        (none, *options),
        help=say(tag, N_("For the dossier. The person does not read it.")),
    )


def wishes(answers: Mapping[str, Any], tag: str) -> tuple[tuple[str, str], ...]:
    """(label, answer) of what the request says about a talk."""
    found = ((field, answer_text(field, answers.get(field.name), tag)) for field in WISHES)
    return tuple((say(tag, field.label), text) for field, text in found if text)


def talks_view(
    lines: tuple[TalkLine, ...], fixed: tuple[FixedTalk, ...], case_id: str, tag: str, now: datetime
) -> TalksView:
    views = [talk_view(line, tag, now) for line in lines]
    return TalksView(
        tuple(_fixed_view(number, fixed, case_id, tag) for number in FIXED),
        next((view for view in views if view.open), None),
        tuple(view for view in views if not view.open),
    )


def talk_view(line: TalkLine, tag: str, now: datetime) -> TalkView:
    state, tone = STATES[line.state]
    return TalkView(
        line.id,
        format_date(line.start, tag),
        format_time(line.start),
        line.minutes,
        named(tag, WAYS, line.way),
        line.values.get("place", ""),
        say(tag, state),
        tone,
        line.open,
        say(tag, FIXED_NAMES[line.number]) if line.number else "",
        line.member,
        line.changed,
        line.answer,
        line.open and may_be_held(line.start, now),
    )


def _fixed_view(number: int, fixed: tuple[FixedTalk, ...], case_id: str, tag: str) -> FixedView:
    mine = [talk for talk in fixed if talk.number == number]
    return FixedView(
        say(tag, FIXED_NAMES[number]),
        any(talk.state == HELD for talk in mine),
        tuple(_fixed_line(talk, case_id, tag) for talk in mine),
    )


def _fixed_line(talk: FixedTalk, case_id: str, tag: str) -> FixedLine:
    values = {"day": format_date(talk.start, tag), "name": talk.member}
    if talk.state == HELD:
        held = N_("took place on %(day)s, written down by %(name)s")
        text = say(tag, held if talk.member else N_("took place on %(day)s"), values)
    else:
        text = say(tag, N_("proposed for %(day)s"), values)
    other = talk.case_id and talk.case_id != case_id
    return FixedLine(text, talk.case_id if other else "", talk.reference if other else "")
