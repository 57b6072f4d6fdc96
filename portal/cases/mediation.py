"""The milestones of a mediation, as lines of the case's log (domain.md §3E).

Staff write down what happened, with the day. The portal sends nothing to an embassy, and no step
follows from another by itself. A mistake is taken back by a line that says why; nothing is deleted.
What a step is says something about the person, so step, day and note stand sealed together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.cases import service, workflow
from portal.cases.handling import Desk, case_for, record_deed
from portal.cases.letters.mediation import OWN
from portal.cases.models import Case
from portal.cases.queries import LogLine, case_file
from portal.cases.releasing import may_release
from portal.cases.sealing import ANSWERS, data_key_of, note_place
from portal.i18n import dutch_day
from portal.vault import VaultError, seal_json, subkey

MILESTONE, UNDONE = "milestone", "milestone_undone"
"""Names of the events."""
TAKEN_UP = ("taken_up_document", "taken_up_identity", "taken_up_country")
"""An order for a travel document (LP), research of identity, another country."""
ASKED = "embassy_asked"
ENDED = ("ended_succeeded", "ended_no_result", "ended_no_cooperation", "ended_withdrawn")
STEPS = (
    "received_complete", "received_incomplete", "talk", *TAKEN_UP, ASKED, "copy_ready",
    "presentation", "answer", "no_answer", *ENDED,
)  # fmt: skip
AFTER: dict[str, tuple[str, ...]] = {
    ASKED: TAKEN_UP,
    **dict.fromkeys(("copy_ready", "presentation", "answer", "no_answer"), (ASKED,)),
    **dict.fromkeys(ENDED[:3], TAKEN_UP),
}
"""A step can only have happened on or after the day of one of these."""
MOTIVATED = frozenset({"ended_no_cooperation"})
"""Steps that need a reason in words: a person ends it so, and says why."""


class Refused(Exception):
    """Why a step can't be written down; `code` is one of REFUSALS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


REFUSALS = (
    "unknown_step", "to_come", "before_case", "on_hold", "not_named", "no_ruling",
    "ruling_after", "not_taken_up", "not_asked", "answered", "ended", "reason_missing",
    "needed_by_others", "undone_before",
)  # fmt: skip


@dataclass(frozen=True)
class NewMilestone:
    """What staff write down. `ruling`: the date of the ruling that was read, for ASKED alone."""

    step: str
    day: date
    note: str = ""
    ruling: date | None = None


@dataclass(frozen=True)
class Milestone:
    """A step as it was written down: `line` is its place in the log."""

    line: int
    step: str
    day: date
    at: datetime
    actor: str
    """Who wrote it down: a name."""
    note: str
    ruling: date | None = None
    undone_by: str = ""
    """Who took it back; "" while it stands."""
    undone_at: datetime | None = None
    undone_note: str = ""

    @property
    def stands(self) -> bool:
        return not self.undone_by


def milestones_of(log: Iterable[LogLine]) -> tuple[Milestone, ...]:
    """Every step that was ever written down, in that order, also those that were taken back."""
    lines = [line for line in log if line.name in (MILESTONE, UNDONE)]
    undone = {line.detail.get("of"): line for line in lines if line.name == UNDONE}
    return tuple(
        _milestone(line, undone.get(line.id))
        for line in lines
        if line.name == MILESTONE and "step" in line.detail  # none without a key that opens it
    )


def _milestone(line: LogLine, undone: LogLine | None) -> Milestone:
    ruling = line.detail.get("ruling")
    return Milestone(
        line.id,
        line.detail["step"],
        date.fromisoformat(line.detail["date"]),
        line.at,
        line.actor,
        line.note,
        date.fromisoformat(ruling) if ruling else None,
        undone.actor if undone else "",
        undone.at if undone else None,
        undone.note if undone else "",
    )


def standing(milestones: Iterable[Milestone]) -> tuple[Milestone, ...]:
    """Those that weren't taken back, by the day on which they happened."""
    return tuple(
        sorted((each for each in milestones if each.stands), key=lambda each: (each.day, each.line))
    )


