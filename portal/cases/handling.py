"""What staff do with a case. Every deed checks the row, the table and the version, then audits.

Two people at once: a form carries the version of the case that its page showed. Who comes second is
told, and nothing changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.caseload.models import Team, TeamMember
from portal.caseload.queries import team_of
from portal.cases import checks, letters, service, workflow
from portal.cases.access import Actor, is_visible, visible
from portal.cases.models import Case, CaseEvent
from portal.cases.sealing import ANSWERS, data_key_of, messages_key_of, note_place
from portal.settings import Settings
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, seal_json, subkey

IN_THEIR_NAME = frozenset({"refer", "carry_out"})
"""Moves that do something in the applicant's name, so a mandate must be sure first."""


REFUSAL = "not_now"
"""The letter with a decision to decline. It goes with the move, never without."""


class NotVisible(Exception):
    """There is no such case for this person."""


class Overtaken(Exception):
    """Somebody else changed the case since this page was made."""


class ChecksMissing(workflow.NotAllowed):
    """Some of the four checks were never assessed in this case; `missing` are their names."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(f"not assessed: {', '.join(missing)}")
        self.missing = missing


class UnknownHandler(Exception):
    """The person or team chosen for a case isn't one."""


@dataclass(frozen=True)
class Desk:
    """Who acts, on which case, as it was when they looked, and when."""

    keys: DeskKeys
    settings: Settings
    actor: Actor
    case_id: str
    version: int
    now: datetime


def take_over(session: Session, desk: Desk) -> None:
    """The actor becomes the supervisor of the case.

    Raises UnknownHandler for a case that stays within the trained groups, and an actor outside.
    """
    case = case_for(session, desk)
    if case.restricted and not _is_trained(session, team_of(session, desk.actor.id)):
        raise UnknownHandler(desk.actor.id)
    case.supervisor_id = desk.actor.id
    service.log_event(session, case, "taken_over", desk.actor.id, desk.now)
    record_deed(session, desk, "case.take_over")


def assign(session: Session, desk: Desk, team_id: str, supervisor_id: str) -> None:
    """Give the case to a team and, unless empty, to a supervisor of it who works here.

    Raises UnknownHandler; that is also every untrained team, for a case that stays within the
    trained groups (domain.md §4).
    """
    give(session, desk, case_for(session, desk), team_id, supervisor_id)


def give(session: Session, desk: Desk, case: Case, team_id: str, supervisor_id: str) -> None:
    """`assign` for a case that is locked and whose version was looked at."""
    if session.get(Team, team_id) is None:
        raise UnknownHandler(team_id)
    if case.restricted and not _is_trained(session, team_id):
        raise UnknownHandler(team_id)
    if supervisor_id:
        works_there = (
            sa.select(StaffMember.id)
            .join(TeamMember, TeamMember.member_id == StaffMember.id)
            .where(
                StaffMember.id == supervisor_id, StaffMember.active, TeamMember.team_id == team_id
            )
        )
        if session.scalar(works_there) is None:
            raise UnknownHandler(supervisor_id)
    case.team_id, case.supervisor_id = team_id, supervisor_id or None
    service.log_event(
        session,
        case,
        "assigned",
        desk.actor.id,
        desk.now,
        detail={"team": team_id, "supervisor": supervisor_id},
    )
    record_deed(session, desk, "case.assign")


def move(session: Session, desk: Desk, name: str, reason: str) -> None:
    """Make a move of the table. Raises workflow.NotAllowed, also for a mandate to be checked, and
    for a mediation that would begin while a procedure may be pending (domain.md §2D-1); raises
    ChecksMissing for an end or a refusal before all four checks were assessed (004:1226).

    To pass a case on is a deed of its own, with the organisation named: `referrals.refer`,
    `outside.pass_on`."""
    case = case_for(session, desk)
    workflow.move(name, case.state, desk.actor.roles, reason)
    if name in checks.BEFORE and (missing := checks.missing_checks(session, case.id)):
        raise ChecksMissing(missing)
    if case.mandate_hold and name in IN_THEIR_NAME:
        raise workflow.NotAllowed(f"{name} before the mandate was checked")
    if case.kind == "mediation" and case.embassy_hold and name == "carry_out":
        raise workflow.NotAllowed(f"{name} while mediation is on hold")
    service.move(
        session,
        desk.settings,
        case,
        name,
        desk.actor.id,
        desk.actor.roles,
        desk.now,
        reason=reason,
    )
    record_deed(session, desk, f"case.{name}")


