"""Who works here and in which team. Roles come from the identity provider: shown, not changed."""

from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal import audit
from portal.cases import staffing
from portal.cases.staffing import PersonRow, StaffingError
from portal.desk.coordinator.overseeing import COORDINATOR, overseen_page
from portal.desk.deeds import actor_of
from portal.desk.forms import FieldView, OptionView, clean, is_id
from portal.desk.wording import say
from portal.i18n import N_
from portal.staff.guards import desk_language, member_of, staff_route
from portal.web.context import see, services

HERE = "/desk/people"
WRONG_STAFF: Mapping[str, str] = {
    "gone": N_("You cannot change this person: they work in another team, or are not here."),
    "self": N_("You cannot change your own place. Ask another coordinator."),
    "team": N_("Choose a team."),
    "training": N_(
        "This team has the cases of minors alone and of people whom somebody threatens. "
        "Tick that this person is trained for it."
    ),
    "moved": N_("Somebody else put this person in another team meanwhile. Nothing was changed."),
    "role": N_("Only supervisors and coordinators work in a team."),
    "restricted": N_(
        "This person has cases that must stay within the trained groups. Give those to a trained "
        "team first."
    ),
}
AT_FIELD = {"team": "f-team", "training": "f-trained"}


async def people(request: Request) -> Response:
    """Everybody whom the coordinator oversees; with `who`, what can be changed of one."""
    return await _people(request, clean(request.query_params.get("who"), 32))


async def put_in_team(request: Request) -> Response:
    """Somebody works in this team from now on."""
    form = await request.form()
    who, team = clean(form.get("member"), 32), clean(form.get("team"), 40)
    here, was = services(request), clean(form.get("was"), 40)
    try:
        await here.db.write(
            staffing.put_in_team,
            here.keys.require_desk(),
            actor_of(request),
            who,
            team,
            was,
            datetime.now(UTC),
            trained=form.get("trained") == "yes",
        )
    except StaffingError as error:
        return await _people(request, who, error.why, team)
    return see(f"{HERE}?who={who}" if is_id(who) else HERE)


async def set_active(request: Request) -> Response:
    """Close somebody's account, or open it again."""
    form = await request.form()
    who, here = clean(form.get("member"), 32), services(request)
    try:
        await here.db.write(
            staffing.set_active,
            here.keys.require_desk(),
            actor_of(request),
            who,
            datetime.now(UTC),
            active=form.get("active") == "yes",
        )
    except StaffingError as error:
        return await _people(request, who, error.why)
    return see(f"{HERE}?who={who}" if is_id(who) else HERE)


async def _people(request: Request, who: str, wrong: str = "", team: str = "") -> Response:
    here, actor = services(request), actor_of(request)
    tag = desk_language(request, member_of(request))
    keys = here.keys.require_desk()
    await here.db.write(audit.record, keys, actor=actor.id, action="staff.list")
    found = await here.db.read(staffing.staff, actor, datetime.now(UTC))
    chosen = next((each for each in found.people if each.id == who), None)
    error = say(tag, WRONG_STAFF.get(wrong, ""))
    return overseen_page(
        request,
        "desk/people.html",
        "people",
        found.oversight,
        status=(409 if wrong in ("gone", "self", "moved") else 422) if wrong else 200,
        people=found.people,
        chosen=chosen,
        own=who == actor.id,
        team_field=_team_field(tag, found, chosen, team, error if wrong == "team" else ""),
        trained_field=FieldView(
            "trained",
            "tick",
            say(tag, N_("This person is trained for minors alone and for people in danger")),
            error=error if wrong == "training" else "",
        ),
        has_trained=any(each.trained for each in found.teams),
        errors=[{"field": AT_FIELD[wrong], "text": error}] if wrong in AT_FIELD and chosen else [],
        problem="" if wrong in AT_FIELD and chosen else error,
    )


def _team_field(
    tag: str, found: staffing.Staff, chosen: PersonRow | None, typed: str, error: str
) -> FieldView:
    here = typed or (chosen.team_id if chosen else "")
    trained = say(tag, N_("trained group"))
    options = (
        OptionView(
            team.id,
            f"{team.name} ({trained})" if team.trained else team.name,
            selected=team.id == here,
        )
        for team in found.teams
    )
    return FieldView(
        "team",
        "select",
        say(tag, N_("Works in")),
        here,
        (OptionView("", "–", selected=not here), *options),
        error=error,
    )


routes: list[BaseRoute] = [
    staff_route(HERE, people, roles=COORDINATOR, name="people"),
    staff_route(f"{HERE}/team", put_in_team, ["POST"], COORDINATOR, name="put in team"),
    staff_route(f"{HERE}/active", set_active, ["POST"], COORDINATOR, name="open or close account"),
]
