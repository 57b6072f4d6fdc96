"""What each page of the desk shows: plain views, in the member's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from portal.cases import workflow
from portal.cases.checks import BEFORE
from portal.cases.handling import REFUSAL
from portal.cases.letters import LETTERS
from portal.cases.letters.mediation import OWN
from portal.cases.mediation import may_tell
from portal.cases.queries import Message
from portal.cases.queue import CHECKS, QueueRow, person_name, why_today
from portal.cases.releasing import holds_by_hand
from portal.cases.writing import Letter, Written
from portal.desk import wording
from portal.desk.answers import read_answers
from portal.desk.changes import changes_view
from portal.desk.checks import check_views, missing
from portal.desk.history import history
from portal.desk.milestones import milestones_panel
from portal.desk.options import options_beside
from portal.desk.queries import CaseData
from portal.desk.weighing import compared, points, record, routing_reasons
from portal.desk.wording import Lateness, Tone, named, say
from portal.i18n import Language, format_time, language
from portal.staff.guards import Member

LETTERS_FOR: Mapping[str, tuple[str, ...]] = {
    "iom_support": ("reading", "iom_contact", "info_needed", "not_now"),
    "mediation": ("reading", "info_needed", "mediation_started", *OWN, "not_now"),
    "appointment": ("reading", "info_needed", "not_now"),
    "question": ("reading", "own_words", "info_needed", "iom_contact"),
    "ngo_support": ("reading", "own_words", "info_needed", "iom_contact", "not_now"),
    "third_country": ("reading", "info_needed", "own_words", "not_now"),
    "interpreter": ("own_words", "reading"),
    "medical": ("reading", "own_words", "info_needed"),
    "reception_term": ("reading", "info_needed", "own_words", "not_now"),
    "documents_back": ("own_words", "reading", "info_needed", "not_now"),
    "contact_change": ("own_words", "reading", "info_needed"),
    "representative": ("reading", "info_needed", "own_words"),
    "withdraw": ("own_words", "reading", "info_needed"),
}
"""The letters that fit a kind of request, the likely one first."""


@dataclass(frozen=True)
class RowView:
    """One person who waits."""

    id: str
    name: str
    reference: str
    kind: str
    language: str
    state: str
    tone: Tone
    next: str
    why: tuple[str, ...]
    """Why it needs somebody today."""
    checks: str
    """How many of the four checks are recorded, of an open case."""
    due: str
    closed: str
    late: Lateness
    age: str
    urgent: str
    marks: tuple[str, ...]
    """What somebody must look at first."""
    is_new: bool
    supervisor: str
    """Empty when nobody has the case yet."""
    mine: bool
    stands_in: bool


@dataclass(frozen=True)
class MoveView:
    name: str
    text: str


@dataclass(frozen=True)
class MessageView:
    at: datetime
    outgoing: bool
    texts: tuple[tuple[Language, str, str], ...]
    """(language, title, text), the person's own language last."""
    own: str
    organisation: str = ""
    """The organisation that wrote it for the person; "" = the person, or the desk."""


def row_view(row: QueueRow, member: Member, tag: str, now: datetime) -> RowView:
    state, tone = wording.STATES[row.state]
    is_open = row.state not in workflow.CLOSED
    return RowView(
        id=row.id,
        name=row.name,
        reference=row.reference,
        kind=named(tag, wording.KINDS, row.kind),
        language=wording.language_name(tag, row.language),
        state=say(tag, state),
        tone=tone,
        next=say(tag, wording.WROTE if row.wrote_last else wording.NEXT[row.state]),
        why=tuple(_why(row, code, tag) for code in why_today(row, now)),
        checks=f"{row.checks}/{len(CHECKS)}" if is_open else "",
        closed=wording.short_date(tag, row.closed) if row.closed else "",
        due=f"{wording.short_date(tag, row.due)}, {format_time(row.due)}" if is_open else "",
        late=wording.lateness(row.due, now, is_open=is_open),
        age=wording.age(tag, row.created, now),
        urgent=named(tag, wording.URGENT, row.urgent) if row.urgent in wording.URGENT else "",
        marks=tuple(say(tag, text) for name, text in wording.MARKS.items() if getattr(row, name)),
        is_new=row.state == "assigned" or row.wrote_last,
        supervisor=row.supervisor or "",
        mine=row.supervisor_id == member.id,
        stands_in=row.stands_in,
    )


def _why(row: QueueRow, code: str, tag: str) -> str:
    day = wording.short_date(tag, row.wrote_at) if row.wrote_at else ""
    return say(tag, wording.WHY[code], {"day": day})


