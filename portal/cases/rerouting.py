"""Deeds that bring a case to others when its person moves: R7 of domain.md §4.

A case follows its person when DT&V's record says another place, team or supervisor, or when the
person tells us of a move. The applicant is told, and the next supervisor finds a hand-over note.
No case leaves the trained groups by this.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.caseload import importing
from portal.caseload.importing import Outcome, Plan
from portal.caseload.models import Dossier
from portal.caseload.placenames import fold_place, kind_of_place
from portal.caseload.queries import FoundDossier, dossier_by_id
from portal.cases import letters, routing, service
from portal.cases.known import House, dossier_facts, facts_of, house_on
from portal.cases.models import Case, CaseEvent
from portal.cases.routing import Assignment
from portal.cases.sealing import ANSWERS, answers_of, data_key_of, messages_key_of, note_place
from portal.logs import log
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, VaultError, seal_json, subkey

HAND_OVER = (
    "Overdracht. Deze zaak is door het portaal overgedragen, omdat de verblijfplaats, het team of "
    "de regievoerder van deze persoon is veranderd. De vorige behandelaar was {supervisor} "
    "({team}). Alle antwoorden, berichten en notities zijn meegekomen. Lees eerst het logboek. "
    "Neem daarna contact op met de vorige behandelaar over afspraken die nog lopen. De persoon "
    "heeft bericht gekregen dat een andere regievoerder de zaak heeft."
)
"""The note for whom the case goes to. The reasons stand in the event beside it."""
NOBODY = "nog niemand"
_BY_HAND = ("taken_over", "assigned")
_GIVEN = ("routed", "rerouted", *_BY_HAND)
"""Events after which somebody has the case."""


def detail_of(assignment: Assignment) -> dict[str, Any]:
    """What the log keeps of a choice, in the clear."""
    detail: dict[str, Any] = {
        "team": assignment.team,
        "supervisor": assignment.supervisor or "",
        "copy_to": assignment.copy_to or "",
        "reasons": [{"code": r.code, "values": dict(r.values)} for r in assignment.reasons],
    }
    return {**detail, "alarm": True} if assignment.alarm else detail


def bring_up_to_date(session: Session, keys: DeskKeys, plan: Plan, now: datetime) -> int:
    """Apply an import, and let the open cases follow; returns how many went to others."""
    importing.apply(session, plan)
    return follow_record(session, keys, plan.outcome, now)


def follow_record(session: Session, keys: DeskKeys, outcome: Outcome, now: datetime) -> int:
    """What an import changed is true for the open cases too. How many went to others."""
    for case in _open_cases(session, outcome.ruled):
        _hold_or_free(session, case, now)
    house, went = house_on(session, now), 0
    for case in _open_cases(session, outcome.moved):
        dossier = dossier_by_id(session, keys, case.dossier_id or "")
        if dossier is not None:
            went += place_changed(session, keys, case, dossier, house, now)
    return went


def told_of_move(
    session: Session, keys: DeskKeys, told: Case, answers: Mapping[str, Any], now: datetime
) -> int:
    """The person wrote that they live elsewhere: their other open cases follow.

    Only with a dossier that they belong to, a name like its name, and a place unlike its place.
    The word of the person changes no record, and doesn't replace telling the COA or the AVIM.
    """
    dossier = dossier_by_id(session, keys, told.dossier_id) if told.dossier_id else None
    if dossier is None or dossier_facts(answers, dossier).name_differs:
        return 0
    if answers.get("moved") == "no" or not is_elsewhere(answers, dossier.location):
        return 0
    where = {name: answers.get(name) for name in ("location_type", "place")}
    house, went = house_on(session, now), 0
    for case in _open_cases(session, [dossier.id]):
        if case.id != told.id:
            went += place_changed(session, keys, case, dossier, house, now, where=where)
    return went


def is_elsewhere(answers: Mapping[str, Any], location: str) -> bool:
    """Whether the answers name another place, or another kind of place, than the record does."""
    place, kind = fold_place(answers.get("place") or ""), answers.get("location_type") or ""
    known = kind_of_place(location)
    return bool(place and place != fold_place(location)) or bool(
        kind in routing.PLACE_KINDS and kind != known
    )


def place_changed(
    session: Session,
    keys: DeskKeys,
    case: Case,
    dossier: FoundDossier,
    house: House,
    now: datetime,
    *,
    where: Mapping[str, Any] | None = None,
) -> bool:
    """Choose again, and give the case to whom it belongs now. False: it stays where it is.

    `where` are the answers about the place, when the person told us of the move.
    """
    try:
        answers = {**answers_of(case, data_key_of(keys, case)), **(where or {})}
        facts = facts_of(case.kind, answers, dossier, house, moved=where is not None)
    except VaultError:
        log.error("unreadable", error="VaultError")
        return False
    # Who it is was settled when the case came; a corrected birth date unsettles nothing.
    matches = (dossier_facts(answers, dossier),)
    facts = replace(facts, matches=matches, birth_date_differs=False, by_other=case.mandate_hold)
    chosen = routing.choose(facts)
    if _stays(session, case, chosen, house):
        return False
    _hand_over(session, keys, case, chosen, house, now)
    return True


def _stays(session: Session, case: Case, chosen: Assignment, house: House) -> bool:
    if (chosen.team, chosen.supervisor) == (case.team_id, case.supervisor_id):
        return True
    trained = {team.id for team in house.teams if team.trained}
    if (case.restricted or case.team_id in trained) and chosen.team not in trained:
        return True
    return chosen.team == case.team_id and _last_given(session, case) in _BY_HAND


def _last_given(session: Session, case: Case) -> str | None:
    """How the case came to whom has it: the name of that event."""
    return session.scalar(
        sa.select(CaseEvent.name)
        .where(CaseEvent.case_id == case.id, CaseEvent.name.in_(_GIVEN))
        .order_by(CaseEvent.id.desc())
        .limit(1)
    )


def _hand_over(
    session: Session,
    keys: DeskKeys,
    case: Case,
    chosen: Assignment,
    house: House,
    now: datetime,
) -> None:
    before = {"from_team": case.team_id or "", "from_supervisor": case.supervisor_id or ""}
    note = HAND_OVER.format(
        supervisor=_name(session, case.supervisor_id), team=house.names.get(case.team_id or "", "")
    )
    data_key = data_key_of(keys, case)
    case.team_id, case.supervisor_id = chosen.team, chosen.supervisor
    case.restricted = case.restricted or chosen.restricted
    case.alarm = chosen.alarm
    service.log_event(
        session,
        case,
        "rerouted",
        "worker",
        now,
        detail={**detail_of(chosen), **before},
        sealed=seal_json(subkey(data_key, ANSWERS), note, note_place(case.id)),
    )
    send_automatic(session, keys, case, "rerouted", now)
    log.info("rerouted", team=chosen.team)
    if chosen.alarm:
        log.error("last_resort", team=chosen.team)


def send_automatic(
    session: Session, keys: DeskKeys, case: Case, letter: str, now: datetime
) -> None:
    """A letter that the portal itself sends, in Dutch and in the language of the case."""
    content = letters.content_of(letter, {}, case.language)
    service.add_message(
        session,
        case,
        messages_key_of(keys, case),
        content,
        f"{letter}-{secrets.token_hex(8)}",
        now,
        outgoing=True,
    )


def _hold_or_free(session: Session, case: Case, now: datetime) -> None:
    """The guard of domain.md §2D-1 follows the record, both ways."""
    if case.kind != "mediation":
        return
    procedure = session.scalar(sa.select(Dossier.procedure).where(Dossier.id == case.dossier_id))
    hold = procedure != "none"
    if case.embassy_hold != hold:
        case.embassy_hold = hold
        name = "hold_set" if hold else "hold_lifted"
        service.log_event(session, case, name, "worker", now, detail={"procedure": procedure or ""})


def _open_cases(session: Session, dossiers: Iterable[str]) -> list[Case]:
    """The open cases of these dossiers that somebody has, locked; the worker sees to new ones."""
    wanted, found = list(dossiers), []
    for start in range(0, len(wanted), importing.CHUNK):
        found += session.scalars(
            sa.select(Case)
            .where(
                Case.dossier_id.in_(wanted[start : start + importing.CHUNK]),
                Case.open,
                Case.state != "sent",
            )
            .order_by(Case.id)
            .with_for_update()
        )
    return found


def _name(session: Session, member_id: str | None) -> str:
    named = sa.select(StaffMember.name).where(StaffMember.id == member_id)
    return session.scalar(named) or NOBODY
