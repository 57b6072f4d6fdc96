"""How much lies with whom, the cases behind each number, and giving several of them at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal import audit
from portal.caseload.queries import all_handlers, all_teams
from portal.cases import handling
from portal.cases.access import Actor, Oversight, oversight_of
from portal.cases.assigning import MOST, Kept, give_several
from portal.cases.handling import Desk
from portal.cases.workload import (
    NOBODY,
    WHATS,
    OverseenCase,
    OverseenList,
    Wanted,
    overseen_list,
    workload,
)
from portal.desk import wording
from portal.desk.coordinator.overseeing import COORDINATOR, Groups, handler_options, overseen_page
from portal.desk.deeds import actor_of
from portal.desk.forms import clean, is_id, read_after, write_after
from portal.desk.wording import Lateness, Tone, named, say
from portal.i18n import N_, format_time
from portal.settings import Settings
from portal.staff.guards import desk_language, member_of, staff_route
from portal.vault import DeskKeys
from portal.web.context import see, services

LIST = "/desk/workload/cases"
COLUMNS = {
    "open": N_("Open cases"),
    "new": N_("Not read yet"),
    "untouched": N_("Not read for too long"),
    "alert": N_("Alert: not read for much too long"),
    "late": N_("Past the target date"),
    "waiting": N_("Waiting for the person"),
}
REASONS = {
    "not_yours": N_("Not for you to give: it is closed by now, or it belongs to others."),
    "overtaken": N_("Somebody else changed it after you opened the list."),
    "trained_only": N_("It stays within the trained groups: choose a trained team."),
    "has_it": N_("They have it already."),
}
CHOOSE_CASES = N_("Tick the cases that you want to give.")
CHOOSE_HANDLER = N_("Choose a team or a person who works there.")


@dataclass(frozen=True)
class Number:
    count: int
    address: str
    text: str


@dataclass(frozen=True)
class LoadView:
    """A line of the table: a team, or somebody in it."""

    name: str
    nobody: bool
    active: bool
    away: bool
    deputy: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class TeamView:
    name: str
    trained: bool
    numbers: tuple[Number, ...]
    people: tuple[LoadView, ...]


@dataclass(frozen=True)
class LineView:
    """A case of a list."""

    case: OverseenCase
    state: str
    tone: Tone
    kind: str
    due: str
    late: Lateness
    age: str
    since: str
    value: str
    """What its tick sends: id and version."""
    ticked: bool


async def show(request: Request) -> Response:
    """Every team that the coordinator oversees."""
    here, actor, now = services(request), actor_of(request), datetime.now(UTC)
    tag = desk_language(request, member_of(request))
    keys = here.keys.require_desk()
    await here.db.write(audit.record, keys, actor=actor.id, action="workload.view")
    oversight = await here.db.read(oversight_of, actor, now)
    teams = await here.db.read(workload, here.settings, actor, now)
    return overseen_page(
        request,
        "desk/workload.html",
        "workload",
        oversight,
        columns=tuple(say(tag, text) for text in COLUMNS.values()),
        teams=tuple(
            TeamView(
                team.name,
                team.trained,
                _numbers(tag, team.counts, team.id, ""),
                tuple(
                    LoadView(
                        load.name,
                        load.member_id == NOBODY,
                        load.active,
                        load.away,
                        load.deputy,
                        _numbers(tag, load.counts, team.id, load.member_id),
                    )
                    for load in team.people
                ),
            )
            for team in teams
            if team.counts["open"]
        ),
        idle=tuple(team.name for team in teams if not team.counts["open"]),
        days=(here.settings.untouched_team_days, here.settings.untouched_alert_days),
    )


def _numbers(tag: str, counts: Mapping[str, int], team: str, who: str) -> tuple[Number, ...]:
    return tuple(
        Number(counts[what], address_of(Wanted(what, team, who)), say(tag, COLUMNS[what]))
        for what in WHATS
    )


def address_of(wanted: Wanted) -> str:
    """The address of a list."""
    asked = {"what": wanted.what, "team": wanted.team_id, "who": wanted.member_id}
    return f"{LIST}?" + urlencode({name: value for name, value in asked.items() if value})


def read_wanted(params: QueryParams) -> Wanted:
    """The list that an address asks for. What can't be read is as if it weren't there."""
    what, who = params.get("what", ""), params.get("who", "")
    return Wanted(
        what if what in WHATS else "open",
        clean(params.get("team"), 40),
        who if is_id(who) or who == NOBODY else "",
        read_after(params.get("after", "")),
    )


async def cases(request: Request) -> Response:
    """The cases behind a number."""
    return await _list(request, given=clean(request.query_params.get("given"), 4))


async def give(request: Request) -> Response:
    """Give the ticked cases to a team or person; what couldn't be given is told."""
    form = await request.form()
    team, _, person = clean(form.get("handler"), 100).partition(":")
    versions = read_ticks([each for each in form.getlist("case") if isinstance(each, str)])
    wrong = {
        name: text
        for name, text, ok in (
            ("case", CHOOSE_CASES, versions),
            ("handler", CHOOSE_HANDLER, team),
        )
        if not ok
    }
    chosen = f"{team}:{person}" if team else ""
    if wrong:
        return await _list(request, ticked=versions, chosen=chosen, wrong=wrong, status=422)
    here = services(request)
    desk = Desk(
        here.keys.require_desk(), here.settings, actor_of(request), "", 0, datetime.now(UTC)
    )
    try:
        given, kept = await here.db.write(give_several, desk, versions, team, person)
    except handling.UnknownHandler:
        wrong = {"handler": CHOOSE_HANDLER}
        return await _list(request, ticked=versions, chosen=chosen, wrong=wrong, status=422)
    if kept:
        return await _list(request, given=str(given), kept=kept, chosen=chosen, status=409)
    address = address_of(read_wanted(request.query_params))
    return see(f"{address}&given={given}")


