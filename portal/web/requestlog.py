"""One log line a request: method, handler, status, milliseconds. No path, no query, no address."""

import secrets
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.logs import log
from portal.web.operation import REQUESTS


class RequestLog:
    """ASGI: gives each request an id and logs how it ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})["request_id"] = request_id = secrets.token_hex(6)
        started = time.perf_counter()
        status = 500

        async def watching(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watching)
        finally:
            endpoint = scope.get("endpoint")
            REQUESTS.labels(f"{status // 100}xx").inc()
            log.info(
                "request",
                request_id=request_id,
                method=scope["method"],
                route=f"{endpoint.__module__}.{endpoint.__qualname__}" if endpoint else "-",
                status=status,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
