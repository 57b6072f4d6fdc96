"""When something is wrong: a clear page in the reader's language, and never a traceback outside."""

import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.logs import log
from portal.web.context import public_page


def problem(request: Request, status: int) -> Response:
    """The page for a status; the texts are in its template."""
    page = public_page(request, "errors/problem.html", status=status, path="")
    if status == 503:
        page.headers["Retry-After"] = "60"
    return page


async def refused(request: Request, error: Exception) -> Response:
    """Exception handler for what a handler or the router refuses."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    page = problem(request, status)
    for name, value in (getattr(error, "headers", None) or {}).items():
        page.headers[name] = value
    return page


exception_handlers: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    HTTPException: refused
}


class Rescue:
    """ASGI: turns an error that nobody expected into a page, and logs its kind and place alone.

    The message of an error may hold what a person typed, so it goes nowhere.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watching(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watching)
        except Exception as error:
            unavailable = isinstance(error, (SQLAlchemyError, PoolTimeout)) and not (
                isinstance(error, DBAPIError) and _is_our_mistake(error)
            )
            log.error("failed", error=type(error).__name__, where=_where(error))
            if not started:
                page = problem(Request(scope, receive), 503 if unavailable else 500)
                await page(scope, receive, send)


def _is_our_mistake(error: DBAPIError) -> bool:
    """A wrong statement stays wrong; a lost or full database comes back."""
    return type(error).__name__ in ("ProgrammingError", "IntegrityError", "DataError")


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "portal" in Path(frame.filename).parts] or list(frames)
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "-"
