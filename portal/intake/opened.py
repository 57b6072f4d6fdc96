"""Who is let in to the pages of a case: a visit that has opened it with its code."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from portal.cases import queries
from portal.cases.queries import FollowedCase
from portal.intake import visits
from portal.intake.visits import VisitState
from portal.web.context import reader_language, see, services


@dataclass(frozen=True)
class Opened:
    """A visit, and the case that its code has opened."""

    visit: VisitState
    case: FollowedCase
    messages_key: bytes


CasePage = Callable[[Request, Opened], Awaitable[Response]]


def with_case(page: CasePage) -> Callable[[Request], Awaitable[Response]]:
    """Hand the opened case to an endpoint. Without one, on to the page that asks for the code."""

    @wraps(page)
    async def guarded(request: Request) -> Response:
        opened = await _opened(request)
        if opened is None:
            return see(f"/{reader_language(request).tag}/follow")
        return await page(request, opened)

    return guarded


async def _opened(request: Request) -> Opened | None:
    visit, db = await visits.visit_of(request), services(request).db
    if visit.open_case is None:
        return None
    own = visit.open_case
    case = await db.read(queries.followed_case, own.id, own.messages_key)
    if case is None:
        return None
    await db.write(visits.touch_case, visit.token, datetime.now(UTC))
    return Opened(visit, case, own.messages_key)
