"""`portal caseload …` and `portal absence …`: what they do and say. Nobody is named but staff."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from portal import audit
from portal.caseload import absence, exporting, importing
from portal.caseload.absence import Away
from portal.caseload.importing import CaseloadError, Outcome
from portal.cases import rerouting
from portal.cases.teams import COMMAND_LINE
from portal.db import Database
from portal.i18n import dutch_day
from portal.vault import DeskKeys, Keys


def import_file(
    db: Database,
    keys: Keys,
    path: Path,
    *,
    dry_run: bool = False,
    skip_bad: bool = False,
    close_missing: bool = False,
) -> int:
    """The exit code. Raises CaseloadError.

    The long part reads alone, so that people can send requests meanwhile; then one transaction
    writes all of it, and the open cases follow.
    """
    desk = keys.require_desk()
    rows, bad = importing.read_file(path)
    for each in bad:
        print(f"{path}:{each.line}: {each.reason}", file=sys.stderr)
    if bad and not skip_bad:
        print(f"{len(bad)} bad rows; nothing imported (--skip-bad imports the rest)")
        return 1
    if close_missing and (bad or not rows):
        message = "--close-missing needs a whole file: a bad row would close its dossier"
        raise CaseloadError(message, "whole")
    now = datetime.now(UTC)
    plan = db.read_now(
        importing.compare,
        keys.public,
        desk,
        rows,
        now,
        close_missing=close_missing,
        dry_run=dry_run,
        progress=_progress(len(rows)),
    )
    went = 0
    if not dry_run:
        went = db.write_now(rerouting.bring_up_to_date, desk, plan, now)
    _tell(plan.outcome, skipped=len(bad), went=went, dry_run=dry_run, closing=close_missing)
    return 0


def _tell(outcome: Outcome, *, skipped: int, went: int, dry_run: bool, closing: bool) -> None:
    if dry_run:
        for each in outcome.differences:
            print(f"line {each.line} (…{each.ending}): {', '.join(each.columns)}")
    for name in outcome.new_teams:
        print(f"new team: {name}")
    for email in outcome.new_supervisors:
        print(f"new supervisor: {email}")
    would = "would be " if dry_run else ""
    print(
        f"{outcome.added} {would}added, {outcome.changed} {would}changed, "
        f"{outcome.unchanged} unchanged, {skipped} skipped"
    )
    if closing:
        print(f"{outcome.closed} {would}closed")
    elif outcome.missing:
        print(
            f"{outcome.missing} open dossiers are not in the file and stay open "
            "(--close-missing closes them)"
        )
    if went:
        print(f"{went} open cases went to another team or supervisor")


def _progress(total: int) -> Callable[[int], None]:
    def show(done: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done} of {total}", end="\n" if done == total else "", file=sys.stderr)

    return show


def export_file(db: Database, keys: Keys, path: Path) -> int:
    """Write the open dossiers to a new file. Raises CaseloadError, OSError."""
    desk = keys.require_desk()
    if path.exists():  # before so many names are written to the audit log as seen
        raise CaseloadError(f"{path} exists: an export overwrites nothing")
    db.write_now(_record_export, desk)
    lines = db.read_now(exporting.caseload_lines, desk)
    try:
        exporting.write_lines(path, lines)
    except FileExistsError:
        raise CaseloadError(f"{path} exists: an export overwrites nothing") from None
    print(f"{len(lines)} dossiers in {path}; it names people, so keep it safe")
    return 0


def _record_export(session: Session, desk: DeskKeys) -> None:
    audit.record(session, desk, actor=COMMAND_LINE, action="caseload.export")


def list_absences(db: Database) -> int:
    today = dutch_day()
    for each in db.read_now(absence.absences, today):
        print(f"{each.member} {each.first_day} {each.last_day} {each.deputy or 'nobody'}")
    return 0


def add_absence(db: Database, email: str, first: date, last: date, deputy: str) -> int:
    """Raises absence.AbsenceError."""
    db.write_now(absence.add_absence, Away(email, first, last, deputy))
    return 0


def remove_absence(db: Database, email: str, first: date) -> int:
    """Raises absence.AbsenceError."""
    db.write_now(absence.remove_absence, email, first)
    return 0
