"""Every field of every kind against whatever people type into it.

The fields come from the declarations, so that a new one is held to this by being there. Most of it
asks `forms.parse`, which is what every posted step goes through; one field of each widget goes
through the pages as well.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from starlette.datastructures import FormData, UploadFile

from portal.cases.fields import Field
from portal.cases.kinds import KINDS
from portal.cases.steps import Kind, Step
from portal.intake import cleaning, forms, visits
from portal.intake.drafts import Draft
from tests.rooms.test_asking import IOM, all_cases, step_of
from tests.support.page_lint import Element, elements
from tests.support.visitor import Visitor
from tests.support.world import World, make_world

Posted = list[tuple[str, str | UploadFile]]
PARTS = ("day", "month", "year")
TYPED = ("text", "textarea", "number", "v_number")
TURNED, NUL, SURROGATE = "a\u202eb", "a\0b", "a\ud800b"
ETHIOPIC, CHINESE, EMOJI = "ሰላም፩፪", "中文二", "🙂👩‍👧‍👦🇸🇾"
MEGABYTE = "x" * 1_000_000


@dataclass(frozen=True)
class Spot:
    """A field where it stands: in its step, and perhaps in the first row of a group."""

    step: Step
    field: Field
    group: Field | None = None

    @property
    def name(self) -> str:
        return f"{self.group.name}.0.{self.field.name}" if self.group else self.field.name

    def __str__(self) -> str:
        return f"{self.step.key}-{self.name}-{self.field.widget}"

    def with_typed(self, *values: str) -> FormData:
        """The whole step answered well, but this field with these values."""
        others = [pair for pair in good_answers(self.step) if not is_of(pair[0], self.name)]
        names = [f"{self.name}.{part}" for part in PARTS] if self.field.widget == "date" else []
        pairs = list(zip(names, values, strict=True)) if names else [(self.name, v) for v in values]
        return FormData([*others, *pairs])

    def answer(self, parsed: forms.Parsed) -> Any:
        """What was understood; `...` for nothing at all."""
        answers = parsed.answers
        if self.group:
            answers = (answers[self.group.name] or [{}])[0]
        return answers.get(self.field.name, ...)

    def typed(self, parsed: forms.Parsed) -> Any:
        typed = parsed.typed[self.group.name][0] if self.group else parsed.typed
        return typed[self.field.name]


def is_of(posted: str, name: str) -> bool:
    return posted == name or (posted.startswith(name) and posted[len(name)] == ".")


def good_answer(field: Field, name: str) -> Posted:
    """An answer that every rule of the field allows, as a browser would post it."""
    match field.widget:
        case "radio" | "checkboxes":
            return [(name, field.options[0].value)]
        case "date":
            return [(f"{name}.day", "2"), (f"{name}.month", "4"), (f"{name}.year", "1999")]
        case "hidden":
            return []
    fixed = {"tick": "yes", "number": "٢", "country": "SY", "v_number": "00 0000 000-1"}
    return [(name, fixed.get(field.widget, "Applicant 01"))]


def good_answers(step: Step) -> Posted:
    instead = {field.replaced_by for field in step.fields}
    return [
        pair
        for field in step.fields
        if field.name not in instead
        for each in (field.fields or (field,))
        for pair in good_answer(each, f"{field.name}.0.{each.name}" if field.fields else field.name)
    ]


def spots_of(step: Step) -> Iterator[Spot]:
    for field in step.fields:
        if field.fields:
            yield from (Spot(step, inner, field) for inner in field.fields)
        elif field.widget != "hidden":
            yield Spot(step, field)


STEPS = tuple(dict.fromkeys(step for kind in KINDS.values() for step in kind.steps))
SPOTS = tuple(spot for step in STEPS for spot in spots_of(step))
FREE = ("text", "textarea")


def every(*widgets: str) -> Any:
    """One test for each field with one of these widgets."""
    chosen = [s for s in SPOTS if s.field.widget in widgets or not widgets]
    return pytest.mark.parametrize("spot", chosen, ids=str)


def refused(spot: Spot, *values: str, says: str) -> forms.Parsed:
    """The error stands at this field and no other, and nothing of the answer is kept."""
    parsed = forms.parse(spot.step, spot.with_typed(*values))
    assert parsed.errors == {spot.name: says}
    assert spot.answer(parsed) is ...
    (shown,) = forms.error_views(parsed.errors, "ar")
    assert shown.field == f"f-{spot.name.replace('.', '-')}"
    wrong = [view for view in all_views(spot.step, parsed) if view.error]
    assert [view.name for view in wrong] == [spot.name]
    return parsed


def all_views(step: Step, parsed: forms.Parsed) -> list[forms.FieldView]:
    views = forms.views(step, parsed.typed, parsed.errors, "ar")
    return [each for view in views for each in (view, *(f for row in view.rows for f in row))]


# What is right -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_step_of_every_kind_takes_good_answers(kind: Kind) -> None:
    for step in kind.steps:
        parsed = forms.parse(step, FormData(good_answers(step)))
        assert not parsed.errors, step.key
        assert set(parsed.answers) == {f.name for f in step.fields if f.widget != "hidden"}


@every()
def test_what_was_left_empty_is_asked_for_when_it_is_needed(spot: Spot) -> None:
    says = {
        "radio": cleaning.CHOOSE,
        "checkboxes": cleaning.CHOOSE,
        "tick": cleaning.TICK,
        "date": cleaning.DATE,
    }.get(spot.field.widget, cleaning.CHOOSE if spot.field.options else cleaning.EMPTY)
    empty: list[tuple[str, ...]] = [(), ("",)] if spot.field.widget != "date" else [("", "", "")]
    if spot.field.widget in TYPED:
        empty += [("  \t ",), ("\u200c\u200f",)]  # nothing that anybody could see
    if spot.field.widget == "date":
        empty += [(" ", "\u200f", "")]
    for values in empty:
        if spot.field.widget == "checkboxes" and values:
            continue  # a browser posts no empty box
        if spot.field.required and not _row_is_gone(spot):
            refused(spot, *values, says=says)
            continue
        parsed = forms.parse(spot.step, spot.with_typed(*values))
        if spot.field.required:
            assert parsed.errors[spot.name] == says
        else:
            assert parsed.errors == {}
            assert spot.answer(parsed) in (None, False, [], ...)


def _row_is_gone(spot: Spot) -> bool:
    """It is the only field of its group, so without it nothing of the group is left."""
    return spot.group is not None and len(spot.group.fields) == 1


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_a_group_left_empty_says_at_its_first_row_what_is_missing(step: Step) -> None:
    parsed = forms.parse(step, FormData([]))
    expected = {spot.name for spot in spots_of(step) if spot.field.required}
    assert set(parsed.errors) == expected


@every(*FREE)
@pytest.mark.parametrize("text", [ETHIOPIC, CHINESE, EMOJI, "می‌خواهم", "كتابةً", "O’Neill-Ñ"])
def test_texts_keep_every_script_and_emoji(spot: Spot, text: str) -> None:
    parsed = forms.parse(spot.step, spot.with_typed(text))
    assert parsed.errors == {}
    assert spot.answer(parsed) == text[: spot.field.maxlength]


@every(*FREE)
def test_the_longest_text_is_kept_whole(spot: Spot) -> None:
    longest = "፩" * spot.field.maxlength
    assert spot.answer(forms.parse(spot.step, spot.with_typed(longest))) == longest


# What is wrong -------------------------------------------------------------------------------


@every(*FREE)
def test_a_text_too_long_is_refused_and_stays_to_be_made_shorter(spot: Spot) -> None:
    typed = "ሀ" * (spot.field.maxlength + 1)
    parsed = refused(spot, typed, says=cleaning.TOO_LONG)
    assert spot.typed(parsed) == typed


@every(*TYPED)
def test_what_nobody_can_see_is_refused(spot: Spot) -> None:
    for typed in (TURNED, NUL, "1\u2066"):
        assert spot.typed(refused(spot, typed, says=cleaning.INVISIBLE)) == typed


@every()
def test_a_lone_surrogate_reaches_nothing_that_is_stored(spot: Spot) -> None:
    """It can't be encoded at all: in a text a visible mark stands for it, elsewhere it is wrong."""
    values = ("1", "1", "199\ud800") if spot.field.widget == "date" else (SURROGATE,)
    parsed = forms.parse(spot.step, spot.with_typed(*values))
    repr(parsed.answers).encode()
    if spot.field.widget in FREE:
        assert spot.answer(parsed) == "a?b"
    elif spot.field.widget == "tick" and not spot.field.required:
        assert spot.answer(parsed) is False
    else:
        assert set(parsed.errors) == {spot.name}


