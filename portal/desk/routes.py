"""The queue, a case, and the deeds that its page offers."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases import handling, splitting, stopping
from portal.desk import (
    assessing,
    auditing,
    figures,
    files,
    holding,
    listing,
    mediation,
    no_fault,
    reach,
    referring,
    saving,
    sharing,
)
from portal.desk.consultations import placing as consulting
from portal.desk.consultations import routes as consultations
from portal.desk.coordinator import absences, caseload_import, organisations, people, workload
from portal.desk.correspondence import routes as correspondence
from portal.desk.deeds import CASE, case_or_problem, problem, settle
from portal.desk.export import routes as exporting
from portal.desk.forms import NOTE_LENGTH, clean
from portal.desk.pages import case_view
from portal.desk.talks import routes as talks
from portal.staff.guards import desk_language, member_of, staff_page, staff_route
from portal.web.context import services


async def queue(request: Request) -> Response:
    """Who waits, next deadline first."""
    return await listing.show(request)


async def search(request: Request) -> Response:
    """The cases of one V-number or reference. Posted: no number gets into an address."""
    return await listing.show(request, clean((await request.form()).get("q"), 100))


async def case(request: Request) -> Response:
    """One case on one page; that somebody opens it is written before the page leaves."""
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    member = member_of(request)
    view = case_view(data, member, desk_language(request, member), datetime.now(UTC))
    view["files"] = await files.listed(request, data.file.row.id)
    mails, tag = bool(services(request).settings.smtp_url), desk_language(request, member)
    view["reach"] = reach.reach_of(data, tag, mails=mails)
    view["talks"] = await talks.panel(request, data)
    view["consultations"] = await consulting.panel(request, data.file.row.id)
    view["sharing"] = await sharing.shared(request, data.file)
    return staff_page(request, member, "desk/case.html", place="queue", **view)


async def take_over(request: Request) -> Response:
    return await settle(request, handling.take_over)


async def assign(request: Request) -> Response:
    """To a team, or to a person of it. A coordinator may lose sight of the case by that."""
    team, _, person = clean((await request.form()).get("handler"), 100).partition(":")
    if not team:
        return problem(request, "unknown_handler", 422)
    return await settle(request, handling.assign, team, person, away="/desk/?view=team")


async def move(request: Request) -> Response:
    """One move of the workflow table. Declining is the message that says why
    (portal.desk.correspondence); passing on names an organisation (portal.desk.referring)."""
    form = await request.form()
    name, reason = clean(form.get("name"), 30), clean(form.get("reason"), 30)
    if name == "decline":
        return problem(request, "in_a_message", 409)
    return await settle(request, handling.move, name, reason)


async def mandate(request: Request) -> Response:
    """Somebody checked that the sender may act for the person."""
    return await settle(request, handling.confirm_mandate)


async def split(request: Request) -> Response:
    """One of the family gets a request of their own."""
    member = clean((await request.form()).get("member"), 3)
    number = int(member) if member.isascii() and member.isdecimal() else -1
    return await settle(request, splitting.split_off, number)


async def note(request: Request) -> Response:
    """An internal note. When somebody else was first, the text stays on the page."""
    text = clean((await request.form()).get("text"), NOTE_LENGTH)
    if not text:
        return problem(request, "empty_note", 422)
    return await settle(request, handling.note, text, kept=text)


async def stop_contact(request: Request) -> Response:
    """The person, asked by telephone, does not want the new contact that waits."""
    text = clean((await request.form()).get("text"), NOTE_LENGTH)
    if not text:
        return problem(request, "empty_note", 422)
    return await settle(request, stopping.stop_contact, text, kept=text)


routes: list[BaseRoute] = [
    staff_route("/desk/", queue, name="queue"),
    staff_route("/desk/search", search, ["POST"], name="search"),
    staff_route(CASE, case, name="case"),
    staff_route(f"{CASE}/take-over", take_over, ["POST"], name="take over"),
    staff_route(f"{CASE}/assign", assign, ["POST"], ["coordinator"], name="assign"),
    staff_route(f"{CASE}/move", move, ["POST"], name="move"),
    staff_route(f"{CASE}/mandate", mandate, ["POST"], name="mandate"),
    staff_route(f"{CASE}/split", split, ["POST"], name="split"),
    staff_route(f"{CASE}/note", note, ["POST"], name="note"),
    staff_route(f"{CASE}/contact/stop", stop_contact, ["POST"], name="stop contact"),
    *saving.routes,
    *figures.routes,
    *correspondence,
    *files.routes,
    *holding.routes,
    *assessing.routes,
    *reach.routes,
    *talks.routes,
    *mediation.routes,
    *no_fault.routes,
    *exporting.routes,
    *consultations.routes,
    *workload.routes,
    *absences.routes,
    *caseload_import.routes,
    *referring.routes,
    *auditing.routes,
    *people.routes,
    *organisations.routes,
]
