"""A form with photos and papers, as it arrives: each file is scanned, made anew and kept."""

import os
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import anyio
import anyio.to_thread
from starlette.requests import Request

from portal.cases import attachments
from portal.cases.attachments import NewFile
from portal.files import clamd
from portal.files.limits import Refused
from portal.files.rework import Clean, rework
from portal.i18n import N_
from portal.intake import multipart, patience
from portal.intake.multipart import Received, ReceivedFile
from portal.intake.visits import VisitState
from portal.throttle import Budget
from portal.web.context import client_address, is_kiosk, services

OLD_PAGE = N_("Your visit had ended. Please choose your files again.")
NOTHING_CHOSEN = N_("Please choose a file first.")
NO_ITEM = N_("Please choose what it is.")
BUSY = N_("Many people send files at this moment. Please try again in a minute.")

UPLOADS = Budget("upload", 120, timedelta(hours=1))
"""Forms with files from one address; a whole centre may share it."""
RECEIVING = threading.BoundedSemaphore(8)
"""Forms that are being received in this process: 25 MB of memory each."""
REWORKING = anyio.CapacityLimiter(os.cpu_count() or 1)
SLOWEST = 300
"""Seconds for a form to arrive: 25 MB over a slow phone."""

Keep = Callable[[NewFile], Awaitable[None]]


@dataclass(frozen=True)
class Problem:
    """Why a file isn't kept; `name` as the person knows it, "" when it is about the whole form."""

    name: str
    text: str


@dataclass(frozen=True)
class Outcome:
    """How a form with files ended. `item` is what was chosen, to stay chosen."""

    problems: tuple[Problem, ...] = ()
    status: int = 422
    item: str = ""


NOTHING_WRONG = Outcome()


async def take_in(request: Request, visit: VisitState, items: Sequence[str], keep: Keep) -> Outcome:
    """Receive a form, make each file anew and keep it."""
    if is_kiosk(request):
        return Outcome((Problem("", NOTHING_CHOSEN),), 403)
    wait = await patience.spend(request, UPLOADS, client_address(request))
    if wait or not RECEIVING.acquire(blocking=False):
        return Outcome((Problem("", BUSY),), 503)
    try:
        with anyio.move_on_after(SLOWEST):
            received = await multipart.receive(request)
            problems = await _keep_all(request, visit, received, items, keep)
            return Outcome(problems, item=received.fields.get("item", ""))
        return Outcome((Problem("", multipart.UNREADABLE),))
    finally:
        RECEIVING.release()


async def _keep_all(
    request: Request, visit: VisitState, received: Received, items: Sequence[str], keep: Keep
) -> tuple[Problem, ...]:
    item = received.fields.get("item", "")
    if received.broken:
        return (Problem("", multipart.UNREADABLE),)
    if not visit.is_own_form(received.fields.get("csrf")):
        return (Problem("", OLD_PAGE),)
    if item not in items:
        return (Problem("", NO_ITEM),)
    if not received.files:
        return (Problem("", NOTHING_CHOSEN),)
    problems = []
    for file in received.files:
        try:
            await keep(await _cleaned(request, file, item))
        except Refused as refused:
            problems.append(Problem(_shown(file.name), refused.args[0]))
        file.content = bytearray()  # kept or not, its memory is free for others
    return tuple(problems)


async def _cleaned(request: Request, file: ReceivedFile, item: str) -> NewFile:
    """Scan a file as it came, and make it anew. Raises Refused."""
    if file.problem:
        raise Refused(file.problem)
    content = bytes(file.content)

    def work() -> Clean:
        clamd.scan(services(request).settings.clamd, content)
        return rework(content)

    clean = await anyio.to_thread.run_sync(work, limiter=REWORKING)
    return NewFile(item, clean.format, clean.pages, clean.content, attachments.digest_of(content))


def _shown(name: str) -> str:
    """The name of a file, without what could turn the words around it; "" when nothing is left."""
    kept = "".join(c for c in name if c.isprintable() and c != "\ufffd")
    return kept[-80:].strip()
