"""Photos and papers with a request: before it is sent, and on the follow page afterwards."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal.cases import attachments
from portal.cases.attachments import FileLine, NewFile
from portal.cases.kinds import KINDS
from portal.cases.workflow import CLOSED, NotAllowed
from portal.files import limits
from portal.intake import draft_files, multipart, visits
from portal.intake.opened import Opened, with_case
from portal.intake.receiving import NOTHING_WRONG, OLD_PAGE, Outcome, Problem, take_in
from portal.intake.visits import VisitState
from portal.web.body import takes_up_to
from portal.web.context import is_kiosk, public_page, reader_language, see, services
from portal.web.who import who


@who("anyone")
async def show_draft(request: Request) -> Response:
    """The files that go with a request that isn't sent yet, and a form to add more."""
    kind = _kind(request)
    return _draft_page(request, await visits.visit_of(request), kind)


@who("anyone")
@takes_up_to(multipart.LARGEST_BODY)
async def add_to_draft(request: Request) -> Response:
    """Keep one file or several, or say of each why not."""
    kind, here = _kind(request), services(request)
    visit = await visits.visit_of(request)

    async def keep(file: NewFile) -> None:
        await here.db.write(_keep_in_draft, visit.token, kind, file, datetime.now(UTC))

    outcome = await take_in(request, visit, attachments.ITEMS_OF[kind], keep)
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
@with_case
async def show_case(request: Request, opened: Opened) -> Response:
    """Which files a request has, and a form to add more. Nobody reads them back here."""
    return await _case_page(request, opened)


@who("code")
@takes_up_to(multipart.LARGEST_BODY)
@with_case
async def add_to_case(request: Request, opened: Opened) -> Response:
    """Add files to a request that was sent; the same file twice is one."""
    case, here, tag = opened.case, services(request), reader_language(request).tag
    items = attachments.ITEMS_OF.get(case.kind, ())
    if case.state in CLOSED or not items:
        return see(f"/{tag}/follow/case")

    async def keep(file: NewFile) -> None:
        await here.db.write(
            attachments.add, here.keys.public, here.settings, case.id, opened.messages_key, file,
            datetime.now(UTC),
        )  # fmt: skip

    try:
        outcome = await take_in(request, opened.visit, items, keep)
    except NotAllowed:  # closed in the meantime: the page shows how
        return see(f"/{tag}/follow/case")
    if not outcome.problems:
        return see(f"/{tag}/follow/case/files?done=added")
    return await _case_page(request, opened, outcome)


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


async def _case_page(
    request: Request, opened: Opened, outcome: Outcome = NOTHING_WRONG
) -> Response:
    case, tag = opened.case, reader_language(request).tag
    return _page(
        request,
        case.kind,
        await services(request).db.read(attachments.listed, case.id, opened.messages_key),
        outcome,
        csrf=opened.visit.csrf,
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