def confirm_mandate(session: Session, desk: Desk) -> None:
    """Somebody checked that the sender may act for the applicant. Raises workflow.NotAllowed."""
    case = case_for(session, desk)
    if not case.mandate_hold:
        raise workflow.NotAllowed("mandate")
    case.mandate_hold = False
    service.log_event(session, case, "mandate_confirmed", desk.actor.id, desk.now)
    record_deed(session, desk, "case.mandate")


def note(session: Session, desk: Desk, text: str) -> None:
    """An internal note, sealed; the applicant never sees it."""
    case = case_for(session, desk)
    key = subkey(data_key_of(desk.keys, case), ANSWERS)
    service.log_event(
        session,
        case,
        "note",
        desk.actor.id,
        desk.now,
        sealed=seal_json(key, text, note_place(case.id)),
    )
    record_deed(session, desk, "case.note")


def send_letter(
    session: Session, desk: Desk, key: str, values: Mapping[str, Any], own: str, nonce: str
) -> None:
    """Send a letter to the applicant; the same nonce twice is one letter.

    Raises workflow.NotAllowed for the refusal of a case that nobody has declined: who reads "not
    possible" must be able to rely on a decision, and on its checks.
    """
    case = case_for(session, desk, check_version=False)
    if letters.LETTERS[key].automatic:
        raise KeyError(key)
    if key == REFUSAL and case.state != workflow.MOVES["decline"].target:
        raise workflow.NotAllowed(key)
    content = letters.content_of(key, values, case.language, own)
    sent = service.add_message(
        session,
        case,
        messages_key_of(desk.keys, case),
        content,
        nonce,
        desk.now,
        outgoing=True,
    )
    if sent:
        service.log_event(session, case, "message", desk.actor.id, desk.now, detail={"letter": key})
        record_deed(session, desk, "case.message")


def record_view(
    session: Session, keys: DeskKeys, actor: Actor, case_id: str, now: datetime
) -> bool:
    """Write that somebody opens a case, before the page leaves. False: not for this person."""
    allowed = is_visible(session, actor, case_id, now)
    audit.record(
        session,
        keys,
        actor=actor.id,
        action="case.view" if allowed else "case.refused",
        object_id=case_id[:64],
    )
    return allowed


def record_refusal(session: Session, keys: DeskKeys, actor: Actor, case_id: str) -> None:
    """Write that somebody tried to change a case that isn't there for them."""
    audit.record(session, keys, actor=actor.id, action="case.refused", object_id=case_id[:64])


def case_for(session: Session, desk: Desk, *, check_version: bool = True) -> Case:
    """The row of a deed, locked. Raises NotVisible, Overtaken."""
    seen = visible(session, desk.actor, desk.now)
    case = session.scalar(
        sa.select(Case).where(Case.id == desk.case_id, seen).with_for_update(of=Case)
    )
    if case is None:
        raise NotVisible(desk.case_id)
    if check_version and version_of(session, case.id) != desk.version:
        raise Overtaken(desk.case_id)
    return case


def record_deed(session: Session, desk: Desk, action: str) -> None:
    """The audit row of a deed, in its transaction."""
    audit.record(
        session,
        desk.keys,
        actor=desk.actor.id,
        action=action,
        object_id=desk.case_id,
        now=desk.now,
    )


def _is_trained(session: Session, team_id: str | None) -> bool:
    team = session.get(Team, team_id) if team_id else None
    return team is not None and team.trained


def version_of(session: Session, case_id: str) -> int:
    """The newest line of a case's log, which a form must have seen to change the case."""
    newest = sa.select(sa.func.max(CaseEvent.id)).where(CaseEvent.case_id == case_id)
    return session.scalar(newest) or 0
