"""A visit goes on under another token once a code has opened something in it.

Whoever put a cookie of theirs into a shared browser would else see what the next person's code
opens. Everything that the visit holds is sealed anew, and the old token opens nothing.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.intake import draft_files, receipts, tokens, visits
from portal.intake.models import Visit


def renew(session: Session, old: str, new: str, now: datetime) -> None:
    """Move a visit from one token to the next. The same form posted again finds it moved."""
    if session.get(Visit, tokens.hash_of(new)) is not None:
        return
    visits.begin(session, new, now)
    before = session.get(Visit, tokens.hash_of(old), with_for_update=True)
    if before is not None and before.expires >= now:
        _move(session, before, old, new)
    visits.end(session, old)


def _move(session: Session, before: Visit, old: str, new: str) -> None:
    visit = session.get_one(Visit, tokens.hash_of(new))
    visit.drafts = tokens.sealed_anew(before.drafts, "drafts", old, new)
    visit.case_key = tokens.sealed_anew(before.case_key, "case_key", old, new)
    visit.case_id = before.case_id
    visit.case_opened, visit.case_seen = before.case_opened, before.case_seen
    receipts.move(session, old, new)
    draft_files.move(session, old, new)
    session.flush()  # before the old row goes, and takes with it what still hangs on it
