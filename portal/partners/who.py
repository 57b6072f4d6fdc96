"""Who of which organisation asks, and the page that says why something wasn't done."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.cases.sharing.partnering import Partner
from portal.staff.guards import member_of, staff_page
from portal.vault import DeskKeys
from portal.web.context import services

PARTNERS = ("partner",)


def partner_of(request: Request) -> Partner:
    """By the organisation that the member has now, not when they signed in."""
    member = member_of(request)
    return Partner(member.id, member.organisation_id or "")


def keys_of(request: Request) -> DeskKeys:
    return services(request).keys.require_desk()


def partner_problem(
    request: Request, name: str, status: int, kept: str = "", case_id: str = "", wait: int = 0
) -> Response:
    """Why nothing was changed or shown, and how to go on; texts in partners/problem.html."""
    context: dict[str, Any] = {"problem": name, "kept": kept, "case_id": case_id, "wait": wait}
    page = staff_page(
        request,
        member_of(request),
        "partners/problem.html",
        status=status,
        place="partners",
        **context,
    )
    if wait:
        page.headers["Retry-After"] = str(wait)
    return page
