"""The page where the four checks are recorded: all in one go, or one by one."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases import checking
from portal.cases.checks import Offer
from portal.desk import checks
from portal.desk.checks import Typed
from portal.desk.deeds import CASE, actor_of, case_or_problem, problem, settle
from portal.desk.forms import clean
from portal.desk.pages import row_view
from portal.desk.queries import CaseData
from portal.staff.guards import desk_language, member_of, staff_page, staff_route
from portal.web.context import services

PAGE = f"{CASE}/checks"
NOTHING = Typed({}, {})


async def show(request: Request) -> Response:
    """What was assessed, and a form for what wasn't or has changed."""
    data = await _readable(request)
    if isinstance(data, Response):
        return data
    return _page(request, data, NOTHING, await _offers(request, data))


async def assess(request: Request) -> Response:
    """Record what was filled in; or put the words of another case into the form, saving nothing."""
    form = await request.form()
    typed = checks.read_form(form)
    start = clean(form.get("start"), 30)
    if not start and not typed.wrong:
        kept = "\n\n".join(each.reason for each in typed.given.values())
        return await settle(request, checking.assess, typed.given, kept=kept, part="#checks")
    data = await _readable(request)
    if isinstance(data, Response):
        return data
    offers = await _offers(request, data)
    if start:
        return _page(request, data, checks.started_from(typed, offers, start), offers)
    return _page(request, data, typed, offers, 422)


async def _readable(request: Request) -> CaseData | Response:
    data = await case_or_problem(request)
    if isinstance(data, CaseData) and not data.file.readable:
        return problem(request, "unreadable", 409)
    return data


async def _offers(request: Request, data: CaseData) -> tuple[Offer, ...]:
    here = services(request)
    return await here.db.write(
        checking.read_offers,
        here.keys.require_desk(),
        actor_of(request),
        data.file.row.id,
        datetime.now(UTC),
    )


def _page(
    request: Request, data: CaseData, typed: Typed, offers: tuple[Offer, ...], status: int = 200
) -> Response:
    member = member_of(request)
    tag = desk_language(request, member)
    return staff_page(
        request,
        member,
        "desk/checks.html",
        status=status,
        place="queue",
        row=row_view(data.file.row, member, tag, datetime.now(UTC)),
        file=data.file,
        checks=checks.form_views(data, tag, typed, offers),
        has_trained_group=checks.has_trained_group(data),
    )


routes: list[BaseRoute] = [
    staff_route(PAGE, show, name="checks"),
    staff_route(PAGE, assess, ["POST"], name="record checks"),
]