@every("number")
@pytest.mark.parametrize("typed", [ETHIOPIC, CHINESE, EMOJI, "፪", "123", "-1", "1.5", "1e3", "²"])
def test_a_number_is_a_number(spot: Spot, typed: str) -> None:
    assert spot.typed(refused(spot, typed, says=cleaning.NUMBER)) == typed


@every("v_number")
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (ETHIOPIC, cleaning.TEN_DIGITS),
        (CHINESE, cleaning.TEN_DIGITS),
        (EMOJI, cleaning.TEN_DIGITS),
        ("123456789", cleaning.TEN_DIGITS),
        ("1" * 11, cleaning.TEN_DIGITS),
        ("1" * 41, cleaning.TOO_LONG),
        ("W2A1234567", cleaning.DOCUMENT_NUMBER),
    ],
)
def test_a_v_number_says_what_is_wrong_with_it(spot: Spot, typed: str, says: str) -> None:
    assert spot.typed(refused(spot, typed, says=says)) == typed


@every("v_number")
@pytest.mark.parametrize(
    "typed", ["\u200e0000000001\u200f", "\u061c٠٠٠٠ ٠٠٠ ٠٠١", "0000–000–001", "\ufeff0000000001"]
)
def test_marks_that_come_along_with_a_copied_number_do_no_harm(spot: Spot, typed: str) -> None:
    assert spot.answer(forms.parse(spot.step, spot.with_typed(typed))) == "0000000001"


