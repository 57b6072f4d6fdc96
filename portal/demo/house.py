"""The whole portal of the demo: the application, the invented world, and who to sign in as."""

import os
import signal
import threading
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from portal import logs
from portal.app import create_app
from portal.caseload.importing import Row
from portal.caseload.queries import all_teams
from portal.db import Database, migrate
from portal.demo import figures, shared, world
from portal.logs import log
from portal.settings import Settings
from portal.vault import Keys, load_keys, new_keys, save_keys
from portal.worker import Worker

CASELOAD = "demo-caseload.csv"


def whole(settings: Settings) -> Starlette:
    """The application as a deployment has it, but for the provider of the demo beside it.

    Tables, people, dossiers and cases follow in a thread; then it is printed where to go.
    """
    logs.configure(quiet=True)
    if not settings.keys_file.exists():
        save_keys(new_keys(), settings.keys_file)
    keys = load_keys(settings.keys_file)
    provider = Mount("/demo-idp", app=_Provider(settings))
    app = create_app(settings, keys, more=[provider], embedded_worker=False)
    threading.Thread(target=_prepare, args=(settings, keys), daemon=True).start()
    return app


class _Provider:
    """ASGI: the demo's identity provider, made when the first person signs in."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._router: Mount | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._router is None:
            from portal.demo.provider import demo_provider

            self._router = Mount(
                "",
                routes=demo_provider(
                    self._settings.oidc_issuer,
                    self._settings.oidc_client_id,
                    self._settings.oidc_client_secret,
                    [f"{self._settings.public_url}/staff/callback"],
                    world.people(),
                ),
            )
        await self._router.app(scope, receive, send)


def _prepare(settings: Settings, keys: Keys) -> None:
    """Tables and the invented world; then the worker routes, and we say where to go."""
    path = settings.data_dir / CASELOAD
    try:
        migrate(settings.database_url)
        db = Database(settings.database_url)
        if not db.read_now(all_teams):
            db.write_now(world.seed_people, datetime.now(UTC))
            world.seed_caseload(db, keys, path)
            world.seed_cases(db, keys, settings, path)
            shared.seed_shared(db, keys, settings, path)
            db.write_now(figures.seed_figures, datetime.now(UTC))
        Worker(db, keys.require_desk(), settings).start()
        _say_where_to_go(settings, world.dossier_to_try(path))
    except Exception as error:
        log.error("demo", error=f"{type(error).__name__}: {error}")
        os.kill(os.getpid(), signal.SIGTERM)  # a demo without its world would only puzzle


def _say_where_to_go(settings: Settings, row: Row) -> None:
    born = row.birth_date
    print(
        f"""
The portal, with invented people:

  For everybody     {settings.public_url}/
  The desk          {settings.public_url}/desk/
                    sign in with one click, for example as Supervisor Assen 1

To try a request: V-number {row.v_number}, born {born.day}-{born.month}-{born.year}
                  (its supervisor is {row.supervisor})
All dossiers:     {settings.data_dir / CASELOAD}

Ctrl-C stops it.
""",
        flush=True,
    )
