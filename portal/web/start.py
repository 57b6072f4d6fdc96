"""`/`: where everybody begins who only knows the name of the site."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal.i18n import negotiate
from portal.web.context import LANGUAGE_COOKIE
from portal.web.who import who


@who("anyone")
async def start(request: Request) -> Response:
    """On to the reader's language: the one chosen before, the browser's, or Dutch."""
    tag = negotiate(
        request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language")
    ).tag
    return RedirectResponse(f"/{tag}/", 303, headers={"Vary": "Accept-Language, Cookie"})
