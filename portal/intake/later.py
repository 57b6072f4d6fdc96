"""Continue later: a draft that waits a day under a code, and is never sent by itself.

The code has the form of a receipt code, and the draft is sealed under the key that it is stretched
to; without the code nobody opens it, we neither. Opening takes it away from here, into the visit of
whoever typed the code. It keeps the name of its one sending: two copies can't become two requests.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio.to_thread
import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal import throttle
from portal.cases import attachments, receipt
from portal.cases.kinds import KINDS
from portal.cases.steps import Kind
from portal.intake import asking, codes, forms, patience, visits
from portal.intake.asking import Asking
from portal.intake.codes import Attempt
from portal.intake.drafts import Draft, Later
from portal.intake.models import KeptDraft
from portal.vault import Keys, VaultError, seal_json, subkey, unseal_json
from portal.web.context import client_address, is_kiosk, public_page, reader_language, see, services
from portal.web.who import who

KEPT = timedelta(hours=24)
"""The retention of drafts (security.md): long enough to sleep on it or to ask a lawyer."""
KEEPS = throttle.Budget("keep", 60, timedelta(hours=1))
"""Each costs a core 60 ms, and a row for a day."""


@who("anyone")
async def keep(request: Request) -> Response:
    """Keep the draft with what stands in this step, and show the code that opens it.

    The same again renews it under the same code: it may be on paper already.
    """
    kind, visit, form = _kind(request), await visits.visit_of(request), await request.form()
    if is_kiosk(request):
        return see(f"/{reader_language(request).tag}/ask/{kind.key}")
    if not visit.is_own_form(form.get("csrf")):
        return await asking.answer_step(request)  # says so, with everything typed
    here, now = services(request), datetime.now(UTC)
    at = Asking(request, visit, kind)
    parsed = forms.parse(at.step, form) if "step" in request.query_params else None

    def with_code(draft: Draft) -> Draft:
        if parsed and parsed.errors:
            draft = draft.left(at.step.key, parsed.typed)
        elif parsed:
            draft = draft.answered(at.step.key, parsed.answers)
        return draft if draft.later.code else replace(draft, later=Later(receipt.new_code()))

    draft = await here.db.write(visits.change_draft, visit.token, kind.key, with_code, now)
    visited = replace(visit, drafts={**visit.drafts, kind.key: draft})
    if wait := await patience.spend(request, KEEPS, client_address(request)):
        return _kept_page(request, visited, kind, wait=wait)
    lookup, key = await anyio.to_thread.run_sync(here.keys.public.stretch, draft.later.code)
    await here.db.write(_store, visit.token, kind.key, lookup, key, now)
    tag = reader_language(request).tag
    return visits.keep(request, visit, see(f"/{tag}/ask/{kind.key}/later"))


def _store(
    session: Session, token: str, kind: str, lookup: bytes, key: bytes, now: datetime
) -> None:
    """Put a copy of the draft aside, and note in the visit where."""
    until = now + KEPT

    def noted(draft: Draft) -> Draft:
        later = replace(draft.later, lookup=lookup.hex(), until=until.isoformat())
        return replace(draft, later=later)

    plain = {"kind": kind, **visits.change_draft(session, token, kind, noted, now).plain()}
    kept = session.get(KeptDraft, lookup) or KeptDraft(lookup=lookup)
    kept.sealed, kept.expires = seal_json(_key(key), plain, _place(lookup)), until
    session.add(kept)


@who("anyone")
async def show_code(request: Request) -> Response:
    """The code of a draft that this visit has kept."""
    kind, visit = _kind(request), await visits.visit_of(request)
    lookup = bytes.fromhex(visit.drafts.get(kind.key, Draft()).later.lookup)
    waits = await services(request).db.read(_waits, lookup, datetime.now(UTC))
    if is_kiosk(request) or not waits:
        return see(f"/{reader_language(request).tag}/ask/{kind.key}")
    return _kept_page(request, visit, kind)


def _waits(session: Session, lookup: bytes, now: datetime) -> bool:
    kept = session.get(KeptDraft, lookup)
    return kept is not None and kept.expires >= now


def _kept_page(
    request: Request, visit: visits.VisitState, kind: Kind, *, wait: int = 0
) -> Response:
    later = visit.drafts[kind.key].later
    page = public_page(
        request,
        "intake/later.html",
        status=429 if wait else 200,
        path=f"ask/{kind.key}/later",
        kind=kind,
        wait=wait,
        groups=receipt.groups(later.code),
        qr=codes.picture(later.code),
        hours=int(KEPT.total_seconds() // 3600),
        until=datetime.fromisoformat(later.until) if later.until else None,
        takes_files=kind.key in attachments.ITEMS_OF,
        onward=Asking(request, visit, kind).onward(visit.drafts[kind.key]),
        csrf=visit.csrf,
    )
    return visits.keep(request, visit, patience.with_wait(page, wait))


@who("anyone")
async def ask_code(request: Request) -> Response:
    """Type the code of a draft."""
    if is_kiosk(request):  # opening would bring it here, where three minutes wipe it
        return see(f"/{reader_language(request).tag}/ask/")
    return _code_page(request, await visits.visit_of(request))


@who("anyone")
async def open_with_code(request: Request) -> Response:
    """Take a kept draft into this visit, and go on at its first open step."""
    if is_kiosk(request):
        return see(f"/{reader_language(request).tag}/ask/")
    visit, here = await visits.visit_of(request), services(request)
    tried = await codes.attempt(request, visit)
    opened: tuple[str, Draft] | None = None
    if tried.lookup:
        opened = await here.db.write(_open, here.keys, tried, datetime.now(UTC))
    if opened is None:
        return _code_page(request, visit, tried.unknown())
    kind, draft = opened
    return codes.opens(request, visit, tried, Asking(request, visit, KINDS[kind]).onward(draft))


def _open(session: Session, keys: Keys, tried: Attempt, now: datetime) -> tuple[str, Draft] | None:
    taken = _take(session, tried, now)
    opened = taken or _opened_before(session, tried, now)
    if opened:
        codes.accepted(session, keys, tried, now)
    if taken:
        kind, draft = taken
        visits.change_draft(session, tried.goes_on, kind, lambda _: draft, now)
    return opened


def _take(session: Session, tried: Attempt, now: datetime) -> tuple[str, Draft] | None:
    kept = session.get(KeptDraft, tried.lookup, with_for_update=True)
    if kept is None or kept.expires < now:
        return None
    try:
        plain: dict[str, Any] = unseal_json(_key(tried.key), kept.sealed, _place(tried.lookup))
    except VaultError:
        return None
    if plain["kind"] not in KINDS:  # a release that doesn't know it any more
        return None
    session.delete(kept)
    return plain["kind"], Draft.from_plain(plain)


def _opened_before(session: Session, tried: Attempt, now: datetime) -> tuple[str, Draft] | None:
    """What this very form has opened already, when it was posted twice."""
    visit = visits.load(session, tried.goes_on, now)
    drafts = visit.drafts.items() if visit else ()
    opened = ((kind, d) for kind, d in drafts if d.later.lookup == tried.lookup.hex())
    return next(opened, None)


def _code_page(
    request: Request, visit: visits.VisitState, tried: Attempt | None = None
) -> Response:
    hours = int(KEPT.total_seconds() // 3600)
    return codes.code_page(request, visit, "intake/later-open.html", tried, hours=hours)


def purge(session: Session, now: datetime) -> None:
    """Forget the drafts whose day is over."""
    session.execute(sa.delete(KeptDraft).where(KeptDraft.expires < now))


def _kind(request: Request) -> Kind:
    kind = KINDS.get(request.path_params["kind"])
    if kind is None:
        raise HTTPException(404)
    return kind


def _key(stretched: bytes) -> bytes:
    return subkey(stretched, "kept-draft")


def _place(lookup: bytes) -> str:
    return f"kept_draft|sealed|{lookup.hex()}"
