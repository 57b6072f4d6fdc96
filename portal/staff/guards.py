"""Guards: who is signed in, who may enter a route, and that a form is our own.

`staff_route` makes the guard part of the route's declaration; `endpoint.who` tells which roles
enter. Handlers behind it take the request alone and ask `member_of(request)` who is there.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from portal.i18n import DESK_LANGUAGES, negotiate
from portal.staff import service
from portal.staff.models import ROLES
from portal.staff.queries import living_visit
from portal.vault import subkey
from portal.web.body import form_of
from portal.web.context import LANGUAGE_COOKIE, services
from portal.web.who import who

Handler = Callable[[Request], Awaitable[Response]]

SIGN_IN = "/staff/sign-in"
ROOMS = ("/desk/", "/partners/")
"""Where a person may go straight after signing in."""
REMEMBER_SEEN = timedelta(minutes=1)
"""`seen` is written at most this often: a session ends a little early, never late."""


@dataclass(frozen=True)
class Member:
    """Who is signed in. `csrf` belongs in every form of this session, as the field `csrf`."""

    id: str
    name: str
    email: str
    roles: tuple[str, ...]
    organisation_id: str | None
    locale: str
    csrf: str


class SignInNeeded(Exception):
    """Nobody is signed in here; `sign_in_needed` answers it."""


def cookie_name(*, secure: bool) -> str:
    """`__Host-` makes browsers insist on https and on our host alone; plain http has no such."""
    return "__Host-staff" if secure else "staff"


def token_of(request: Request) -> str:
    """The session token that the browser sent, or ""."""
    return request.cookies.get(cookie_name(secure=services(request).settings.secure), "")


async def visitor(request: Request) -> Member | None:
    """Who is signed in in this browser, if anybody."""
    token = token_of(request)
    if not token:
        return None
    here, now, hashed = services(request), datetime.now(UTC), service.token_hash(token)
    visit = await here.db.read(living_visit, hashed, now)
    if visit is None:
        return None
    if now - visit.seen >= REMEMBER_SEEN:
        await here.db.write(service.mark_seen, hashed, now)
    return Member(
        id=visit.id,
        name=visit.name,
        email=visit.email,
        roles=visit.roles,
        organisation_id=visit.organisation_id,
        locale=visit.locale,
        csrf=_form_token(here.keys.require_desk().session, token),
    )


async def signed_in(request: Request) -> Member:
    """Who is signed in; asked of the database once a request. Raises SignInNeeded."""
    if not hasattr(request.state, "member"):
        member = await visitor(request)
        if member is None:
            raise SignInNeeded
        request.state.member = member
    return request.state.member


def member_of(request: Request) -> Member:
    """Who the guard let in. For handlers behind `staff_route` alone."""
    return request.state.member


def staff_route(
    path: str,
    handler: Handler,
    methods: Sequence[str] = ("GET",),
    roles: Sequence[str] = ("supervisor", "coordinator"),
    name: str | None = None,
) -> Route:
    """A route for members with one of `roles`; others get a 403 page, strangers the sign-in.

    What changes something (any method but GET and HEAD) must carry the session's form token.
    Raises ValueError for a role that doesn't exist.
    """
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"unknown roles: {sorted(unknown)}")

    @who(*roles)
    @wraps(handler)
    async def guarded(request: Request) -> Response:
        member = await signed_in(request)
        if not set(member.roles) & set(roles):
            here = services(request)
            await here.db.write(service.record_refusal, here.keys.require_desk(), member.id, path)
            return problem_page(request, "wrong_role", 403, member)
        if request.method not in ("GET", "HEAD") and not await is_own_form(request, member):
            return problem_page(request, "old_form", 403, member)
        return await handler(request)

    return Route(path, guarded, methods=list(methods), name=name)


async def is_own_form(request: Request, member: Member) -> bool:
    """Whether the request carries this session's token: header X-CSRF-Token or field `csrf`."""
    sent = request.headers.get("x-csrf-token")
    if sent is None:
        sent = (await form_of(request)).get("csrf")
    return isinstance(sent, str) and hmac.compare_digest(
        sent.encode("utf-8", "replace"), member.csrf.encode()
    )


def _form_token(session_key: bytes, token: str) -> str:
    key = subkey(session_key, "staff-form")
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()


async def sign_in_needed(request: Request, _error: Exception) -> Response:
    """Exception handler: on to the sign-in, and afterwards back to the page that was wanted."""
    by_htmx = request.headers.get("hx-request") == "true"
    wanted = request.headers.get("hx-current-url", "") if by_htmx else str(request.url)
    parts = urlsplit(wanted)
    following = safe_next(parts.path + (f"?{parts.query}" if parts.query else ""))
    if request.method not in ("GET", "HEAD") and not by_htmx:
        following = ""  # a form can't be sent again by a redirect
    target = f"{SIGN_IN}?{urlencode({'next': following})}" if following else SIGN_IN
    if by_htmx:
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)


exception_handlers: Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    SignInNeeded: sign_in_needed
}
"""For `create_app`: what the guards raise, and who answers it."""


def safe_next(path: str) -> str:
    """`path` when it is an address in one of our staff rooms, else "": no open redirect."""
    plain = path.isascii() and path.isprintable() and not set(path) & set("\\ ")
    return path if plain and path.startswith(ROOMS) and len(path) <= 500 else ""


def desk_language(request: Request, member: Member | None = None) -> str:
    """The tag of the language for staff pages: the member's own, else what the browser wishes."""
    if member:
        return member.locale
    wished = negotiate(
        request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language")
    ).tag
    return wished if wished in DESK_LANGUAGES else DESK_LANGUAGES[0]


def staff_page(
    request: Request,
    member: Member | None,
    template: str,
    part: str = "",
    status: int = 200,
    **context: Any,
) -> Response:
    """A staff page in the member's language; `part` is the template of its fragment for htmx."""
    wants_part = bool(part) and request.headers.get("hx-request") == "true"
    html = services(request).templates.render(
        part if wants_part else template,
        desk_language(request, member),
        "desk",
        **{"member": member, "csrf": member.csrf if member else "", "place": ""} | context,
    )
    return HTMLResponse(html, status, headers={"Vary": "HX-Request"} if part else None)


def problem_page(
    request: Request, problem: str, status: int, member: Member | None = None
) -> Response:
    """A page that says what went wrong and how to go on; the texts are in its template."""
    page = staff_page(request, member, "staff/problem.html", status=status, problem=problem)
    if status == 503:
        page.headers["Retry-After"] = "60"
    return page
