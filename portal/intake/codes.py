"""Typing a code: one field, the same friendly errors and the same patience for every code.

A code opens a request that was sent (`following`) or a draft that was kept (`later`). Guesses of
both are counted together, so that there isn't a second door with a budget of its own.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import anyio.to_thread
import segno
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from portal import throttle
from portal.cases import receipt
from portal.i18n import N_
from portal.intake import patience, visits
from portal.intake.forms import random_name
from portal.intake.renewing import renew
from portal.intake.tokens import next_token
from portal.intake.visits import VisitState
from portal.vault import Keys
from portal.web.context import client_address, public_page, see, services

PROBLEMS = {
    "empty": N_("Please type your code: sixteen digits."),
    "length": N_("Your code has sixteen digits and no letters. Please count them again."),
    "typo": N_("One digit is not right. Please look at your code again and compare each group."),
    "unknown": N_("We do not know this code. Please compare each group with your paper."),
    "old": N_("Your visit had ended. Please send this page again."),
}


@dataclass(frozen=True)
class Attempt:
    """What somebody typed as a code: either `lookup` and `key`, or why it can't be one."""

    typed: str = ""
    problem: str = ""
    """A key of PROBLEMS."""
    wait: int = 0
    """Seconds until the next guess may be made."""
    lookup: bytes = b""
    key: bytes = b""
    who_asks: str = ""
    visit: str = ""
    goes_on: str = ""
    """The tokens of the visit: now, and once the code has opened something."""

    def unknown(self) -> "Attempt":
        """Nothing opens with it; what was wrong with it before stays so."""
        return self if self.problem or self.wait else replace(self, problem="unknown")


async def attempt(request: Request, visit: VisitState) -> Attempt:
    """Read the posted code, count the guess, and stretch it."""
    form, here = await request.form(), services(request)
    typed = str(form.get("code", ""))[:200]
    if not visit.is_own_form(form.get("csrf")):
        return Attempt(typed, "old")
    try:
        code = receipt.read_code(typed)
    except receipt.CodeError as error:
        return Attempt(typed, error.why)
    who_asks = client_address(request)
    wait = await here.db.write(spend, here.keys, who_asks, datetime.now(UTC))
    if wait:
        return Attempt(typed, wait=wait)
    lookup, key = await anyio.to_thread.run_sync(here.keys.public.stretch, code)
    goes_on = next_token(visit.token, random_name(form.get("nonce")), key)
    return Attempt(
        typed, lookup=lookup, key=key, who_asks=who_asks, visit=visit.token, goes_on=goes_on
    )


def spend(session: Session, keys: Keys, who_asks: str, now: datetime) -> int:
    """Count a guess before it is looked at, so that no crash makes one free."""
    if wait := throttle.take(session, keys, throttle.CODE_FAILURES, who_asks, now):
        return wait
    if wait := throttle.take(session, keys, throttle.ALL_CODE_FAILURES, throttle.EVERYBODY, now):
        # who waits for everybody has guessed nothing
        throttle.give_back(session, keys, throttle.CODE_FAILURES, who_asks, now)
    return wait


def accepted(session: Session, keys: Keys, tried: Attempt, now: datetime) -> None:
    """It opens something, so it was no guess, and the visit goes on under another token."""
    throttle.give_back(session, keys, throttle.CODE_FAILURES, tried.who_asks, now)
    throttle.give_back(session, keys, throttle.ALL_CODE_FAILURES, throttle.EVERYBODY, now)
    renew(session, tried.visit, tried.goes_on, now)


def code_page(
    request: Request, visit: VisitState, template: str, tried: Attempt | None = None, **more: Any
) -> Response:
    """The page where a code is typed, with what was wrong with the last one."""
    tried = tried or Attempt()
    page = public_page(
        request,
        template,
        status=429 if tried.wait else 422 if tried.problem else 200,
        typed=tried.typed,
        problem=PROBLEMS.get(tried.problem, ""),
        wait=tried.wait,
        nonce=random_name(),
        csrf=visit.csrf,
        **more,
    )
    return visits.keep(request, visit, patience.with_wait(page, tried.wait))


def opens(request: Request, visit: VisitState, tried: Attempt, path: str) -> Response:
    """On to what the code has opened; the browser gets the visit's new token."""
    return visits.keep(request, replace(visit, token=tried.goes_on), see(path))


def picture(code: str) -> Markup:
    """The digits alone, no address: scanning it leaves nothing in a browser's history.

    Never a Micro QR code, which segno would choose for so few digits: few cameras read those.
    """
    made = segno.make(code, error="m", micro=False)
    return Markup(  # noqa: S704 - made by segno from sixteen digits
        made.svg_inline(scale=4, border=4, svgclass="qr", omitsize=False)
    )
