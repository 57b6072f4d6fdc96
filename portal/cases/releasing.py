"""What may go towards an embassy: only by the supervisor who is named, with a ruling in hand.

The guard of domain.md §2D-1: while a procedure is pending or unknown, nothing does.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.cases import service, workflow
from portal.cases.access import Actor
from portal.cases.handling import Desk, NotVisible, Overtaken, case_for, version_of
from portal.cases.models import Attachment, Case
from portal.i18n import AMSTERDAM


class NotNamed(workflow.NotAllowed):
    """Only the supervisor who is named on the case decides."""


class OnHold(Exception):
    """A procedure is pending or unknown, and no mediation was asked for."""


def may_release(actor: Actor, supervisor_id: str | None) -> bool:
    """Whether somebody is the supervisor who is named on the case.

    Who stands in isn't: they take the case over first, so that the name is of who read the ruling.
    """
    return "supervisor" in actor.roles and actor.id == supervisor_id


def is_held(kind: str, *, embassy_hold: bool) -> bool:
    """Whether nothing of a case may ever be released: on hold, and not a mediation."""
    return embassy_hold and kind != "mediation"


def holds_by_hand(kind: str, dossier_id: str | None, *, is_open: bool) -> bool:
    """Whether a person decides about the hold of a mediation: where no record of DT&V does."""
    return kind == "mediation" and dossier_id is None and is_open


def release(session: Session, desk: Desk, file_id: str, ruling: date) -> None:
    """A file may go towards an embassy: the named supervisor read the ruling of this date.

    Raises NotVisible, Overtaken, NotNamed, OnHold, and ValueError for a day that is still to come.
    """
    case, file = _file_of_named(session, desk, file_id)
    if is_held(case.kind, embassy_hold=case.embassy_hold):
        raise OnHold(case.id)
    _check_day(desk, ruling)
    file.for_embassy, file.ruling, file.released_by = True, ruling, desk.actor.id
    _write_down(session, desk, case, "file_released", {"file": file.id, "date": str(ruling)})


def withhold(session: Session, desk: Desk, file_id: str) -> None:
    """Take a release back; a second time changes nothing. Raises what `release` raises."""
    case, file = _file_of_named(session, desk, file_id)
    if not file.for_embassy:
        return
    file.for_embassy, file.ruling, file.released_by = False, None, None
    _write_down(session, desk, case, "file_withheld", {"file": file.id})


def lift_hold(session: Session, desk: Desk, ruling: date) -> None:
    """Mediation may begin without a dossier: the named supervisor read the ruling of this date.

    Raises NotVisible, Overtaken, NotNamed, ValueError for a day that is still to come, and
    workflow.NotAllowed where DT&V's record decides, or nothing is on hold.
    """
    case = _held_by_hand(session, desk, held=True)
    _check_day(desk, ruling)
    case.embassy_hold = False
    _write_down(session, desk, case, "hold_lifted_by_hand", {"date": str(ruling)})


def hold_again(session: Session, desk: Desk) -> None:
    """Take that back. Raises what `lift_hold` raises."""
    case = _held_by_hand(session, desk, held=False)
    case.embassy_hold = True
    _write_down(session, desk, case, "hold_set_by_hand", {})


def _held_by_hand(session: Session, desk: Desk, *, held: bool) -> Case:
    case = case_for(session, desk)
    if not may_release(desk.actor, case.supervisor_id):
        raise NotNamed(desk.case_id)
    by_hand = holds_by_hand(case.kind, case.dossier_id, is_open=case.open)
    if not by_hand or case.embassy_hold is not held:
        raise workflow.NotAllowed("hold")
    return case


def _file_of_named(session: Session, desk: Desk, file_id: str) -> tuple[Case, Attachment]:
    case = case_for(session, desk, check_version=False)
    file = session.scalar(
        sa.select(Attachment).where(
            Attachment.id == file_id, Attachment.case_id == case.id
        ).options(sa.orm.defer(Attachment.content))
    )  # fmt: skip
    if file is None:
        raise NotVisible(desk.case_id)
    if version_of(session, case.id) != desk.version:
        raise Overtaken(desk.case_id)
    if not may_release(desk.actor, case.supervisor_id):
        raise NotNamed(desk.case_id)
    return case, file


def _check_day(desk: Desk, ruling: date) -> None:
    if ruling > desk.now.astimezone(AMSTERDAM).date():
        raise ValueError("the ruling is still to come")


def _write_down(
    session: Session, desk: Desk, case: Case, name: str, detail: Mapping[str, Any]
) -> None:
    service.log_event(session, case, name, desk.actor.id, desk.now, detail=detail)
    audit.record(
        session,
        desk.keys,
        actor=desk.actor.id,
        action=f"case.{name}",
        object_id=str(detail.get("file", case.id)),
        reason=str(detail.get("date", "")),
        now=desk.now,
    )