@every("date")
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("ሰ", "1", "1990"), cleaning.DATE),
        (("1", "一", "1990"), cleaning.DATE),
        (("1", "1", "🙂"), cleaning.DATE),
        (("1", "1", "19900"), cleaning.DATE),
        (("1", "1", MEGABYTE), cleaning.DATE),
        (("1", "", "1990"), cleaning.DATE),
        (("31", "4", "1990"), cleaning.NO_SUCH_DATE),
        (("1", "1", "9999"), cleaning.FUTURE),
        (("1", "1", "90"), cleaning.YEAR),
        (("1", "\u202e1", "1990"), cleaning.INVISIBLE),
        (("1\0", "1", "1990"), cleaning.INVISIBLE),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_date_is_a_date(spot: Spot, typed: tuple[str, ...], says: str) -> None:
    shown = spot.typed(refused(spot, *typed, says=says))
    assert [shown[part] for part in PARTS] == [text[:10] for text in typed]


@every("radio", "country", "checkboxes")
def test_only_offered_answers_can_be_chosen(spot: Spot) -> None:
    odd = (ETHIOPIC, CHINESE, EMOJI, TURNED, NUL, "' OR 1=1 --", "XX", MEGABYTE)
    for typed in odd:
        refused(spot, typed, says=cleaning.CHOOSE_ONE_OF)
    if spot.field.widget == "checkboxes":
        first = spot.field.options[0].value
        refused(spot, first, "odd", says=cleaning.CHOOSE_ONE_OF)


@every("tick")
def test_a_tick_is_yes_or_nothing(spot: Spot) -> None:
    for typed in (ETHIOPIC, EMOJI, TURNED, NUL, "on", "YES", MEGABYTE):
        if spot.field.required:
            refused(spot, typed, says=cleaning.TICK)
        else:
            assert spot.answer(forms.parse(spot.step, spot.with_typed(typed))) is False


@every(*TYPED)
def test_a_megabyte_is_too_long_and_is_shown_in_part(spot: Spot) -> None:
    parsed = refused(spot, MEGABYTE, says=cleaning.TOO_LONG)
    assert len(spot.typed(parsed)) <= max(4 * spot.field.maxlength, 1000)


