"""Caseload files and what an import made of them: for tests of both."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload.importing import (
    COLUMNS,
    Outcome,
    import_rows,
    read_file,
)
from portal.caseload.models import Dossier, Team, TeamMember
from portal.caseload.queries import (
    FoundDossier,
    dossier_by_v_number,
)
from portal.db import Database
from portal.staff.models import StaffMember
from portal.vault import new_keys

KEYS = new_keys()


DESK = KEYS.require_desk()


NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


GOOD = (
    "0000000001,1999-04-02,Applicant 01,,SY,azc Assen,none,s1@demo.example,Team Assen,,ar",
    "0000000002,1985-12-31,Applicant 02,Zoë,ER,azc Assen,pending,,Team Assen,dublin;family,prs",
)


def file(tmp_path: Path, *lines: str, header: str = ",".join(COLUMNS)) -> Path:
    path = tmp_path / "caseload.csv"
    path.write_bytes("\n".join((header, *lines, "")).encode())
    return path


def changed(**cells: str) -> str:
    """The first good line with other cells."""
    row = dict(zip(COLUMNS, GOOD[0].split(","), strict=True)) | cells
    return ",".join(row.values())


def imported(db: Database, path: Path, **options: Any) -> Outcome:
    rows, bad = read_file(path)
    assert bad == []
    return db.write_now(import_rows, KEYS.public, DESK, rows, NOW, **options)


def found(db: Database, v_number: str) -> FoundDossier | None:
    return db.read_now(dossier_by_v_number, DESK, v_number)


def rows_in(db: Database) -> list[int]:
    tables = (Dossier, Team, StaffMember, TeamMember)

    def count(session: Session) -> list[int]:
        return [session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in tables]

    return db.read_now(count)
