"""Finish, which wipes the visit, and leaving quickly, which does so without a page of ours."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal.intake import visits
from portal.web.context import is_kiosk, public_page, see, services
from portal.web.who import who


@who("anyone")
async def finish(request: Request) -> Response:
    """End the visit. What isn't sent yet would be lost, so then we ask first.

    On a kiosk, `?idle` means that nobody has done anything for a while: then nobody is asked, and
    the next person finds the choice of language.
    """
    visit = await visits.visit_of(request)
    idle = is_kiosk(request) and "idle" in request.query_params
    if visit.drafts and request.method == "GET" and not idle:
        return public_page(request, "intake/finish.html", drafts=True, csrf=visit.csrf)
    await services(request).db.write(visits.end, visit.token)
    if is_kiosk(request):
        return visits.forget(request, see("/kiosk"))
    return visits.forget(request, public_page(request, "intake/finish.html", drafts=False))


@who("anyone")
async def leave(request: Request) -> Response:
    """To a page that anybody could be reading. Nothing of the visit stays here."""
    here, visit = services(request), await visits.visit_of(request)
    if not visit.is_new:
        await here.db.write(visits.end, visit.token)
    return visits.forget(request, RedirectResponse(here.settings.exit_url, 303))
