"""An import that a coordinator has seen before it is done: exactly what was shown, or nothing.

`check` reads and compares; it stores nothing. `carry_out` writes a plan down only while the
caseload is as it was when the plan was shown. Dossiers belong to all teams, so a coordinator of an
ILC team alone imports them.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditRow
from portal.caseload import importing
from portal.caseload.importing import BadRow, CaseloadError, Plan
from portal.cases import rerouting
from portal.cases.access import Actor, oversight_of
from portal.vault import DeskKeys, Keys

ACTION = "caseload.import"


class Changed(Exception):
    """The caseload isn't any more as it was when the differences were shown."""


class NotTheirs(Exception):
    """Who asks may not import dossiers (any more)."""


@dataclass(frozen=True)
class Wish:
    """How to import. `close_missing` needs a file without bad rows."""

    skip_bad: bool = False
    close_missing: bool = False


@dataclass(frozen=True)
class Checked:
    """What a file would change."""

    digest: str
    """SHA-256 of the file, hexadecimal."""
    standing: str
    """The mark of the caseload that it was compared with."""
    bad: tuple[BadRow, ...]
    plan: Plan

    @property
    def importable(self) -> bool:
        """Whether there is anything to do with it."""
        plan = self.plan
        return bool(plan.added or plan.changed or plan.closed or plan.teams or plan.members)


@dataclass(frozen=True)
class Done:
    """An import that was made, as the audit log has it."""

    at: datetime
    counts: dict[str, int]


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def check(
    session: Session,
    keys: Keys,
    content: bytes,
    wish: Wish,
    now: datetime,
    *,
    dry_run: bool = True,
) -> Checked:
    """Read and compare. A plan of a dry run only counts; it can't be carried out.

    Raises CaseloadError for a file that isn't one, and for one with bad rows or without any when
    missing dossiers should be closed.
    """
    rows, bad = importing.read_content(content, "file")
    if wish.close_missing and (bad or not rows):
        raise CaseloadError("a bad row would close its dossier", "whole")
    # First, so that what changes during the long comparison makes the plan an old one.
    standing = importing.standing(session)
    plan = importing.compare(
        session,
        keys.public,
        keys.require_desk(),
        rows,
        now,
        close_missing=wish.close_missing,
        dry_run=dry_run,
    )
    return Checked(digest_of(content), standing, tuple(bad), plan)


def carry_out(
    session: Session, desk: DeskKeys, actor: Actor, checked: Checked, shown: str, now: datetime
) -> int:
    """Write down what was shown, and let open cases follow. The number of the audit row.

    `shown` is the standing on the page that the actor saw. Raises Changed and NotTheirs.
    """
    importing.lock(session)
    if not oversight_of(session, actor, now).everywhere:
        raise NotTheirs(actor.id)
    if not checked.standing == shown == importing.standing(session):
        raise Changed
    went = rerouting.bring_up_to_date(session, desk, checked.plan, now)
    outcome = checked.plan.outcome
    audit.record(
        session,
        desk,
        actor=actor.id,
        action=ACTION,
        object_id=checked.digest,
        reason=f"added={outcome.added} changed={outcome.changed} closed={outcome.closed} "
        f"skipped={len(checked.bad)} went={went}",
        now=now,
    )
    return audit.head(session)[0]


def done(session: Session, number: int) -> Done | None:
    """The import of an audit row; None when that row is something else."""
    row = session.get(AuditRow, number)
    if row is None or row.action != ACTION:
        return None
    pairs = (each.partition("=") for each in row.reason.split())
    return Done(row.at, {name: int(value) for name, _, value in pairs})
