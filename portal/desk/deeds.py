"""How every deed on a case ends: back at the case, or a page that says why not."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Concatenate

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from portal.cases import handling, workflow
from portal.cases.access import Actor, is_visible
from portal.cases.handling import Desk
from portal.desk.checks import titles
from portal.desk.forms import is_id, version_of
from portal.desk.queries import CaseData, case_data
from portal.staff.guards import desk_language, member_of, staff_page
from portal.vault import VaultError
from portal.web.context import see, services

CASE = "/desk/cases/{id}"
Deed = Callable[Concatenate[Session, Desk, ...], None]


def actor_of(request: Request) -> Actor:
    member = member_of(request)
    return Actor(member.id, member.roles)


def case_id_of(request: Request) -> str:
    """The id in the address, or "" when no case can have it."""
    found = request.path_params["id"]
    return found if is_id(found) else ""


async def case_or_problem(request: Request) -> CaseData | Response:
    """The case of the address, its opening audited; or the page that says that there is none."""
    here, actor, case_id = services(request), actor_of(request), case_id_of(request)
    keys, now = here.keys.require_desk(), datetime.now(UTC)
    if not case_id or not await here.db.write(handling.record_view, keys, actor, case_id, now):
        return problem(request, "missing", 404)
    data = await here.db.read(case_data, keys, actor, case_id, now)
    return data or problem(request, "missing", 404)


async def settle(
    request: Request, deed: Deed, *args: Any, kept: str = "", away: str = "/desk/", part: str = ""
) -> Response:
    """One deed in one transaction, then back to the case, at `part` of its page.

    `kept` is typed text that a page with a problem shows again. `away` is where to go when the
    deed took the case out of the member's sight, as closing does for who stands in.
    """
    here, actor, case_id = services(request), actor_of(request), case_id_of(request)
    if not case_id:
        return problem(request, "missing", 404)
    keys, version = here.keys.require_desk(), version_of(await request.form())
    desk = Desk(keys, here.settings, actor, case_id, version, datetime.now(UTC))
    try:
        await here.db.write(deed, desk, *args)
    except handling.NotVisible:
        await here.db.write(handling.record_refusal, keys, actor, case_id)
        return problem(request, "missing", 404, kept)
    except handling.Overtaken:
        return problem(request, "overtaken", 409, kept)
    except handling.ChecksMissing as error:
        tag = desk_language(request, member_of(request))
        return problem(request, "checks_missing", 409, kept, titles(error.missing, tag))
    except workflow.NotAllowed:
        return problem(request, "not_allowed", 409, kept)
    except VaultError:
        return problem(request, "unreadable", 409, kept)
    except handling.UnknownHandler:
        return problem(request, "unknown_handler", 422)
    if not await here.db.read(is_visible, actor, case_id, desk.now):
        return see(away)
    return see(f"/desk/cases/{case_id}{part}")


def problem(
    request: Request, name: str, status: int, kept: str = "", missing: tuple[str, ...] = ()
) -> Response:
    """A page that says why nothing was changed and how to go on; texts in desk/problem.html.

    `missing` are the titles of checks that nobody has assessed.
    """
    return staff_page(
        request,
        member_of(request),
        "desk/problem.html",
        status=status,
        place="queue",
        problem=name,
        case_id="" if name == "missing" else case_id_of(request),
        kept=kept,
        missing=missing,
    )
