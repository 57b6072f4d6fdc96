"""`portal demo`: the real portal with an invented world, on 127.0.0.1.

The first page is there at once; tables, people, dossiers and cases follow within a second or two,
while a newcomer reads it. Where to go is printed when all is there.
"""

import os
import secrets
import shutil
import signal
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from portal.app import create_app
from portal.caseload.importing import Row
from portal.caseload.queries import all_teams
from portal.db import Database, migrate
from portal.demo import world
from portal.logs import log
from portal.settings import Settings
from portal.vault import Keys, load_keys, new_keys, save_keys
from portal.worker import Worker

CASELOAD = "demo-caseload.csv"


def run_demo(port: int, data: Path | None) -> int:
    """Serve until stopped. Without `data` everything is gone afterwards."""
    import uvicorn

    folder = (data or Path(tempfile.mkdtemp(prefix="portal-demo-"))).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings = demo_settings(folder, port)
        if not settings.keys_file.exists():
            save_keys(new_keys(), settings.keys_file)
        keys = load_keys(settings.keys_file)
        provider = _Provider(settings)
        app = create_app(
            settings, keys, more=[Mount("/demo-idp", app=provider)], embedded_worker=False
        )
        threading.Thread(target=_prepare, args=(settings, keys), daemon=True).start()
        uvicorn.run(
            app,
            host="127.0.0.1",
            port=port,
            access_log=False,
            server_header=False,
            log_config=None,
        )
    finally:
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


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


def demo_settings(folder: Path, port: int) -> Settings:
    url = f"http://127.0.0.1:{port}"
    return Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'portal.db'}",
        public_url=url,
        keys_file=folder / "keys.toml",
        oidc_issuer=f"{url}/demo-idp",
        oidc_client_id="portal",
        oidc_client_secret=secrets.token_hex(16),
    )


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