def read_ticks(values: list[str]) -> dict[str, int]:
    """Versions by case id. What no tick of ours sends is left out."""
    found: dict[str, int] = {}
    for value in values[:MOST]:
        case_id, _, version = value.partition(":")
        if is_id(case_id) and version.isascii() and version.isdecimal() and len(version) < 19:
            found[case_id] = int(version)
    return found


@dataclass(frozen=True)
class _Data:
    oversight: Oversight
    found: OverseenList
    handlers: Groups


def _data(
    session: Session, keys: DeskKeys, settings: Settings, actor: Actor, wanted: Wanted,
    now: datetime,
) -> _Data:  # fmt: skip
    return _Data(
        oversight_of(session, actor, now),
        overseen_list(session, keys, settings, actor, wanted, now),
        handler_options(all_teams(session), all_handlers(session)),
    )


async def _list(
    request: Request,
    *,
    given: str = "",
    kept: tuple[Kept, ...] = (),
    ticked: Mapping[str, int] = MappingProxyType({}),
    chosen: str = "",
    wrong: Mapping[str, str] = MappingProxyType({}),
    status: int = 200,
) -> Response:
    here, actor, now = services(request), actor_of(request), datetime.now(UTC)
    tag = desk_language(request, member_of(request))
    wanted, keys = read_wanted(request.query_params), here.keys.require_desk()
    seen = f"{wanted.what} {wanted.team_id or 'all'} {wanted.member_id or 'all'}"
    await here.db.write(audit.record, keys, actor=actor.id, action="workload.list", reason=seen)
    data = await here.db.read(_data, keys, here.settings, actor, wanted, now)
    found, address = data.found, address_of(wanted)
    again = ticked.keys() | {each.case_id for each in kept if each.reason == "overtaken"}
    return overseen_page(
        request,
        "desk/workload-cases.html",
        "workload",
        data.oversight,
        status=status,
        title=say(tag, COLUMNS[wanted.what]),
        whose=say(tag, N_("Nobody yet")) if wanted.member_id == NOBODY else found.member,
        team=found.team,
        total=found.total,
        rows=tuple(_line(tag, case, now, ticked=case.id in again) for case in found.rows),
        address=address,
        following=f"{address}&after={write_after(found.following)}" if found.following else "",
        first=address if wanted.after else "",
        handlers=data.handlers,
        chosen=chosen,
        given=int(given) if given.isascii() and given.isdecimal() else None,
        kept=tuple((each.reference, say(tag, REASONS[each.reason])) for each in kept),
        errors=[{"field": f"f-{name}", "text": say(tag, text)} for name, text in wrong.items()],
        wrong={name: say(tag, text) for name, text in wrong.items()},
    )


def _line(tag: str, case: OverseenCase, now: datetime, *, ticked: bool) -> LineView:
    state, tone = wording.STATES[case.state]
    return LineView(
        case,
        say(tag, state),
        tone,
        named(tag, wording.KINDS, case.kind) if case.kind else "",
        f"{wording.short_date(tag, case.due)}, {format_time(case.due)}",
        wording.lateness(case.due, now),
        wording.age(tag, case.created, now),
        wording.short_date(tag, case.created),
        f"{case.id}:{case.version}",
        ticked,
    )


routes: list[BaseRoute] = [
    staff_route("/desk/workload", show, roles=COORDINATOR, name="workload"),
    staff_route(LIST, cases, roles=COORDINATOR, name="workload cases"),
    staff_route("/desk/workload/give", give, ["POST"], COORDINATOR, name="give cases"),
]
