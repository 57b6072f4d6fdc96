"""Passing a case on to an organisation: to whom, and where the consent for it comes from."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases import workflow
from portal.cases.handling import Desk
from portal.cases.queries import CaseFile
from portal.cases.sharing import consents, outside, referrals
from portal.cases.sharing.outside import Entry, OutsidePlan
from portal.cases.sharing.referrals import TALK, Choice, Plan
from portal.desk.deeds import CASE, case_or_problem, settle
from portal.desk.forms import FieldView, clean, digits_of, is_id
from portal.desk.pages import row_view
from portal.desk.referable import BASES, OUTSIDE_BASES, first_choice, referable
from portal.desk.sharing import PURPOSES
from portal.desk.wording import named, say
from portal.i18n import AMSTERDAM, N_
from portal.register import register
from portal.staff.guards import desk_language, member_of, staff_page, staff_route
from portal.web.context import services

REFER = f"{CASE}/refer"
PARTS = ("day", "month", "year")
CHOOSE = N_("Choose an organisation and where the consent comes from.")
NO_DAY = N_("Fill in the day of the talk, which has been.")
NO_TICK = N_("Tick what the person agreed to in the talk.")


@dataclass(frozen=True)
class Typed:
    """What stands in the form; `choice` is "organisation:basis" or "entry:basis" (no account)."""

    choice: str = ""
    purposes: tuple[str, ...] = ()
    day: Mapping[str, str] | None = None
    nonce: str = ""


async def show(request: Request) -> Response:
    """Which organisation could help, and does the person agree? `to` is an entry of the register,
    chosen beside a wish on the page of the case."""
    wanted = clean(request.query_params.get("to"), 40)
    return await _page(request, Typed(), wanted=wanted if wanted in register() else "")


async def refer(request: Request) -> Response:
    """Pass it on, or ask the person first. The same form twice is one."""
    form = await request.form()
    typed = _typed(form)
    to, _, basis = typed.choice.partition(":")
    outsider = to in register()
    known = basis in OUTSIDE_BASES if outsider else is_id(to) and basis in BASES
    day = _day(typed.day or {}) if basis == TALK else None
    if not known:
        return await _page(request, typed, CHOOSE, "f-choice")
    if basis == TALK and day is None:
        return await _page(request, typed, NO_DAY, "f-talk")
    if outsider:
        return await settle(request, _pass_on, OutsidePlan(to, basis, day), part="#sharing")
    if basis == TALK and not typed.purposes:
        return await _page(request, typed, NO_TICK, "f-see")
    plan = Plan(to, basis, typed.nonce or secrets.token_hex(16), typed.purposes, day)
    return await settle(request, _refer, plan, part="#sharing")


def _pass_on(session: Session, desk: Desk, plan: OutsidePlan) -> None:
    try:
        outside.pass_on(session, desk, plan)
    except referrals.UnknownOrganisation as unknown:
        raise workflow.NotAllowed("refer") from unknown


def _refer(session: Session, desk: Desk, plan: Plan) -> None:
    try:
        referrals.refer(session, desk, plan)
    except referrals.UnknownOrganisation as unknown:
        raise workflow.NotAllowed("refer") from unknown


def _typed(form: FormData) -> Typed:
    nonce = clean(form.get("nonce"), 32)
    return Typed(
        clean(form.get("choice"), 50),
        consents.known_purposes(form.getlist("purposes")),
        {part: clean(form.get(f"talk.{part}"), 10) for part in PARTS},
        nonce if is_id(nonce) else "",
    )


def _day(typed: Mapping[str, str]) -> date | None:
    """The day of a talk, in digits of any script; None when it can't be, or is still to come."""
    day, month, year = (digits_of(typed.get(part, "")) for part in PARTS)
    try:
        found = date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        found = None
    return found if found and found <= datetime.now(AMSTERDAM).date() else None


async def _page(
    request: Request, typed: Typed, error: str = "", where: str = "", wanted: str = ""
) -> Response:
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    file, member, now = data.file, member_of(request), datetime.now(UTC)
    tag = desk_language(request, member)
    with_account, others = await services(request).db.read(_found, file, now)
    accounts, entries = referable(file, with_account, others, tag, wanted)
    chosen = typed.choice or first_choice(accounts, entries, wanted)
    return staff_page(
        request,
        member,
        "desk/refer.html",
        status=422 if error else 200,
        place="queue",
        row=row_view(file.row, member, tag, now),
        file=file,
        accounts=accounts,
        entries=entries,
        wanted=wanted,
        passes_on=referrals.may_refer(file.row.state),
        purposes=tuple((key, named(tag, PURPOSES, key)) for key in consents.KEYS),
        typed=replace(typed, choice=chosen),
        talk=_day_field(tag, typed.day, say(tag, error) if where == "f-talk" else ""),
        errors=[{"field": where, "text": say(tag, error)}] if error else [],
        nonce=typed.nonce or secrets.token_hex(16),
    )


def _found(
    session: Session, file: CaseFile, now: datetime
) -> tuple[tuple[Choice, ...], tuple[Entry, ...]]:
    row = file.row
    return (
        referrals.choices_for(session, row.id, row.kind, file.answers, now),
        outside.entries_for(session, row.id, row.state, row.kind, file.answers),
    )


def _day_field(tag: str, typed: Mapping[str, str] | None, error: str) -> FieldView:
    return FieldView(
        "talk",
        "date",
        say(tag, N_("Day of the talk")),
        typed or dict.fromkeys(PARTS, ""),
        error=error,
    )


routes: list[BaseRoute] = [
    staff_route(REFER, show, name="refer"),
    staff_route(REFER, refer, ["POST"], name="refer to an organisation"),
]
