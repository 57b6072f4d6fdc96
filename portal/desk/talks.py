"""Talks: propose one, read it in both languages, change or cancel it, write down its result."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases import talks
from portal.cases.calendar_file import Entry, calendar_file
from portal.cases.letters import LETTERS
from portal.cases.talks_models import CONFIRMED
from portal.cases.talks_planning import Plan, read_number, read_plan
from portal.cases.talks_seen import TalkLine, fixed_talks, talks_of
from portal.cases.writing import LetterError, read_blanks, write
from portal.desk.deeds import CASE, actor_of, case_id_of, case_or_problem, problem, settle
from portal.desk.forms import FILL_IN, NOTE_LENGTH, OWN_LENGTH, clean, hidden_blanks, is_id
from portal.desk.pages import MoveView, move_views, row_view, written_view
from portal.desk.queries import CaseData
from portal.desk.talks_view import (
    LETTER,
    TalksView,
    Typed,
    field_views,
    number_field,
    of_talk,
    prefilled,
    read_typed,
    talk_view,
    talks_view,
    wishes,
)
from portal.desk.wording import say
from portal.i18n import N_
from portal.staff.guards import desk_language, member_of, staff_page, staff_route
from portal.web.context import see, services

TALKS = f"{CASE}/talks"
TALK = f"{TALKS}/{{talk_id}}"
TO_PANEL = "#talks"


async def panel(request: Request, data: CaseData) -> TalksView:
    """The talks of a case, and the three of its dossier, for the page of the case."""
    here, actor, now = services(request), actor_of(request), datetime.now(UTC)
    row, dossier = data.file.row, data.file.dossier_id
    lines = await here.db.read(talks_of, here.keys.require_desk(), actor, row.id, now)
    fixed = await here.db.read(fixed_talks, actor, row.id, dossier, now)
    return talks_view(lines, fixed, row.id, desk_language(request, member_of(request)), now)


async def new(request: Request) -> Response:
    """The form of a new proposal, filled with what the request says already."""
    found = await _case_and_lines(request)
    if isinstance(found, Response):
        return found
    data, lines = found
    if open_one := next((line for line in lines if line.open), None):
        return see(f"/desk/cases/{data.file.row.id}/talks/{open_one.id}")
    if not data.file.open:
        return problem(request, "not_allowed", 409)
    return _form_page(request, data, prefilled(data.file.answers))


async def change(request: Request) -> Response:
    """The form of a proposal that was made before."""
    found = await _case_and_talk(request)
    if isinstance(found, Response):
        return found
    data, line = found
    if not line.open or not data.file.open:
        return problem(request, "not_allowed", 409)
    return _form_page(request, data, of_talk(line))


async def preview(request: Request) -> Response:
    """The proposal as it will be read, in Dutch and in the person's language; or what to mend."""
    found = await _case_and_lines(request)
    if isinstance(found, Response):
        return found
    data, form = found[0], await request.form()
    typed = read_typed(form)
    if form.get("again"):
        return _form_page(request, data, typed)
    try:
        plan = _read(typed)
    except LetterError as wrong:
        return _form_page(request, data, typed, wrong)
    letter = LETTERS["talk_changed" if typed.talk_id else "talk_proposed"]
    tags = dict.fromkeys(("nl", data.file.row.language))
    return _page(
        request,
        data,
        "talk-preview",
        texts=[written_view(write(letter, plan.values, tag)) for tag in tags],
        typed=typed,
        hidden=hidden_blanks(LETTER, plan.values),
        nonce=secrets.token_hex(16),
        move=_move(request, data, talks.PLAN_MOVE),
    )


async def send(request: Request) -> Response:
    """Send what was read: a new proposal, or the change of one."""
    found = await _case_and_lines(request)
    if isinstance(found, Response):
        return found
    data, form = found[0], await request.form()
    typed, nonce = read_typed(form), clean(form.get("nonce"), 40)
    try:
        plan = _read(typed)
    except LetterError as wrong:
        return _form_page(request, data, typed, wrong)
    if not is_id(nonce):
        return problem(request, "old_preview", 422, typed.own)
    move = talks.PLAN_MOVE if form.get("move") == "yes" else ""
    what = (plan, typed.own, nonce, move)
    if typed.talk_id:
        return await settle(
            request, talks.change, typed.talk_id, *what, kept=typed.own, part=TO_PANEL
        )
    return await settle(request, talks.propose, *what, kept=typed.own, part=TO_PANEL)


async def show(request: Request) -> Response:
    """One talk: what the person reads of it, their answer, and what can be done with it."""
    found = await _case_and_talk(request)
    if isinstance(found, Response):
        return found
    return _talk_page(request, *found)


async def cancel(request: Request) -> Response:
    """It does not take place, and the person is told."""
    found = await _case_and_talk(request)
    if isinstance(found, Response):
        return found
    form = await request.form()
    own, nonce = clean(form.get("own"), OWN_LENGTH), clean(form.get("nonce"), 40)
    if not is_id(nonce):
        return problem(request, "old_preview", 422, own)
    move = talks.AFTER_MOVE if form.get("move") == "yes" else ""
    return await settle(
        request, talks.cancel, _talk_id(request), own, nonce, move, kept=own, part=TO_PANEL
    )


