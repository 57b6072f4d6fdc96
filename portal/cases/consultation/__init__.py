"""Local consultation (lokaal ketenoverleg, LKO): agenda, what was said, what was agreed.

The inspectorate found that it mostly has no minutes (004:1422). What people recommend is written
down here, and no more: nothing follows from an outcome by itself, and nothing of it reaches the
applicant. Each change is a line in the log of its case, with its content sealed; so the first
proposal and every later wording can be read again.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import audit
from portal.caseload.models import Team
from portal.cases import service, workflow
from portal.cases.access import Actor
from portal.cases.consultation.access import is_for_trained, reach_of
from portal.cases.consultation.models import Consultation, ConsultationAction, ConsultationItem
from portal.cases.consultation.terms import (
    EVENTS,
    ORGANISATIONS,
    Heading,
    Minutes,
    NewAction,
    NotReady,
    Seat,
    about_place,
    action_place,
    meeting_key_place,
)
from portal.cases.handling import Desk, NotVisible, Overtaken, case_for, record_deed
from portal.cases.models import Case, CaseEvent
from portal.cases.sealing import ANSWERS, data_key_of, note_place
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, new_key, seal_json, subkey, unseal_json


def arrange(
    session: Session, keys: DeskKeys, actor: Actor, heading: Heading, nonce: str, now: datetime
) -> str:
    """A meeting of the actor's team: its id. The same form twice is one meeting.

    Raises NotVisible for somebody who works in no team.
    """
    reach = reach_of(session, actor, now)
    if reach.team_id is None:
        raise NotVisible(actor.id)
    made, key = secrets.token_hex(16), new_key()
    row = Consultation(
        id=made,
        team_id=reach.team_id,
        day=heading.day,
        nonce=nonce,
        version=1,
        made=now,
        made_by=actor.id,
        desk_key=keys.wrap(key, meeting_key_place(made)),
        about=seal_json(key, _about(heading), about_place(made)),
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        known = sa.select(Consultation.id).where(Consultation.nonce == nonce, reach.meetings)
        found = session.scalar(known)
        if found is None:
            raise NotVisible(nonce) from None
        return found
    _record(session, keys, actor, "consultation.arrange", made, now)
    return made


def change_heading(session: Session, seat: Seat, heading: Heading) -> None:
    """Raises NotVisible, Overtaken, and workflow.NotAllowed when the minutes are closed."""
    row = _meeting(session, seat.actor, seat.consultation_id, seat.now)
    _check(row, seat)
    key = seat.keys.unwrap(row.desk_key, meeting_key_place(row.id))
    row.day, row.version = heading.day, row.version + 1
    row.about = seal_json(key, _about(heading), about_place(row.id))
    _record(session, seat.keys, seat.actor, "consultation.change", row.id, seat.now)


def close(session: Session, seat: Seat) -> None:
    """The minutes stay as they are from now on; a correction is an addition.

    Raises what `change_heading` raises, and NotReady: "items" while a case has no outcome or there
    is none, "present" while nobody wrote down who was there.
    """
    row = _meeting(session, seat.actor, seat.consultation_id, seat.now)
    _check(row, seat)
    settled = session.scalars(
        sa.select(ConsultationItem.settled).where(
            ConsultationItem.consultation_id == row.id, sa.not_(ConsultationItem.taken_off)
        )
    ).all()
    if not settled or not all(settled):
        raise NotReady("items")
    if not about_of(seat.keys, row)["present"]:
        raise NotReady("present")
    row.closed, row.closed_by, row.version = seat.now, seat.actor.id, row.version + 1
    _record(session, seat.keys, seat.actor, "consultation.close", row.id, seat.now)


def put_on(session: Session, desk: Desk, consultation_id: str, proposal: str) -> None:
    """Put a case on an agenda, with what is proposed.

    Raises NotVisible (also for a meeting), Overtaken, NotReady without a proposal, and
    workflow.NotAllowed: a closed case, closed minutes, a case that is there already, or one of the
    trained groups in a meeting of others.
    """
    case = case_for(session, desk)
    row = _meeting(session, desk.actor, consultation_id, desk.now)
    if not proposal:
        raise NotReady("proposal")
    team = session.get_one(Team, row.team_id)
    if row.closed or not case.open or (is_for_trained(session, case) and not team.trained):
        raise workflow.NotAllowed("consultation")
    items = ConsultationItem.consultation_id == row.id
    item = session.scalar(
        sa.select(ConsultationItem).where(items, ConsultationItem.case_id == case.id)
    )
    if item is not None and not item.taken_off:
        raise workflow.NotAllowed("on the agenda already")
    last = session.scalar(sa.select(sa.func.max(ConsultationItem.position)).where(items)) or 0
    if item is None:
        item = ConsultationItem(
            id=secrets.token_hex(16), consultation_id=row.id, case_id=case.id, position=0
        )
        session.add(item)
    item.position, item.taken_off = last + 1, False
    row.version += 1
    _write_down(session, desk, case, "placed", item, row, _content(Minutes(proposal), []))


def record(session: Session, desk: Desk, item_id: str, minutes: Minutes) -> None:
    """What was said and decided about a case. `desk.version` is the newest line that a consultation
    left in its log: a message of the person, meanwhile, doesn't send the writer back.

    Raises NotVisible, Overtaken, NotReady, and workflow.NotAllowed when the minutes are closed.
    """
    case, item, row = _item(session, desk, item_id)
    minutes.check()
    if item.settled and not minutes.outcome:
        raise NotReady("outcome")
    made = [_add_action(session, desk, case, item, action) for action in minutes.actions]
    if minutes.outcome and item.settled is None:
        item.settled = desk.now
    row.version += 1
    _write_down(session, desk, case, "recorded", item, row, _content(minutes, made))


def take_off(session: Session, desk: Desk, item_id: str) -> None:
    """Off the agenda, before anything was decided. Raises what `record` raises."""
    case, item, row = _item(session, desk, item_id)
    if item.settled:
        raise workflow.NotAllowed("decided")
    item.taken_off = True
    row.version += 1
    _write_down(session, desk, case, "taken_off", item, row, None)


def add(session: Session, desk: Desk, item_id: str, text: str) -> None:
    """An addition to closed minutes. Raises what `record` raises, and NotAllowed for open ones."""
    case, item, row = _item(session, desk, item_id, closed=True)
    if not text:
        raise NotReady("text")
    _write_down(session, desk, case, "added", item, row, {"text": text})


def mark_action(session: Session, desk: Desk, action_id: str, *, done: bool) -> None:
    """Done, or not done after all; a second time changes nothing. Raises NotVisible."""
    case = case_for(session, desk, check_version=False)
    found = session.execute(
        sa.select(ConsultationAction, ConsultationItem)
        .join(ConsultationItem, ConsultationItem.id == ConsultationAction.item_id)
        .where(ConsultationAction.id == action_id, ConsultationItem.case_id == case.id)
    ).first()
    if found is None:
        raise NotVisible(action_id)
    action, item = found
    row = _meeting(session, desk.actor, item.consultation_id, desk.now)
    _check_case(session, desk, case)
    if bool(action.done) is done:
        return
    action.done, action.done_by = (desk.now, desk.actor.id) if done else (None, None)
    name = "action_done" if done else "action_undone"
    _write_down(session, desk, case, name, item, row, None, action=action.id)


def version_of(session: Session, case_id: str) -> int:
    """The newest line of a case's log that a consultation left."""
    newest = sa.select(sa.func.max(CaseEvent.id)).where(
        CaseEvent.case_id == case_id, CaseEvent.name.in_(EVENTS)
    )
    return session.scalar(newest) or 0


