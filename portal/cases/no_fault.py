"""The five conditions of no fault (buiten schuld) as a record, with the evidence of each.

Per condition the newest line counts and the older ones are its history (domain.md §1 A7). A person
judges, with a reason; the portal draws no conclusion. DT&V advises, the IND decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import service, workflow
from portal.cases.handling import Desk, case_for, record_deed
from portal.cases.mediation import Refused, is_mediated
from portal.cases.models import Attachment
from portal.cases.queries import LogLine
from portal.cases.sealing import ANSWERS, data_key_of, note_place
from portal.vault import seal_json, subkey

JUDGED = "no_fault"
"""Name of the event."""
CONDITIONS = ("own_attempt", "identity", "mediation_failed", "no_fault", "no_title")
"""In the order of the rule (002:1370-1400)."""
STANDINGS = ("met", "not_met", "open")


@dataclass(frozen=True)
class Judgement:
    """What somebody wrote about one condition. `files`: ids of the case's files that show it."""

    condition: str
    standing: str
    reason: str
    files: tuple[str, ...]
    at: datetime
    actor: str


def judgements_of(log: Iterable[LogLine]) -> Mapping[str, tuple[Judgement, ...]]:
    """Per condition all that was written about it, newest first; empty when nothing was."""
    found: dict[str, list[Judgement]] = {condition: [] for condition in CONDITIONS}
    for line in log:
        if line.name == JUDGED and line.detail.get("condition") in found:
            detail = line.detail
            found[detail["condition"]].insert(
                0,
                Judgement(
                    detail["condition"],
                    detail["standing"],
                    line.note,
                    tuple(detail["files"]),
                    line.at,
                    line.actor,
                ),
            )
    return {condition: tuple(lines) for condition, lines in found.items()}


def judge(
    session: Session,
    desk: Desk,
    condition: str,
    standing: str,
    reason: str,
    files: Sequence[str],
) -> None:
    """Write down how one condition stands. Raises NotVisible, Overtaken, workflow.NotAllowed where
    no mediation is open, and Refused: "unknown_step", "reason_missing", "unknown_file"."""
    case = case_for(session, desk)
    if not is_mediated(case.kind, is_open=case.open):
        raise workflow.NotAllowed("no_fault")
    if condition not in CONDITIONS or standing not in STANDINGS:
        raise Refused("unknown_step")
    if not reason:
        raise Refused("reason_missing")
    chosen = sorted(set(files))
    known = set(session.scalars(sa.select(Attachment.id).where(Attachment.case_id == case.id)))
    if set(chosen) - known:
        raise Refused("unknown_file")
    sealed = {"condition": condition, "standing": standing, "files": chosen, "note": reason}
    key = subkey(data_key_of(desk.keys, case), ANSWERS)
    service.log_event(
        session,
        case,
        JUDGED,
        desk.actor.id,
        desk.now,
        sealed=seal_json(key, sealed, note_place(case.id)),
    )
    record_deed(session, desk, "case.no_fault")
