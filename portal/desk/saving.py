"""Filters of the queue that a member keeps under a name of their own."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases.queue import saved as saved_filters
from portal.desk import listing
from portal.desk.forms import clean, is_id, query_of, read_filters
from portal.i18n import N_
from portal.staff.guards import member_of, staff_route
from portal.web.context import see, services

NO_NAME = N_("Please give this filter a name.")
TOO_MANY = N_("You have twelve filters already. Remove one first.")


async def save(request: Request) -> Response:
    """Keep the list and filters that the page showed; too long or empty names are said there."""
    here, member, form = services(request), member_of(request), await request.form()
    keys = here.keys.require_desk()
    filters = read_filters(form, keys, default=listing.default_view(member))
    name = " ".join(clean(form.get("name"), saved_filters.NAME_LENGTH).split())
    if not name:
        return await listing.show(request, filters=filters, error=NO_NAME)
    query = query_of(filters.queue)
    try:
        await here.db.write(
            saved_filters.save_filter, keys, member.id, name, query, datetime.now(UTC)
        )
    except saved_filters.TooMany:
        return await listing.show(request, filters=filters, name=name, error=TOO_MANY)
    return see(f"/desk/?{query}")


async def remove(request: Request) -> Response:
    """Forget one of the member's own filters. One that isn't there is gone already."""
    here, member, form = services(request), member_of(request), await request.form()
    filter_id = clean(form.get("filter"), 32)
    if is_id(filter_id):
        keys, now = here.keys.require_desk(), datetime.now(UTC)
        await here.db.write(saved_filters.remove_filter, keys, member.id, filter_id, now)
    return see("/desk/")


routes: list[BaseRoute] = [
    staff_route("/desk/filters", save, ["POST"], name="save filter"),
    staff_route("/desk/filters/remove", remove, ["POST"], name="remove filter"),
]
