"""`portal demo`: the real portal with an invented world, on 127.0.0.1.

The answers are there at once, the forms and the desk a moment later, tables, people, dossiers and
cases while a newcomer reads. Where to go is printed when all is there.
"""

import gc
import os
import secrets
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from starlette.applications import Starlette

from portal.demo.first import FirstPages
from portal.settings import Settings


def run_demo(port: int, data: Path | None) -> int:
    """Serve until stopped. Without `data` everything is gone afterwards."""
    import uvicorn

    folder = (data or Path(tempfile.mkdtemp(prefix="portal-demo-"))).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings = demo_settings(folder, port)
        uvicorn.run(
            FirstPages(settings, lambda: _whole(settings)),
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


def _whole(settings: Settings) -> Starlette:
    gc.disable()  # importing makes many objects and no garbage
    try:
        from portal.demo.house import whole

        return whole(settings)
    except BaseException as error:
        print(f"portal: {type(error).__name__}: {error}", file=sys.stderr)
        os.kill(os.getpid(), signal.SIGTERM)  # a demo of half a portal would only puzzle
        raise
    finally:
        gc.freeze()
        gc.enable()


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