def case_view(data: CaseData, member: Member, tag: str, now: datetime) -> dict[str, Any]:
    """The context of the page of a case."""
    file = data.file
    on_hold = file.row.kind == "mediation" and file.row.embassy_hold
    unassessed = missing(data, tag)
    moves = tuple(
        each
        for each in move_views(file.row.state, member.roles, tag)
        if (each.name != "carry_out" or not on_hold) and (each.name not in BEFORE or not unassessed)
    )
    nobodys = file.open and not file.supervisor_id
    main_move = next((m for m in moves if m.name in ("start", "resume")), None)
    on_pages = {"decline", "refer"}  # each has a page of its own, which the panel links to
    return {
        "row": row_view(file.row, member, tag, now),
        "file": file,
        "changes": changes_view(data.changes, tag, is_open=file.open),
        "answers": read_answers(file.row.kind, file.answers, tag),
        "reasons": routing_reasons(data, tag),
        "points": points(data, tag),
        "record": record(data, tag),
        "compared": compared(data, tag),
        "main_is_take_over": nobodys,
        "main_is_message": not nobodys and main_move is None,
        "main_move": main_move,
        "plain_moves": tuple(m for m in moves if m is not main_move and m.name not in on_pages),
        "refer": next((m for m in moves if m.name == "refer"), None),
        "decline": next((m for m in moves if m.name == "decline"), None),
        "checks": check_views(data, tag),
        "missing_checks": unassessed,
        "handlers": handler_groups(data) if "coordinator" in member.roles else (),
        "family": family_to_split(data),
        "options": options_beside(
            file.row.kind, file.answers, file.row.language, tag, on_hold=file.row.embassy_hold
        )
        if file.open
        else None,
        "holds_by_hand": holds_by_hand(file.row.kind, file.dossier_id, is_open=file.open),
        **milestones_panel(data, tag),
        "messages": tuple(message_view(message) for message in reversed(file.messages)),
        "history": history(tag, file.log, data.team_names, data.people, data.organisations),
    }


def move_views(state: str, roles: tuple[str, ...], tag: str) -> tuple[MoveView, ...]:
    """The moves that the table allows now."""
    return tuple(
        MoveView(m.name, named(tag, wording.MOVES, m.name))
        for m in workflow.moves_from(state, roles)
    )


def handler_groups(data: CaseData) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """(team, ((value, person), …)); a value is "team:member", with an empty person the team."""
    by_team = groupby(data.handlers, key=lambda handler: handler.team_id)
    people = {team: tuple((f"{team}:{h.id}", h.name) for h in group) for team, group in by_team}
    return tuple(
        (team.name, ((f"{team.id}:", ""), *people.get(team.id, ())))
        for team in data.teams
        if team.trained or not data.file.row.restricted
    )


def family_to_split(data: CaseData) -> tuple[tuple[str, str], ...]:
    """(number, name) of the adults in the request who have none of their own yet."""
    apart = {line.detail.get("member") for line in data.file.log if line.name == "split"}
    family = data.file.answers.get("family") or [] if data.file.open else []
    return tuple(
        (str(number), person_name(one))
        for number, one in enumerate(family)
        if one.get("relation") != "child" and number not in apart
    )


def message_view(message: Message) -> MessageView:
    texts = message.content.get("texts", {})
    return MessageView(
        message.at,
        message.outgoing,
        tuple((language(tag), text["title"], text["text"]) for tag, text in texts.items()),
        message.content.get("own", ""),
        message.content.get("organisation", ""),
    )


def letter_groups(data: CaseData) -> tuple[list[Letter], list[Letter]]:
    """The letters that staff may send about this case: those that fit its kind, and the others."""
    fitting = LETTERS_FOR[data.file.row.kind]
    usable = [letter for letter in LETTERS.values() if letter_allowed(letter.key, data)]
    others = [letter for letter in usable if letter.key not in fitting]
    return [LETTERS[key] for key in fitting if LETTERS[key] in usable], others


def letter_allowed(key: str, data: CaseData) -> bool:
    """Whether staff may send this letter: mediation is announced only where it was asked for, and
    never while the hold stands (domain.md §2D-1); a refusal only where its move is possible; a
    milestone only when it stands in the log."""
    letter = LETTERS.get(key)
    if letter is None or not letter.to_choose:
        return False
    row = data.file.row
    if key == REFUSAL:
        assessed = all(check.current for check in data.file.checks)
        return assessed and row.state in workflow.MOVES["decline"].sources
    if key in OWN:
        return row.kind == "mediation" and may_tell(key, data.file.log)
    return key != "mediation_started" or (row.kind == "mediation" and not row.embassy_hold)


def written_view(written: Written) -> tuple[Language, str, str]:
    return language(written.tag), written.title, written.text
