"""What a page of the desk reads in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.caseload.queries import (
    FoundDossier,
    Handler,
    TeamRow,
    all_handlers,
    all_teams,
    dossier_by_id,
)
from portal.cases.access import Actor
from portal.cases.queries import CaseFile, case_file
from portal.desk.changes import Changes, changes_of
from portal.staff.queries import organisation_names
from portal.vault import DeskKeys, VaultError


@dataclass(frozen=True)
class CaseData:
    """A case with all that its page names."""

    file: CaseFile
    teams: tuple[TeamRow, ...]
    handlers: tuple[Handler, ...]
    dossier: FoundDossier | None
    changes: Changes
    organisations: dict[str, str]
    """Names of organisations by id."""

    @property
    def team_names(self) -> dict[str, str]:
        return {team.id: team.name for team in self.teams}

    @property
    def people(self) -> dict[str, str]:
        return {handler.id: handler.name for handler in self.handlers}


def case_data(
    session: Session, keys: DeskKeys, actor: Actor, case_id: str, now: datetime
) -> CaseData | None:
    """None: there is no such case for this actor."""
    file = case_file(session, keys, actor, case_id, now)
    if file is None:
        return None
    return CaseData(
        file,
        all_teams(session),
        all_handlers(session),
        _dossier(session, keys, file.dossier_id),
        changes_of(session, keys, case_id),
        organisation_names(session),
    )


def _dossier(session: Session, keys: DeskKeys, dossier_id: str | None) -> FoundDossier | None:
    try:
        return dossier_by_id(session, keys, dossier_id) if dossier_id else None
    except VaultError:
        return None
