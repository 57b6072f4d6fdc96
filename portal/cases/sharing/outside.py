"""Passing a case on to an organisation of the register that has no account here.

The portal delivers nothing to it: the supervisor tells it, and gives the person its number. What is
kept is that the person agreed to this one organisation, where they said so, and who wrote it down.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import handling, letters, service, workflow
from portal.cases.handling import Desk
from portal.cases.models import Case, CaseEvent
from portal.cases.sealing import answers_of, data_key_of, messages_key_of
from portal.cases.sharing.referrals import (
    IN_REQUEST,
    TALK,
    UnknownOrganisation,
    agreed_in_request,
    may_refer,
)
from portal.register import entry_of, register
from portal.staff.models import Organisation

EVENT = "referred_outside"
"""Its detail: `entry` a key of the register, `how` TALK or IN_REQUEST, `date` of the talk."""
LETTERS = {"iom": "iom_referred"}
"""What the person reads, where an entry has a letter of its own; "passed_on_outside" for others."""


@dataclass(frozen=True)
class OutsidePlan:
    """What a supervisor wants: to which entry, and whether the person said so in the request
    (IN_REQUEST) or in a talk (TALK) on a `day`."""

    entry: str
    basis: str
    day: date | None = None


@dataclass(frozen=True)
class Entry:
    """An entry of the register to which a case could be passed on."""

    key: str
    bases: tuple[str, ...]
    """Where consent can come from; empty when the case is with it already."""


def entries_for(
    session: Session, case_id: str, state: str, kind: str, answers: Mapping[str, Any]
) -> tuple[Entry, ...]:
    """The entries that support people and have no account here, in the order of the register."""
    rows = session.execute(sa.select(Organisation.name, Organisation.kind))
    with_account = {entry.key for row in rows if (entry := entry_of(row.name, row.kind))}
    told: set[str] = set()
    if state == workflow.MOVES["refer"].target:  # taken up again, it may be passed on anew
        details = sa.select(CaseEvent.detail).where(
            CaseEvent.case_id == case_id, CaseEvent.name == EVENT
        )
        told = {str(detail.get("entry")) for detail in session.scalars(details)}
    return tuple(
        Entry(
            entry.key,
            ()
            if entry.key in told
            else (
                *((IN_REQUEST,) if _agreed(kind, answers, entry.key, entry.name) else ()),
                TALK,
            ),
        )
        for entry in register().values()
        if entry.refer and entry.key not in with_account
    )


def _agreed(kind: str, answers: Mapping[str, Any], key: str, name: str) -> bool:
    return agreed_in_request(kind, answers, name, "iom" if key == "iom" else "ngo")


def pass_on(session: Session, desk: Desk, plan: OutsidePlan) -> None:
    """Write that the person agreed to this organisation, and move the case where the table does.

    Raises NotVisible, Overtaken, UnknownOrganisation for what isn't in the register or has an
    account, and workflow.NotAllowed: before the mandate was checked, in a state that isn't for it,
    without consent, or when the case is with it already.
    """
    case = handling.case_for(session, desk)
    if case.mandate_hold or not may_refer(case.state):
        raise workflow.NotAllowed("refer before the mandate was checked, or in another state")
    answers = answers_of(case, data_key_of(desk.keys, case))
    found = entries_for(session, case.id, case.state, case.kind, answers)
    possible = next((each for each in found if each.key == plan.entry), None)
    if possible is None:
        raise UnknownOrganisation(plan.entry)
    if plan.basis not in possible.bases or (plan.basis == TALK and plan.day is None):
        raise workflow.NotAllowed(f"refer by {plan.basis}")
    detail = {"entry": plan.entry, "how": plan.basis}
    if plan.basis == TALK and plan.day:
        detail["date"] = plan.day.isoformat()
    service.log_event(session, case, EVENT, desk.actor.id, desk.now, detail=detail)
    if case.state in workflow.MOVES["refer"].sources:
        service.move(
            session,
            desk.settings,
            case,
            "refer",
            desk.actor.id,
            desk.actor.roles,
            desk.now,
            reason=workflow.CONSENT,
            to={"entry": plan.entry},
        )
    _tell(session, desk, case, plan.entry)
    handling.record_deed(session, desk, "case.refer")


def _tell(session: Session, desk: Desk, case: Case, key: str) -> None:
    letter = LETTERS.get(key, "passed_on_outside")
    values = {} if key in LETTERS else {"organisation": register()[key].name}
    content = letters.content_of(letter, values, case.language)
    messages_key, nonce = messages_key_of(desk.keys, case), secrets.token_hex(16)
    service.add_message(session, case, messages_key, content, nonce, desk.now, outgoing=True)
