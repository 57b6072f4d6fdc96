"""The headers of every answer (security.md §4), and the refusal of posts from other sites."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.settings import Settings

STAFF_PATHS = ("/desk", "/staff", "/partners")
DENIED = (
    "accelerometer autoplay camera clipboard-read display-capture encrypted-media fullscreen "
    "geolocation gyroscope magnetometer microphone midi payment publickey-credentials-get usb "
    "xr-spatial-tracking"
).split()


def security_headers(settings: Settings, *, staff: bool = False) -> list[tuple[str, str]]:
    """Name and value of every header that doesn't depend on the answer.

    On staff pages the identity provider may receive the redirect that follows the sign-out form:
    Chromium holds redirects after a post to `form-action` too.
    """
    provider = urlsplit(settings.oidc_issuer)
    form_action = "'self'"
    if staff and provider.netloc:
        form_action += f" {provider.scheme}://{provider.netloc}"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; media-src 'self'; manifest-src 'self'; "
        f"form-action {form_action}; base-uri 'none'; object-src 'none'; frame-src 'none'; "
        "frame-ancestors 'none'"
    )
    headers = [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"),
        ("Permissions-Policy", ", ".join(f"{name}=()" for name in DENIED)),
    ]
    if settings.secure:
        policy += "; upgrade-insecure-requests"
        headers.append(("Strict-Transport-Security", "max-age=63072000; includeSubDomains"))
    return [("Content-Security-Policy", policy), *headers]


class SecurityHeaders:
    """ASGI: adds the headers to every answer; what says nothing about keeping isn't kept."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.public = security_headers(settings)
        self.staff = security_headers(settings, staff=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        fixed = self.staff if scope["path"].startswith(STAFF_PATHS) else self.public

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in fixed:
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("X-Robots-Tag", "noindex")
            await send(message)

        await self.app(scope, receive, with_headers)


class SameOrigin:
    """ASGI: refuses what another site makes a browser post. The form's token is asked as well."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.origin = settings.public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            headers = Headers(scope=scope)
            site = headers.get("sec-fetch-site", "same-origin")
            origin = headers.get("origin", self.origin)
            if site not in ("same-origin", "none") or origin != self.origin:
                refusal = PlainTextResponse("This form was sent from another site.", 403)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)
