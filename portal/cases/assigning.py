"""Giving several cases to a team or a person at once: each guarded and audited like one alone.

What can't be given stays where it is and is told with its reason; the others go. The person gets
no message by this, as with a single case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload.models import Team, TeamMember
from portal.cases import handling
from portal.cases.access import oversight_of
from portal.cases.handling import Desk
from portal.cases.models import Case
from portal.staff.models import StaffMember

MOST = 100
"""Cases in one form: a page of a list."""

Reason = Literal["not_yours", "overtaken", "trained_only", "has_it"]


@dataclass(frozen=True)
class Kept:
    """A case that couldn't be given."""

    case_id: str
    reference: str
    """Empty where the actor doesn't oversee it."""
    reason: Reason


def give_several(
    session: Session, desk: Desk, versions: Mapping[str, int], team_id: str, supervisor_id: str
) -> tuple[int, tuple[Kept, ...]]:
    """How many were given, and which not. `versions` by case id, as the page showed them.

    Raises handling.UnknownHandler when the team or person isn't one: then nothing is given.
    `desk.case_id` and `desk.version` mean nothing here.
    """
    if not _is_handler(session, team_id, supervisor_id):
        raise handling.UnknownHandler(supervisor_id or team_id)
    oversight = oversight_of(session, desk.actor, desk.now)
    given: list[str] = []
    kept: list[Kept] = []
    for case_id in sorted(versions):  # one order for everybody, so that two forms never deadlock
        case = session.scalar(
            sa.select(Case).where(Case.id == case_id, oversight.to_give).with_for_update(of=Case)
        )
        each = replace(desk, case_id=case_id, version=versions[case_id])
        if case is None:
            reference = session.scalar(
                sa.select(Case.reference).where(Case.id == case_id, oversight.cases)
            )
            handling.record_refusal(session, desk.keys, desk.actor, case_id)
            kept.append(Kept(case_id, reference or "", "not_yours"))
        elif handling.version_of(session, case_id) != each.version:
            kept.append(Kept(case_id, case.reference, "overtaken"))
        elif (case.team_id, case.supervisor_id) == (team_id, supervisor_id or None):
            kept.append(Kept(case_id, case.reference, "has_it"))
        else:
            try:
                handling.give(session, each, case, team_id, supervisor_id)
                given.append(case_id)
            except handling.UnknownHandler:  # the handler exists, so it is the training
                kept.append(Kept(case_id, case.reference, "trained_only"))
    return len(given), tuple(kept)


def _is_handler(session: Session, team_id: str, supervisor_id: str) -> bool:
    if not supervisor_id:
        return session.get(Team, team_id) is not None
    works_there = (
        sa.select(StaffMember.id)
        .join(TeamMember, TeamMember.member_id == StaffMember.id)
        .where(StaffMember.id == supervisor_id, StaffMember.active, TeamMember.team_id == team_id)
    )
    return session.scalar(works_there) is not None
