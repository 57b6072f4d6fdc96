"""Staff tell the person of a change that waits, where no e-mail does: by telephone, letter or talk.

Who holds the code may be somebody else, so the way that was in force hears of it before it is done
(security.md §4).
"""

from sqlalchemy.orm import Session

from portal.cases import pending, service, workflow
from portal.cases.handling import Desk, case_for, record_deed
from portal.cases.sealing import ANSWERS, data_key_of, note_place
from portal.vault import seal_json, subkey


def told(session: Session, desk: Desk, text: str) -> None:
    """Write down that the person knows what waits; `text`, what they said, is kept sealed.

    Raises NotVisible, Overtaken, and workflow.NotAllowed when nothing waits.
    """
    case = case_for(session, desk)
    waiting = pending.waiting_of(session, case.id) if case.open else ()
    if not waiting:
        raise workflow.NotAllowed("told")
    key = subkey(data_key_of(desk.keys, case), ANSWERS)
    service.log_event(
        session,
        case,
        "told_of_change",
        desk.actor.id,
        desk.now,
        detail={"changes": [each.id for each in waiting]},
        sealed=seal_json(key, text, note_place(case.id)),
    )
    record_deed(session, desk, "case.told")
