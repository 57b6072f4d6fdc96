"""Shared screens in centres: making one, knowing one, and taking it back.

`portal kiosk link` prints an address for the kiosk's own browser; opening it there sets a signed
cookie. The cookie holds an id alone, and the table says at every request whether it still counts.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.intake import visits
from portal.intake.models import Kiosk
from portal.vault import PublicKeys, subkey
from portal.web.context import Services, is_kiosk, public_page, see, services
from portal.web.who import who

LINK_LASTS = timedelta(hours=1)
"""Long enough to walk to the kiosk with it, too short to be found in somebody's mail later."""
COOKIE_LASTS = timedelta(days=400)
"""The longest that browsers allow; it begins again whenever the start page is seen."""
LINK, COOKIE = "link", "cookie"
"""What a signature is for: neither can stand in for the other."""


def new_link(session: Session, keys: PublicKeys, name: str, now: datetime) -> str:
    """Enter a kiosk, and return the address within the portal that makes a browser this kiosk."""
    kiosk = Kiosk(id=secrets.token_hex(16), name=name, made=now, revoked=None)
    session.add(kiosk)
    return f"/kiosk/{_signer(keys, LINK).dumps(kiosk.id)}"


def revoke(session: Session, name: str, now: datetime) -> int:
    """Take back every kiosk of this name; returns how many there were."""
    living = sa.select(Kiosk).where(Kiosk.name == name, Kiosk.revoked.is_(None))
    found = session.scalars(living).all()
    for kiosk in found:
        kiosk.revoked = now
    return len(found)


def names(session: Session) -> list[tuple[str, datetime]]:
    """(name, when it was made) of every kiosk that counts."""
    query = sa.select(Kiosk.name, Kiosk.made).where(Kiosk.revoked.is_(None))
    return [(row.name, row.made) for row in session.execute(query.order_by(Kiosk.name, Kiosk.made))]


def _counts(session: Session, kiosk_id: str) -> bool:
    kiosk = session.get(Kiosk, kiosk_id)
    return kiosk is not None and kiosk.revoked is None


class Recognise:
    """ASGI: looks whether a request comes from a kiosk, for `is_kiosk` of web.context."""

    def __init__(self, app: ASGIApp, of: Services) -> None:
        self.app, self.of = app, of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            cookie = Request(scope).cookies.get(_cookie_name(self.of), "")
            kiosk_id = _read(self.of.keys.public, COOKIE, cookie, COOKIE_LASTS)
            if kiosk_id and await self.of.db.read(_counts, kiosk_id):
                scope.setdefault("state", {})["kiosk"] = kiosk_id
        await self.app(scope, receive, send)


@who("anyone")
async def become(request: Request) -> Response:
    """The address that `portal kiosk link` printed: from now on this browser is that kiosk."""
    here = services(request)
    kiosk_id = _read(here.keys.public, LINK, request.path_params["token"], LINK_LASTS)
    if not kiosk_id or not await here.db.read(_counts, kiosk_id):
        raise HTTPException(404)
    return _remember(request, kiosk_id, see("/kiosk"))


@who("anyone")
async def start(request: Request) -> Response:
    """Where a kiosk begins and ends: the choice of language. Elsewhere there is no such page."""
    if not is_kiosk(request):
        return see("/")
    page = public_page(request, "intake/kiosk-start.html")
    return _remember(request, request.state.kiosk, page)


@who("anyone")
async def still_here(request: Request) -> Response:
    """A sign of life from the page's script. 410: too late, the visit is over."""
    visit = await visits.visit_of(request)
    cookie = request.cookies.get(visits.cookie_name(request))
    return Response(status_code=204 if not cookie or visit.token == cookie else 410)


def _remember(request: Request, kiosk_id: str, response: Response) -> Response:
    here = services(request)
    response.set_cookie(
        _cookie_name(here),
        _signer(here.keys.public, COOKIE).dumps(kiosk_id),
        max_age=int(COOKIE_LASTS.total_seconds()),
        path="/",
        secure=here.settings.secure,
        httponly=True,
        samesite="lax",
    )
    return response


def _cookie_name(here: Services) -> str:
    return "__Host-kiosk" if here.settings.secure else "kiosk"


def _signer(keys: PublicKeys, what: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        subkey(keys.pepper, "kiosk"), salt=what, signer_kwargs={"digest_method": hashlib.sha256}
    )


def _read(keys: PublicKeys, what: str, signed: str, longest: timedelta) -> str:
    """The id that was signed; "" for anything else."""
    if not signed:
        return ""
    try:
        return str(_signer(keys, what).loads(signed, max_age=int(longest.total_seconds())))
    except BadData:
        return ""
