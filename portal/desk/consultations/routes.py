"""Local consultation at the desk: the meetings of a team, and the agenda of one."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal import audit
from portal.cases import consultation, workflow
from portal.cases.consultation.queries import agenda, meetings, record_view
from portal.cases.consultation.shapes import Agenda, Meeting
from portal.cases.consultation.terms import NotReady, Seat
from portal.cases.handling import NotVisible, Overtaken
from portal.desk.consultations import minutes
from portal.desk.consultations import placing as consulting
from portal.desk.consultations.forms import (
    Typed,
    date_of,
    errors_of,
    heading_fields,
    read_heading,
)
from portal.desk.consultations.pages import MEETING, MEETINGS, at_table, meeting_problem, page
from portal.desk.consultations.wording import organisations, outcome_of, owner_of
from portal.desk.deeds import actor_of
from portal.desk.forms import clean, is_id, version_of
from portal.desk.wording import say
from portal.i18n import N_, dutch_day
from portal.staff.guards import desk_language, member_of, staff_route
from portal.web.context import see, services

NOTHING_YET = Typed({}, {})


async def overview(request: Request) -> Response:
    """The meetings within reach, and the form for a new one."""
    return await _overview(request, NOTHING_YET)


async def arrange(request: Request) -> Response:
    """A new meeting. The same form twice is one."""
    here, form, now = services(request), await request.form(), datetime.now(UTC)
    typed, heading = read_heading(form, dutch_day(now))
    nonce = clean(form.get("nonce"), 40)
    if heading is None:
        return await _overview(request, typed, 422)
    if not is_id(nonce):
        return await _overview(request, typed, 422)
    actor, keys = actor_of(request), here.keys.require_desk()
    try:
        made = await here.db.write(consultation.arrange, keys, actor, heading, nonce, now)
    except NotVisible:
        return meeting_problem(request, "no_team", 422)
    return see(f"{MEETINGS}{made}")


async def _overview(request: Request, typed: Typed, status: int = 200) -> Response:
    here, member, now = services(request), member_of(request), datetime.now(UTC)
    keys, actor, tag = here.keys.require_desk(), actor_of(request), desk_language(request, member)
    await here.db.write(audit.record, keys, actor=actor.id, action="consultation.list")
    found = await here.db.read(meetings, keys, actor, now)
    return page(
        request,
        "consultations",
        status,
        coming=[each for each in reversed(found) if not each.closed],
        closed=[each for each in found if each.closed],
        fields=heading_fields(tag, typed, whole=False),
        errors=errors_of(typed, tag),
        nonce=secrets.token_hex(16),
    )


async def show(request: Request) -> Response:
    """The agenda of a meeting, and on top what earlier ones agreed on and nobody has done."""
    return await _agenda(request)


async def change(request: Request) -> Response:
    """Another place or day; who chairs, who is there."""
    typed, heading = read_heading(await request.form(), dutch_day(datetime.now(UTC)))
    if heading is None:
        return await _agenda(request, typed, 422)
    return await _settle(request, consultation.change_heading, heading)


async def close(request: Request) -> Response:
    """The minutes stay as they are."""
    return await _settle(request, consultation.close)


async def _settle(request: Request, deed: Any, *args: Any) -> Response:
    here, found = services(request), request.path_params["consultation_id"]
    if not is_id(found):
        return meeting_problem(request, "missing", 404)
    form, keys, actor = await request.form(), here.keys.require_desk(), actor_of(request)
    seat = Seat(keys, actor, found, version_of(form), datetime.now(UTC))
    try:
        await here.db.write(deed, seat, *args)
    except NotVisible:
        await here.db.write(
            audit.record, keys, actor=actor.id, action="consultation.refused", object_id=found
        )
        return meeting_problem(request, "missing", 404)
    except Overtaken:
        return meeting_problem(request, "overtaken", 409, found)
    except workflow.NotAllowed:
        return meeting_problem(request, "closed", 409, found)
    except NotReady as missing:
        return await _agenda(request, status=422, missing=str(missing))
    return see(f"{MEETINGS}{found}")


MISSING: Mapping[str, str] = {
    "items": N_("A case on the agenda has no outcome yet. Without one the minutes stay open."),
    "present": N_("Write down who is there. Then the minutes can be closed."),
}


async def _agenda(
    request: Request, typed: Typed | None = None, status: int = 200, missing: str = ""
) -> Response:
    here, member, now = services(request), member_of(request), datetime.now(UTC)
    keys, actor, found = here.keys.require_desk(), actor_of(request), at_table(request)
    if not found or not await here.db.write(record_view, keys, actor, found, now):
        return meeting_problem(request, "missing", 404)
    data = await here.db.read(agenda, keys, actor, found, now)
    if data is None:
        return meeting_problem(request, "missing", 404)
    tag = desk_language(request, member)
    typed = typed or _as_it_is(data.meeting)
    errors = errors_of(typed, tag)
    if missing:
        field = "f-present" if missing == "present" else "cases"
        errors = [{"field": field, "text": say(tag, MISSING[missing])}]
    return page(
        request,
        "consultation",
        status,
        **agenda_view(data, tag),
        fields=heading_fields(tag, typed, whole=True),
        errors=errors,
        file=data.meeting,
    )


def _as_it_is(meeting: Meeting) -> Typed:
    values = {
        "place": meeting.place,
        "held": date_of(meeting.day),
        "chair": meeting.chair,
        "present": meeting.present,
    }
    return Typed(values, {})


def agenda_view(data: Agenda, tag: str) -> dict[str, Any]:
    """The context of an agenda and of its minutes."""
    return {
        "meeting": data.meeting,
        "chair": organisations(tag, (data.meeting.chair,)),
        "present": organisations(tag, data.meeting.present),
        "items": [
            (each, outcome_of(tag, each.content), [(a, owner_of(tag, a)) for a in each.actions])
            for each in data.items
        ],
        "elsewhere": data.elsewhere,
        "earlier": [(each, owner_of(tag, each)) for each in data.earlier],
    }


async def printable(request: Request) -> Response:
    """The minutes on one page, to be printed: of the cases that this person may see."""
    here, member, now = services(request), member_of(request), datetime.now(UTC)
    keys, actor, found = here.keys.require_desk(), actor_of(request), at_table(request)
    if not found or not await here.db.write(record_view, keys, actor, found, now, whole=True):
        return meeting_problem(request, "missing", 404)
    data = await here.db.read(agenda, keys, actor, found, now)
    if data is None:
        return meeting_problem(request, "missing", 404)
    return page(
        request, "consultation-minutes", **agenda_view(data, desk_language(request, member))
    )


routes: list[BaseRoute] = [
    staff_route(MEETINGS, overview, name="consultations"),
    staff_route(MEETINGS, arrange, ["POST"], name="arrange consultation"),
    staff_route(MEETING, show, name="consultation"),
    staff_route(MEETING, change, ["POST"], name="change consultation"),
    staff_route(f"{MEETING}/close", close, ["POST"], name="close consultation"),
    staff_route(f"{MEETING}/minutes", printable, name="minutes"),
    *minutes.routes,
    *consulting.routes,
]
