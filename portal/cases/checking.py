"""Recording the four checks: one deed for any of them, each a line of the log of its own.

Nothing follows by itself: no IND, no police, no lawyer hears of it from the portal. A signal of
trafficking makes the case visible to the trained group, and only the group takes that back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.cases import handling, service, workflow
from portal.cases.access import Actor, sight_of
from portal.cases.checks import CHECKS, RESULTS, TRAFFICKING, Offer, event_of, offers
from portal.cases.handling import Desk
from portal.cases.sealing import ANSWERS, data_key_of, note_place
from portal.vault import DeskKeys, seal_json, subkey


@dataclass(frozen=True)
class Given:
    """What somebody assessed: one of RESULTS, and why, in their own words."""

    result: str
    reason: str


def assess(session: Session, desk: Desk, given: Mapping[str, Given]) -> None:
    """Record the checks that are given; the others stay as they are.

    Also for a case that is closed: what is seen late is written down too. Raises
    workflow.NotAllowed for nothing at all, another check or result, or one without a reason, and
    what `handling.case_for` raises.
    """
    case = handling.case_for(session, desk)
    if not given or not given.keys() <= set(CHECKS):
        raise workflow.NotAllowed("checks")
    if any(each.result not in RESULTS or not each.reason for each in given.values()):
        raise workflow.NotAllowed("a check needs a result and a reason")
    in_group = sight_of(session, desk.actor, desk.now).in_trained_group
    key = subkey(data_key_of(desk.keys, case), ANSWERS)
    for check in CHECKS:
        if check not in given:
            continue
        said = {
            "result": given[check].result,
            "reason": given[check].reason,
            "by_group": check == TRAFFICKING and in_group,
        }
        service.log_event(
            session,
            case,
            event_of(check),
            desk.actor.id,
            desk.now,
            sealed=seal_json(key, said, note_place(case.id)),
        )
        handling.record_deed(session, desk, f"case.{event_of(check)}")
    if TRAFFICKING in given:
        if given[TRAFFICKING].result == "signal":
            case.trained_group_asked = True
        elif in_group:
            case.trained_group_asked = False


def read_offers(
    session: Session, keys: DeskKeys, actor: Actor, case_id: str, now: datetime
) -> tuple[Offer, ...]:
    """What other cases of the dossier say, each reading audited before anything is shown."""
    found = offers(session, keys, actor, case_id, now)
    for other in dict.fromkeys(offer.case_id for offer in found):
        audit.record(session, keys, actor=actor.id, action="case.checks_read", object_id=other)
    return found
