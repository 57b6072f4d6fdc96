"""Plain words for a child who is alone: the same questions, shorter, for nobody else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from portal.cases.fields import Field, Plain
from portal.cases.kinds import KINDS
from portal.cases.steps import Kind, Step, YoungAndAlone
from portal.desk.answers import read_answers
from portal.desk.wording import say
from portal.i18n import dutch_day
from tests.rules.test_kinds import NEVER_ASKED

EVERY_KIND = [pytest.param(kind, id=key) for key, kind in KINDS.items()]
CHILD = {"birth_date": {"year": dutch_day().year - 16}, "minor_alone": "yes"}


@pytest.mark.parametrize(
    ("answers", "holds"),
    [
        (CHILD, True),
        ({**CHILD, "sender_role": "self"}, True),
        ({**CHILD, "sender_role": "guardian"}, False),  # who reads is an adult
        ({**CHILD, "minor_alone": "no"}, False),
        ({**CHILD, "birth_date": {"year": 1990}}, False),  # the date was mended since
        ({**CHILD, "birth_date": None}, False),
        ({"special_needs": ["pregnant", "minor_alone"]}, True),
        ({"special_needs": ["pregnant"]}, False),
        ({"special_needs": None}, False),
        ({}, False),
    ],
)
def test_who_reads_plain_words(answers: dict[str, Any], holds: bool) -> None:
    assert YoungAndAlone().holds(answers) is holds
    question = KINDS["question"]
    assert (question.asked(answers) != question.path(answers)) is holds


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_same_is_asked_in_other_words(kind: Kind) -> None:
    for step, plain in zip(kind.path(CHILD), kind.asked(CHILD), strict=True):
        assert (plain.key, plain.when, plain.advice) == (step.key, step.when, step.advice)
        for field, other in zip(step.fields, plain.fields, strict=True):
            for name in ("name", "widget", "options", "required", "replaced_by", "maxlength"):
                assert getattr(field, name) == getattr(other, name)


def plain_parts(kind: Kind) -> Iterator[tuple[Step | Field, Plain]]:
    for step in kind.steps:
        for part in (step, *step.fields):
            yield part, part.plain


def words(text: str) -> list[str]:
    return re.findall(r"[\w-]+", text)


@pytest.mark.parametrize("key", ["iom_support", "question"])
def test_plain_words_are_short_and_ask_nothing_else(key: str) -> None:
    told = [plain for _, plain in plain_parts(KINDS[key])]
    assert sum(bool(plain.label or plain.help) for plain in told) >= 10
    for part, plain in plain_parts(KINDS[key]):
        usual = {part.title, part.lead} if isinstance(part, Step) else {part.label, part.help}
        assert not {plain.label, plain.help} & (usual - {""})
        for sentence in re.split(r"(?<=[.?!:])\s", f"{plain.label}. {plain.help}"):
            assert len(words(sentence)) <= 12, sentence
        assert not NEVER_ASKED.search(plain.label)


def test_the_desk_reads_the_usual_words() -> None:
    answers = {**CHILD, "sender_role": "self", "question_text": "?", "family_name": "Applicant 91"}
    labels = [each.label for each in read_answers("question", answers, "en").about_person]
    assert say("en", "Family name") in labels
    assert say("en", "What is your family name?") not in labels
