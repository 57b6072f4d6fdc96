"""What a handler needs: the services of this process, the language, a page or its fragment."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.i18n import Language, live_languages, negotiate
from portal.settings import Settings
from portal.templating import Templates
from portal.web.assets import Assets

if TYPE_CHECKING:  # whoever only shows pages imports neither SQLAlchemy nor cryptography
    from portal.db import Database
    from portal.vault import Keys

PLACES = {"info": "answers", "search": "answers", "ask": "ask", "follow": "follow"} | {
    "safety": "safety",
    "organisations": "answers",
    "finder": "answers",
}
LANGUAGE_COOKIE = "language"
KIOSK_IDLE = timedelta(minutes=3)
"""How long a shared screen waits for a sign of life before it forgets (security.md, T1)."""


class LiveLanguage(StringConvertor):
    """`{lang:lang}` in a route: the tag of a live language, the longest first."""

    regex = "|".join(sorted((each.tag for each in live_languages()), key=len, reverse=True))


register_url_convertor("lang", LiveLanguage())


@dataclass(frozen=True)
class Services:
    """Built once by `app.create_app`; the same for every request of the process."""

    settings: Settings
    db: "Database"
    keys: "Keys"
    assets: Assets
    templates: Templates


def services(request: Request) -> Services:
    return request.app.state.services


def reader_language(request: Request) -> Language:
    """The language of the address; outside `/<lang>/` the reader's choice or browser decides."""
    if chosen := request.path_params.get("lang"):
        return negotiate(chosen, None)
    head = request.url.path.strip("/").partition("/")[0]
    return negotiate(
        request.cookies.get(LANGUAGE_COOKIE),
        f"{head}, {request.headers.get('accept-language', '')}",
    )


def inner_path(request: Request) -> str:
    """The address after `/<lang>/`, for the language menu."""
    return request.url.path.lstrip("/").partition("/")[2]


def public_page(
    request: Request, template: str, *, part: str = "", status: int = 200, **context: Any
) -> Response:
    """A page in the reader's language; `part` is the template of its fragment for htmx.

    `path` is the address after `/<lang>/` that the language menu leads to, given where the
    request's own can only be posted to.
    """
    wants_part = bool(part) and request.headers.get("hx-request") == "true"
    path = context.pop("path", inner_path(request))
    place = PLACES.get(path.partition("/")[0], "")
    html = services(request).templates.render(
        part if wants_part else template,
        reader_language(request).tag,
        path=path,
        place=place,
        kiosk=is_kiosk(request),
        kiosk_idle=int(KIOSK_IDLE.total_seconds()),
        status=status,
        **context,
    )
    return HTMLResponse(html, status, headers={"Vary": "HX-Request"} if part else None)


def is_kiosk(request: Request) -> bool:
    """Whether this is one of the shared screens in a centre (portal.intake.kiosk has looked)."""
    return bool(getattr(request.state, "kiosk", ""))


def see(path: str) -> Response:
    """303: go and look there. Every deed ends so, and a reload repeats nothing."""
    return RedirectResponse(path, 303)


def client_address(request: Request) -> str:
    """The caller's address; X-Forwarded-For counts only from the proxies that settings name."""
    hops = services(request).settings.proxy_hops
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",")]
    if hops and len(forwarded) >= hops and forwarded[-hops]:
        return forwarded[-hops]
    return request.client.host if request.client else "unknown"
