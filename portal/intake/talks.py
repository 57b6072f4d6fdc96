"""A talk that the desk proposes: whoever holds the code says yes, or asks for another time.

Silence is no answer, and neither is it a refusal. The page names no topic and no person, and the
calendar file not even the place: telephones show their calendar to whoever looks at them.
"""

from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from portal.cases.talks import answers as talks_answers
from portal.cases.talks.calendar import Entry, calendar_file
from portal.cases.talks.models import CONFIRMED
from portal.cases.talks.seen import FollowedTalk, followed_talk
from portal.i18n import N_, translate
from portal.intake import cleaning, patience
from portal.intake.forms import error_views, random_name
from portal.intake.opened import Opened, with_case
from portal.throttle import Budget
from portal.web.context import is_kiosk, public_page, reader_language, see, services
from portal.web.who import who

TEXT_LENGTH = 500
ANSWERS = Budget("talk", 20, timedelta(hours=1))
"""Of one case, as replies: each leaves a line with the supervisor."""
SUMMARY = N_("Appointment")
"""What the calendar calls it: no word of what it is about."""


async def talk_of(request: Request, opened: Opened) -> FollowedTalk | None:
    """The talk that the person can still prepare for, in a case that is open."""
    if not opened.case.open:
        return None
    return await services(request).db.read(
        followed_talk, opened.case.id, opened.messages_key, datetime.now(UTC)
    )


def may_answer(talk: FollowedTalk | None) -> bool:
    return talk is not None and talks_answers.may_answer(talk.start, datetime.now(UTC))


@who("code")
@with_case
async def ask_other(request: Request, opened: Opened) -> Response:
    """Which days or times would suit you?"""
    talk = await talk_of(request, opened)
    if talk is None or not may_answer(talk):
        return _to_case(request, "?done=talk-late")
    return _other_page(request, opened, talk)


@who("code")
@with_case
async def answer(request: Request, opened: Opened) -> Response:
    """Yes, or another time; the same form twice is one answer.

    The form names the proposal that its page showed, so nobody says yes to a day they didn't see.
    """
    form, here = await request.form(), services(request)
    if not opened.visit.is_own_form(form.get("csrf")):
        return _to_case(request)
    talk = await talk_of(request, opened)
    talk_id, sequence = random_name(form.get("talk")), str(form.get("sequence", ""))
    if talk is None or (talk.id, str(talk.sequence)) != (talk_id, sequence):
        return _to_case(request, "?done=talk-late")
    comes, nonce = form.get("answer") == "yes", random_name(form.get("nonce"))
    typed = str(form.get("text", "")).encode("utf-8", "replace").decode()
    try:
        text = "" if comes else cleaning.clean_text(typed, TEXT_LENGTH)
    except cleaning.Wrong as wrong:
        return _other_page(request, opened, talk, typed, str(wrong), nonce=nonce)
    if wait := await patience.spend(request, ANSWERS, opened.case.id):
        return _other_page(request, opened, talk, typed, wait=wait, nonce=nonce)
    this, now = (opened.case.id, talk.id, talk.sequence), datetime.now(UTC)
    if comes:
        done = await here.db.write(talks_answers.confirm, *this, now)
    else:
        done = await here.db.write(
            talks_answers.ask_other, here.settings, *this, opened.messages_key, text, nonce, now
        )
    return _to_case(request, "?done=talk" if done else "?done=talk-late")


@who("code")
@with_case
async def calendar(request: Request, opened: Opened) -> Response:
    """The day and the time for a telephone's own calendar. A shared screen saves nothing."""
    talk = await talk_of(request, opened)
    if talk is None or is_kiosk(request):
        return _to_case(request)
    entry = Entry(
        talk.uid,
        talk.sequence,
        talk.changed,
        talk.start,
        talk.minutes,
        translate(reader_language(request).tag, SUMMARY),
        talk.state == CONFIRMED,
    )
    return Response(
        calendar_file(entry),
        media_type="text/calendar",
        headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
    )


def _to_case(request: Request, more: str = "") -> Response:
    return see(f"/{reader_language(request).tag}/follow/case{more}")


def _other_page(
    request: Request,
    opened: Opened,
    talk: FollowedTalk,
    typed: str = "",
    error: str = "",
    wait: int = 0,
    nonce: str = "",
) -> Response:
    page = public_page(
        request,
        "intake/talk.html",
        status=429 if wait else 422 if error else 200,
        path="follow/case/talk",
        talk=talk,
        answerable=may_answer(talk),
        typed=typed[: TEXT_LENGTH * 2],
        error=error,
        errors=error_views({"text": error} if error else {}, reader_language(request).tag),
        maxlength=TEXT_LENGTH,
        wait=wait,
        nonce=nonce or random_name(),
        csrf=opened.visit.csrf,
    )
    return patience.with_wait(page, wait)
