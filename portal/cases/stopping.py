"""Staff stop a new contact that waits: they asked the person, who did not ask for it.

The staff check of security.md §4. A withdrawal is never stopped by us: to stop asking is the
person's own right, and they can undo it themselves.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import pending, service, workflow
from portal.cases.handling import Desk, case_for, record_deed
from portal.cases.models import CHANGE_WAITS, PendingChange
from portal.cases.sealing import ANSWERS, data_key_of, messages_key_of, note_place
from portal.vault import seal_json, subkey


def stop_contact(session: Session, desk: Desk, reason: str) -> None:
    """The way to reach the person stays as it was; `reason` is kept sealed in the log.

    The person is told. Raises NotVisible, Overtaken, and workflow.NotAllowed when none waits.
    """
    case = case_for(session, desk)
    change = session.scalar(
        sa.select(PendingChange)
        .where(PendingChange.case_id == case.id, PendingChange.kind == "contact", CHANGE_WAITS)
        .with_for_update()
    )
    if change is None or not case.open:
        raise workflow.NotAllowed("stop_contact")
    pending.settle(change, "undone", desk.now)
    key = subkey(data_key_of(desk.keys, case), ANSWERS)
    service.log_event(
        session,
        case,
        "contact_change_stopped",
        desk.actor.id,
        desk.now,
        sealed=seal_json(key, reason, note_place(case.id)),
    )
    messages_key = messages_key_of(desk.keys, case)
    values = {"change": "stopped"}
    pending.tell(session, case, messages_key, "change_undone", change, values, desk.now)
    record_deed(session, desk, "case.contact_stopped")