def about_of(keys: DeskKeys, row: Consultation) -> dict[str, Any]:
    """place, chair and present of a meeting. Raises VaultError."""
    key = keys.unwrap(row.desk_key, meeting_key_place(row.id))
    return unseal_json(key, row.about, about_place(row.id))


def _about(heading: Heading) -> dict[str, Any]:
    return {"place": heading.place, "chair": heading.chair, "present": list(heading.present)}


def _content(minutes: Minutes, actions: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "proposal": minutes.proposal,
        "dissent": minutes.dissent,
        "dissent_text": minutes.dissent_text,
        "dissent_by": minutes.dissent_by,
        "outcome": minutes.outcome,
        "outcome_text": minutes.outcome_text,
        "actions": actions,
    }


def _meeting(session: Session, actor: Actor, consultation_id: str, now: datetime) -> Consultation:
    """The row of a meeting, locked. Always after the row of a case. Raises NotVisible."""
    row = session.scalar(
        sa.select(Consultation)
        .where(Consultation.id == consultation_id, reach_of(session, actor, now).meetings)
        .with_for_update(of=Consultation)
    )
    if row is None:
        raise NotVisible(consultation_id)
    return row


def _check(row: Consultation, seat: Seat) -> None:
    if row.version != seat.version:
        raise Overtaken(row.id)
    if row.closed:
        raise workflow.NotAllowed("closed")


