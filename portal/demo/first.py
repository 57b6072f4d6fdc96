"""The public answers while the rest of the house is still being built.

They need no database, no keys and a tenth of the imports. So a newcomer reads the first page while
forms and desk are imported in a thread; whoever asks for those waits the second that it takes.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.information.library import open_information
from portal.settings import Settings
from portal.templating import Templates
from portal.web.assets import open_assets
from portal.web.headers import SecurityHeaders, security_headers
from portal.web.prepared import Front
from portal.web.start import start


class FirstPages:
    """ASGI: prepared pages from the first moment, everything else from what `build` makes.

    `build` runs in a thread; to tell of its failure, and to end the process, is its own work.
    """

    def __init__(self, settings: Settings, build: Callable[[], Starlette]) -> None:
        headers = security_headers(settings)
        assets = open_assets(tuple(headers))
        library = open_information(Templates(assets.url), headers).library
        library.get("/nl/")  # rendered before the thread competes for the interpreter
        self._build = build
        self._whole: asyncio.Task[ASGIApp]
        self._door = SecurityHeaders(Starlette(routes=[Route("/", start)]), settings)
        self._life = Starlette(lifespan=self._lifespan)
        self._first = Front(self._beyond, (library, assets))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._life(scope, receive, send)
        elif self._whole.done():
            await self._whole.result()(scope, receive, send)
        else:
            await self._first(scope, receive, send)

    async def _beyond(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What isn't prepared: on to the reader's language at once, else wait for the rest."""
        there = self._door if scope.get("path") == "/" else await asyncio.shield(self._whole)
        await there(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncGenerator[None]:
        async with AsyncExitStack() as lives:
            self._whole = asyncio.create_task(self._open(lives))
            yield
            await asyncio.wait([self._whole])  # a thread can't be stopped half-way

    async def _open(self, lives: AsyncExitStack) -> ASGIApp:
        whole = await asyncio.to_thread(self._build)
        await lives.enter_async_context(whole.router.lifespan_context(whole))
        return whole
