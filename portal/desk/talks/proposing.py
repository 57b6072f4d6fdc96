"""Proposing a talk, or another day for one: filled in, read in both languages, sent."""

import secrets
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases import talks
from portal.cases.letters import LETTERS
from portal.cases.talks.planning import Plan, read_plan
from portal.cases.writing import LetterError, read_blanks, write
from portal.desk.deeds import problem, settle
from portal.desk.forms import clean, hidden_blanks, is_id
from portal.desk.pages import written_view
from portal.desk.queries import CaseData
from portal.desk.talks.pages import (
    TALK,
    TALKS,
    TO_PANEL,
    case_and_lines,
    case_and_talk,
    move_of,
    page,
)
from portal.desk.talks.view import (
    LETTER,
    Typed,
    field_views,
    of_talk,
    prefilled,
    read_typed,
    wishes,
)
from portal.staff.guards import desk_language, member_of, staff_route
from portal.web.context import see


async def new(request: Request) -> Response:
    """The form of a new proposal, filled with what the request says already."""
    found = await case_and_lines(request)
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
    found = await case_and_talk(request)
    if isinstance(found, Response):
        return found
    data, line = found
    if not line.open or not data.file.open:
        return problem(request, "not_allowed", 409)
    return _form_page(request, data, of_talk(line))


async def preview(request: Request) -> Response:
    """The proposal as it will be read, in Dutch and in the person's language; or what to mend."""
    found = await case_and_lines(request)
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
    return page(
        request,
        data,
        "talk-preview",
        texts=[written_view(write(letter, plan.values, tag)) for tag in tags],
        typed=typed,
        hidden=hidden_blanks(LETTER, plan.values),
        nonce=secrets.token_hex(16),
        move=move_of(request, data, talks.PLAN_MOVE),
    )


async def send(request: Request) -> Response:
    """Send what was read: a new proposal, or the change of one."""
    found = await case_and_lines(request)
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


def _read(typed: Typed) -> Plan:
    return read_plan(read_blanks(LETTER, typed.blanks), typed.number, datetime.now(UTC))


def _form_page(
    request: Request, data: CaseData, typed: Typed, wrong: LetterError | None = None
) -> Response:
    tag = desk_language(request, member_of(request))
    return page(
        request,
        data,
        "talk-fill-in",
        422 if wrong else 200,
        fields=field_views(typed, wrong, tag),
        wishes=wishes(data.file.answers, tag),
        typed=typed,
    )


routes: list[BaseRoute] = [
    staff_route(f"{TALKS}/new", new, name="new talk"),
    staff_route(f"{TALKS}/preview", preview, ["POST"], name="preview talk"),
    staff_route(f"{TALKS}/send", send, ["POST"], name="send talk"),
    staff_route(f"{TALK}/change", change, name="change talk"),
]
