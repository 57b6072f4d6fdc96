"""Following a request with its code: state, messages, reply. No personal data."""

import re
import secrets
from datetime import UTC, datetime

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from portal.cases import attachments, pending, queries, service
from portal.cases.kinds import KINDS
from portal.cases.letters import LETTERS
from portal.cases.queries import FollowedCase
from portal.cases.sealing import code_key_place
from portal.cases.workflow import CLOSED, NEXT, STATES
from portal.intake import cleaning, codes, visits
from portal.intake.codes import PROBLEMS
from portal.intake.forms import error_views
from portal.intake.visits import VisitState
from portal.vault import Keys, VaultError, unseal
from portal.web.context import client_address, public_page, reader_language, see, services
from portal.web.who import who

MESSAGE_LENGTH = 1500
AUTOMATIC = frozenset(letter.key for letter in LETTERS.values() if letter.automatic)
"""Letters that no supervisor wrote: the page says so."""
_RANDOM_NAME = re.compile("[0-9a-f]{32}")


def random_name(typed: object) -> str:
    """The random name that a form of ours carries; a new one for anything else."""
    is_ours = isinstance(typed, str) and _RANDOM_NAME.fullmatch(typed)
    return typed if is_ours else secrets.token_hex(16)


@who("anyone")
async def ask_code(request: Request) -> Response:
    """Type your code."""
    return codes.code_page(request, await visits.visit_of(request), "intake/code.html")


@who("anyone")
async def open_with_code(request: Request) -> Response:
    """Open the case that belongs to a code. Wrong guesses wait, longer each time."""
    visit, here = await visits.visit_of(request), services(request)
    tried = await codes.attempt(request, visit)
    found = await here.db.read(queries.case_of_code, tried.lookup) if tried.lookup else None
    try:
        if found is None:
            raise VaultError("nothing opens with it")
        case_id, wrapped = found
        messages_key = unseal(tried.key, wrapped, code_key_place(case_id))
    except VaultError:
        return codes.code_page(request, visit, "intake/code.html", tried.unknown())
    who_asks, now = client_address(request), datetime.now(UTC)
    await here.db.write(_open, here.keys, who_asks, visit.token, case_id, messages_key, now)
    return visits.keep(request, visit, see(f"/{reader_language(request).tag}/follow/case"))


def _open(
    session: Session,
    keys: Keys,
    who_asks: str,
    token: str,
    case_id: str,
    messages_key: bytes,
    now: datetime,
) -> None:
    codes.right(session, keys, who_asks, now)
    visits.open_case(session, token, case_id, messages_key, now)


async def opened_case(request: Request) -> tuple[VisitState, FollowedCase] | None:
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


def to_code(request: Request) -> Response:
    """To the page that asks for the code."""
    return see(f"/{reader_language(request).tag}/follow")


@who("code")
async def show_case(request: Request) -> Response:
    """State, what happens next, messages."""
    opened = await opened_case(request)
    if opened is None:
        return to_code(request)
    return await _case_page(request, *opened)


async def _case_page(
    request: Request,
    visit: VisitState,
    case: FollowedCase,
    *,
    status: int = 200,
    typed: str = "",
    error: str = "",
) -> Response:
    closed = case.state in CLOSED
    waiting = () if closed else await services(request).db.read(pending.waiting_of, case.id)
    return public_page(
        request,
        "intake/case.html",
        status=status,
        case=case,
        kind=KINDS[case.kind],
        state=STATES[case.state],
        following=NEXT[case.state],
        closed=closed,
        waiting=waiting,
        waits={each.kind for each in waiting},
        automatic=AUTOMATIC,
        takes_files=case.kind in attachments.ITEMS_OF,
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
    opened = await opened_case(request)
    if opened is None or opened[0].open_case is None:
        return to_code(request)
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
        return await _case_page(
            request, visit, case, status=422, typed=typed[: MESSAGE_LENGTH * 2], error=str(wrong)
        )
    await here.db.write(
        service.reply,
        here.settings,
        case.id,
        opened[0].open_case.messages_key,
        text,
        random_name(form.get("nonce")),
        datetime.now(UTC),
    )
    return see(f"/{reader_language(request).tag}/follow/case?done=reply")
