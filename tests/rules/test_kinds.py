"""What every kind of request keeps to, read from the declarations themselves."""

import pkgutil
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases import requests, steps
from portal.cases.fields import Field
from portal.cases.kinds import GROUPS, KINDS, field_of
from portal.cases.letters import LETTERS
from portal.cases.requests.about import BEGIN, STATEMENT
from portal.cases.steps import AnyOf, Condition, Kind, Step, Underage, Unless, When
from portal.desk import wording
from portal.desk.pages import LETTERS_FOR
from portal.i18n import translations

EVERY_KIND = [pytest.param(kind, id=key) for key, kind in KINDS.items()]


def fields_of(step: Step) -> Iterator[Field]:
    """Every field of a step, those inside groups too."""
    for field in step.fields:
        yield field
        yield from field.fields


# The declarations ----------------------------------------------------------------------------


def test_every_declared_kind_has_one_place_to_be_chosen() -> None:
    modules = [import_module(f"{requests.__name__}.{m.name}") for m in
               pkgutil.iter_modules(requests.__path__)]  # fmt: skip
    declared = {v.key for m in modules for v in vars(m).values() if isinstance(v, Kind)}
    offered = [kind.key for _, kinds in GROUPS for kind in kinds]
    assert sorted(offered) == sorted(declared)
    assert len(offered) == 13


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_names_are_unique_in_a_kind(kind: Kind) -> None:
    keys = [step.key for step in kind.steps]
    names = [field.name for step in kind.steps for field in step.fields]
    assert len(set(keys)) == len(keys)
    assert len(set(names)) == len(names)
    for step in kind.steps:
        for field in step.fields:
            inner = [each.name for each in field.fields]
            assert len(set(inner)) == len(inner)
            assert field_of(kind, field.name) is field
            # dots and digits belong to the parts of dates and the rows of groups
            assert all(re.fullmatch("[a-z_]+", name) for name in (field.name, *inner))


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_kind_begins_with_what_is_urgent_and_ends_with_the_statement(kind: Kind) -> None:
    assert kind.steps[: len(BEGIN)] == BEGIN
    assert kind.steps[-1] is STATEMENT


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_only_what_could_reach_an_embassy_has_a_guard(kind: Kind) -> None:
    guards = [step.advice for step in kind.steps if step.advice and step.advice.becomes]
    assert bool(guards) == kind.embassy
    for guard in guards:
        assert not KINDS[guard.becomes].embassy
    for pending in ("yes", "unknown"):
        assert bool(kind.guard({"procedure_pending": pending})) == kind.embassy


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_question_can_be_read(kind: Kind) -> None:
    assert kind.title
    assert kind.summary
    for step in kind.steps:
        assert step.title
        for field in fields_of(step):
            assert field.label or field.widget == "hidden", field.name
            assert all(option.value and option.label for option in field.options), field.name
            values = [option.value for option in field.options]
            assert len(set(values)) == len(values), field.name
            if field.widget in ("radio", "checkboxes"):
                assert len(values) >= 2, field.name
            if field.widget == "group":
                assert field.fields, field.name
                assert field.add, field.name
                assert field.most > 1, field.name
                assert not {"group", "hidden"} & {each.widget for each in field.fields}


def asked_by(condition: Condition | None) -> list[tuple[str, tuple[str, ...]]]:
    """The fields that a condition looks at, and the answers that it knows of them."""
    match condition:
        case When(field, values) | Unless(field, values):
            return [(field, values)]
        case AnyOf(conditions):
            return [pair for each in conditions for pair in asked_by(each)]
        case Underage():
            return [("birth_date", ())]
    assert condition is None, f"{condition} is a new sort of condition"
    return []


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_conditions_ask_for_answers_that_were_given_before(kind: Kind) -> None:
    """A step may depend only on steps before it, and those always apply: no chains."""
    before: dict[str, Field] = {}
    for step in kind.steps:
        before |= {field.name: field for field in step.fields}
        for condition in (step.when, step.advice.when if step.advice else None):
            for name, values in asked_by(condition):
                assert set(values) <= {option.value for option in before[name].options}, step.key
    depended = {name for step in kind.steps for name, _ in asked_by(step.when)}
    for step in kind.steps:
        assert step.when is None or not depended & {field.name for field in step.fields}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_i_do_not_know_stands_beside_what_it_replaces(kind: Kind) -> None:
    for step in kind.steps:
        beside = {field.name: field for field in step.fields}
        for field in step.fields:
            if field.replaced_by:
                assert beside[field.replaced_by].widget == "tick"
                assert not beside[field.replaced_by].required


