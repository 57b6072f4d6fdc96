"""The table of moves: every arrow that it has, and none that it hasn't."""

from datetime import UTC, datetime, timedelta
from itertools import combinations, product

import hypothesis
import pytest
from hypothesis import strategies as st

from portal.cases import workflow
from portal.cases.workflow import CLOSED, CONSENT, MOVES, NEXT, REASONS, STATES, NotAllowed
from portal.cases.working_days import is_working_day
from portal.desk import history, wording
from portal.i18n import AMSTERDAM

ROLES = ("applicant", "worker", "supervisor", "coordinator", "partner", "editor", "auditor")
STAFF_MAY = {"supervisor", "coordinator"}

# Written by hand after domain.md §3B, so that a slip in the table is seen.
ARROWS = {
    ("sent", "route", "assigned", "worker"),
    ("assigned", "start", "in_progress", "staff"),
    ("assigned", "join", "duplicate", "staff"),
    ("in_progress", "ask_info", "info_needed", "staff"),
    ("in_progress", "refer", "referred", "staff"),
    ("in_progress", "plan_meeting", "meeting_planned", "staff"),
    ("in_progress", "carry_out", "carried_out", "staff"),
    ("in_progress", "decline", "not_now", "staff"),
    ("in_progress", "redirect", "elsewhere", "staff"),
    ("in_progress", "join", "duplicate", "staff"),
    ("in_progress", "finish", "done", "staff"),
    ("info_needed", "answer", "in_progress", "applicant"),
    ("info_needed", "resume", "in_progress", "staff"),
    *(
        (state, name, target, "staff")
        for state in ("referred", "meeting_planned", "carried_out", "not_now", "elsewhere")
        for name, target in (("resume", "in_progress"), ("finish", "done"))
    ),
    *((state, "withdraw", "withdrawn", "applicant") for state in STATES if state not in CLOSED),
}


def allowed(state: str, name: str, role: str) -> str:
    """Where the hand-written arrows lead, or "" where there is none."""
    group = "staff" if role in STAFF_MAY else role
    return next((to for s, n, to, who in ARROWS if (s, n, who) == (state, name, group)), "")


@pytest.mark.parametrize("state", STATES)
def test_every_arrow_is_allowed_and_no_other(state: str) -> None:
    for name, role in product([*MOVES, "nonsense", ""], ROLES):
        target, reason = allowed(state, name, role), CONSENT if name == "refer" else "other"
        if target:
            assert workflow.move(name, state, [role], reason, "iom").target == target
        else:
            with pytest.raises(NotAllowed):
                workflow.move(name, state, [role], reason, "iom")


@pytest.mark.parametrize("state", STATES)
def test_the_moves_offered_are_the_moves_allowed(state: str) -> None:
    for roles in (pair for n in range(3) for pair in combinations(ROLES, n)):
        offered = {move.name for move in workflow.moves_from(state, roles)}
        assert offered == {n for n in MOVES if any(allowed(state, n, role) for role in roles)}


def test_only_declining_needs_a_reason_and_only_a_known_one_counts() -> None:
    assert {name for name, move in MOVES.items() if move.needs_reason} == {"decline"}
    for reason in REASONS:
        assert workflow.move("decline", "in_progress", ["supervisor"], reason)
    for reason in ("", "nonsense", "DUBLIN"):
        with pytest.raises(NotAllowed):
            workflow.move("decline", "in_progress", ["supervisor"], reason)


def test_nothing_is_passed_on_without_consent_to_somebody_named() -> None:
    assert {name for name, move in MOVES.items() if move.needs_consent} == {"refer"}
    move = workflow.move("refer", "in_progress", ["supervisor"], CONSENT, "iom")
    assert move.target == "referred"
    for reason, to in (("", "iom"), ("other", "iom"), ("CONSENT", "iom"), (CONSENT, "")):
        with pytest.raises(NotAllowed):
            workflow.move("refer", "in_progress", ["supervisor"], reason, to)


def test_nothing_leaves_a_closed_state_and_every_state_can_be_reached() -> None:
    assert not any(move.sources & CLOSED for move in MOVES.values())
    reached = {"sent"}
    for _ in STATES:
        reached |= {move.target for move in MOVES.values() if move.sources & reached}
    assert reached == set(STATES)


def test_no_machine_declines_or_closes() -> None:
    """A person ends a request (domain.md §3B): the worker's one move gives it to somebody."""
    assert {move.name for move in MOVES.values() if "worker" in move.by} == {"route"}
    assert {m.name for m in MOVES.values() if m.target in CLOSED and "applicant" in m.by} == {
        "withdraw"
    }


def test_every_state_and_move_has_its_words() -> None:
    assert set(NEXT) == set(wording.STATES) == set(wording.NEXT) == set(STATES)
    assert set(wording.MOVES) == {n for n, move in MOVES.items() if move.by & STAFF_MAY}
    assert set(MOVES) - {"route"} <= set(history.EVENTS)


@hypothesis.given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 30),
)
def test_working_days_skip_weekends_and_holidays(start: datetime, days: int) -> None:
    end = workflow.add_working_days(start, days)
    first, last = start.astimezone(AMSTERDAM).date(), end.astimezone(AMSTERDAM).date()
    between = (first + timedelta(days=n + 1) for n in range((last - first).days))
    assert sum(is_working_day(day) for day in between) == days
    assert days == 0 or is_working_day(last)
    assert end.astimezone(AMSTERDAM).hour == 17


def test_deadlines_are_shorter_when_urgent_and_a_question_leaves_two_weeks() -> None:
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    days = (5, 2)
    ordinary = workflow.next_deadline("assigned", monday, urgent=False, days=days)
    urgent = workflow.next_deadline("assigned", monday, urgent=True, days=days)
    asked = workflow.next_deadline("info_needed", monday, urgent=True, days=days)
    assert ordinary.date().isoformat() == "2026-11-30"
    assert urgent.date().isoformat() == "2026-11-25"
    assert asked - monday >= timedelta(days=14)


def test_the_state_follows_from_the_log() -> None:
    assert workflow.state_of(["sent", "assigned", "in_progress"]) == "in_progress"