async def held(request: Request) -> Response:
    """It took place: which of the three it was, and what came of it."""
    form = await request.form()
    result, number = clean(form.get("text"), NOTE_LENGTH), clean(form.get("number"), 3)
    if not result:
        found = await _case_and_talk(request)
        if isinstance(found, Response):
            return found
        return _talk_page(request, *found, number=number, error=FILL_IN)
    move = talks.AFTER_MOVE if form.get("move") == "yes" else ""
    return await settle(
        request,
        talks.mark_held,
        _talk_id(request),
        read_number(number),
        result,
        move,
        kept=result,
        part=TO_PANEL,
    )


async def calendar(request: Request) -> Response:
    """For the calendar of who handles the case: when and where, and nothing of whom."""
    found = await _case_and_talk(request)
    if isinstance(found, Response):
        return found
    data, line = found
    tag = desk_language(request, member_of(request))
    entry = Entry(
        line.uid,
        line.sequence,
        line.changed,
        line.start,
        line.minutes,
        f"{say(tag, N_('Appointment'))} {data.file.row.reference}",
        line.state == CONFIRMED,
        line.values.get("place", ""),
    )
    return Response(
        calendar_file(entry),
        media_type="text/calendar",
        headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
    )


def _read(typed: Typed) -> Plan:
    return read_plan(read_blanks(LETTER, typed.blanks), typed.number, datetime.now(UTC))


async def _case_and_lines(request: Request) -> tuple[CaseData, tuple[TalkLine, ...]] | Response:
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    if not data.file.readable:
        return problem(request, "unreadable", 409)
    here, actor = services(request), actor_of(request)
    keys, now = here.keys.require_desk(), datetime.now(UTC)
    return data, await here.db.read(talks_of, keys, actor, case_id_of(request), now)


async def _case_and_talk(request: Request) -> tuple[CaseData, TalkLine] | Response:
    found = await _case_and_lines(request)
    if isinstance(found, Response):
        return found
    data, lines = found
    line = next((line for line in lines if line.id == _talk_id(request)), None)
    return (data, line) if line else problem(request, "missing", 404)


def _talk_id(request: Request) -> str:
    """The id in the address, or "" when no talk can have it."""
    found = request.path_params["talk_id"]
    return found if is_id(found) else ""


def _move(request: Request, data: CaseData, name: str) -> MoveView | None:
    """A move, if the table allows it now."""
    member = member_of(request)
    moves = move_views(data.file.row.state, member.roles, desk_language(request, member))
    return next((move for move in moves if move.name == name), None)


def _form_page(
    request: Request, data: CaseData, typed: Typed, wrong: LetterError | None = None
) -> Response:
    tag = desk_language(request, member_of(request))
    return _page(
        request,
        data,
        "talk-fill-in",
        422 if wrong else 200,
        fields=field_views(typed, wrong, tag),
        wishes=wishes(data.file.answers, tag),
        typed=typed,
    )


def _talk_page(
    request: Request, data: CaseData, line: TalkLine, number: str | None = None, error: str = ""
) -> Response:
    tag, now = desk_language(request, member_of(request)), datetime.now(UTC)
    notes = (each.note for each in data.file.log
             if each.name == "talk_held" and each.detail.get("talk") == line.id)  # fmt: skip
    chosen = str(line.number or "") if number is None else number
    tags = dict.fromkeys(("nl", data.file.row.language)) if line.values else ()
    return _page(
        request,
        data,
        "talk",
        422 if error else 200,
        talk=talk_view(line, tag, now),
        texts=[written_view(write(LETTER, line.values, each)) for each in tags],
        number=replace(number_field(chosen, tag), help=""),
        result=next(notes, ""),
        error=say(tag, error),
        nonce=secrets.token_hex(16),
        move=_move(request, data, talks.AFTER_MOVE),
    )


def _page(
    request: Request, data: CaseData, name: str, status: int = 200, **context: Any
) -> Response:
    member = member_of(request)
    row = row_view(data.file.row, member, desk_language(request, member), datetime.now(UTC))
    return staff_page(
        request,
        member,
        f"desk/{name}.html",
        status=status,
        place="queue",
        row=row,
        file=data.file,
        **context,
    )


routes: list[BaseRoute] = [
    staff_route(f"{TALKS}/new", new, name="new talk"),
    staff_route(f"{TALKS}/preview", preview, ["POST"], name="preview talk"),
    staff_route(f"{TALKS}/send", send, ["POST"], name="send talk"),
    staff_route(TALK, show, name="talk"),
    staff_route(f"{TALK}/change", change, name="change talk"),
    staff_route(f"{TALK}/cancel", cancel, ["POST"], name="cancel talk"),
    staff_route(f"{TALK}/held", held, ["POST"], name="talk held"),
    staff_route(f"{TALK}/calendar", calendar, name="calendar of talk"),
]
