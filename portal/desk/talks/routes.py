"""Talks: those of a case and its dossier, and what becomes of one: cancelled, or held."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases import talks
from portal.cases.talks.calendar import Entry, calendar_file
from portal.cases.talks.models import CONFIRMED
from portal.cases.talks.planning import read_held, read_number
from portal.cases.talks.seen import TalkLine, fixed_talks, talks_of
from portal.cases.writing import LetterError, read_blanks, write
from portal.desk.deeds import actor_of, problem, settle
from portal.desk.forms import FILL_IN, NOTE_LENGTH, OWN_LENGTH, clean, is_id
from portal.desk.pages import written_view
from portal.desk.queries import CaseData
from portal.desk.talks import proposing as talks_proposing
from portal.desk.talks.pages import (
    TALK,
    TALKS,
    TO_PANEL,
    case_and_lines,
    case_and_talk,
    move_of,
    page,
    talk_id_of,
)
from portal.desk.talks.view import (
    HELD_ALREADY,
    LETTER,
    TalksView,
    Typed,
    held_views,
    number_field,
    read_typed,
    talk_view,
    talks_view,
)
from portal.desk.wording import say
from portal.i18n import N_
from portal.staff.guards import desk_language, member_of, staff_route
from portal.web.context import services


async def panel(request: Request, data: CaseData) -> TalksView:
    """The talks of a case, and the three of its dossier, for the page of the case."""
    here, actor, now = services(request), actor_of(request), datetime.now(UTC)
    row, dossier = data.file.row, data.file.dossier_id
    lines = await here.db.read(talks_of, here.keys.require_desk(), actor, row.id, now)
    fixed = await here.db.read(fixed_talks, actor, row.id, dossier, now)
    return talks_view(lines, fixed, row.id, desk_language(request, member_of(request)), now)


async def show(request: Request) -> Response:
    """One talk: what the person reads of it, their answer, and what can be done with it."""
    found = await case_and_talk(request)
    if isinstance(found, Response):
        return found
    return _talk_page(request, *found)


async def cancel(request: Request) -> Response:
    """It does not take place, and the person is told."""
    found = await case_and_talk(request)
    if isinstance(found, Response):
        return found
    form = await request.form()
    own, nonce = clean(form.get("own"), OWN_LENGTH), clean(form.get("nonce"), 40)
    if not is_id(nonce):
        return problem(request, "old_preview", 422, own)
    move = talks.AFTER_MOVE if form.get("move") == "yes" else ""
    return await settle(
        request, talks.cancel, talk_id_of(request), own, nonce, move, kept=own, part=TO_PANEL
    )


async def held(request: Request) -> Response:
    """It took place: which of the three it was, and what came of it."""
    found = await case_and_talk(request)
    if isinstance(found, Response):
        return found
    form = await request.form()
    result, number = clean(form.get("text"), NOTE_LENGTH), clean(form.get("number"), 3)
    if not result:
        return _talk_page(request, *found, number=number, error=FILL_IN)
    move = talks.AFTER_MOVE if form.get("move") == "yes" else ""
    return await settle(
        request,
        talks.mark_held,
        talk_id_of(request),
        read_number(number),
        result,
        move,
        kept=result,
        part=TO_PANEL,
    )


async def new_held(request: Request) -> Response:
    """The form of a talk without a proposal: in the hall, or before this portal."""
    found = await case_and_lines(request)
    if isinstance(found, Response):
        return found
    return _held_page(request, found[0], Typed({"minutes": "60"}), "")


async def record(request: Request) -> Response:
    """Write such a talk down; or what to mend."""
    found = await case_and_lines(request)
    if isinstance(found, Response):
        return found
    form = await request.form()
    typed, result = read_typed(form, HELD_ALREADY), clean(form.get("text"), NOTE_LENGTH)
    try:
        values = read_blanks(HELD_ALREADY, typed.blanks)
        plan = read_held(values, typed.number, datetime.now(UTC))
        if not result:
            raise LetterError("text")
    except LetterError as wrong:
        return _held_page(request, found[0], typed, result, wrong)
    return await settle(request, talks.record, plan, result, kept=result, part=TO_PANEL)


async def calendar(request: Request) -> Response:
    """For the calendar of who handles the case: when and where, and nothing of whom."""
    found = await case_and_talk(request)
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


def _held_page(
    request: Request,
    data: CaseData,
    typed: Typed,
    result: str,
    wrong: LetterError | None = None,
) -> Response:
    tag = desk_language(request, member_of(request))
    fields = held_views(typed, result, wrong, tag)
    return page(request, data, "talk-held", 422 if wrong else 200, fields=fields)


def _talk_page(
    request: Request, data: CaseData, line: TalkLine, number: str | None = None, error: str = ""
) -> Response:
    tag, now = desk_language(request, member_of(request)), datetime.now(UTC)
    notes = (each.note for each in data.file.log
             if each.name == "talk_held" and each.detail.get("talk") == line.id)  # fmt: skip
    chosen = str(line.number or "") if number is None else number
    tags = dict.fromkeys(("nl", data.file.row.language)) if line.values else ()
    return page(
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
        move=move_of(request, data, talks.AFTER_MOVE),
    )


routes: list[BaseRoute] = [
    *talks_proposing.routes,
    staff_route(f"{TALKS}/held", new_held, name="new held talk"),
    staff_route(f"{TALKS}/held", record, ["POST"], name="record talk"),
    staff_route(TALK, show, name="talk"),
    staff_route(f"{TALK}/cancel", cancel, ["POST"], name="cancel talk"),
    staff_route(f"{TALK}/held", held, ["POST"], name="talk held"),
    staff_route(f"{TALK}/calendar", calendar, name="calendar of talk"),
]
