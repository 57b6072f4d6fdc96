"""Following a request with its code: state, messages, reply, withdraw. No personal data."""

import secrets
from datetime import UTC, datetime

import anyio.to_thread
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from portal import throttle
from portal.cases import queries, receipt, service
from portal.cases.kinds import KINDS
from portal.cases.queries import FollowedCase
from portal.cases.sealing import code_key_place
from portal.cases.workflow import CLOSED, NEXT, STATES, NotAllowed
from portal.i18n import N_
from portal.intake import cleaning, visits
from portal.intake.forms import error_views
from portal.intake.visits import VisitState
from portal.vault import Keys, VaultError, unseal
from portal.web.context import client_address, public_page, reader_language, see, services
from portal.web.who import who

PROBLEMS = {
    "empty": N_("Please type your code: sixteen digits."),
    "length": N_("Your code has sixteen digits and no letters. Please count them again."),
    "typo": N_("One digit is not right. Please look at your code again and compare each group."),
    "unknown": N_("We do not know this code. Please compare each group with your paper."),
    "old": N_("Your visit had ended. Please send this page again."),
}
MESSAGE_LENGTH = 1500


@who("anyone")
async def ask_code(request: Request) -> Response:
    """Type your code."""
    visit = await visits.visit_of(request)
    return visits.keep(request, visit, _code_page(request, visit))


@who("anyone")
async def open_with_code(request: Request) -> Response:
    """Open the case that belongs to a code. Wrong guesses wait, longer each time."""
    visit, here = await visits.visit_of(request), services(request)
    form, now, who_asks = await request.form(), datetime.now(UTC), client_address(request)
    typed = str(form.get("code", ""))[:200]
    if not visit.is_own_form(form.get("csrf")):
        return visits.keep(request, visit, _code_page(request, visit, typed, "old"))
    try:
        code = receipt.read_code(typed)
    except receipt.CodeError as error:
        return _code_page(request, visit, typed, error.why)
    if wait := await here.db.write(_spend, here.keys, who_asks, now):
        return _code_page(request, visit, typed, wait=wait)
    lookup, code_key = await anyio.to_thread.run_sync(here.keys.public.stretch, code)
    found = await here.db.read(queries.case_of_code, lookup)
    if found is None:
        return _code_page(request, visit, typed, "unknown")
    case_id, wrapped = found
    try:
        messages_key = unseal(code_key, wrapped, code_key_place(case_id))
    except VaultError:
        return _code_page(request, visit, typed, "unknown")
    await here.db.write(_open, here.keys, who_asks, visit.token, case_id, messages_key, now)
    return visits.keep(request, visit, see(f"/{reader_language(request).tag}/follow/case"))


def _spend(session: Session, keys: Keys, who_asks: str, now: datetime) -> int:
    """Count a guess before it is looked at, so that no crash makes one free."""
    if wait := throttle.take(session, keys, throttle.CODE_FAILURES, who_asks, now):
        return wait
    if wait := throttle.take(session, keys, throttle.ALL_CODE_FAILURES, throttle.EVERYBODY, now):
        # who waits for everybody has guessed nothing
        throttle.give_back(session, keys, throttle.CODE_FAILURES, who_asks, now)
    return wait


def _open(
    session: Session,
    keys: Keys,
    who_asks: str,
    token: str,
    case_id: str,
    messages_key: bytes,
    now: datetime,
) -> None:
    throttle.give_back(session, keys, throttle.CODE_FAILURES, who_asks, now)
    throttle.give_back(session, keys, throttle.ALL_CODE_FAILURES, throttle.EVERYBODY, now)
    visits.open_case(session, token, case_id, messages_key, now)


def _code_page(
    request: Request, visit: VisitState, typed: str = "", problem: str = "", wait: int = 0
) -> Response:
    page = public_page(
        request,
        "intake/code.html",
        status=429 if wait else 422 if problem else 200,
        typed=typed,
        problem=PROBLEMS.get(problem, ""),
        wait=wait,
        csrf=visit.csrf,
    )
    if wait:
        page.headers["Retry-After"] = str(wait)
    return page


