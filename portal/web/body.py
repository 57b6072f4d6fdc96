"""How large a form may be. What is larger gets the page that says so, with status 413.

Starlette's own limit stands outside of all middleware: its answer has none of our headers and no
language. Here the reading itself fails, like any other refusal in a handler.
"""

from collections.abc import Callable
from typing import TypeVar

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 64 * 1024
"""Of any form without files (security.md, T8)."""

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


def takes_up_to(most: int) -> Callable[[Endpoint], Endpoint]:
    """Declare at an endpoint that its forms may be larger: `most` bytes."""

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.largest_body = most  # ty: ignore[missing-attribute]
        return endpoint

    return declare


class BodyLimit:
    """ASGI: nobody reads more of a body than the endpoint of the request takes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            most = getattr(scope.get("endpoint"), "largest_body", LARGEST_BODY)
            if _announced(scope) > most:
                raise HTTPException(413)
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > most:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)


def _announced(scope: Scope) -> int:
    """What Content-Length says; 0 when it says nothing, and then the bytes are counted."""
    length = Headers(scope=scope).get("content-length", "")
    return int(length[:20]) if length.isascii() and length.isdecimal() else 0
