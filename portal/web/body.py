"""How large a form may be. What is larger gets the page that says so, with status 413.

Starlette's own limit stands outside of all middleware: its answer has none of our headers and no
language. Here the reading itself fails, like any other refusal in a handler.
"""

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import TypeVar

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
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


class _InMemory(MultiPartParser):
    """Starlette writes a file of more than a megabyte to a temporary folder, in the clear."""

    spool_max_size = 64 * 1024 * 1024  # more than any endpoint takes


async def form_of(request: Request) -> FormData:
    """The form of a request, its files in memory alone; the same however often it is asked for.

    A form with files that is broken, or has more than one, is as an empty one.
    """
    largest = getattr(request.scope.get("endpoint"), "largest_body", LARGEST_BODY)
    if largest <= LARGEST_BODY:
        return await request.form()
    if not hasattr(request.state, "form"):
        kind, _ = parse_options_header(request.headers.get("content-type", ""))
        if kind != b"multipart/form-data":
            return await request.form()
        request.state.form = FormData()
        parser = _InMemory(request.headers, request.stream(), max_files=1, max_fields=12)
        with suppress(MultiPartException):
            request.state.form = await _plain(await parser.parse())
    return request.state.form


async def _plain(form: FormData) -> FormData:
    """The form with its files as bytes in memory, which nobody needs to close."""
    pairs = [
        (name, value if isinstance(value, str) else UploadFile(BytesIO(await value.read())))
        for name, value in form.multi_items()
    ]
    await form.close()
    return FormData(pairs)


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
