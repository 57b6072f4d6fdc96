"""Photos and papers with a request: before it is sent, and on the follow page afterwards."""

import os
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import anyio.to_thread
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal import throttle
from portal.cases import attachments
from portal.cases.attachments import FileLine, NewFile
from portal.cases.kinds import KINDS
from portal.cases.queries import FollowedCase
from portal.cases.workflow import CLOSED, NotAllowed
from portal.files import clamd, limits
from portal.files.limits import Refused
from portal.files.rework import Clean, rework
from portal.i18n import N_
from portal.intake import draft_files, following, multipart, visits
from portal.intake.multipart import Received, ReceivedFile
from portal.intake.visits import OpenCase, VisitState
from portal.web.context import (
    client_address,
    is_kiosk,
    public_page,
    reader_language,
    see,
    services,
)
from portal.web.who import who

OLD_PAGE = N_("Your visit had ended. Please choose your files again.")
NOTHING_CHOSEN = N_("Please choose a file first.")
NO_ITEM = N_("Please choose what it is.")
BUSY = N_("Many people send files at this moment. Please try again in a minute.")

UPLOADS = throttle.Budget("upload", 120, timedelta(hours=1))
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


@who("anyone")
async def show_draft(request: Request) -> Response:
    """The files that go with a request that isn't sent yet, and a form to add more."""
    kind = _kind(request)
    return _draft_page(request, await visits.visit_of(request), kind)


@who("anyone")
async def add_to_draft(request: Request) -> Response:
    """Keep one file or several, or say of each why not."""
    kind, here = _kind(request), services(request)
    visit = await visits.visit_of(request)

    async def keep(file: NewFile) -> None:
        await here.db.write(_keep_in_draft, visit.token, kind, file, datetime.now(UTC))

    outcome = await _take_in(request, visit, attachments.ITEMS_OF[kind], keep)
    if not outcome.problems:
        return visits.keep(
            request, visit, see(f"/{reader_language(request).tag}/ask/{kind}/files?done=added")
        )
    found = await here.db.read(draft_files.lines, visit.token)
    return _draft_page(request, visit, kind, outcome, found.get(kind, ()))


def _keep_in_draft(session: Session, token: str, kind: str, file: NewFile, now: datetime) -> None:
    visits.begin(session, token, now)
    draft_files.add(session, token, kind, file, now)


@who("anyone")
async def remove_from_draft(request: Request) -> Response:
    """Take a file away before sending; a second time changes nothing."""
    kind, visit, form = _kind(request), await visits.visit_of(request), await request.form()
    if not visit.is_own_form(form.get("csrf")):
        return _draft_page(request, visit, kind, Outcome((Problem("", OLD_PAGE),)))
    file_id = str(form.get("file", ""))
    if any(line.id == file_id for line in visit.files.get(kind, ())):
        await services(request).db.write(draft_files.remove, visit.token, file_id)
    return see(f"/{reader_language(request).tag}/ask/{kind}/files?done=removed")


@who("code")
async def show_case(request: Request) -> Response:
    """Which files a request has, and a form to add more. Nobody reads them back here."""
    opened = await _opened(request)
    if isinstance(opened, Response):
        return opened
    visit, case, own = opened
    return _case_page(request, visit, case, await _files_of(request, own))


@who("code")
async def add_to_case(request: Request) -> Response:
    """Add files to a request that was sent; the same file twice is one."""
    opened = await _opened(request)
    if isinstance(opened, Response):
        return opened
    visit, case, own = opened
    here, tag = services(request), reader_language(request).tag
    items = attachments.ITEMS_OF.get(case.kind, ())
    if case.state in CLOSED or not items:
        return see(f"/{tag}/follow/case")

    async def keep(file: NewFile) -> None:
        await here.db.write(
            attachments.add, here.keys.public, here.settings, own.id, own.messages_key, file,
            datetime.now(UTC),
        )  # fmt: skip

    try:
        outcome = await _take_in(request, visit, items, keep)
    except NotAllowed:  # closed in the meantime: the page shows how
        return see(f"/{tag}/follow/case")
    if not outcome.problems:
        return see(f"/{tag}/follow/case/files?done=added")
    files = await _files_of(request, own)
    return _case_page(request, visit, case, files, outcome)


async def _take_in(
    request: Request, visit: VisitState, items: Sequence[str], keep: Keep
) -> Outcome:
    """Receive a form, make each file anew and keep it."""
    if is_kiosk(request):
        return Outcome((Problem("", NOTHING_CHOSEN),), 403)
    here = services(request)
    wait = await here.db.write(
        throttle.take, here.keys, UPLOADS, client_address(request), datetime.now(UTC)
    )
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


def _kind(request: Request) -> str:
    """The kind of request in the address, when it takes files; else 404."""
    kind = request.path_params["kind"]
    if kind not in KINDS or kind not in attachments.ITEMS_OF:
        raise HTTPException(404)
    return kind


def _draft_page(
    request: Request,
    visit: VisitState,
    kind: str,
    outcome: Outcome = NOTHING_WRONG,
    files: Sequence[FileLine] | None = None,
) -> Response:
    tag = reader_language(request).tag
    page = _page(
        request,
        kind,
        visit.files.get(kind, ()) if files is None else files,
        outcome,
        csrf=visit.csrf,
        action=f"/{tag}/ask/{kind}/files",
        remove=f"/{tag}/ask/{kind}/files/remove",
        back=f"/{tag}/ask/{kind}",
        is_open=True,
        path=f"ask/{kind}/files",
    )
    return visits.keep(request, visit, page)


async def _opened(request: Request) -> tuple[VisitState, FollowedCase, OpenCase] | Response:
    opened = await following.opened_case(request)
    if opened is None or opened[0].open_case is None:
        return see(f"/{reader_language(request).tag}/follow")
    return opened[0], opened[1], opened[0].open_case


async def _files_of(request: Request, own: OpenCase) -> tuple[FileLine, ...]:
    return await services(request).db.read(attachments.listed, own.id, own.messages_key)


def _case_page(
    request: Request,
    visit: VisitState,
    case: FollowedCase,
    files: Sequence[FileLine],
    outcome: Outcome = NOTHING_WRONG,
) -> Response:
    tag = reader_language(request).tag
    return _page(
        request,
        case.kind,
        files,
        outcome,
        csrf=visit.csrf,
        action=f"/{tag}/follow/case/files",
        remove="",
        back=f"/{tag}/follow/case",
        is_open=case.state not in CLOSED and case.kind in attachments.ITEMS_OF,
    )


def _page(
    request: Request,
    kind: str,
    files: Sequence[FileLine],
    outcome: Outcome,
    **context: Any,
) -> Response:
    items: Mapping[str, str] = {
        key: attachments.ITEMS[key] for key in attachments.ITEMS_OF.get(kind, ())
    }
    status = outcome.status if outcome.problems else 200
    page = public_page(
        request,
        "intake/uploads.html",
        status=status,
        title=KINDS[kind].title,
        files=files,
        items=items,
        problems=outcome.problems,
        chosen=outcome.item,
        room=limits.MOST_FILES - len(files),
        shared_screen=is_kiosk(request),
        done=request.query_params.get("done", ""),
        **context,
    )
    if status == 503:
        page.headers["Retry-After"] = "60"
    return page
