"""What all pages of local consultation share: where they are, and how they say no."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.desk.forms import is_id
from portal.staff.guards import member_of, staff_page

MEETINGS = "/desk/consultations/"
MEETING = f"{MEETINGS}{{consultation_id}}"


def at_table(request: Request) -> str:
    """The id of the meeting in the address, or "" when none can have it."""
    found = request.path_params["consultation_id"]
    return found if is_id(found) else ""


def page(request: Request, name: str, status: int = 200, **context: Any) -> Response:
    member = member_of(request)
    template = f"desk/{name}.html"
    return staff_page(request, member, template, status=status, place="consultations", **context)


def meeting_problem(
    request: Request, name: str, status: int, meeting: str = "", kept: str = ""
) -> Response:
    """Why nothing was changed and how to go on; texts in desk/consultation-problem.html."""
    return page(request, "consultation-problem", status, problem=name, meeting=meeting, kept=kept)
