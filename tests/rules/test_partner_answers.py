"""What an organisation may read of the answers: only what was thought about, and it exists."""

from typing import Any

import pytest

from portal.cases.kinds import KINDS
from portal.cases.sharing.answers import SHOWN, shared_answers

NEVER = {
    "v_number", "urgent", "special_needs", "health_hinders", "in_treatment", "needs_medicine",
    "senses", "minor_alone", "from_safety", "talk_topic", "talk_staff", "interpreter_gender",
    "claimed_identity_same", "procedure_pending", "withdraw_why", "family", "sender_name",
    "sender_reach",
}  # fmt: skip
ASKED = {field.name for kind in KINDS.values() for step in kind.steps for field in step.fields}


def test_what_is_shown_is_asked_somewhere_and_what_must_not_be_is_not_shown() -> None:
    assert SHOWN <= ASKED
    assert NEVER <= ASKED
    assert not SHOWN & NEVER


@pytest.mark.parametrize("tag", ["nl", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_answers_that_fit_no_question_any_more_break_nothing(kind: str, tag: str) -> None:
    for value in ("old", ["old"], {"year": 1999}, {}, None, True, [{"where": "x"}], 7):
        answers: dict[str, Any] = dict.fromkeys(SHOWN - {"birth_date"}, value)
        for each in shared_answers(kind, answers, tag):
            assert each.label
            assert each.text


def test_a_medical_wish_is_kept_back() -> None:
    answers = {"support_wishes": ["care"], "family_name": "A"}
    assert [each.text for each in shared_answers("iom_support", answers, "en")] == ["A"]
