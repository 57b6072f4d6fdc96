"""The whole of one case as plain data, for the export as JSON; its schema is published.

It is built on `case_file`, so it holds what the member may see and nothing more: of a check that is
for the trained group alone, only that it was assessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal import audit
from portal.cases.access import Actor, is_visible
from portal.cases.attachments import FileLine, files_of
from portal.cases.checks import Assessment, Check
from portal.cases.mediation import Milestone, milestones_of
from portal.cases.no_fault import judgements_of
from portal.cases.pending import Contact, contact_of
from portal.cases.queries import CaseFile, LogLine, Message, case_file
from portal.staff.models import StaffMember
from portal.vault import DeskKeys

VERSION = 1
"""Of the format. A change that old readers would misunderstand gets another."""
ROUTED = frozenset({"routed", "rerouted", "held"})
"""Events that say why the case came to somebody."""


@dataclass(frozen=True)
class Export:
    """What both forms of an export are made of."""

    file: CaseFile
    documents: tuple[FileLine, ...]
    contact: Contact | None
    """The way to reach the person that came after the answers, when there is one in force."""
    by: str
    """The name of who exports."""
    at: datetime

    @property
    def withheld(self) -> tuple[str, ...]:
        """The checks that were assessed, and whose result is not for who exports."""
        return tuple(check.name for check in self.file.checks if check.hidden and check.current)


def record_export(
    session: Session, keys: DeskKeys, actor: Actor, case_id: str, form: str, now: datetime
) -> bool:
    """Write that somebody exports a case, before a byte of it leaves. False: not for this person.

    `form` is "pdf" or "json".
    """
    allowed = is_visible(session, actor, case_id, now)
    audit.record(
        session,
        keys,
        actor=actor.id,
        action="case.export" if allowed else "case.refused",
        object_id=case_id[:64],
        reason=form if allowed else "",
        now=now,
    )
    return allowed


def export_of(
    session: Session, keys: DeskKeys, actor: Actor, case_id: str, now: datetime
) -> Export | None:
    """None: no such case for this actor, or one that our keys don't open. Raises VaultError."""
    file = case_file(session, keys, actor, case_id, now)
    if file is None or not file.readable:
        return None
    member = session.get_one(StaffMember, actor.id)
    contact = contact_of(session, keys, case_id).now
    return Export(file, files_of(session, keys, case_id), contact, member.name, now)


def as_data(export: Export, schema: str) -> dict[str, Any]:
    """The export as the published schema says; `schema` is its address. Moments are UTC, ISO."""
    file, row = export.file, export.file.row
    return {
        "$schema": schema,
        "version": VERSION,
        "exported": _moment(export.at),
        "exported_by": export.by,
        "withheld": list(export.withheld),
        "case": {
            "id": row.id,
            "reference": row.reference,
            "kind": row.kind,
            "state": row.state,
            "open": file.open,
            "language": row.language,
            "urgent": row.urgent,
            "embassy_hold": row.embassy_hold,
            "mandate_hold": row.mandate_hold,
            "sent": _moment(row.created),
            "due": _moment(row.due),
            "team": file.team,
            "supervisor": row.supervisor,
        },
        "answers": file.answers,
        "contact": _contact(export.contact),
        "routing": [_line(line) for line in file.log if line.name in ROUTED],
        "milestones": [_milestone(each) for each in milestones_of(file.log)],
        "no_fault": _judgements(file.log),
        "checks": [_check(each) for each in file.checks],
        "messages": [_message(each) for each in file.messages],
        "documents": [_document(each) for each in export.documents],
        "log": [_line(line) for line in file.log],
    }


def _contact(contact: Contact | None) -> dict[str, Any] | None:
    if contact is None:
        return None
    return {"since": _moment(contact.since), "answers": dict(contact.answers or {})}


def _line(line: LogLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "at": _moment(line.at),
        "event": line.name,
        "state": line.state,
        "by": line.actor,
        "detail": line.detail,
        "note": line.note,
    }


def _check(check: Check) -> dict[str, Any]:
    """All assessments of one check: the one that counts first, then the older ones."""
    every = (check.current, *check.older) if check.current else ()
    return {
        "check": check.name,
        "withheld": check.hidden,
        "assessments": [_assessment(each) for each in every if each],
    }


def _assessment(each: Assessment) -> dict[str, Any]:
    return {
        "at": _moment(each.at),
        "by": each.by,
        "result": each.result,
        "reason": each.reason,
        "by_trained_group": each.by_group,
    }


def _milestone(each: Milestone) -> dict[str, Any]:
    undone = {
        "at": _moment(each.undone_at) if each.undone_at else "",
        "by": each.undone_by,
        "reason": each.undone_note,
    }
    return {
        "line": each.line,
        "step": each.step,
        "day": str(each.day),
        "at": _moment(each.at),
        "by": each.actor,
        "note": each.note,
        "ruling": _day(each.ruling),
        "taken_back": None if each.stands else undone,
    }


def _judgements(log: Iterable[LogLine]) -> list[dict[str, Any]]:
    """Oldest first; of each condition the last one counts."""
    every = (each for judged in judgements_of(log).values() for each in judged)
    return [
        {
            "condition": each.condition,
            "standing": each.standing,
            "reason": each.reason,
            "documents": list(each.files),
            "at": _moment(each.at),
            "by": each.actor,
        }
        for each in sorted(every, key=lambda each: each.at)
    ]


def _message(message: Message) -> dict[str, Any]:
    content = message.content
    return {
        "at": _moment(message.at),
        "direction": "to_person" if message.outgoing else "from_person",
        "letter": content.get("letter"),
        "texts": content.get("texts", {}),
        "own": content.get("own", ""),
        "organisation": content.get("organisation", ""),
    }


def _document(file: FileLine) -> dict[str, Any]:
    return {
        "id": file.id,
        "item": file.item,
        "format": file.format,
        "bytes": file.size,
        "pages": file.pages,
        "at": _moment(file.at),
        "for_embassy": file.for_embassy,
        "ruling": _day(file.ruling),
        "released_by": file.released_by or None,
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _day(day: date | None) -> str | None:
    return str(day) if day else None
