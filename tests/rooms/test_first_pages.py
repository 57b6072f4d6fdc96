"""The demo's door: answers before the house is built, and nothing is lost of who comes early."""

import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from portal.demo.first import FirstPages
from portal.demo.run import demo_settings
from tests.support.free_port import free_port


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"whole: {(await request.body()).decode()}")


def test_pages_come_first_and_what_needs_the_house_waits_for_it(tmp_path: Path) -> None:
    may_build, lives = threading.Event(), []

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        lives.append("begins")
        yield
        lives.append("ends")

    def build() -> Starlette:
        assert may_build.wait(30)
        return Starlette(routes=[Route("/{path:path}", echo, methods=["POST"])], lifespan=lifespan)

    port = free_port()
    settings = demo_settings(tmp_path, port)
    config = uvicorn.Config(FirstPages(settings, build), port=port, log_config=None)
    with (
        _serving(uvicorn.Server(config)),
        ThreadPoolExecutor() as pool,
        httpx2.Client(base_url=settings.public_url, timeout=30) as browser,
    ):
        early = pool.submit(browser.post, "/nl/ask/question", content=b"typed early")
        try:
            start = browser.get("/", headers={"Accept-Language": "ar"})
            assert (start.status_code, start.headers["location"]) == (303, "/ar/")
            assert start.headers["x-content-type-options"] == "nosniff"
            for path in ("/nl/", "/ar/info/iom-rean", "/en/safety"):
                page = browser.get(path)
                assert page.status_code == 200, path
                assert "content-security-policy" in page.headers
            assert not early.done()
        finally:
            may_build.set()
        assert early.result().text == "whole: typed early"
        assert browser.post("/x", content=b"late").text == "whole: late"
        assert lives == ["begins"]
    assert lives == ["begins", "ends"]


@contextmanager
def _serving(server: uvicorn.Server) -> Generator[None]:
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def test_the_first_pages_need_neither_database_nor_keys() -> None:
    """What makes them quick: were these imported, the first page would come a second later."""
    code = "import sys, portal.demo.run; print(*sorted({n.partition('.')[0] for n in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"sqlalchemy", "cryptography", "structlog", "authlib"} & set(done.stdout.split())