NEVER_ASKED = re.compile(
    r"""\b(diagnos\w*|disease|which\ illness|symptom\w*|hiv|depress\w*|suicid\w*
    |asylum\ story|reasons?\ for\ asylum|persecut\w*|tortur\w*|fle[ed]\w*|why\ did\ you\ leave
    |religio\w*|faith|believ\w*|church|mosque|christian\w*|muslim\w*|convert\w*
    |sexual\w*|orientation|gay|lesbian|homosexual\w*|transgender
    |crim\w*|convict\w*|prison\w*|sentenced|politic\w*|party|ethnic\w*|tribe|clan|race
    |relatives\ at\ home|left\ behind)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""What no form of ours may ask (domain.md §3A). Who is held asks for "detention", a place."""


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_no_field_asks_what_we_never_ask(kind: Kind) -> None:
    for step in kind.steps:
        asked = [step.title, step.plain.label]
        told = [step.lead, step.plain.help]
        for field in fields_of(step):
            asked.append(field.plain.label)
            told.append(field.plain.help)
            asked += [field.name.replace("_", " "), field.label, *(o.label for o in field.options)]
            told += [field.help, *(option.help for option in field.options)]
        assert [text for text in asked if NEVER_ASKED.search(text)] == []
        # A help may name it, but only to say that it isn't asked.
        sentences = [one for text in told for one in re.split(r"(?<=[.?!])\s", text)]
        assert [one for one in sentences if NEVER_ASKED.search(one) and " not " not in one] == []


@pytest.mark.parametrize(
    "text",
    ["What is your religion?", "Which illness do you have?", "Why did you flee?", "Diagnosis",
     "Were you in prison?", "Your reasons for asylum"],
)  # fmt: skip
def test_the_list_of_words_finds_such_questions(text: str) -> None:
    assert NEVER_ASKED.search(text)


# The desk ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_desk_can_name_and_answer_every_kind(kind: Kind) -> None:
    name = wording.KINDS[kind.key]
    assert translations("nl", "desk").gettext(name) != name
    letters = LETTERS_FOR[kind.key]
    assert letters
    assert len(set(letters)) == len(letters)
    assert not [key for key in letters if LETTERS[key].automatic]


def test_the_desk_knows_no_other_kinds() -> None:
    assert set(wording.KINDS) == set(LETTERS_FOR) == set(KINDS)


# Under eighteen ------------------------------------------------------------------------------


def underage(monkeypatch: pytest.MonkeyPatch, today: date, born: Mapping[str, int] | None) -> bool:
    monkeypatch.setattr(steps, "dutch_day", lambda: today)
    return Underage().holds({"birth_date": born})


def parts(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


@pytest.mark.parametrize(
    ("today", "born", "is_underage"),
    [
        ("2026-06-14", {"year": 2008, "month": 6, "day": 15}, True),
        ("2026-06-15", {"year": 2008, "month": 6, "day": 15}, False),
        # born on 29 February: eighteen on 1 March when there is no such day
        ("2026-02-28", {"year": 2008, "month": 2, "day": 29}, True),
        ("2026-03-01", {"year": 2008, "month": 2, "day": 29}, False),
        ("2028-02-28", {"year": 2010, "month": 2, "day": 28}, False),
        ("2028-02-29", {"year": 2010, "month": 3, "day": 1}, True),
        ("2028-02-29", {"year": 2010, "month": 2, "day": 28}, False),
        # only the year, or year and month: perhaps under eighteen is enough
        ("2026-12-30", {"year": 2008}, True),
        ("2026-12-31", {"year": 2008}, False),
        ("2027-01-01", {"year": 2008}, False),
        ("2026-01-01", {"year": 2007}, False),
        ("2026-05-30", {"year": 2008, "month": 5}, True),
        ("2026-05-31", {"year": 2008, "month": 5}, False),
        ("2026-02-28", {"year": 2008, "month": 2}, True),
        ("2026-03-01", {"year": 2008, "month": 2}, False),
        # nothing known: nothing asked
        ("2026-01-01", None, False),
        ("2026-01-01", {}, False),
    ],
)
def test_under_eighteen_at_the_birthday(
    monkeypatch: pytest.MonkeyPatch, today: str, born: dict[str, int] | None, is_underage: bool
) -> None:
    assert underage(monkeypatch, date.fromisoformat(today), born) is is_underage


DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
AROUND = st.integers(-400, 400).map(lambda days: timedelta(days))


def eighteen(born: date) -> date:
    """The day on which somebody comes of age."""
    try:
        return born.replace(year=born.year + 18)
    except ValueError:
        return date(born.year + 18, 3, 1)


@given(today=DAYS, around=AROUND)
def test_a_whole_date_tells_exactly_who_is_under_eighteen(today: date, around: timedelta) -> None:
    born = today - timedelta(18 * 365 + 4) + around
    with pytest.MonkeyPatch.context() as patch:
        assert underage(patch, today, parts(born)) is (today < eighteen(born))


@given(today=DAYS, around=AROUND, known=st.sampled_from([("year",), ("year", "month")]))
def test_no_child_is_missed_for_knowing_only_a_part(
    today: date, around: timedelta, known: tuple[str, ...]
) -> None:
    born = today - timedelta(18 * 365 + 4) + around
    part = {name: value for name, value in parts(born).items() if name in known}
    with pytest.MonkeyPatch.context() as patch:
        assert underage(patch, today, part) or today >= eighteen(born)


# Which steps apply ---------------------------------------------------------------------------


def answers_to(kind: Kind) -> st.SearchStrategy[dict[str, Any]]:
    """Some answers to a kind, to steps that don't apply as well, in any combination."""
    return st.fixed_dictionaries(
        {}, optional={f.name: _answer(f) for step in kind.steps for f in step.fields}
    )


def _answer(field: Field) -> st.SearchStrategy[Any]:
    values = st.sampled_from([option.value for option in field.options] or ["something"])
    match field.widget:
        case "checkboxes":
            return st.lists(values, max_size=3)
        case "tick":
            return st.booleans()
        case "number":
            return st.integers(0, 99)
        case "date":
            return st.none() | st.dates(date(1950, 1, 1), date.today()).map(parts)
        case "group":
            row = st.fixed_dictionaries({each.name: _answer(each) for each in field.fields})
            return st.lists(row, max_size=3)
    return values if field.required else st.none() | values


@pytest.mark.parametrize("kind", EVERY_KIND)
@given(data=st.data())
def test_only_answers_of_steps_that_apply_are_kept(kind: Kind, data: st.DataObject) -> None:
    answers = data.draw(answers_to(kind))
    path, kept = kind.path(answers), kind.kept(answers)
    asked = {field.name for step in path for field in step.fields}
    assert kept == {name: value for name, value in answers.items() if name in asked}
    for step in kind.steps:
        if step.when and not step.when.holds(answers):
            assert not {field.name for field in step.fields} & set(kept), step.key
    # What is left asks for the same steps again: nothing that was dropped decided.
    assert kind.path(kept) == path
    assert kind.kept(kept) == kept


@pytest.mark.parametrize("kind", EVERY_KIND)
@given(data=st.data())
def test_the_path_keeps_the_declared_order_whatever_else_is_there(
    kind: Kind, data: st.DataObject
) -> None:
    answers = data.draw(answers_to(kind))
    path = kind.path(answers)
    numbers = [kind.steps.index(step) for step in path]
    assert numbers == sorted(set(numbers))
    assert kind.path({"something_else": "yes", **dict(reversed(answers.items()))}) == path