@every()
def test_a_file_is_no_answer(spot: Spot) -> None:
    """A part of a form that came as a file is as if it weren't there."""
    with open("/dev/null", "rb") as nothing:
        form = FormData([(spot.name, UploadFile(nothing, filename="x"))])
        answer = spot.answer(forms.parse(spot.step, form))
    assert answer in (..., None, False, [])


# Through the pages ---------------------------------------------------------------------------


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    made = make_world(sqlite_url, tmp_path)
    yield made
    made.close()


def whole_draft(kind: Kind, told: dict[str, str]) -> Draft:
    """Every step answered well, with some answers as told: so every step can be opened."""
    draft = Draft()
    for step in kind.steps:
        good = {**dict(good_answers(step)), **told}
        parsed = forms.parse(step, FormData(good))
        draft = draft.answered(step.key, parsed.answers)
    return draft


def visiting(world: World, kind: Kind, draft: Draft) -> tuple[Visitor, str]:
    """Somebody whose visit holds this draft, and the token of the visit."""
    token, visitor = secrets.token_urlsafe(32), world.visitor()
    world.db.write_now(visits.save_draft, token, kind.key, draft, datetime.now(UTC))
    visitor.client.cookies.set("visit", token, domain="127.0.0.1")
    return visitor, token


def kept(world: World, token: str, kind: Kind) -> dict[str, Any]:
    _, state = world.db.read_now(visits._look, token, datetime.now(UTC))
    assert state
    return dict(state.drafts[kind.key].answers)


EVERYTHING = {
    "sender_role": "helper",  # so that who asks is asked
    "birth_date.year": str(datetime.now(UTC).year - 10),
    "family_included": "yes",
    "contact_channel": "phone",
    "programme": "ngo",
    "procedure_pending": "no",
}
ONE_OF_EACH = {
    (spot.field.widget, spot.group is None, spot.field.required): (kind, spot)
    for kind in KINDS.values()
    for step in kind.steps
    for spot in spots_of(step)
    if spot.field.required or spot.field.widget != "tick"  # without one, nothing is wrong
}
BAD = {
    "text": [TURNED, NUL, "x" * 5000],
    "textarea": [TURNED, NUL, "x\n" * 5000],
    "number": [ETHIOPIC, CHINESE, EMOJI, NUL, TURNED, SURROGATE, "9" * 400],
    "v_number": [ETHIOPIC, CHINESE, EMOJI, NUL, TURNED, SURROGATE, "9" * 400],
    "date": [ETHIOPIC, EMOJI, NUL, TURNED, SURROGATE, "9" * 400],
}
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}
ODD = [ETHIOPIC, EMOJI, NUL, TURNED, SURROGATE, "x" * 5000]


def encoded(pairs: Iterable[tuple[str, Any]]) -> bytes:
    """A form body that keeps what no browser would send: lone surrogates as raw bytes."""
    part = lambda text: quote_from_bytes(str(text).encode("utf-8", "surrogatepass"))  # noqa: E731
    return "&".join(f"{part(name)}={part(value)}" for name, value in pairs).encode()


@pytest.mark.parametrize(
    ("kind", "spot"),
    [pytest.param(kind, spot, id=f"{kind.key}-{spot}") for kind, spot in ONE_OF_EACH.values()],
)
def test_a_wrong_answer_comes_back_with_its_error_and_is_not_kept(
    world: World, kind: Kind, spot: Spot
) -> None:
    visitor, token = visiting(world, kind, whole_draft(kind, EVERYTHING))
    address = f"/ar/ask/{kind.key}?step={spot.step.key}"
    visitor.get(address)
    csrf = visitor.form().values["csrf"][0]
    before = kept(world, token, kind)
    for typed in BAD.get(spot.field.widget, ODD):
        values = ("1", "1", typed) if spot.field.widget == "date" else (typed,)
        body = encoded([("csrf", csrf), *spot.with_typed(*values).multi_items()])
        visitor.post(address, content=body, headers=FORM_TYPE)
        assert visitor.page.status_code == 422, typed
        assert kept(world, token, kind) == before
        control = next(each for each in elements(visitor.page.text)
                       if is_of(each.get("name") or " ", spot.name))  # fmt: skip
        assert is_marked_wrong(control), str(control)
        assert_errors_lead_somewhere(visitor, spot)
        if spot.field.widget in FREE and typed != NUL:
            assert typed[:1000] in shown_in(control).replace("\r\n", "\n")


