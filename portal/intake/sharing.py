"""Who can see a request: the person answers about an organisation, and stops one, with the code.

Both at once and without a wait: what is taken back brings nothing new into the world.
"""

from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from portal.cases.sharing import consents, referrals
from portal.intake import patience
from portal.intake.following import case_page
from portal.intake.forms import random_name
from portal.intake.opened import Opened, with_case
from portal.throttle import Budget
from portal.web.context import reader_language, see, services
from portal.web.who import who

ANSWERS = Budget("share", 20, timedelta(hours=1))
STOPS = Budget("stop-sharing", 60, timedelta(hours=1))
"""Of one case, and apart: nothing may keep a person from stopping."""


@who("code")
@with_case
async def answer(request: Request, opened: Opened) -> Response:
    """Yes, with what was ticked, or no; a second time changes nothing."""
    form, here = await request.form(), services(request)
    tag, question = reader_language(request).tag, random_name(form.get("question"))
    said = form.get("answer")
    if not opened.visit.is_own_form(form.get("csrf")) or said not in ("yes", "no"):
        return see(f"/{tag}/follow/case")
    purposes = consents.known_purposes(form.getlist("purposes")) if said == "yes" else ()
    if said == "yes" and not purposes:
        return await case_page(request, opened, unticked=question)
    if wait := await patience.spend(request, ANSWERS, opened.case.id):
        return await case_page(request, opened, wait=wait)
    now = datetime.now(UTC)
    done = await here.db.write(
        referrals.answer_question, here.settings, opened.case.id, opened.messages_key, question,
        purposes, tag, now,
    )  # fmt: skip
    return see(f"/{tag}/follow/case{'?done=shared#who-sees' if done else ''}")


@who("code")
@with_case
async def stop(request: Request, opened: Opened) -> Response:
    """From now on an organisation sees nothing; a second time changes nothing."""
    form, tag = await request.form(), reader_language(request).tag
    if not opened.visit.is_own_form(form.get("csrf")):
        return see(f"/{tag}/follow/case")
    if wait := await patience.spend(request, STOPS, opened.case.id):
        return await case_page(request, opened, wait=wait)
    consent, now = random_name(form.get("consent")), datetime.now(UTC)
    done = await services(request).db.write(consents.stop, opened.case.id, consent, now)
    return see(f"/{tag}/follow/case{'?done=stopped#who-sees' if done else ''}")
