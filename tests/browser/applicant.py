"""Somebody with a phone: reads, fills in, sends, follows. Each page they see is checked."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page

from portal.i18n import translate
from tests.browser.requests_told import Steps
from tests.support.page_lint import check_document

Look = Callable[[Page], object]


def nothing_more(_page: Page) -> None:
    """For those who only pass through."""


@dataclass
class Applicant:
    """A visit in one language. `look` is called on each page that they come to."""

    page: Page
    base_url: str
    tag: str
    look: Look = nothing_more
    advised: list[str] = field(default_factory=list)
    """The pages of advice that were passed by."""

    def say(self, message: str) -> str:
        """A text of the portal as this person reads it."""
        return translate(self.tag, message)

    def visit(self, path: str) -> None:
        """Type an address below the language."""
        self.page.goto(f"{self.base_url}/{self.tag}/{path}")
        self._seen()

    def press(self, text: str, role: Any = "button") -> None:
        """Touch the button or link with this text, and wait for the page behind it."""
        name = self.say(text)
        whole = self.page.get_by_role(role, name=name, exact=True)  # "Go on" and "Go on later"
        self.touch(whole if whole.count() else self.page.get_by_role(role, name=name))

    def follow(self, address: str) -> None:
        """Touch the link in the text that leads to this address below the language."""
        self.touch(self.page.locator(f'main a[href="/{self.tag}/{address}"]').first)

    def touch(self, control: Locator) -> None:
        with self.page.expect_navigation():
            control.tap()
        self._seen()

    def fill(self, values: dict[str, Any]) -> None:
        """Fill the fields of the form by their names; several values are several ticks."""
        for name, value in values.items():
            for each in value if isinstance(value, list) else [value]:
                self._put(name, each)

    def answer(self, steps: Steps) -> None:
        """Answer these steps, in the order in which the portal has to ask them.

        Advice on the way is read and passed by; what comes after the last step stays unread.
        """
        for step, values in steps.items():
            if "?advice=" in self.page.url:
                self.advised.append(self.text)
                self.press("Go on with the request", "link")
            assert self.step == step, f"{step!r} expected at {self.page.url}"
            self.fill(values)
            self.press("Next")
            assert not self.page.locator("#error-summary").count(), self.text

    def ask(self, kind: str, steps: Steps) -> None:
        """A whole request, until it can be read back."""
        self.visit(f"ask/{kind}")
        self.answer(steps)
        assert self.at("ask/check"), self.page.url

    def send(self) -> tuple[str, str]:
        """Send what was read back: (code, reference) of the receipt."""
        self.press("Send")
        assert self.at("ask/sent"), self.page.url
        return self.code, self.page.locator(".receipt bdi").last.inner_text()

    def open_case(self, typed: str) -> None:
        """Type a code at the follow page."""
        self.visit("follow")
        self.fill({"code": typed})
        self.press("Open my request")

    def open_dutch(self) -> None:
        """Have the Dutch shown beside the last text that has it."""
        self.page.locator("details.dutch summary").last.tap()

    @property
    def step(self) -> str:
        """The key of the step that is asked now; "" where the page asks none."""
        forms = self.page.locator("form.ask")
        address = forms.first.get_attribute("action") if forms.count() else ""
        found = re.search(r"step=([\w-]+)", address or "")
        return found[1] if found else ""

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    @property
    def code(self) -> str:
        return re.sub(r"\D", "", self.page.locator(".receipt-code").inner_text())

    def at(self, path: str) -> bool:
        return self.page.url.partition("?")[0] == f"{self.base_url}/{self.tag}/{path}"

    def reads(self, message: str) -> bool:
        """Whether this text of the portal stands on the page."""
        return self.say(message) in self.text

    def _put(self, name: str, value: str) -> None:
        field = self.page.locator(f'main [name="{name}"]')
        kind = field.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            chosen = self.page.locator(f'[name="{name}"][value="{value}"]')
            if not chosen.is_checked():
                self.page.locator("main label.choice").filter(has=chosen).tap()
            assert chosen.is_checked()
        elif field.evaluate("field => field.localName") == "select":
            field.select_option(value)
        else:
            field.fill(value)

    def _seen(self) -> None:
        check_document(self.page.content())
        self.look(self.page)