def is_marked_wrong(element: Element | None) -> bool:
    if element is None:
        return False
    return element.get("aria-invalid") == "true" or is_marked_wrong(element.parent)


def shown_in(control: Element) -> str:
    return "".join(control.words) if control.tag == "textarea" else control.get("value")


def assert_errors_lead_somewhere(visitor: Visitor, spot: Spot) -> None:
    page = elements(visitor.page.text)
    ids = {each.get("id") for each in page}
    leads = [e.get("href")[1:] for e in page if e.tag == "a" and e.get("href").startswith("#f-")]
    assert leads == [f"f-{spot.name.replace('.', '-')}"]
    assert set(leads) <= ids


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_megabyte_is_turned_away(world: World, kind: Kind) -> None:
    visitor, token = visiting(world, kind, whole_draft(kind, EVERYTHING))
    before = kept(world, token, kind)
    visitor.get(f"/ar/ask/{kind.key}?step=name")
    csrf = visitor.form().values["csrf"]
    visitor.post(f"/ar/ask/{kind.key}?step=name", {"csrf": csrf, "family_name": MEGABYTE})
    assert visitor.page.status_code == 413
    assert kept(world, token, kind) == before


NGO = {
    **{key: IOM[key] for key in ("urgent", "sender", "goal")},
    "programme": {"programme": "eurp"},
    "plan": {},
    **{key: told for key, told in IOM.items() if key not in ("urgent", "sender", "goal", "call")},
}


@pytest.mark.parametrize(("name", "told"), [("iom_support", IOM), ("ngo_support", NGO)])
def test_answers_of_branches_that_were_not_asked_are_never_stored(
    world: World, name: str, told: dict[str, dict[str, Any]]
) -> None:
    """Everything that belongs to steps that don't apply is posted with every step."""
    kind, visitor = KINDS[name], world.visitor()
    hidden = {step.key: step for step in kind.steps if step.key not in told}
    assert {"mandate", "alone", "reach", "family"} <= set(hidden)
    extra = {n: v for step in hidden.values() for n, v in good_answers(step)}
    extra |= {"from_safety": "yes", "procedure_pending": "no", "question_text": "odd"}
    visitor.get(f"/ar/ask/{name}")
    for key, values in told.items():
        form = visitor.form()
        assert f"step={key}" in form.action, visitor.page.url
        visitor.post(form.action, {**extra, **form.filled(values)})
    for step in hidden.values():  # and at their own addresses, which lead elsewhere
        visitor.get(f"/ar/ask/{name}?step={step.key}")
        form = visitor.form()
        visitor.post(form.action.replace(step_of(visitor), step.key), {**form.values, **extra})
    visitor.get("/ar/ask/check")
    visitor.submit()
    assert visitor.page.url.path == "/ar/ask/sent"
    (case,) = all_cases(world)
    asked = {field.name for step in kind.steps if step.key in told for field in step.fields}
    assert set(case["answers"]) <= asked


def test_a_branch_that_was_answered_and_then_left_is_not_stored(world: World) -> None:
    kind = KINDS["ngo_support"]
    told = {**EVERYTHING, "birth_date.year": "1999"}
    visitor, token = visiting(world, kind, whole_draft(kind, told))
    for step, values in (
        ("sender", {"sender_role": "self"}),
        ("programme", {"programme": "eurp"}),
        ("family-too", {"family_included": "no"}),
        ("contact", {"contact_channel": "code"}),
    ):
        visitor.get(f"/ar/ask/{kind.key}?step={step}")
        visitor.submit(values)
    assert "sender_name" in kept(world, token, kind)  # it may come back while it is a draft
    visitor.get("/ar/ask/check")
    assert "Applicant 01" in visitor.page.text  # the name
    visitor.submit()
    (case,) = all_cases(world)
    left = {"sender_name", "sender_reach", "sender_mandate", "ngo_choice", "share_with_ngo",
            "family", "contact_target", "contact_safe", "contact_times", "minor_alone"}  # fmt: skip
    assert not left & set(case["answers"])
