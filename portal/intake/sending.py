"""Sending: everything read back once more, one request and no second one, and the receipt."""

from datetime import UTC, datetime

import anyio.to_thread
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from portal import throttle
from portal.cases import attachments, receipt, service
from portal.cases.kinds import KINDS
from portal.intake import cleaning, codes, patience, receipts, visits
from portal.intake.asking import OLD_PAGE, Asking
from portal.intake.assisted import allowed_labels
from portal.intake.reading_back import read_back
from portal.intake.visits import VisitState
from portal.vault import Keys
from portal.web.context import client_address, is_kiosk, public_page, reader_language, see, services
from portal.web.who import who


def _ready(request: Request, visit: VisitState) -> Asking | None:
    """The request to read back: the one asked for by `kind`, or the newest that is complete."""
    wanted = request.query_params.get("kind", "")
    names = [wanted] if wanted in visit.drafts else list(visit.drafts)[::-1]
    for name in names:
        asking = Asking(request, visit, KINDS[name]) if name in KINDS else None
        if asking and asking.first_open is None:
            return asking
    return None


@who("anyone")
async def check(request: Request) -> Response:
    """Everything once more, before it is sent."""
    visit = await visits.visit_of(request)
    asking = _ready(request, visit)
    if asking is None:
        return await _nothing_to_send(request, visit)
    if guard := asking.kind.guard(asking.draft.answers):
        step = next(step for step in asking.path if step.advice is guard)
        return see(f"{asking.base}?advice={step.key}")
    return _check_page(asking)


def _spend(session: Session, keys: Keys, who: str, now: datetime) -> tuple[int, bool]:
    """One sending of who asks, and of everybody: (0 or the seconds to wait, whether for everybody).

    Who has spent their own spends nothing of everybody's, so one alone can't use it up.
    """
    if wait := throttle.take(session, keys, throttle.SENDS, who, now):
        return wait, False
    if wait := throttle.take(session, keys, throttle.ALL_SENDS, throttle.EVERYBODY, now):
        throttle.give_back(session, keys, throttle.SENDS, who, now)
        return wait, True
    return 0, False


def _check_page(
    asking: Asking,
    *,
    status: int = 200,
    wait: int = 0,
    everybody: bool = False,
    error: str = "",
) -> Response:
    page = public_page(
        asking.request,
        "intake/check.html",
        status=status,
        kind=asking.kind,
        steps=read_back(asking.kind, asking.draft.answers, asking.tag),
        base=asking.base,
        submission=asking.draft.submission,
        files=asking.visit.files.get(asking.kind.key, ()),
        takes_files=asking.kind.key in attachments.ITEMS_OF and not is_kiosk(asking.request),
        helper=asking.draft.helper,
        allowed=allowed_labels(asking.draft.helper),
        csrf=asking.visit.csrf,
        wait=wait,
        everybody=everybody,
        error=error,
    )
    return visits.keep(asking.request, asking.visit, patience.with_wait(page, wait))


async def _nothing_to_send(request: Request, visit: VisitState) -> Response:
    """After sending, "back" and "reload" come here: show the receipt if there is one."""
    sent = await services(request).db.read(receipts.receipt_of, visit.token)
    tag = reader_language(request).tag
    return see(f"/{tag}/ask/sent" if sent else f"/{tag}/ask/")


@who("anyone")
async def send(request: Request) -> Response:
    """Send it once. The same sending again leads to the same receipt."""
    visit, here = await visits.visit_of(request), services(request)
    form, tag, now = await request.form(), reader_language(request).tag, datetime.now(UTC)
    submission = form.get("submission")
    if isinstance(submission, str) and await here.db.read(
        receipts.receipt_of, visit.token, submission[:64]
    ):
        return see(f"/{tag}/ask/sent")
    asking = _ready(request, visit)
    if asking is None or asking.kind.guard(asking.draft.answers):
        return see(f"/{tag}/ask/check")
    if not visit.is_own_form(form.get("csrf")):
        return _check_page(asking, status=422, error=OLD_PAGE)
    wait, everybody = await here.db.write(_spend, here.keys, client_address(request), now)
    if wait:
        return _check_page(asking, status=429, wait=wait, everybody=everybody)
    new = service.NewCase(
        asking.kind.key,
        asking.kind.kept(asking.draft.answers),
        tag,
        asking.draft.submission,
    )
    prepared = await anyio.to_thread.run_sync(
        service.prepare, here.keys.public, here.settings, new, now
    )
    await here.db.write(
        receipts.send,
        visit.token,
        asking.kind.key,
        prepared,
        now,
        here.keys.public,
        asking.draft.helper,
    )
    return visits.keep(request, visit, see(f"/{tag}/ask/sent"))


@who("anyone")
async def sent(request: Request) -> Response:
    """The receipt: the code in four ways, and what happens next."""
    visit = await visits.visit_of(request)
    return await _sent_page(request, visit)


@who("anyone")
async def confirm_code(request: Request) -> Response:
    """Type the last four digits: did you keep your code?"""
    visit, form = await visits.visit_of(request), await request.form()
    return await _sent_page(request, visit, str(form.get("last_four", ""))[:40])


async def _sent_page(request: Request, visit: VisitState, typed: str | None = None) -> Response:
    found = await services(request).db.read(receipts.receipt_of, visit.token)
    tag = reader_language(request).tag
    if found is None:
        return see(f"/{tag}/ask/")
    digits = "".join(c for c in cleaning.latin_digits(typed or "") if c.isdecimal())
    right = typed is not None and digits in (found.code[-4:], found.code)
    return public_page(
        request,
        "intake/sent.html",
        status=422 if typed is not None and not right else 200,
        groups=receipt.groups(found.code),
        qr=codes.picture(found.code),
        reference=found.reference,
        kind=KINDS[found.kind],
        helper=found.helper,
        typed=typed or "",
        wrong=typed is not None and not right,
        right=right,
        csrf=visit.csrf,
    )
