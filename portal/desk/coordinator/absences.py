"""Who is away and who stands in: the coordinator's list, adding and ending."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType

from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal import audit
from portal.caseload.absence import AbsenceError
from portal.caseload.queries import Handler, all_handlers
from portal.cases import absences
from portal.cases.absences import Planned
from portal.cases.access import Actor, Oversight, oversight_of
from portal.desk.coordinator.overseeing import COORDINATOR, overseen_page
from portal.desk.deeds import actor_of
from portal.desk.forms import FieldView, OptionView, clean, digits_of
from portal.desk.wording import say
from portal.i18n import N_, format_date
from portal.staff.guards import desk_language, member_of, staff_route
from portal.web.context import see, services

HERE = "/desk/absences"
PARTS = ("day", "month", "year")
CHOOSE = N_("Choose who will be away.")
NO_DAY = N_("Fill in a date, for example 27 3 2026.")
WRONG: Mapping[str, tuple[str, str]] = {
    "nobody": ("member", CHOOSE),
    "order": ("last", N_("The last day is before the first.")),
    "over": ("last", N_("This day has been. Fill in today or a later day.")),
    "long": ("last", N_("An absence lasts a year at most. Look at the years again.")),
    "overlap": ("first", N_("This person is already away then, from %(day)s.")),
    "own_deputy": ("deputy", N_("Nobody stands in for themselves. Choose somebody else.")),
    "no_deputy": ("deputy", N_("Choose somebody who works in a team, or nobody.")),
}
"""The field of each refusal, and what is said at it."""
NONE = N_("This absence is no longer there, or is over. Look at the list again.")


@dataclass(frozen=True)
class Typed:
    """What stands in the form."""

    member: str = ""
    deputy: str = ""
    days: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Data:
    oversight: Oversight
    planned: tuple[Planned, ...]
    handlers: tuple[Handler, ...]


async def show(request: Request) -> Response:
    """The absences that are not over."""
    return await _page(request, Typed())


async def add(request: Request) -> Response:
    """Somebody will be away."""
    form = await request.form()
    typed = _typed(form)
    days = {name: _read_day(typed.days[name]) for name in ("first", "last")}
    wrong = {name: NO_DAY for name, day in days.items() if day is None}
    if not typed.member:
        wrong["member"] = CHOOSE
    if wrong or not (first := days["first"]) or not (last := days["last"]):
        return await _page(request, typed, wrong)
    here, now = services(request), datetime.now(UTC)
    try:
        await here.db.write(
            absences.plan,
            here.keys.require_desk(),
            actor_of(request),
            typed.member,
            (first, last),
            typed.deputy,
            now,
        )
    except AbsenceError as error:
        name, text = WRONG[error.why]
        return await _page(request, typed, {name: text}, error.day)
    return see(HERE)


async def end(request: Request) -> Response:
    """Somebody is back."""
    form = await request.form()
    here, now = services(request), datetime.now(UTC)
    member = clean(form.get("member"), 32)
    try:
        first = date.fromisoformat(clean(form.get("first_day"), 10))
        await here.db.write(
            absences.end, here.keys.require_desk(), actor_of(request), member, first, now
        )
    except (AbsenceError, ValueError):
        return await _page(request, Typed(), gone=True)
    return see(HERE)


def _typed(form: FormData) -> Typed:
    return Typed(
        clean(form.get("member"), 32),
        clean(form.get("deputy"), 32),
        {
            name: {part: clean(form.get(f"{name}.{part}"), 10) for part in PARTS}
            for name in ("first", "last")
        },
    )


def _read_day(typed: Mapping[str, str]) -> date | None:
    """The day that was typed, in digits of any script."""
    day, month, year = (digits_of(typed[part]) for part in PARTS)
    try:
        return date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None


def _data(session: Session, actor: Actor, now: datetime) -> _Data:
    return _Data(
        oversight_of(session, actor, now),
        absences.planned(session, actor, now),
        all_handlers(session),
    )


async def _page(
    request: Request,
    typed: Typed,
    wrong: Mapping[str, str] = MappingProxyType({}),
    day: date | None = None,
    *,
    gone: bool = False,
) -> Response:
    here, actor, now = services(request), actor_of(request), datetime.now(UTC)
    tag = desk_language(request, member_of(request))
    keys = here.keys.require_desk()
    await here.db.write(audit.record, keys, actor=actor.id, action="absence.view")
    data = await here.db.read(_data, actor, now)
    values = {"day": format_date(day, tag)} if day else None
    errors = {name: say(tag, text, values) for name, text in wrong.items()}
    fields = _fields(tag, data, typed, errors)
    return overseen_page(
        request,
        "desk/absences.html",
        "absences",
        data.oversight,
        status=(409 if gone else 422) if errors or gone else 200,
        planned=tuple(
            (
                each,
                format_date(each.first_day, tag),
                format_date(each.last_day, tag),
                f"/desk/workload/cases?what=open&who={each.member_id}",
            )
            for each in data.planned
        ),
        fields=fields,
        errors=[{"field": f"f-{f.name}", "text": f.error} for f in fields if f.error],
        gone=say(tag, NONE) if gone else "",
    )


def _fields(
    tag: str, data: _Data, typed: Typed, errors: Mapping[str, str]
) -> tuple[FieldView, ...]:
    overseen = tuple(h for h in data.handlers if h.team_id in data.oversight.teams)
    return (
        _who("member", say(tag, N_("Who will be away")), overseen, typed.member, "", errors),
        *(
            FieldView(
                name,
                "date",
                say(tag, label),
                typed.days.get(name) or dict.fromkeys(PARTS, ""),
                error=errors.get(name, ""),
            )
            for name, label in (("first", N_("First day")), ("last", N_("Last day")))
        ),
        _who(
            "deputy",
            say(tag, N_("Who stands in")),
            data.handlers,
            typed.deputy,
            say(tag, N_("They see and handle the open cases on these days. Nothing moves.")),
            errors,
            optional=True,
        ),
    )


def _who(
    name: str,
    label: str,
    handlers: tuple[Handler, ...],
    chosen: str,
    text: str,
    errors: Mapping[str, str],
    *,
    optional: bool = False,
) -> FieldView:
    options = (OptionView(h.id, f"{h.name} · {h.team}", selected=h.id == chosen) for h in handlers)
    return FieldView(
        name,
        "select",
        label,
        chosen,
        (OptionView("", "–", selected=not chosen), *options),
        error=errors.get(name, ""),
        help=text,
        optional=optional,
    )


routes: list[BaseRoute] = [
    staff_route(HERE, show, roles=COORDINATOR, name="absences"),
    staff_route(HERE, add, ["POST"], COORDINATOR, name="plan absence"),
    staff_route(f"{HERE}/end", end, ["POST"], COORDINATOR, name="end absence"),
]
