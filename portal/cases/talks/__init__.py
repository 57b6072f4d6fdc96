"""What the desk does with a talk: propose, change and cancel it, and say that it was held.

Nothing follows from silence: a talk that nobody confirmed isn't refused, and one whose day is over
isn't held before somebody says so (domain.md §2D-4).
"""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import handling, service, workflow
from portal.cases.handling import Desk, NotVisible, Overtaken, case_for, record_deed
from portal.cases.models import Case, CaseMessage
from portal.cases.sealing import ANSWERS, data_key_of, messages_key_of, note_place
from portal.cases.talks.models import (
    CANCELLED,
    HELD,
    PROPOSED,
    Talk,
)
from portal.cases.talks.planning import Plan
from portal.i18n import dutch_day
from portal.vault import seal_json, subkey, unseal_json

PLAN_MOVE, AFTER_MOVE = "plan_meeting", "resume"
"""The move that a proposal tells of, and the one after a talk was held or cancelled."""


def about_place(talk_id: str) -> str:
    return f"talk|about|{talk_id}"


def answer_place(talk_id: str) -> str:
    return f"talk|answer|{talk_id}"


def propose(session: Session, desk: Desk, plan: Plan, own: str, nonce: str, move: str) -> None:
    """Propose a talk, with its letter, and make `move` unless it's empty: all of it or nothing.

    The same nonce twice is one proposal.

    Raises NotVisible, Overtaken, and workflow.NotAllowed when one is proposed already, the case is
    closed, or the table has no such move.
    """
    case = _case_once(session, desk, nonce)
    if case is None:
        return
    if not case.open or open_talk(session, case.id) is not None:
        raise workflow.NotAllowed("talk")
    if move:
        handling.move(session, desk, move, "")
    talk = Talk(id=secrets.token_hex(16), case_id=case.id, uid=secrets.token_hex(16), sequence=0)
    _write(desk, case, talk, plan)
    session.add(talk)
    session.flush()
    _look_then(case, talk)
    _note(session, desk, case, talk, "talk_proposed")
    handling.send_letter(session, desk, "talk_proposed", plan.values, own, nonce)


def change(
    session: Session,
    desk: Desk,
    talk_id: str,
    plan: Plan,
    own: str,
    nonce: str,
    move: str,
) -> None:
    """Propose another day, place or interpreter. What was answered before counts no more.

    Raises what `propose` raises.
    """
    case = _case_once(session, desk, nonce)
    if case is None:
        return
    talk = _talk_for(session, case, talk_id)
    if not case.open:
        raise workflow.NotAllowed("talk")
    if move:
        handling.move(session, desk, move, "")
    talk.sequence += 1
    _write(desk, case, talk, plan)
    _look_then(case, talk)
    _note(session, desk, case, talk, "talk_changed")
    handling.send_letter(session, desk, "talk_changed", plan.values, own, nonce)


def cancel(session: Session, desk: Desk, talk_id: str, own: str, nonce: str, move: str) -> None:
    """The talk does not take place; the person gets a letter. Raises what `propose` raises.

    In a closed case too: somebody may still be waiting for the day.
    """
    case = _case_once(session, desk, nonce)
    if case is None:
        return
    talk = _talk_for(session, case, talk_id)
    values = unseal_json(messages_key_of(desk.keys, case), talk.about, about_place(talk.id))
    if move:
        handling.move(session, desk, move, "")
    _settle(desk, talk, CANCELLED)
    _note(session, desk, case, talk, "talk_cancelled")
    blanks = {name: values[name] for name in ("day", "time")}
    handling.send_letter(session, desk, "talk_cancelled", blanks, own, nonce)