def out_of_order(step: str, day: date, others: Sequence[Milestone]) -> str:
    """Why `step` can't have happened on `day`, given the steps that stand; "" when it can.

    One of "ended", "not_taken_up", "not_asked", "answered".
    """
    if any(each.step in ENDED for each in others):
        return "ended"
    if _lacks(step, day, others):
        return "not_asked" if AFTER[step] == (ASKED,) else "not_taken_up"
    if step == "no_answer":
        asked = max(each.day for each in others if each.step == ASKED and each.day <= day)
        if any(each.step == "answer" and asked <= each.day <= day for each in others):
            return "answered"
    return ""


def _lacks(step: str, day: date, others: Iterable[Milestone]) -> bool:
    needed = AFTER.get(step, ())
    return bool(needed) and not any(e.step in needed and e.day <= day for e in others)


def may_tell(letter: str, log: Iterable[LogLine]) -> bool:
    """Whether a letter that tells of a milestone has one that stands to tell of."""
    return any(each.step in OWN[letter] for each in standing(milestones_of(log)))


def is_mediated(kind: str, *, is_open: bool) -> bool:
    """Whether steps can be written down: only of a mediation that was asked for and is open."""
    return kind == "mediation" and is_open


def record(session: Session, desk: Desk, new: NewMilestone) -> None:
    """Write a step down. Raises NotVisible, Overtaken, Refused, workflow.NotAllowed, VaultError."""
    case, log = _mediation(session, desk)
    code = (
        _wrong(new, case, desk.now)
        or _guarded(new, case, desk)
        or out_of_order(new.step, new.day, standing(milestones_of(log)))
    )
    if code:
        raise Refused(code)
    sealed = {"step": new.step, "date": str(new.day), "note": new.note}
    if new.step == ASKED:
        sealed["ruling"] = str(new.ruling)
    key = subkey(data_key_of(desk.keys, case), ANSWERS)
    service.log_event(
        session,
        case,
        MILESTONE,
        desk.actor.id,
        desk.now,
        sealed=seal_json(key, sealed, note_place(case.id)),
    )
    record_deed(session, desk, "case.milestone")


def take_back(session: Session, desk: Desk, line: int, reason: str) -> None:
    """A step was written down by mistake; `reason` is kept sealed. Raises what `record` raises.

    A step that others rest on stays until those were taken back.
    """
    case, log = _mediation(session, desk)
    if not reason:
        raise Refused("reason_missing")
    stood = standing(milestones_of(log))
    wrong = next((each for each in stood if each.line == line), None)
    if wrong is None:
        raise Refused("undone_before")
    left = tuple(each for each in stood if each.line != line)
    if any(_lacks(each.step, each.day, left) for each in left):
        raise Refused("needed_by_others")
    sealed = {"step": wrong.step, "date": str(wrong.day), "note": reason}
    key = subkey(data_key_of(desk.keys, case), ANSWERS)
    service.log_event(
        session,
        case,
        UNDONE,
        desk.actor.id,
        desk.now,
        detail={"of": line},
        sealed=seal_json(key, sealed, note_place(case.id)),
    )
    record_deed(session, desk, "case.milestone_undone")


def _mediation(session: Session, desk: Desk) -> tuple[Case, tuple[LogLine, ...]]:
    """The row, locked, and its log."""
    case = case_for(session, desk)
    if not is_mediated(case.kind, is_open=case.open):
        raise workflow.NotAllowed("mediation")
    file = case_file(session, desk.keys, desk.actor, case.id, desk.now)
    if file is None or not file.readable:
        raise VaultError(case.id)
    return case, file.log


def _wrong(new: NewMilestone, case: Case, now: datetime) -> str:
    if new.step not in STEPS:
        return "unknown_step"
    if new.day > dutch_day(now):
        return "to_come"
    if new.day < dutch_day(case.created):
        return "before_case"
    if new.step in MOTIVATED and not new.note:
        return "reason_missing"
    return ""


def _guarded(new: NewMilestone, case: Case, desk: Desk) -> str:
    """The guard of domain.md §2D-1: nothing begins on hold, and no embassy is asked without a
    ruling that the supervisor who is named has read."""
    if new.step in (*TAKEN_UP, ASKED) and case.embassy_hold:
        return "on_hold"
    if new.step != ASKED:
        return ""
    if not may_release(desk.actor, case.supervisor_id):
        return "not_named"
    if new.ruling is None:
        return "no_ruling"
    return "ruling_after" if new.ruling > new.day else ""
