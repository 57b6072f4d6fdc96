"""The hold of a mediation without a dossier: the named supervisor lifts it, with a ruling in hand.

With a dossier DT&V's own record decides, and nobody at the desk (domain.md §2D-1).
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases import releasing
from portal.desk.deeds import CASE, actor_of, case_or_problem, problem, settle
from portal.desk.pages import row_view
from portal.desk.rulings import read_ruling, ruling_field, typed_ruling
from portal.staff.guards import desk_language, member_of, staff_page, staff_route

HOLD = f"{CASE}/hold"


async def show(request: Request) -> Response:
    """May mediation begin? Who is named decides, with the ruling."""
    return await _page(request)


async def decide(request: Request) -> Response:
    """Lift the hold with the date of the ruling, or take that back."""
    form = await request.form()
    if form.get("name") == "hold":
        return await settle(request, releasing.hold_again)
    typed = typed_ruling(form)
    ruling = read_ruling(typed, datetime.now(UTC))
    if isinstance(ruling, str):
        return await _page(request, typed, ruling, 422)
    return await settle(request, releasing.lift_hold, ruling)


async def _page(
    request: Request, typed: Mapping[str, str] | None = None, error: str = "", status: int = 200
) -> Response:
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    file, member = data.file, member_of(request)
    if not releasing.holds_by_hand(file.row.kind, file.dossier_id, is_open=file.open):
        return problem(request, "not_allowed", 409)
    tag = desk_language(request, member)
    return staff_page(
        request,
        member,
        "desk/hold.html",
        status=status,
        place="queue",
        row=row_view(file.row, member, tag, datetime.now(UTC)),
        file=file,
        named=releasing.may_release(actor_of(request), file.supervisor_id),
        ruling=ruling_field(tag, typed, error),
    )


routes: list[BaseRoute] = [
    staff_route(HOLD, show, name="hold"),
    staff_route(HOLD, decide, ["POST"], name="decide hold"),
]
