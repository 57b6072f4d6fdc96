"""Builds the application from Settings: middleware, routes, lifespan."""

import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from portal import throttle
from portal.cases.figures import publishing
from portal.db import Database
from portal.desk import routes as desk_routes
from portal.editors import routes as editor_routes
from portal.information import routes as information_routes
from portal.information.library import check_texts, open_information
from portal.intake import routes as intake_routes
from portal.intake import visits
from portal.intake.kiosk import Recognise
from portal.intake.sweeping import Sweeper
from portal.mail import outbox
from portal.partners import routes as partner_routes
from portal.settings import Settings
from portal.staff import guards
from portal.staff import routes as staff_routes
from portal.templating import Templates
from portal.vault import Keys, load_keys
from portal.web import errors, operation
from portal.web.assets import open_assets
from portal.web.body import BodyLimit
from portal.web.context import Services
from portal.web.headers import SameOrigin, SecurityHeaders, security_headers
from portal.web.prepared import Front, Source
from portal.web.requestlog import RequestLog
from portal.worker import Worker

CHORES = (throttle.purge, visits.purge, outbox.purge, publishing.publish_due)
"""What is done every hour: windows of budgets, visits that are over and letters that left are
forgotten, and a quarter that is over is counted."""


def create_app(
    settings: Settings,
    keys: Keys | None = None,
    more: Sequence[BaseRoute] = (),
    *,
    embedded_worker: bool = True,
) -> Starlette:
    """The application for one door, or for all. `more` are the demo's own routes.

    Where all doors are in one process, a worker routes in a thread of it.

    Raises VaultError when the key file is missing or has no desk half for the staff door, and
    ValueError when an article or a fact is wrong.
    """
    keys = keys or load_keys(settings.keys_file)
    public, staffed = settings.door in ("all", "public"), settings.door in ("all", "staff")
    if staffed:
        keys.require_desk()
    db = Database(settings.database_url)
    headers = security_headers(settings)
    assets = open_assets(tuple(headers))
    templates = Templates(assets.url)
    routes: list[BaseRoute] = [*operation.routes, *more]
    sources: tuple[Source, ...] = (assets,)
    library = None
    if public:
        check_texts()
        room = open_information(templates, headers)
        library = room.library
        sources = (library, assets)
        routes += [*information_routes.routes, *intake_routes.routes]
    if staffed:
        routes += [*staff_routes.routes, *desk_routes.routes, *editor_routes.routes]
        routes += partner_routes.routes

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        def pack() -> None:
            assets.warm()
            if library:
                library.pack()

        threading.Thread(target=pack, name="pack", daemon=True).start()
        sweeper = Sweeper(db) if public else None
        if sweeper:
            sweeper.start()
        worker = None
        if settings.door == "all" and embedded_worker:
            worker = Worker(db, keys.require_desk(), settings, CHORES)
            worker.start()
        yield
        if library:
            library.close()
        for thread in (worker, sweeper):
            if thread:
                thread.stop()
        db.close()

    here = Services(settings, db, keys, assets, templates)
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={**errors.exception_handlers, **guards.exception_handlers},
        middleware=[
            Middleware(Front, sources=sources),
            Middleware(RequestLog),
            Middleware(SecurityHeaders, settings=settings),
            Middleware(errors.Rescue),
            Middleware(SameOrigin, settings=settings),
            Middleware(Recognise, of=here),
            Middleware(BodyLimit),
        ],
    )
    app.state.services = here
    if public:
        app.state.information = room
    return app
