"""Signing in and out. The person's identity lives in a row of ours, never in a cookie."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from portal import throttle
from portal.logs import log
from portal.staff import service
from portal.staff.guards import (
    SIGN_IN,
    cookie_name,
    is_own_form,
    member_of,
    problem_page,
    safe_next,
    staff_page,
    staff_route,
    token_of,
    visitor,
)
from portal.staff.models import ROLES
from portal.throttle import SIGN_INS, Budget
from portal.vault import subkey
from portal.web.context import client_address, see, services
from portal.web.who import who

if TYPE_CHECKING:
    from portal.staff.oidc import StaffDoor

HOME = "/staff/"
LOGOUT_CALLS = Budget("logout-call", 10, timedelta(minutes=5))
"""Forged back-channel calls; each could make us fetch the provider's keys."""


class SignInCookie:
    """ASGI: the ten-minute cookie with state, nonce and PKCE verifier of a sign-in under way."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        here = scope["app"].state.services
        key = subkey(here.keys.require_desk().session, "staff-sign-in").hex()
        secure = here.settings.secure
        signed = SessionMiddleware(
            self.app,
            key,
            session_cookie="__Secure-sign-in" if secure else "sign-in",
            max_age=600,
            path=HOME,
            same_site="lax",  # with "strict" the way back from the provider loses the cookie
            https_only=secure,
        )
        await signed(scope, receive, send)


@who("anyone")
async def sign_in(request: Request) -> Response:
    """Off to the identity provider; a link, for `form-action` would hold a form back."""
    following = safe_next(request.query_params.get("next", ""))
    if await visitor(request):
        return see(following or HOME)
    try:
        response = await _door(request).to_provider(request)
    except service.SignInFailed as failed:
        return _failed(request, failed)
    request.session["next"] = following
    return response


@who("anyone")
async def callback(request: Request) -> Response:
    """Back from the provider: a session of our own, or a page that says why not."""
    here, now = services(request), datetime.now(UTC)
    caller = client_address(request)
    if wait := await here.db.write(throttle.take, here.keys, SIGN_INS, caller, now):
        return _slow_down(request, wait)
    try:
        identity = await _door(request).back_from_provider(request)
    except service.SignInFailed as failed:
        if failed.problem == "start_again" and await visitor(request):
            return see(HOME)  # signed in meanwhile, in another tab
        return _failed(request, failed)
    token = secrets.token_urlsafe(32)
    if refusal := await _start_session(request, identity, token, now):
        return _failed(request, service.SignInFailed(refusal))
    await here.db.write(throttle.give_back, here.keys, SIGN_INS, caller, now)
    response = see(safe_next(request.session.pop("next", "")) or HOME)
    secure = here.settings.secure
    response.set_cookie(
        cookie_name(secure=secure), token, path="/", secure=secure, httponly=True, samesite="lax"
    )
    return response


async def _start_session(
    request: Request, identity: service.Identity, token: str, now: datetime
) -> service.Refusal | None:
    here = services(request)
    arguments = (
        here.keys.require_desk(),
        identity,
        service.token_hash(token),
        service.token_hash(token_of(request)),
        now,
    )
    try:
        return await here.db.write(service.sign_in, *arguments)
    except IntegrityError:  # a newcomer's two browsers at the same moment: the other one is in
        return await here.db.write(service.sign_in, *arguments)


@who("anyone")
async def sign_out(request: Request) -> Response:
    """End the session here, and at the provider where it offers that. Harmless when over."""
    here = services(request)
    member = await visitor(request)
    if member and not await is_own_form(request, member):
        return problem_page(request, "old_form", 403, member)
    address = ""
    if member:
        hashed = service.token_hash(token_of(request))
        await here.db.write(service.sign_out, here.keys.require_desk(), hashed)
        address = await _door(request).sign_out_address()
    response = RedirectResponse(address or "/staff/bye", 303)
    secure = here.settings.secure
    response.delete_cookie(
        cookie_name(secure=secure), path="/", secure=secure, httponly=True, samesite="lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@who("anyone")
async def bye(request: Request) -> Response:
    """Signed out."""
    return staff_page(request, None, "staff/bye.html")


@who("provider")
async def back_channel_logout(request: Request) -> Response:
    """The provider says that somebody signed out elsewhere. Its signature is the guard."""
    here, now = services(request), datetime.now(UTC)
    caller = client_address(request)
    if wait := await here.db.write(throttle.take, here.keys, LOGOUT_CALLS, caller, now):
        return Response(status_code=429, headers={"Retry-After": str(wait)})
    sent = (await request.form()).get("logout_token")
    try:
        order = await _door(request).logout_order(sent if isinstance(sent, str) else "")
    except service.SignInFailed as failed:
        log.warning("back-channel logout refused", error=failed.problem)
        return Response(status_code=503 if failed.status == 503 else 400)
    if not await here.db.write(
        service.end_from_provider,
        here.keys.require_desk(),
        here.settings.oidc_issuer,
        order.subject,
        order.sid,
        order.jti,
        now,
    ):
        log.warning("back-channel logout refused", error="replayed")
        return Response(status_code=400)
    await here.db.write(throttle.give_back, here.keys, LOGOUT_CALLS, caller, now)
    return Response(status_code=200)


async def home(request: Request) -> Response:
    """Who you are here, and where you may go."""
    return staff_page(request, member_of(request), "staff/home.html")


def _door(request: Request) -> "StaffDoor":
    """Opened for the first who comes: Authlib takes longer to import than a first page may wait."""
    state = request.app.state
    if not hasattr(state, "staff_door"):
        from portal.staff.oidc import open_staff

        state.staff_door = open_staff(services(request).settings)
    return state.staff_door


def _failed(request: Request, failed: service.SignInFailed) -> Response:
    log.warning("sign-in failed", error=failed.problem)
    return problem_page(request, failed.problem, failed.status)


def _slow_down(request: Request, wait: int) -> Response:
    page = problem_page(request, "too_many", 429)
    page.headers["Retry-After"] = str(wait)
    return page


_COOKIE = [Middleware(SignInCookie)]

routes: list[BaseRoute] = [
    Route(SIGN_IN, sign_in, middleware=_COOKIE),
    Route("/staff/callback", callback, middleware=_COOKIE),
    Route("/staff/sign-out", sign_out, methods=["POST"]),
    Route("/staff/bye", bye),
    Route("/staff/backchannel-logout", back_channel_logout, methods=["POST"]),
    staff_route(HOME, home, roles=ROLES, name="staff home"),
]
