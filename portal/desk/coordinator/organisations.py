"""The organisations that partners belong to: a coordinator of the ILC adds and renames them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal import audit
from portal.cases import staffing
from portal.cases.access import oversight_of
from portal.cases.staffing import StaffingError
from portal.desk.coordinator.overseeing import COORDINATOR, overseen_page, refused
from portal.desk.deeds import actor_of
from portal.desk.forms import FieldView, OptionView, clean
from portal.desk.wording import say
from portal.i18n import N_
from portal.staff import managing
from portal.staff.guards import desk_language, member_of, staff_route
from portal.staff.managing import LONGEST_NAME, OrganisationError
from portal.staff.models import ORGANISATION_KINDS
from portal.web.context import see, services

HERE = "/desk/organisations"
WRONG: Mapping[str, str] = {
    "name": N_("Fill in a name of at most 200 characters."),
    "kind": N_("Choose what kind of organisation it is."),
    "taken": N_("There is an organisation with this name already."),
    "gone": N_("Somebody else changed it meanwhile. Nothing of yours was saved."),
}
KINDS: Mapping[str, str] = {"iom": N_("IOM"), "ngo": N_("Other organisation (NGO)")}


async def show(request: Request) -> Response:
    """Every organisation."""
    return await _page(request)


async def add(request: Request) -> Response:
    """A new organisation."""
    form, here = await request.form(), services(request)
    name, kind = _name(form.get("name")), clean(form.get("kind"), 10)
    keys, now = here.keys.require_desk(), datetime.now(UTC)
    try:
        await here.db.write(staffing.add_organisation, keys, actor_of(request), name, kind, now)
    except StaffingError:
        return await refused(request)
    except OrganisationError as error:
        return await _page(request, {"name": name, "kind": kind}, wrong=error.why)
    return see(HERE)


async def rename(request: Request) -> Response:
    """Another name for an organisation that is there."""
    form, here = await request.form(), services(request)
    name, which = _name(form.get("name")), clean(form.get("organisation"), 32)
    was = clean(form.get("was"), LONGEST_NAME)
    keys, now = here.keys.require_desk(), datetime.now(UTC)
    try:
        await here.db.write(
            staffing.rename_organisation, keys, actor_of(request), which, was, name, now
        )
    except StaffingError:
        return await refused(request)
    except OrganisationError as error:
        return await _page(request, {"name": name}, which=which, wrong=error.why)
    return see(HERE)


def _name(typed: object) -> str:
    """One character more than may be, so that a longer name is refused and not cut."""
    return " ".join(clean(typed, LONGEST_NAME + 1).split())


async def _page(
    request: Request,
    typed: Mapping[str, str] = MappingProxyType({}),
    *,
    which: str = "",
    wrong: str = "",
) -> Response:
    here, actor = services(request), actor_of(request)
    tag = desk_language(request, member_of(request))
    oversight = await here.db.read(oversight_of, actor, datetime.now(UTC))
    if not oversight.everywhere:
        return await refused(request)
    keys = here.keys.require_desk()
    await here.db.write(audit.record, keys, actor=actor.id, action="organisation.list")
    rows = await here.db.read(managing.organisations)
    error = say(tag, WRONG[wrong]) if wrong else ""
    at_kind = wrong == "kind"
    new = typed if not which else {}
    name = FieldView(
        "name",
        "text",
        say(tag, N_("Name")),
        new.get("name", ""),
        error="" if which or at_kind else error,
        help=say(tag, N_("Exactly as the identity provider names it for the people of it.")),
        dir="auto",
        maxlength=LONGEST_NAME,
    )
    kind = FieldView(
        "kind",
        "radio",
        say(tag, N_("Kind")),
        new.get("kind", ""),
        tuple(
            OptionView(each, say(tag, KINDS[each]), selected=each == new.get("kind"))
            for each in ORGANISATION_KINDS
        ),
        error=error if at_kind else "",
    )
    return overseen_page(
        request,
        "desk/organisations.html",
        "organisations",
        oversight,
        status=(409 if wrong == "gone" else 422) if wrong else 200,
        rows=tuple((each, say(tag, KINDS.get(each.kind, each.kind))) for each in rows),
        fields=(name, kind),
        which=which,
        typed=typed.get("name", ""),
        error=error,
        longest=LONGEST_NAME,
    )


routes: list[BaseRoute] = [
    staff_route(HERE, show, roles=COORDINATOR, name="organisations"),
    staff_route(HERE, add, ["POST"], COORDINATOR, name="add organisation"),
    staff_route(f"{HERE}/rename", rename, ["POST"], COORDINATOR, name="rename organisation"),
]