def mark_held(
    session: Session,
    desk: Desk,
    talk_id: str,
    number: int | None,
    result: str,
    move: str,
) -> None:
    """The talk took place. `result` is kept sealed in the log, for staff alone.

    Raises NotVisible, Overtaken, and workflow.NotAllowed before its day, or for the move.
    """
    case = case_for(session, desk)
    talk = _talk_for(session, case, talk_id)
    if not may_be_held(talk.start, desk.now):
        raise workflow.NotAllowed("the talk is still to come")
    if move:
        handling.move(session, desk, move, "")
    talk.number = number
    _settle(desk, talk, HELD)
    _note(session, desk, case, talk, "talk_held", result)


def record(session: Session, desk: Desk, plan: Plan, result: str) -> None:
    """Write down a talk that took place without a proposal of this portal; the person isn't told.

    Raises NotVisible, Overtaken.
    """
    case = case_for(session, desk)
    talk = Talk(id=secrets.token_hex(16), case_id=case.id, uid=secrets.token_hex(16), sequence=0)
    _write(desk, case, talk, plan)
    talk.state, talk.open = HELD, False
    session.add(talk)
    session.flush()
    _note(session, desk, case, talk, "talk_held", result)


def may_be_held(start: datetime, now: datetime) -> bool:
    """From its Dutch day on: a talk may begin a little earlier than was said."""
    return dutch_day(start) <= dutch_day(now)


def is_over(start: datetime, minutes: int, now: datetime) -> bool:
    return start + timedelta(minutes=minutes) <= now


def open_talk(session: Session, case_id: str) -> Talk | None:
    return session.scalar(
        sa.select(Talk)
        .where(Talk.case_id == case_id, Talk.open)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _case_once(session: Session, desk: Desk, nonce: str) -> Case | None:
    """The case, locked; None when the form with this nonce was sent before. Raises Overtaken."""
    case = case_for(session, desk, check_version=False)
    if was_sent(session, case.id, nonce):
        return None
    if handling.version_of(session, case.id) != desk.version:
        raise Overtaken(desk.case_id)
    return case


def was_sent(session: Session, case_id: str, nonce: str) -> bool:
    sent = sa.select(CaseMessage.id).where(
        CaseMessage.case_id == case_id, CaseMessage.nonce == nonce
    )
    return session.scalar(sent) is not None


def _talk_for(session: Session, case: Case, talk_id: str) -> Talk:
    """A talk of this case that is still to come, locked. Raises NotVisible, workflow.NotAllowed."""
    talk = session.scalar(
        sa.select(Talk).where(Talk.id == talk_id, Talk.case_id == case.id).with_for_update()
    )
    if talk is None:
        raise NotVisible(case.id)
    if not talk.open:
        raise workflow.NotAllowed("talk")
    return talk


def _write(desk: Desk, case: Case, talk: Talk, plan: Plan) -> None:
    talk.state, talk.open, talk.answer = PROPOSED, True, None
    talk.start, talk.minutes, talk.way, talk.number = (
        plan.start,
        plan.minutes,
        plan.way,
        plan.number,
    )
    key = messages_key_of(desk.keys, case)
    talk.about = seal_json(key, dict(plan.values), about_place(talk.id))
    talk.changed, talk.member_id = desk.now, desk.actor.id


def _look_then(case: Case, talk: Talk) -> None:
    """A case that waits for its talk is looked at again when the talk is there."""
    if case.state == "meeting_planned":
        case.due = talk.start


def _settle(desk: Desk, talk: Talk, state: str) -> None:
    talk.state, talk.open = state, False
    talk.sequence += 1
    talk.changed, talk.member_id = desk.now, desk.actor.id


def detail_of(talk: Talk) -> dict[str, str]:
    return {"talk": talk.id, "date": dutch_day(talk.start).isoformat()}


def _note(
    session: Session, desk: Desk, case: Case, talk: Talk, name: str, result: str = ""
) -> None:
    """The line in the log, and the audit row."""
    key = subkey(data_key_of(desk.keys, case), ANSWERS)
    service.log_event(
        session,
        case,
        name,
        desk.actor.id,
        desk.now,
        detail=detail_of(talk),
        sealed=seal_json(key, result, note_place(case.id)) if result else None,
    )
    record_deed(session, desk, f"case.{name}")
