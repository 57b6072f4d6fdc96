"""The cases that people share with an organisation, and what it can do with one."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal import throttle
from portal.cases import workflow
from portal.cases.handling import NotVisible, Overtaken
from portal.cases.sharing import partnering
from portal.cases.sharing.partnering import PartnerDesk
from portal.partners import assisting
from portal.partners.forms import NOTE_LENGTH, TEXT_LENGTH, clean, is_id, number
from portal.partners.pages import case_view, row_view
from portal.partners.who import PARTNERS, keys_of, partner_of, partner_problem
from portal.staff.guards import desk_language, member_of, staff_page, staff_route
from portal.throttle import Budget
from portal.vault import VaultError
from portal.web.context import see, services

CASE = "/partners/cases/{id}"
OPENINGS = Budget("partner-open", 30, timedelta(hours=1))
"""Of one member: what somebody needs who helps people, not who collects them (security.md §4)."""
Deed = Callable[Concatenate[Session, PartnerDesk, ...], None]


async def home(request: Request) -> Response:
    """The cases that people share with this organisation; that somebody looked is audited."""
    here, member, partner = services(request), member_of(request), partner_of(request)
    keys, now = keys_of(request), datetime.now(UTC)
    await here.db.write(partnering.record, keys, partner, "partner.list")
    rows = await here.db.read(partnering.cases_of, keys, partner, now)
    tag = desk_language(request, member)
    return staff_page(
        request,
        member,
        "partners/list.html",
        place="partners",
        rows=tuple(row_view(row, tag) for row in rows),
        belongs=bool(partner.organisation_id),
    )


async def case(request: Request) -> Response:
    """One case, as far as the person lets this organisation see it."""
    return await _case_page(request)


async def write(request: Request) -> Response:
    """Write to the supervisor as the organisation; the same form twice is one message."""
    form = await request.form()
    text = clean(form.get("text"), TEXT_LENGTH)
    nonce = str(form.get("nonce", ""))
    nonce = nonce if is_id(nonce) else secrets.token_hex(16)
    if not text:
        return await _case_page(request, error="empty", nonce=nonce, status=422)
    return await _settle(request, partnering.write, text, nonce, kept=text, part="#messages")


async def answer(request: Request) -> Response:
    """Accept, decline with a reason, or report back."""
    form = await request.form()
    referral, turn = clean(form.get("referral"), 32), number(form.get("turn"))
    word, reason = clean(form.get("word"), 20), clean(form.get("reason"), 20)
    note = clean(form.get("note"), NOTE_LENGTH)
    if word == "declined" and not reason:
        return await _case_page(request, error="reason", note=note, status=422)
    return await _settle(request, partnering.answer, referral, turn, word, reason, note, kept=note)


async def _case_page(
    request: Request, error: str = "", nonce: str = "", note: str = "", status: int = 200
) -> Response:
    here, member, partner = services(request), member_of(request), partner_of(request)
    keys, now, case_id = keys_of(request), datetime.now(UTC), request.path_params["id"]
    wait = await here.db.write(throttle.take, here.keys, OPENINGS, partner.member_id, now)
    if wait:
        return partner_problem(request, "wait", 429, wait=wait)
    if not is_id(case_id) or not await here.db.write(
        partnering.record_view, keys, partner, case_id, now
    ):
        return partner_problem(request, "missing", 404)
    found = await here.db.read(partnering.partner_case, keys, partner, case_id, now)
    if found is None:  # stopped between the two
        return partner_problem(request, "missing", 404)
    return staff_page(
        request,
        member,
        "partners/case.html",
        status=status,
        place="partners",
        error=error,
        typed_note=note,
        nonce=nonce or secrets.token_hex(16),
        maxlength=TEXT_LENGTH,
        **case_view(found, desk_language(request, member)),
    )


async def _settle(
    request: Request, deed: Deed, *args: Any, kept: str = "", part: str = ""
) -> Response:
    """One deed in one transaction, then back to the case, or to the list when it isn't there."""
    here, partner, now = services(request), partner_of(request), datetime.now(UTC)
    keys, case_id = keys_of(request), request.path_params["id"]
    if not is_id(case_id):
        return partner_problem(request, "missing", 404)
    desk = PartnerDesk(keys, here.settings, partner, case_id, now)
    try:
        await here.db.write(deed, desk, *args)
    except NotVisible:
        await here.db.write(partnering.record, keys, partner, "partner.refused", case_id)
        return partner_problem(request, "missing", 404, kept=kept)
    except Overtaken:
        return partner_problem(request, "overtaken", 409, kept=kept, case_id=case_id)
    except workflow.NotAllowed:
        return partner_problem(request, "not_allowed", 409, kept=kept, case_id=case_id)
    except VaultError:
        return partner_problem(request, "unreadable", 409, kept=kept, case_id=case_id)
    left = await here.db.read(partnering.partner_case, keys, partner, case_id, now)
    return see(f"/partners/cases/{case_id}{part}" if left else "/partners/")


routes: list[BaseRoute] = [
    staff_route("/partners/", home, roles=PARTNERS, name="partners"),
    staff_route(CASE, case, roles=PARTNERS, name="partner case"),
    staff_route(f"{CASE}/write", write, ["POST"], PARTNERS, name="partner write"),
    staff_route(f"{CASE}/answer", answer, ["POST"], PARTNERS, name="partner answer"),
    *assisting.routes,
]
