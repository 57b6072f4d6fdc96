"""Debian's Chromium, driven by Playwright: the devices people hold, and a guard on the console."""

import re
import shutil
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

from tests.support.node import FOLDER

OWN_HOSTS = ("127.0.0.1", "localhost")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
]

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}

# A form that has to be mended comes back with 422; Chromium writes that to the console.
EXPECTED = r"Failed to load resource: the server responded with a status of 422"


@dataclass
class ConsoleGuard:
    """Collects what a page must not do: errors, CSP violations, requests to other machines.

    A test that provokes one on purpose says so first: `console_guard.allow("status of 404")`.
    """

    found: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=lambda: [EXPECTED])

    def allow(self, pattern: str) -> None:
        """Findings that match this regular expression are meant."""
        self.allowed.append(pattern)

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._said)
        context.on("weberror", lambda e: self._add("script error", str(e.error)))
        context.on("request", self._foreign)
        context.on("requestfailed", self._failed)

    def problems(self) -> list[str]:
        return [text for text in self.found if not any(re.search(p, text) for p in self.allowed)]

    def _add(self, what: str, text: str) -> None:
        self.found.append(f"{what}: {text}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._add("console", message.text)

    def _foreign(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws") and address.hostname not in OWN_HOSTS:
            self._add("request to another machine", request.url)

    def _failed(self, request: Request) -> None:
        # A search that typing overtook, or a page left early, is aborted: nothing is wrong.
        if request.failure != "net::ERR_ABORTED":
            self._add("failed request", f"{request.url} ({request.failure})")


@contextmanager
def chromium() -> Generator[Browser]:
    """A headless Chromium. While it is open, `asyncio.run` doesn't work in this thread."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        raise RuntimeError("no Chromium here: ./run test installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Device:
    """Opens pages as one kind of device. Each page has a context, so cookies, of its own."""

    browser: Browser
    guard: ConsoleGuard
    kind: dict[str, Any]
    _open: ExitStack = field(default_factory=ExitStack)

    def page(self, *, locale: str = "nl", javascript: bool = True, **options: Any) -> Page:
        """A new page; `options` are those of Playwright's `new_context`, e.g. `color_scheme`."""
        given = {"locale": locale, "java_script_enabled": javascript, **options}
        settings: dict[str, Any] = {**self.kind, **given}
        context = self.browser.new_context(**settings)
        self._open.callback(context.close)
        context.set_default_timeout(10_000)
        self.guard.watch(context)
        return context.new_page()

    def close(self) -> None:
        self._open.close()


AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"


def axe(page: Page) -> list[str]:
    """What axe-core finds on the page as it is now, best practices too; one line each."""
    page.evaluate(_source(AXE))  # not a <script>, which the page's own CSP would refuse
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {violation['help']}: {node['html']} ({node['failureSummary']})"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def _source(path: Path) -> str:
    # The bundle ends in a value that can't be sent back; `0` is the answer instead.
    return path.read_text(encoding="utf-8") + "\n0"
