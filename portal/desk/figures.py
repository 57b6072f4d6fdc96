"""The figures of a coordinator's team; for who coordinates at the ILC, also those of all teams."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal import audit
from portal.caseload.models import Team
from portal.caseload.queries import team_of
from portal.cases.figures import Quarter
from portal.cases.figures.publishing import (
    Published,
    of_team,
    published,
    quarter_of,
    quarters_until,
)
from portal.cases.figures.words import month_name, period_name, sheet_of, tables_of
from portal.desk.wording import say
from portal.i18n import N_, dutch_day
from portal.staff.guards import Member, desk_language, member_of, staff_page, staff_route
from portal.web.context import services
from portal.web.sheets import sheet_response

PAGE, SHEET = "/desk/figures", "/desk/figures.csv"
ALL = "all"
ALL_TEAMS = N_("All teams")


@dataclass(frozen=True)
class Asked:
    """What a coordinator sees: `shown` is None where there is nothing (yet)."""

    shown: Published | None
    scope: str
    """"team", or "all": what was made public."""
    team: str
    """Name of the own team; empty for who works in none."""
    may_see_all: bool
    quarters: tuple[Quarter, ...]


@dataclass(frozen=True)
class Choice:
    text: str
    address: str
    current: bool


async def show(request: Request) -> Response:
    """The figures of a quarter, the newest when none is asked for."""
    asked, member = await _asked(request), member_of(request)
    tag = desk_language(request, member)
    shown = asked.shown
    view: dict[str, Any] = {
        "scopes": _scopes(asked, tag),
        "quarters": _quarters(asked, tag),
        "scope": asked.scope,
        "team": asked.team,
        "shown": shown,
        "tables": tables_of(shown, tag, partial(say, tag)) if shown else (),
        "period": period_name(shown, tag) if shown else "",
        "download": f"{SHEET}?scope={asked.scope}&period={shown.quarter.label}" if shown else "",
    }
    return staff_page(request, member, "desk/figures.html", place="figures", **view)


async def download(request: Request) -> Response:
    """The same as CSV."""
    asked, member = await _asked(request), member_of(request)
    tag = desk_language(request, member)
    if asked.shown is None:
        return Response("", 404)
    name = f"figures-{asked.scope}-{asked.shown.quarter.label}"
    return sheet_response(sheet_of(asked.shown, tag, partial(say, tag)), name)


async def _asked(request: Request) -> Asked:
    """What the address asks for; that somebody looked is written before the page leaves."""
    here, member, params = services(request), member_of(request), request.query_params
    keys, scope = here.keys.require_desk(), ALL if params.get("scope") == ALL else "team"
    await here.db.write(audit.record, keys, actor=member.id, action="figures.view", reason=scope)
    wanted = quarter_of(params.get("period", ""))
    return await here.db.read(_figures, member, scope, wanted, datetime.now(UTC))


def _figures(
    session: Session, member: Member, scope: str, wanted: Quarter | None, now: datetime
) -> Asked:
    team = session.get(Team, team_of(session, member.id) or "")
    all_teams = team is not None and team.kind == "ilc"
    if scope == ALL and all_teams:
        every = published(session)
        quarters = tuple(each.quarter for each in every)
        shown = next((each for each in every if wanted in (None, each.quarter)), None)
    else:
        scope, quarters = "team", tuple(quarters_until(dutch_day(now)))
        quarter = wanted if wanted in quarters else quarters[0]
        shown = of_team(session, team.id, quarter, now) if team and quarter else None
    return Asked(shown, scope, team.name if team else "", all_teams, quarters)


def _scopes(asked: Asked, tag: str) -> tuple[Choice, ...]:
    """Whose figures; nothing to choose for most."""
    if not asked.may_see_all:
        return ()
    names = (("team", asked.team), (ALL, say(tag, ALL_TEAMS)))
    return tuple(
        Choice(text, f"{PAGE}?scope={scope}", scope == asked.scope) for scope, text in names
    )


def _quarters(asked: Asked, tag: str) -> tuple[Choice, ...]:
    shown = asked.shown.quarter if asked.shown else None
    return tuple(
        Choice(
            f"{month_name(each.months[0], tag)} – {month_name(each.months[-1], tag)}",
            f"{PAGE}?scope={asked.scope}&period={each.label}",
            each == shown,
        )
        for each in asked.quarters
    )


routes: list[BaseRoute] = [
    staff_route(PAGE, show, roles=["coordinator"], name="figures"),
    staff_route(SHEET, download, roles=["coordinator"], name="figures as CSV"),
]
