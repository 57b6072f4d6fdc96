"""Deeds of the desk that are more than one deed of the core, in one transaction."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import handling
from portal.cases.handling import Desk
from portal.cases.models import CaseMessage

LETTER_MOVES = {
    "reading": "start",
    "info_needed": "ask_info",
    "mediation_started": "carry_out",
    "not_now": "decline",
}
"""The move of the table that a letter tells the person about."""


def send(
    session: Session,
    desk: Desk,
    letter: str,
    values: Mapping[str, Any],
    own: str,
    nonce: str,
    move: str,
    reason: str,
) -> None:
    """Send a letter and, unless `move` is empty, make the move that it tells of: both or neither.

    The same nonce twice is one letter and one move. Raises what `handling` raises.
    """
    sent = sa.select(CaseMessage.id).where(
        CaseMessage.case_id == desk.case_id, CaseMessage.nonce == nonce
    )
    if session.scalar(sent) is not None:
        return
    if move:
        handling.move(session, desk, move, reason)
    handling.send_letter(session, desk, letter, values, own, nonce)
