"""Who may see a local consultation, and which cases of its agenda: parts of every query about it.

A meeting belongs to a team: its members reach it, and who stands in for one of them today. Of its
agenda they see the cases that they may see anyway; of the others only how many there are. A case
of the trained groups stays among the trained (domain.md §4).
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload.models import Team, TeamMember
from portal.cases.access import Actor, sight_of
from portal.cases.consultation.models import Consultation
from portal.cases.models import Case


@dataclass(frozen=True)
class Reach:
    """What somebody may see of consultations at one moment."""

    team_id: str | None
    """The team whose meetings they prepare."""
    meetings: sa.ColumnElement[bool]
    cases: sa.ColumnElement[bool]


def reach_of(session: Session, actor: Actor, now: datetime) -> Reach:
    sight = sight_of(session, actor, now)
    whose = sa.select(TeamMember.team_id).where(
        TeamMember.member_id.in_((actor.id, *sight.stands_in_for))
    )
    meetings, cases = Consultation.team_id.in_(whose), sight.all
    if not sight.trained:
        trained = sa.select(Team.id).where(Team.trained)
        meetings = sa.and_(meetings, Consultation.team_id.not_in(trained))
        cases = sa.and_(cases, sa.not_(Case.restricted))
    return Reach(sight.team_id, meetings, cases)


def is_for_trained(session: Session, case: Case) -> bool:
    """Whether a case may only be spoken about in a meeting of a trained team."""
    team = session.get(Team, case.team_id) if case.team_id else None
    return case.restricted or (team is not None and team.trained)
