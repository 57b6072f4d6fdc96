"""Somebody of the staff at a desk: signs in at the demo's provider, finds a case, works on it."""

import time
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from portal.desk.wording import say
from tests.support.page_lint import check_document

PATIENCE = 10
"""Seconds until the worker must have routed a request, on a busy machine."""


@dataclass
class Member:
    """A staff member in a browser; `who` is the first part of their e-mail address."""

    page: Page
    base_url: str
    who: str
    home: str = "/desk/"
    """The page that lists their work."""

    def say(self, message: str) -> str:
        """A text of the desk as it is read there."""
        return say("nl", message)

    def sign_in(self) -> None:
        self.page.goto(f"{self.base_url}{self.home}")
        self.touch(self.page.locator(f'button[name="person"][value="{self.who}"]'))
        assert self.page.url.startswith(f"{self.base_url}{self.home}"), self.page.url

    def visit(self, path: str) -> None:
        self.page.goto(f"{self.base_url}{path}")
        self._seen()

    def row(self, reference: str) -> Locator:
        return self.page.locator("table.queue tbody tr", has_text=reference)

    def find(self, reference: str, view: str = "mine") -> Locator:
        """The request's row in this list, as soon as the worker has routed it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.visit(f"{self.home}?view={view}")
            if self.row(reference).count() or time.monotonic() > deadline:
                return self.row(reference)
            time.sleep(0.3)

    def open(self, reference: str, view: str = "mine") -> None:
        self.touch(self.find(reference, view).locator("a").first)

    def press(self, text: str) -> None:
        self.touch(self.page.get_by_role("button", name=self.say(text)).first)

    def follow(self, text: str) -> None:
        self.touch(self.page.get_by_role("link", name=self.say(text)).first)

    def touch(self, control: Locator) -> None:
        with self.page.expect_navigation():
            control.click()
        self._seen()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def reads(self, message: str) -> bool:
        return self.say(message) in self.text

    def _seen(self) -> None:
        check_document(self.page.content())
