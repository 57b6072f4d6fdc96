"""What a withdrawal can't call back, by the log of the case (options of the letter `withdrawn`)."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases.models import CaseEvent
from portal.cases.sharing import outside
from portal.staff.models import Organisation

_PASSED_ON = frozenset({"refer", "referred_to", outside.EVENT})


def not_undone(session: Session, case_id: str) -> list[str]:
    """The options that hold, in the order of the letter."""
    rows = session.execute(
        sa.select(CaseEvent.name, CaseEvent.detail).where(CaseEvent.case_id == case_id)
    ).all()
    events = {name for name, _ in rows}
    sent = {detail.get("letter") for name, detail in rows if name == "message"}
    found = [_passed_on(session, [detail for name, detail in rows if name in _PASSED_ON], sent)]
    if "mediation_started" in sent or "carry_out" in events:
        found.append("steps")
    return found


def _passed_on(session: Session, details: Sequence[Mapping[str, Any]], sent: set[Any]) -> str:
    """`iom` when IOM is among those to whom it was passed on: the person can call it themselves."""
    ids = [str(detail["organisation"]) for detail in details if "organisation" in detail]
    iom = sa.select(Organisation.id).where(Organisation.kind == "iom", Organisation.id.in_(ids))
    named = "iom_referred" in sent or any(detail.get("entry") == "iom" for detail in details)
    if named or session.scalar(iom.limit(1)) is not None:
        return "iom"
    return "passed_on" if details else "nothing"
