"""What every page of talks begins and ends with."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.cases.talks.seen import TalkLine, talks_of
from portal.desk.deeds import CASE, actor_of, case_id_of, case_or_problem, problem
from portal.desk.forms import is_id
from portal.desk.pages import MoveView, move_views, row_view
from portal.desk.queries import CaseData
from portal.staff.guards import desk_language, member_of, staff_page
from portal.web.context import services

TALKS = f"{CASE}/talks"
TALK = f"{TALKS}/{{talk_id}}"
TO_PANEL = "#talks"


async def case_and_lines(request: Request) -> tuple[CaseData, tuple[TalkLine, ...]] | Response:
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    if not data.file.readable:
        return problem(request, "unreadable", 409)
    here, actor = services(request), actor_of(request)
    keys, now = here.keys.require_desk(), datetime.now(UTC)
    return data, await here.db.read(talks_of, keys, actor, case_id_of(request), now)


async def case_and_talk(request: Request) -> tuple[CaseData, TalkLine] | Response:
    found = await case_and_lines(request)
    if isinstance(found, Response):
        return found
    data, lines = found
    line = next((line for line in lines if line.id == talk_id_of(request)), None)
    return (data, line) if line else problem(request, "missing", 404)


def talk_id_of(request: Request) -> str:
    """The id in the address, or "" when no talk can have it."""
    found = request.path_params["talk_id"]
    return found if is_id(found) else ""


def move_of(request: Request, data: CaseData, name: str) -> MoveView | None:
    """A move, if the table allows it now."""
    member = member_of(request)
    moves = move_views(data.file.row.state, member.roles, desk_language(request, member))
    return next((move for move in moves if move.name == name), None)


def page(
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
