"""Questions about local consultation. Who asks sees meetings and cases within their reach alone."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.caseload.models import Team
from portal.cases import consultation
from portal.cases.access import Actor
from portal.cases.consultation.access import Reach, is_for_trained, reach_of
from portal.cases.consultation.models import Consultation, ConsultationAction, ConsultationItem
from portal.cases.consultation.shapes import Action, Addition, Agenda, Item, Meeting
from portal.cases.consultation.terms import EVENTS
from portal.cases.models import Case, CaseEvent
from portal.cases.queue import person_name
from portal.cases.sealing import ANSWERS, answers_of, data_key_of, note_place
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, VaultError, subkey, unseal_json

MOST = 100
"""How many meetings, and how many open actions, one page lists."""


def record_view(
    session: Session,
    keys: DeskKeys,
    actor: Actor,
    consultation_id: str,
    now: datetime,
    item_id: str = "",
    *,
    whole: bool = False,
) -> bool:
    """Write that somebody opens a meeting, an item, or (`whole`) the minutes of all cases that they
    may see, before the page leaves. False: not for this person."""
    reach = reach_of(session, actor, now)
    meeting = session.scalar(
        sa.select(Consultation.id).where(Consultation.id == consultation_id, reach.meetings)
    )
    cases: Sequence[str] = ()
    if meeting and (item_id or whole):
        seen = _rows(reach, consultation_id).with_only_columns(Case.id)
        cases = session.scalars(
            seen.where(ConsultationItem.id == item_id) if item_id else seen
        ).all()
    allowed = meeting is not None and (bool(cases) or not item_id)
    action = "consultation.view" if allowed else "consultation.refused"
    audit.record(session, keys, actor=actor.id, action=action, object_id=consultation_id[:64])
    for case_id in cases:
        audit.record(session, keys, actor=actor.id, action="case.view", object_id=case_id)
    return allowed


def meetings(session: Session, keys: DeskKeys, actor: Actor, now: datetime) -> tuple[Meeting, ...]:
    """Those within reach, the newest day first."""
    reach = reach_of(session, actor, now)
    return _meetings(session, keys, reach.meetings)


def open_meetings_for(
    session: Session, keys: DeskKeys, actor: Actor, case_id: str, now: datetime
) -> tuple[Meeting, ...]:
    """The meetings on whose agenda this case could be put, the next one first."""
    reach = reach_of(session, actor, now)
    case = session.scalar(sa.select(Case).where(Case.id == case_id, reach.cases, Case.open))
    if case is None:
        return ()
    there = sa.select(ConsultationItem.consultation_id).where(
        ConsultationItem.case_id == case_id, sa.not_(ConsultationItem.taken_off)
    )
    usable = sa.and_(reach.meetings, Consultation.closed.is_(None), Consultation.id.not_in(there))
    if is_for_trained(session, case):
        trained = sa.select(Team.id).where(Team.trained)
        usable = sa.and_(usable, Consultation.team_id.in_(trained))
    return tuple(reversed(_meetings(session, keys, usable)))


def agenda(
    session: Session, keys: DeskKeys, actor: Actor, consultation_id: str, now: datetime
) -> Agenda | None:
    """None: there is no such meeting for this person."""
    reach = reach_of(session, actor, now)
    found = _meetings(session, keys, sa.and_(Consultation.id == consultation_id, reach.meetings))
    if not found:
        return None
    rows = session.execute(
        _rows(reach, consultation_id).order_by(ConsultationItem.position, ConsultationItem.id)
    ).all()
    items = _items(session, keys, [(item, case) for item, case in rows])
    earlier = _actions(
        session,
        keys,
        sa.and_(
            reach.meetings,
            reach.cases,
            Consultation.id != consultation_id,
            Consultation.team_id == found[0].team_id,
            ConsultationAction.done.is_(None),
        ),
    )
    return Agenda(found[0], items, found[0].items - len(items), earlier)


def of_case(
    session: Session, keys: DeskKeys, actor: Actor, case_id: str, now: datetime
) -> tuple[tuple[Meeting, Item], ...]:
    """The meetings that speak or spoke about a case, as far as this person reaches them."""
    reach = reach_of(session, actor, now)
    rows = session.execute(
        sa.select(ConsultationItem, Case)
        .join(Case, Case.id == ConsultationItem.case_id)
        .join(Consultation, Consultation.id == ConsultationItem.consultation_id)
        .where(Case.id == case_id, reach.cases, reach.meetings, sa.not_(ConsultationItem.taken_off))
        .order_by(Consultation.day.desc(), Consultation.id)
    ).all()
    items = _items(session, keys, [(item, case) for item, case in rows])
    ids = [item.consultation_id for item in items]
    known = {each.id: each for each in _meetings(session, keys, Consultation.id.in_(ids))}
    return tuple((known[item.consultation_id], item) for item in items)


def case_of_action(
    session: Session, actor: Actor, consultation_id: str, action_id: str, now: datetime
) -> str:
    """The case of an action within reach, or ""."""
    reach = reach_of(session, actor, now)
    found = sa.select(Case.id).join(ConsultationItem, ConsultationItem.case_id == Case.id)
    found = found.join(ConsultationAction, ConsultationAction.item_id == ConsultationItem.id)
    found = found.join(Consultation, Consultation.id == ConsultationItem.consultation_id)
    return session.scalar(found.where(
        ConsultationAction.id == action_id, Consultation.id == consultation_id,
        reach.meetings, reach.cases,
    )) or ""  # fmt: skip


def _rows(reach: Reach, consultation_id: str) -> sa.Select[ConsultationItem, Case]:
    """The items of an agenda whose cases are within reach."""
    return (
        sa.select(ConsultationItem, Case)
        .join(Case, Case.id == ConsultationItem.case_id)
        .where(
            ConsultationItem.consultation_id == consultation_id,
            sa.not_(ConsultationItem.taken_off),
            reach.cases,
        )
    )


def _meetings(
    session: Session, keys: DeskKeys, those: sa.ColumnElement[bool]
) -> tuple[Meeting, ...]:
    on_agenda = sa.and_(
        ConsultationItem.consultation_id == Consultation.id, sa.not_(ConsultationItem.taken_off)
    )
    rows = session.execute(
        sa.select(
            Consultation,
            Team.name,
            StaffMember.name,
            sa.func.count(ConsultationItem.id),
            sa.func.count(ConsultationItem.settled),
        )
        .join(Team, Team.id == Consultation.team_id)
        .outerjoin(StaffMember, StaffMember.id == Consultation.closed_by)
        .outerjoin(ConsultationItem, on_agenda)
        .where(those)
        .group_by(Consultation.id, Team.id, StaffMember.id)
        .order_by(Consultation.day.desc(), Consultation.made.desc(), Consultation.id)
        .limit(MOST)
    )
    return tuple(_meeting(keys, *row) for row in rows)


def _meeting(
    keys: DeskKeys, row: Consultation, team: str, closed_by: str | None, items: int, settled: int
) -> Meeting:
    about: dict[str, Any] = {"place": "", "chair": "", "present": []}
    with suppress(VaultError):  # one unreadable meeting mustn't hide the others
        about = consultation.about_of(keys, row)
    return Meeting(
        row.id,
        row.team_id,
        team,
        row.day,
        about["place"],
        about["chair"],
        tuple(about["present"]),
        row.version,
        row.closed,
        closed_by or "",
        items,
        settled,
    )


def _items(
    session: Session, keys: DeskKeys, rows: Sequence[tuple[ConsultationItem, Case]]
) -> tuple[Item, ...]:
    events = _events(session, [case.id for _, case in rows])
    ids = [item.id for item, _ in rows]
    actions = _actions(session, keys, ConsultationAction.item_id.in_(ids), limit=None)
    return tuple(
        replace(
            _item(keys, item, case, events.get(case.id, ())),
            actions=tuple(each for each in actions if each.item_id == item.id),
        )
        for item, case in rows
    )


def _events(session: Session, case_ids: Iterable[str]) -> dict[str, list[tuple[CaseEvent, str]]]:
    """What consultations left in the logs of cases, with who it was, the oldest first."""
    found: dict[str, list[tuple[CaseEvent, str]]] = {}
    rows = session.execute(
        sa.select(CaseEvent, StaffMember.name)
        .outerjoin(StaffMember, StaffMember.id == CaseEvent.actor)
        .where(CaseEvent.case_id.in_(list(case_ids)), CaseEvent.name.in_(EVENTS))
        .order_by(CaseEvent.id)
    )
    for event, name in rows:
        found.setdefault(event.case_id, []).append((event, name or ""))
    return found


def _item(
    keys: DeskKeys,
    item: ConsultationItem,
    case: Case,
    events: Sequence[tuple[CaseEvent, str]],
) -> Item:
    made = Item(
        item.id,
        item.consultation_id,
        case.id,
        case.reference,
        case.kind,
        "",
        item.settled is not None,
        max((event.id for event, _ in events), default=0),
        readable=False,
    )
    own = [(event, who) for event, who in events if event.detail.get("item") == item.id]
    try:
        data_key = data_key_of(keys, case)
        made = replace(made, name=person_name(answers_of(case, data_key)))
        opened = [
            (event, who, unseal_json(subkey(data_key, ANSWERS), event.sealed, note_place(case.id)))
            for event, who in own
            if event.sealed
        ]
    except VaultError:
        return made
    written = [each for each in opened if each[0].name != "consultation_added"]
    added = [each for each in opened if each[0].name == "consultation_added"]
    last, by, content = written[-1] if written else (None, "", {})
    return replace(
        made,
        readable=True,
        content=content,
        written_by=by,
        written_at=last.at if last else None,
        additions=tuple(Addition(event.at, who, text["text"]) for event, who, text in added),
    )


def _actions(
    session: Session,
    keys: DeskKeys,
    those: sa.ColumnElement[bool],
    limit: int | None = MOST,
) -> tuple[Action, ...]:
    """Actions, the next day first."""
    rows = session.execute(
        sa.select(ConsultationAction, ConsultationItem, Consultation, Case, StaffMember.name)
        .join(ConsultationItem, ConsultationItem.id == ConsultationAction.item_id)
        .join(Consultation, Consultation.id == ConsultationItem.consultation_id)
        .join(Case, Case.id == ConsultationItem.case_id)
        .outerjoin(StaffMember, StaffMember.id == ConsultationAction.owner_id)
        .where(those)
        .order_by(ConsultationAction.due, ConsultationAction.id)
        .limit(limit)
    )
    return tuple(_action(keys, *row) for row in rows)


def _action(
    keys: DeskKeys,
    action: ConsultationAction,
    item: ConsultationItem,
    meeting: Consultation,
    case: Case,
    owner: str | None,
) -> Action:
    name, content = "", {"text": "", "organisation": ""}
    with suppress(VaultError):  # one unreadable case mustn't hide the others
        data_key = data_key_of(keys, case)
        name = person_name(answers_of(case, data_key))
        place = consultation.action_place(action.id)
        content = unseal_json(subkey(data_key, ANSWERS), action.sealed, place)
    return Action(
        action.id,
        meeting.id,
        case.id,
        case.reference,
        name,
        meeting.day,
        content["text"],
        owner or "",
        content["organisation"],
        action.due,
        action.done,
        item.id,
    )