def _item(
    session: Session, desk: Desk, item_id: str, *, closed: bool = False
) -> tuple[Case, ConsultationItem, Consultation]:
    """A case on an agenda, all rows locked, for minutes that are (not) closed."""
    case = case_for(session, desk, check_version=False)
    item = session.scalar(
        sa.select(ConsultationItem).where(
            ConsultationItem.id == item_id,
            ConsultationItem.case_id == case.id,
            sa.not_(ConsultationItem.taken_off),
        )
    )
    if item is None:
        raise NotVisible(item_id)
    row = _meeting(session, desk.actor, item.consultation_id, desk.now)
    _check_case(session, desk, case)
    if version_of(session, case.id) != desk.version:
        raise Overtaken(item_id)
    if bool(row.closed) is not closed:
        raise workflow.NotAllowed("closed")
    session.refresh(item)  # as it is now that the meeting is locked
    return case, item, row


def _check_case(session: Session, desk: Desk, case: Case) -> None:
    """Who may see a case may still not see what a consultation said about it."""
    seen = reach_of(session, desk.actor, desk.now).cases
    if session.scalar(sa.select(Case.id).where(Case.id == case.id, seen)) is None:
        raise NotVisible(case.id)


def _add_action(
    session: Session, desk: Desk, case: Case, item: ConsultationItem, new: NewAction
) -> dict[str, str]:
    if not new.text or not _can_own(session, new):
        raise NotReady("actions")
    made = secrets.token_hex(16)
    content = {"text": new.text, "organisation": new.organisation}
    key = subkey(data_key_of(desk.keys, case), ANSWERS)
    session.add(
        ConsultationAction(
            id=made,
            item_id=item.id,
            owner_id=new.owner_id or None,
            due=new.due,
            sealed=seal_json(key, content, action_place(made)),
        )
    )
    return {"id": made, **content, "owner": new.owner_id, "due": new.due.isoformat()}


def _can_own(session: Session, new: NewAction) -> bool:
    if not new.owner_id:
        return new.organisation in ORGANISATIONS
    member = session.get(StaffMember, new.owner_id)
    return member is not None and member.active and not new.organisation


def _write_down(
    session: Session,
    desk: Desk,
    case: Case,
    name: str,
    item: ConsultationItem,
    row: Consultation,
    content: Mapping[str, Any] | None,
    **detail: str,
) -> None:
    key = subkey(data_key_of(desk.keys, case), ANSWERS)
    service.log_event(
        session,
        case,
        f"consultation_{name}",
        desk.actor.id,
        desk.now,
        detail={"consultation": row.id, "item": item.id, "date": row.day.isoformat(), **detail},
        sealed=seal_json(key, dict(content), note_place(case.id)) if content else None,
    )
    record_deed(session, desk, f"case.consultation_{name}")


def _record(
    session: Session, keys: DeskKeys, actor: Actor, action: str, object_id: str, now: datetime
) -> None:
    audit.record(session, keys, actor=actor.id, action=action, object_id=object_id, now=now)
