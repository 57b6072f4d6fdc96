"""A request with a helper beside: how the form begins then, and going on without them.

The helper's browser may have been that of somebody else a minute ago, so each such request is a
visit of its own.
"""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal.cases.kinds import KINDS
from portal.cases.sharing import assisting, consents
from portal.cases.sharing.assisting import Helper
from portal.intake import forms, tokens, visits
from portal.intake.asking import Asking
from portal.intake.drafts import Draft
from portal.intake.visits import VisitState
from portal.web.context import is_kiosk, reader_language, see, services
from portal.web.who import who


def allowed_labels(helper: Helper) -> tuple[str, ...]:
    """What a helper's organisation may do, as msgids."""
    return tuple(each.label for each in consents.PURPOSES if each.key in helper.purposes)


@who("anyone")
async def begin(request: Request) -> Response:
    """From the helper's screen: a new visit, whose draft knows who helps and what was ticked."""
    here, kind, now = services(request), request.path_params["kind"], datetime.now(UTC)
    tag, token = reader_language(request).tag, request.path_params["token"]
    helper = assisting.read(here.keys.public, token, kind, tag) if kind in KINDS else None
    name = await here.db.read(assisting.name_of, helper.organisation_id) if helper else ""
    if helper is None or not name:
        raise HTTPException(404)
    old, new = await visits.visit_of(request), tokens.new_token(kiosk=is_kiosk(request))
    named = replace(helper, organisation=name)
    await here.db.write(_begin, old.token, new, kind, named, now)
    return visits.keep(request, VisitState(new, is_new=False), see(f"/{tag}/ask/{kind}"))


def _begin(session: Session, old: str, new: str, kind: str, helper: Helper, now: datetime) -> None:
    visits.end(session, old)
    visits.save_draft(session, new, kind, Draft(helper=helper), now)


@who("anyone")
async def alone(request: Request) -> Response:
    """Go on without the helper: nothing of it is shared with them. What was typed stays."""
    kind = KINDS.get(request.path_params["kind"])
    if kind is None:
        raise HTTPException(404)
    asking, form = Asking(request, await visits.visit_of(request), kind), await request.form()
    if asking.visit.is_own_form(form.get("csrf")) and asking.draft.helper:
        step = asking.step if "step" in request.query_params else None
        typed = forms.parse(step, form).typed if step else {}

        def without(draft: Draft) -> Draft:
            left = draft.left(step.key, typed) if step else draft
            return replace(left, helper=Helper())

        db, now = services(request).db, datetime.now(UTC)
        await db.write(visits.change_draft, asking.visit.token, kind.key, without, now)
    wanted = request.query_params.get("step", "")
    back = f"{asking.base}?step={asking.step.key}" if wanted else f"/{asking.tag}/ask/check"
    return visits.keep(request, asking.visit, see(back))
