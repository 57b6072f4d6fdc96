"""Writing to the applicant: choose a letter, fill it in, read it in both languages, send it."""

import secrets
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases.handling import REFUSAL
from portal.cases.letters import LETTERS
from portal.cases.writing import Letter, LetterError, read_blanks, write
from portal.desk.checks import missing
from portal.desk.deeds import CASE, case_or_problem, problem, settle
from portal.desk.forms import (
    OWN_LENGTH,
    blank_views,
    clean,
    hidden_blanks,
    is_id,
    typed_blanks,
)
from portal.desk.pages import letter_allowed, letter_groups, move_views, row_view, written_view
from portal.desk.queries import CaseData
from portal.desk.service import LETTER_MOVES, send
from portal.desk.translated import state_of_letter
from portal.staff.guards import desk_language, member_of, staff_page, staff_route

LETTER = f"{CASE}/message/{{letter}}"


async def choose(request: Request) -> Response:
    """Which letter: those that fit this kind of request first."""
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    fitting, others = letter_groups(data)
    return _page(request, data, "choose", fitting=fitting, others=others)


async def fill_in(request: Request) -> Response:
    """The blanks of a letter."""
    data = await _case_and_letter(request)
    if isinstance(data, Response):
        return data
    return _blanks(request, data, {}, "")


async def preview(request: Request) -> Response:
    """The letter as it will be read, in Dutch and in the person's language; or what to mend."""
    data = await _case_and_letter(request)
    if isinstance(data, Response):
        return data
    letter, form = _letter(request), await request.form()
    typed, own = typed_blanks(letter, form), clean(form.get("own"), OWN_LENGTH)
    if form.get("again"):
        return _blanks(request, data, typed, own)
    try:
        values = _read(letter, typed, own)
    except LetterError as wrong:
        return _blanks(request, data, typed, own, wrong.blank)
    reads = data.file.row.language
    tag = desk_language(request, member_of(request))
    translation = await run_in_threadpool(state_of_letter, letter, values, reads, tag)
    return _page(
        request,
        data,
        "preview",
        letter=letter,
        texts=[written_view(write(letter, values, tag)) for tag in dict.fromkeys(("nl", reads))],
        translation=translation,
        own=own,
        hidden=hidden_blanks(letter, values),
        nonce=secrets.token_hex(16),
        move=_move_with(request, letter, data),
        decides=letter.key == REFUSAL,
    )


async def send_it(request: Request) -> Response:
    """Send what was read, and make the move that it tells of when its box is ticked; a refusal
    always makes its move. The deed looks at the state itself: the same form twice is one letter."""
    data = await _case_and_letter(request, sending=True)
    if isinstance(data, Response):
        return data
    letter, form = _letter(request), await request.form()
    typed, own = typed_blanks(letter, form), clean(form.get("own"), OWN_LENGTH)
    nonce = clean(form.get("nonce"), 40)
    try:
        values = _read(letter, typed, own)
    except LetterError as wrong:
        return _blanks(request, data, typed, own, wrong.blank)
    if not is_id(nonce):
        return problem(request, "old_preview", 422, own)
    with_move = form.get("move") == "yes" or letter.key == REFUSAL
    move = LETTER_MOVES.get(letter.key, "") if with_move else ""
    reason = values.get("reason", "") if move == "decline" else ""
    return await settle(
        request, send, letter.key, values, own, nonce, move, reason, kept=own, part="#messages"
    )


async def _case_and_letter(request: Request, *, sending: bool = False) -> CaseData | Response:
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    key = request.path_params["letter"]
    if key not in LETTERS or not LETTERS[key].to_choose:
        return problem(request, "no_letter", 404)
    if not data.file.readable:
        return problem(request, "unreadable", 409)
    if key == REFUSAL and sending:
        return data
    if key == REFUSAL and (unassessed := missing(data, desk_language(request, member_of(request)))):
        return problem(request, "checks_missing", 409, missing=unassessed)
    if not letter_allowed(key, data):
        return problem(request, "not_allowed" if key == REFUSAL else "on_hold", 409)
    return data


def _letter(request: Request) -> Letter:
    return LETTERS[request.path_params["letter"]]


def _read(letter: Letter, typed: dict[str, Any], own: str) -> dict[str, Any]:
    values = read_blanks(letter, typed)
    if letter.key == "own_words" and not own:
        raise LetterError("own")
    return values


def _move_with(request: Request, letter: Letter, data: CaseData) -> Any:
    """The move that this letter tells of, if the table allows it now."""
    tag, roles = desk_language(request, member_of(request)), member_of(request).roles
    possible = {move.name: move for move in move_views(data.file.row.state, roles, tag)}
    return possible.get(LETTER_MOVES.get(letter.key, ""))


def _blanks(
    request: Request, data: CaseData, typed: dict[str, Any], own: str, wrong: str = ""
) -> Response:
    tag = desk_language(request, member_of(request))
    letter = _letter(request)
    fields = blank_views(letter, typed, wrong, own, tag)
    status = 422 if wrong else 200
    return _page(request, data, "fill-in", status, letter=letter, fields=fields)


def _page(
    request: Request, data: CaseData, name: str, status: int = 200, **context: Any
) -> Response:
    member = member_of(request)
    row = row_view(data.file.row, member, desk_language(request, member), datetime.now(UTC))
    return staff_page(
        request,
        member,
        f"desk/message-{name}.html",
        status=status,
        place="queue",
        row=row,
        file=data.file,
        **context,
    )


routes: list[BaseRoute] = [
    staff_route(f"{CASE}/message", choose, name="choose letter"),
    staff_route(LETTER, fill_in, name="fill in letter"),
    staff_route(f"{LETTER}/preview", preview, ["POST"], name="preview letter"),
    staff_route(f"{LETTER}/send", send_it, ["POST"], name="send letter"),
]
