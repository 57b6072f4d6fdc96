"""A family that wants different things: one of them gets a case of their own (domain.md R6)."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import service, workflow
from portal.cases.handling import Desk, case_for, record_deed
from portal.cases.models import Case, CaseEvent
from portal.cases.requests.talks import APPOINTMENT
from portal.cases.sealing import (
    ANSWERS,
    MESSAGES,
    answers_of,
    answers_place,
    code_key_place,
    data_key_of,
    desk_key_place,
)
from portal.settings import Settings
from portal.vault import DeskKeys, new_key, seal, seal_json, subkey


def split_off(session: Session, desk: Desk, member: int) -> None:
    """Give one of the family a case of their own.

    `member` counts in the answer `family`. Raises workflow.NotAllowed when there is nobody of that
    number, or they have their own case already.
    """
    case = case_for(session, desk)
    answers = answers_of(case, data_key_of(desk.keys, case))
    split(session, desk.keys, desk.settings, case, answers, member, desk.actor.id, desk.now)
    record_deed(session, desk, "case.split")


def split(
    session: Session,
    keys: DeskKeys,
    settings: Settings,
    case: Case,
    answers: Mapping[str, Any],
    member: int,
    actor: str,
    now: datetime,
) -> str:
    """A linked case for one of the family: a talk in which that person says what they want.

    It holds their name, not the wishes of whoever sent the request, and no code opens it until
    staff give them one. Then it is routed as any other. Returns its id.
    """
    family: Sequence[Mapping[str, Any]] = answers.get("family") or []
    apart = session.scalars(
        sa.select(CaseEvent.detail).where(CaseEvent.case_id == case.id, CaseEvent.name == "split")
    )
    if not 0 <= member < len(family) or member in {each.get("member") for each in apart}:
        raise workflow.NotAllowed("split")
    made = _case_of_their_own(keys, settings, case, _own_answers(answers, family[member]), now)
    session.add(made)
    session.flush()
    service.log_event(session, made, "sent", actor, now, detail={"split_from": case.id})
    service.log_event(
        session, case, "split", actor, now, detail={"member": member, "linked": made.id}
    )
    return made.id


def _own_answers(answers: Mapping[str, Any], person: Mapping[str, Any]) -> dict[str, Any]:
    shared = ("talk_lang", "location_type", "place")
    own = ("family_name", "given_names", "birth_date")
    return APPOINTMENT.kept(
        {"urgent": "none", "talk_topic": "family", "v_number_unknown": True}
        | {name: answers.get(name) for name in shared}
        | {name: person.get(name) for name in own}
    )


def _case_of_their_own(
    keys: DeskKeys, settings: Settings, case: Case, answers: Mapping[str, Any], now: datetime
) -> Case:
    case_id, data_key = secrets.token_hex(16), new_key()
    return Case(
        id=case_id,
        reference=service.new_reference(),
        kind=APPOINTMENT.key,
        state="sent",
        open=True,
        language=case.language,
        urgent="none",
        embassy_hold=False,
        created=now,
        due=workflow.next_deadline("sent", now, urgent=False, days=service.reaction_days(settings)),
        submission=secrets.token_hex(16),
        linked_to=case.id,
        code_lookup=secrets.token_bytes(32),
        desk_key=keys.wrap(data_key, desk_key_place(case_id)),
        code_key=seal(new_key(), subkey(data_key, MESSAGES), code_key_place(case_id)),
        answers=seal_json(subkey(data_key, ANSWERS), answers, answers_place(case_id)),
    )