async def _opened(request: Request) -> tuple[VisitState, FollowedCase] | None:
    """The case that this visit has opened with its code, if it still is."""
    visit, here = await visits.visit_of(request), services(request)
    if visit.open_case is None:
        return None
    case = await here.db.read(
        queries.followed_case, visit.open_case.id, visit.open_case.messages_key
    )
    if case is None:
        return None
    await here.db.write(visits.touch_case, visit.token, datetime.now(UTC))
    return visit, case


def _to_code(request: Request) -> Response:
    return see(f"/{reader_language(request).tag}/follow")


@who("code")
async def show_case(request: Request) -> Response:
    """State, what happens next, messages."""
    opened = await _opened(request)
    if opened is None:
        return _to_code(request)
    return _case_page(request, *opened)


def _case_page(
    request: Request,
    visit: VisitState,
    case: FollowedCase,
    *,
    status: int = 200,
    typed: str = "",
    error: str = "",
) -> Response:
    return public_page(
        request,
        "intake/case.html",
        status=status,
        case=case,
        kind=KINDS[case.kind],
        state=STATES[case.state],
        following=NEXT[case.state],
        closed=case.state in CLOSED,
        typed=typed,
        error=error,
        errors=error_views({"text": error} if error else {}, reader_language(request).tag),
        maxlength=MESSAGE_LENGTH,
        nonce=secrets.token_hex(16),
        csrf=visit.csrf,
        done=request.query_params.get("done", ""),
    )


@who("code")
async def reply(request: Request) -> Response:
    """Write to the supervisor; the same form twice is one message."""
    opened = await _opened(request)
    if opened is None or opened[0].open_case is None:
        return _to_code(request)
    visit, case = opened
    form, here = await request.form(), services(request)
    typed = str(form.get("text", "")).encode("utf-8", "replace").decode()
    try:
        if not visit.is_own_form(form.get("csrf")):
            raise cleaning.Wrong(PROBLEMS["old"])
        text = cleaning.clean_text(typed, MESSAGE_LENGTH)
        if not text:
            raise cleaning.Wrong(cleaning.EMPTY)
    except cleaning.Wrong as wrong:
        return _case_page(
            request, visit, case, status=422, typed=typed[: MESSAGE_LENGTH * 2], error=str(wrong)
        )
    nonce = str(form.get("nonce", ""))[:64]
    await here.db.write(
        service.reply,
        here.settings,
        case.id,
        opened[0].open_case.messages_key,
        text,
        nonce or secrets.token_hex(16),
        datetime.now(UTC),
    )
    return see(f"/{reader_language(request).tag}/follow/case?done=reply")


@who("code")
async def ask_withdraw(request: Request) -> Response:
    """Are you sure? What is undone, and what isn't."""
    opened = await _opened(request)
    if opened is None:
        return _to_code(request)
    visit, case = opened
    if case.state in CLOSED:
        return see(f"/{reader_language(request).tag}/follow/case")
    return public_page(
        request, "intake/withdraw.html", case=case, kind=KINDS[case.kind], csrf=visit.csrf
    )


@who("code")
async def withdraw(request: Request) -> Response:
    """Withdraw; a second time changes nothing."""
    opened = await _opened(request)
    if opened is None:
        return _to_code(request)
    visit, case = opened
    here, form = services(request), await request.form()
    tag = reader_language(request).tag
    if not visit.is_own_form(form.get("csrf")):
        return see(f"/{tag}/follow/case/withdraw")
    try:
        await here.db.write(service.withdraw, here.settings, case.id, datetime.now(UTC))
    except NotAllowed:  # finished in the meantime: the page shows how
        return see(f"/{tag}/follow/case")
    return see(f"/{tag}/follow/case?done=withdrawn")
