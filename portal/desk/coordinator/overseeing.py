"""What the coordinator's pages share: their places, and who works in the whole house."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import audit
from portal.caseload.queries import Handler, TeamRow
from portal.cases.access import Oversight
from portal.desk.deeds import actor_of
from portal.desk.wording import say
from portal.i18n import N_
from portal.staff.guards import desk_language, member_of, problem_page, staff_page
from portal.web.context import services

COORDINATOR = ("coordinator",)
PLACES = {
    "workload": ("/desk/workload", N_("Workload")),
    "absences": ("/desk/absences", N_("Absence")),
    "people": ("/desk/people", N_("Staff")),
    "organisations": ("/desk/organisations", N_("Organisations")),
    "caseload": ("/desk/caseload", N_("Import of dossiers")),
}
EVERYWHERE = frozenset({"organisations", "caseload"})
"""For a coordinator of an ILC team alone: they concern all teams."""

Groups = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def overseen_page(
    request: Request, template: str, here: str, oversight: Oversight, *, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    """One of the coordinator's pages, with the way to the others."""
    member = member_of(request)
    tag = desk_language(request, member)
    return staff_page(
        request,
        member,
        template,
        status=status,
        place="workload",
        subplaces=tuple(
            (address, say(tag, name), key == here)
            for key, (address, name) in PLACES.items()
            if oversight.everywhere or key not in EVERYWHERE
        ),
        everywhere=oversight.everywhere,
        **context,
    )


async def refused(request: Request) -> Response:
    """For a coordinator whose team this doesn't belong to; written down first."""
    here, actor = services(request), actor_of(request)
    await here.db.write(
        audit.record,
        here.keys.require_desk(),
        actor=actor.id,
        action="staff.refused",
        object_id=request.url.path[:64],
    )
    return problem_page(request, "wrong_role", 403, member_of(request))


def handler_options(teams: tuple[TeamRow, ...], handlers: tuple[Handler, ...]) -> Groups:
    """(team, ((value, person), …)); a value is "team:member", with an empty person the team."""
    return tuple(
        (
            team.name,
            (
                (f"{team.id}:", ""),
                *((f"{team.id}:{h.id}", h.name) for h in handlers if h.team_id == team.id),
            ),
        )
        for team in teams
    )
