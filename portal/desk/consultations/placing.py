"""A case and its consultations: what its page shows, and how it comes on an agenda."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases import consultation
from portal.cases.consultation.queries import of_case, open_meetings_for
from portal.desk.consultations.forms import TEXT_LENGTH
from portal.desk.consultations.wording import outcome_of
from portal.desk.deeds import CASE, actor_of, case_or_problem, settle
from portal.desk.forms import FILL_IN, FieldView, OptionView, clean, is_id
from portal.desk.pages import row_view
from portal.desk.wording import say
from portal.i18n import N_, format_date
from portal.staff.guards import desk_language, member_of, staff_page, staff_route
from portal.web.context import services


async def panel(request: Request, case_id: str) -> list[dict[str, Any]]:
    """The consultations that spoke or will speak about a case, as its page lists them."""
    here, tag = services(request), desk_language(request, member_of(request))
    keys, now = here.keys.require_desk(), datetime.now(UTC)
    found = await here.db.read(of_case, keys, actor_of(request), case_id, now)
    return [
        {
            "meeting": meeting,
            "address": f"/desk/consultations/{meeting.id}/cases/{item.id}",
            "outcome": outcome_of(tag, item.content) if item.settled else "",
            "open": sum(not each.done for each in item.actions),
        }
        for meeting, item in found
    ]


async def choose(request: Request) -> Response:
    """On which agenda, and what is proposed."""
    return await _page(request, "", "")


async def put_on(request: Request) -> Response:
    """Put the case on an agenda."""
    form = await request.form()
    meeting = clean(form.get("meeting"), 40)
    proposal = clean(form.get("proposal"), TEXT_LENGTH)
    if not proposal or not is_id(meeting):
        return await _page(request, meeting, proposal, 422)
    return await settle(
        request, consultation.put_on, meeting, proposal, kept=proposal, part="#consultation"
    )


async def _page(request: Request, meeting: str, proposal: str, status: int = 200) -> Response:
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    here, member, now = services(request), member_of(request), datetime.now(UTC)
    keys, tag, case_id = here.keys.require_desk(), desk_language(request, member), data.file.row.id
    found = await here.db.read(open_meetings_for, keys, actor_of(request), case_id, now)
    wrong = status != 200
    which = FieldView(
        "meeting",
        "radio",
        say(tag, N_("On which agenda")),
        options=tuple(
            OptionView(
                each.id,
                f"{format_date(each.day, tag)}, {each.place}",
                each.team,
                each.id == meeting,
            )
            for each in found
        ),
        error=say(tag, N_("Choose one of these.")) if wrong and not meeting else "",
    )
    what = FieldView(
        "proposal",
        "textarea",
        say(tag, N_("What is proposed, and why")),
        proposal,
        error=say(tag, FILL_IN) if wrong and not proposal else "",
        help=say(tag, N_("For the people at the table. The person never sees it.")),
        dir="auto",
        maxlength=TEXT_LENGTH,
    )
    return staff_page(
        request,
        member,
        "desk/consult.html",
        status=status,
        place="queue",
        row=row_view(data.file.row, member, tag, now),
        file=data.file,
        which=which,
        what=what,
        errors=[
            {"field": f"f-{each.name}", "text": each.error} for each in (which, what) if each.error
        ],
    )


routes: list[BaseRoute] = [
    staff_route(f"{CASE}/consult", choose, name="consult"),
    staff_route(f"{CASE}/consult", put_on, ["POST"], name="put on an agenda"),
]
