"""Writing the caseload as a file of the same shape as the import reads: it comes back unchanged.

Open dossiers alone, by V-number. The file names people, so only its owner can read it, and it never
takes the place of another.
"""

import csv
import os
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload.models import Dossier, Team
from portal.caseload.queries import unseal_person
from portal.caseload.reading import COLUMNS, FORMULA
from portal.staff.models import StaffMember
from portal.vault import DeskKeys

CHUNK = 500


def caseload_lines(session: Session, desk: DeskKeys) -> list[tuple[str, ...]]:
    """The cells of every open dossier, in the order of COLUMNS."""
    found = session.execute(
        sa.select(Dossier, Team.name, StaffMember.email)
        .join(Team, Team.id == Dossier.team_id)
        .outerjoin(StaffMember, StaffMember.id == Dossier.supervisor_id)
        .where(Dossier.open)
    ).yield_per(CHUNK)
    return sorted(_cells(desk, *row) for row in found)


def _cells(desk: DeskKeys, dossier: Dossier, team: str, email: str | None) -> tuple[str, ...]:
    cells = {
        **unseal_person(desk, dossier).__dict__,
        "location": dossier.location,
        "procedure": dossier.procedure,
        "supervisor": email or "",
        "team": team,
        "flags": ";".join(dossier.flags),
        "language": dossier.language,
    }
    return tuple(_harmless(cells[name]) for name in COLUMNS)


def _harmless(cell: str) -> str:
    """No cell is a formula in a spreadsheet; reading takes the apostrophe away again."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def write_lines(path: Path, lines: Iterable[tuple[str, ...]]) -> None:
    """Raises FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(lines)
