"""For those who run the portal: alive, ready, figures, whom to tell about a hole."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, generate_latest
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from portal.mail import outbox
from portal.web.context import services
from portal.web.start import start
from portal.web.who import who

REQUESTS = Counter("portal_requests", "Answers by class of status", ["status"])
UP_SINCE = Gauge("portal_up_since_seconds", "When this process started, in Unix time")
UP_SINCE.set_to_current_time()
LETTERS = Gauge("portal_letters", "E-mails in the outbox: waiting, and failed of late", ["state"])


@who("anyone")
async def alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


@who("anyone")
async def ready(request: Request) -> Response:
    """200 when the database answers; else the error handler's 503."""
    await services(request).db.read(_ask)
    return PlainTextResponse("ready")


def _ask(session: Session) -> None:
    session.execute(sa.text("SELECT 1"))


@who("anyone")
async def metrics(request: Request) -> Response:
    """Counts without anything personal. The proxy keeps this address inside (README.md)."""
    try:
        waiting, failed = await services(request).db.read(outbox.counts)
    except sa.exc.SQLAlchemyError:  # the other figures are wanted most of all then
        waiting = failed = float("nan")
    LETTERS.labels("waiting").set(waiting)
    LETTERS.labels("failed").set(failed)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@who("anyone")
async def security_txt(request: Request) -> Response:
    """RFC 9116; 404 as long as no contact is set."""
    settings = services(request).settings
    if not settings.security_contact:
        raise HTTPException(404)
    expires = (datetime.now(UTC) + timedelta(days=90)).strftime("%Y-%m-%dT00:00:00Z")
    address = f"{settings.public_url}/.well-known/security.txt"
    return PlainTextResponse(
        f"Contact: {settings.security_contact}\nExpires: {expires}\n"
        f"Preferred-Languages: nl, en\nCanonical: {address}\n"
    )


routes: list[BaseRoute] = [
    Route("/", start),
    Route("/healthz", alive),
    Route("/readyz", ready),
    Route("/metrics", metrics),
    Route("/.well-known/security.txt", security_txt),
]
