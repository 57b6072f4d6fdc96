"""What the person answers to a proposal, with the code: yes, or another time."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases import service, workflow
from portal.cases.models import Case
from portal.cases.talks import answer_place, detail_of, open_talk, was_sent
from portal.cases.talks.models import CONFIRMED, OTHER_ASKED, Talk
from portal.settings import Settings
from portal.vault import seal_json


def may_answer(start: datetime, now: datetime) -> bool:
    """Until it begins the person can still confirm it, or ask for another time."""
    return now < start


def confirm(session: Session, case_id: str, talk_id: str, sequence: int, now: datetime) -> bool:
    """The person can come; a second time changes nothing.

    False: nothing was written, for the proposal is another by now, or it's too late.
    """
    found = _answerable(session, case_id, talk_id, sequence, now)
    if found is None:
        return False
    case, talk = found
    if talk.state != CONFIRMED:
        talk.state, talk.answer = CONFIRMED, None
        service.log_event(session, case, "talk_confirmed", "applicant", now, detail=detail_of(talk))
    return True


def ask_other(
    session: Session,
    settings: Settings,
    case_id: str,
    talk_id: str,
    sequence: int,
    messages_key: bytes,
    text: str,
    nonce: str,
    now: datetime,
) -> bool:
    """The person asks for another time, with or without words; they stand among the messages too.

    The same nonce twice is one request. False: like `confirm`.
    """
    found = _answerable(session, case_id, talk_id, sequence, now)
    if found is None:
        return False
    case, talk = found
    if (talk.state == OTHER_ASKED and not text) or was_sent(session, case_id, nonce):
        return True
    talk.state = OTHER_ASKED
    talk.answer = seal_json(messages_key, text, answer_place(talk.id)) if text else None
    if case.state == "meeting_planned":  # somebody must look before the day that doesn't suit
        days, urgent = service.reaction_days(settings), case.urgent != "none"
        case.due = min(case.due, workflow.next_deadline(case.state, now, urgent=urgent, days=days))
    service.log_event(session, case, "talk_other_asked", "applicant", now, detail=detail_of(talk))
    if text:
        service.reply(session, settings, case_id, messages_key, text, nonce, now)
    return True


def _answerable(
    session: Session, case_id: str, talk_id: str, sequence: int, now: datetime
) -> tuple[Case, Talk] | None:
    """The case and its talk, locked, when this very proposal can still be answered."""
    case = session.get_one(Case, case_id, with_for_update=True)
    talk = open_talk(session, case_id)
    if talk is None or not case.open or (talk.id, talk.sequence) != (talk_id, sequence):
        return None
    return (case, talk) if may_answer(talk.start, now) else None
