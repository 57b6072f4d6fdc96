"""Budgets of the public side: whoever has spent one waits a little, and is told for how long."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from portal import throttle
from portal.throttle import Budget
from portal.web.context import services


async def spend(request: Request, budget: Budget, whose: str) -> int:
    """Spend one try of somebody's budget: 0, or the seconds to wait before the next."""
    here = services(request)
    return await here.db.write(throttle.take, here.keys, budget, whose, datetime.now(UTC))


def with_wait(page: Response, wait: int) -> Response:
    """The page with what a browser or a program should know of the wait, when there is one."""
    if wait:
        page.headers["Retry-After"] = str(wait)
    return page
