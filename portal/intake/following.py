"""Following a request with its code: state, messages, reply. No personal data."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from portal import throttle
from portal.cases import attachments, pending, queries, service
from portal.cases.kinds import KINDS
from portal.cases.letters import LETTERS, in_language
from portal.cases.sealing import code_key_place
from portal.cases.sharing import consents
from portal.cases.workflow import CLOSED, NEXT, STATES
from portal.intake import cleaning, codes, patience, talks, visits
from portal.intake.codes import PROBLEMS, Attempt
from portal.intake.forms import error_views, random_name
from portal.intake.opened import Opened, with_case
from portal.throttle import Budget
from portal.vault import Keys, VaultError, unseal
from portal.web.context import public_page, reader_language, see, services
from portal.web.who import who

MESSAGE_LENGTH = 1500
AUTOMATIC = frozenset(letter.key for letter in LETTERS.values() if letter.automatic)
"""Letters that no supervisor wrote: the page says so."""
OPENINGS = Budget("open", 60, timedelta(hours=1))
"""Of one case, as the dossiers that a supervisor opens. A right code costs no guess, and yet a core
60 ms."""
REPLIES = Budget("reply", 20, timedelta(hours=1))
"""Of one case: enough for a talk in short messages, and an end to a flood of them."""


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
    wait = await here.db.write(_open, here.keys, tried, case_id, messages_key, datetime.now(UTC))
    if wait:
        return codes.code_page(request, visit, "intake/code.html", replace(tried, wait=wait))
    return codes.opens(request, visit, tried, f"/{reader_language(request).tag}/follow/case")


def _open(
    session: Session, keys: Keys, tried: Attempt, case_id: str, messages_key: bytes, now: datetime
) -> int:
    """Open the case in the visit: 0, or the seconds to wait."""
    if wait := throttle.take(session, keys, OPENINGS, case_id, now):
        return wait
    codes.accepted(session, keys, tried, now)
    visits.open_case(session, tried.goes_on, case_id, messages_key, now)
    return 0


@who("code")
@with_case
async def show_case(request: Request, opened: Opened) -> Response:
    """State, what happens next, messages."""
    return await case_page(request, opened)


@who("code")
@with_case
async def reply(request: Request, opened: Opened) -> Response:
    """Write to the supervisor; the same form twice is one message."""
    form, here = await request.form(), services(request)
    typed = str(form.get("text", "")).encode("utf-8", "replace").decode()
    nonce = random_name(form.get("nonce"))
    try:
        if not opened.visit.is_own_form(form.get("csrf")):
            raise cleaning.Wrong(PROBLEMS["old"])
        text = cleaning.clean_text(typed, MESSAGE_LENGTH)
        if not text:
            raise cleaning.Wrong(cleaning.EMPTY)
    except cleaning.Wrong as wrong:
        return await case_page(request, opened, typed=typed, error=str(wrong), nonce=nonce)
    if wait := await patience.spend(request, REPLIES, opened.case.id):
        return await case_page(request, opened, typed=typed, wait=wait, nonce=nonce)
    await here.db.write(
        service.reply,
        here.settings,
        opened.case.id,
        opened.messages_key,
        text,
        nonce,
        datetime.now(UTC),
    )
    return see(f"/{reader_language(request).tag}/follow/case?done=reply")


async def case_page(
    request: Request,
    opened: Opened,
    *,
    typed: str = "",
    error: str = "",
    wait: int = 0,
    nonce: str = "",
    unticked: str = "",
) -> Response:
    """The case; `nonce` is that of a form which comes back, so that it's still the same message.
    `unticked` is the question about an organisation that was answered with yes and no tick."""
    case, tag = opened.case, reader_language(request).tag
    closed = case.state in CLOSED
    waiting = () if closed else await services(request).db.read(pending.waiting_of, case.id)
    talk = await talks.talk_of(request, opened)
    sharing = await services(request).db.read(consents.sharing_of, case.id, datetime.now(UTC))
    page = public_page(
        request,
        "intake/case.html",
        status=429 if wait else 422 if error or unticked else 200,
        path="follow/case",
        case=case,
        kind=KINDS[case.kind],
        state=STATES[case.state],
        following=NEXT[case.state],
        closed=closed,
        sharing=sharing,
        consent=consents,
        unticked=unticked,
        letter=partial(in_language, tag=tag),
        waiting=waiting,
        talk=talk,
        answerable=talks.may_answer(talk),
        waits={each.kind for each in waiting},
        automatic=AUTOMATIC,
        takes_files=case.kind in attachments.ITEMS_OF,
        typed=typed[: MESSAGE_LENGTH * 2],
        error=error,
        errors=error_views({"text": error} if error else {}, tag),
        maxlength=MESSAGE_LENGTH,
        nonce=nonce or random_name(),
        csrf=opened.visit.csrf,
        done=request.query_params.get("done", ""),
        wait=wait,
    )
    return patience.with_wait(page, wait)
