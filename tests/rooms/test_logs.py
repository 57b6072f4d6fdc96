"""The log of a real server: what people type never reaches it, whatever goes wrong."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from portal import logs
from portal.vault import save_keys
from tests.support.free_port import free_port
from tests.support.portal_server import ROOT, answers
from tests.support.visitor import forms
from tests.support.world import make_world

SERVER = """
import sys
from pathlib import Path

import sqlalchemy as sa
import uvicorn

from portal.cli import application
from portal.db import Database

port, marker = int(sys.argv[1]), Path(sys.argv[2])
write = Database.write_now


def failing(self, fn, *args, **kwargs):
    wanted = marker.read_text() if marker.exists() else ""
    if wanted and fn.__module__.startswith("portal.intake"):
        said = f"something about {args} {kwargs}"
        if wanted == "500":
            raise RuntimeError(said)
        raise sa.exc.OperationalError(said, {}, OSError())
    return write(self, fn, *args, **kwargs)


Database.write_now = failing
uvicorn.run(application(), host="127.0.0.1", port=port, access_log=False, log_config=None)
"""
"""`portal serve` with a database that fails on demand, with messages full of what was typed."""


@dataclass(frozen=True)
class Served:
    url: str
    log: Path
    marker: Path

    def fail(self, how: str = "") -> None:
        self.marker.write_text(how)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def lines_when(self, told: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        """All lines once one is `told`: a request's own follows after its answer has left."""
        deadline = time.monotonic() + 30
        while not any(map(told, lines := self.lines())):
            assert time.monotonic() < deadline, lines
            time.sleep(0.02)
        return lines


@pytest.fixture
def served(sqlite_url: str, tmp_path: Path) -> Iterator[Served]:
    made = make_world(sqlite_url, tmp_path)
    made.close()
    save_keys(made.keys, tmp_path / "keys.toml")
    port = free_port()
    here = Served(f"http://127.0.0.1:{port}", tmp_path / "log", tmp_path / "marker")
    env = {
        **os.environ,
        "PORTAL_DATA_DIR": str(tmp_path),
        "PORTAL_PUBLIC_URL": here.url,
        "PORTAL_OIDC_ISSUER": "http://127.0.0.1:1",
        "PORTAL_OIDC_CLIENT_ID": "portal",
        "PORTAL_OIDC_CLIENT_SECRET": "Canary-client-secret",
    }
    with here.log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(port), here.marker],
            cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    deadline = time.monotonic() + 60
    while not answers(f"{here.url}/healthz"):
        assert time.monotonic() < deadline, here.log.read_text()
        time.sleep(0.05)
    yield here
    process.terminate()
    process.wait(timeout=15)


STEPS: tuple[dict[str, Any], ...] = (
    {"urgent": "none"},
    {"sender_role": "self"},
    {"question_text": "Canary-question"},
    {"talk_lang": "Canary-language"},
    {"family_name": "Canary-family", "given_names": "Canary-given"},
    {"birth_date.day": "13", "birth_date.month": "9", "birth_date.year": "1971"},
    {"v_number": "4711081542"},
    {"nationality": "ZW"},
    {"location_type": "azc", "place": "Canary-place"},
    {"contact_channel": "email"},
    {"contact_target": "canary@mail.example", "contact_safe": "yes"},
    {"statement_read": "yes"},
)
CANARIES = ("Canary", "canary", "4711081542", "13.9.1971", "1971")


class Browser:
    """A client of the real server that fills the form it saw last."""

    def __init__(self, served: Served) -> None:
        self.client = httpx2.Client(base_url=served.url, follow_redirects=True, timeout=30)
        self.statuses: list[int] = []

    def get(self, path: str) -> httpx2.Response:
        return self._saw(self.client.get(path))

    def post(self, path: str, data: Any) -> httpx2.Response:
        return self._saw(self.client.post(path, data=data))

    def submit(self, values: dict[str, Any]) -> httpx2.Response:
        form = forms(self.page.text, str(self.page.url))[0]
        return self.post(form.action, form.filled(values))

    def _saw(self, page: httpx2.Response) -> httpx2.Response:
        self.statuses.append(page.status_code)
        if "<form" in page.text and page.status_code < 500:
            self.page = page
        return page


@pytest.fixture
def browser(served: Served) -> Iterator[Browser]:
    made = Browser(served)
    yield made
    made.client.close()


def test_nothing_that_people_type_reaches_the_log(served: Served, browser: Browser) -> None:
    browser.get("/en/ask/question?from=Canary-query")
    for values in STEPS:
        browser.submit(values)
        assert browser.statuses[-1] == 200, values
    browser.submit({})  # sent
    browser.get("/en/search?q=Canary-search")
    browser.get("/en/info/Canary-page")
    browser.get("/Canary/path")
    browser.client.cookies.set("visit", "Canary-cookie-of-forty-three-characters-0123", domain="x")
    browser.get("/en/ask/question")
    browser.submit({"urgent": "none"})
    browser.submit({"sender_role": "self"})
    assert browser.submit({"question_text": "Canary\u202e"}).status_code == 422
    browser.get("/en/follow")
    for code in ("Canary", "4711081542", "0000000000000000"):
        browser.submit({"code": code})
    assert browser.post("/en/follow", {"code": "Canary" * 20_000}).status_code == 413
    assert browser.client.put("/en/follow", content=b"Canary").status_code == 405
    browser.get("/staff/callback?code=Canary-code&state=Canary-state&error=Canary-error")
    browser.client.get("/nl/", headers={"User-Agent": "Canary-agent", "Referer": "http://Canary/"})
    foreign = {"Origin": "https://canary.example"}
    refused = browser.client.post("/en/follow", data={"code": "Canary"}, headers=foreign)
    assert refused.status_code == 403
    browser.get("/en/ask/question?step=question")
    for how, status in (("500", 500), ("503", 503)):
        served.fail(how)
        assert browser.submit({"question_text": f"Canary-{how}"}).status_code == status
    served.fail()
    assert {200, 404, 413, 422, 500, 503} <= set(browser.statuses)
    log = served.log.read_text()
    assert [canary for canary in CANARIES if canary in log] == []
    assert "Traceback" not in log


def test_every_line_is_json_with_known_fields_and_tells_what_happened(
    served: Served, browser: Browser
) -> None:
    browser.get("/en/follow")
    served.fail("500")
    browser.get("/en/ask/question")
    browser.submit({"urgent": "none"})
    lines = served.lines_when(lambda line: line.get("method") == "POST")
    assert all(set(line) <= logs.FIELDS for line in lines)
    (failed,) = [line for line in lines if line["event"] == "failed"]
    assert failed["error"] == "RuntimeError"
    assert failed["where"].endswith(tuple("0123456789"))
    requests = [line for line in lines if line["event"] == "request"]
    assert [line["status"] for line in requests if line["method"] == "POST"] == [500]
    assert next(line for line in requests if line["status"] == 500)["route"].endswith("answer_step")
    assert len({line["request_id"] for line in requests}) == len(requests)
    assert not [line for line in requests if "?" in line["route"] or "/" in line["route"]]


def test_a_field_that_is_not_listed_is_dropped() -> None:
    event = {"event": "x", "code": "1234", "name": "Canary", "status": 200}
    assert logs._allow_listed(None, "info", event) == {"event": "x", "status": 200}
