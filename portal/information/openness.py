"""The requests in numbers, for everybody: what the worker has made public, and nothing else.

No case is read here. The page changes once a quarter, so a browser that has it is told that it is
still the same.
"""

import hashlib
from functools import partial

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from portal.cases.figures.publishing import Published, published, quarter_of
from portal.cases.figures.words import period_name, sheet_of, tables_of
from portal.i18n import translate
from portal.web.context import public_page, reader_language, services
from portal.web.sheets import sheet_response
from portal.web.who import who


@who("anyone")
async def show(request: Request) -> Response:
    """The figures of one quarter, the newest when none is asked for."""
    tag = reader_language(request).tag
    every = await services(request).db.read(published)
    shown = _chosen(every, request.query_params.get("period", ""))
    say = partial(translate, tag)
    page = public_page(
        request,
        "information/figures.html",
        status=404 if every and not shown else 200,
        shown=shown,
        tables=tables_of(shown, tag, say) if shown else (),
        period=period_name(shown, tag) if shown else "",
        others=tuple(
            (each.quarter.label, period_name(each, tag)) for each in every if each is not shown
        ),
    )
    return _unless_known(request, page)


@who("anyone")
async def download(request: Request) -> Response:
    """The same as CSV; without figures there is a line with the names of the columns."""
    tag = reader_language(request).tag
    label = request.query_params.get("period", "")
    shown = await services(request).db.read(_one, label)
    if shown is None:
        return Response("", 404)
    lines = sheet_of(shown, tag, partial(translate, tag))
    return _unless_known(request, sheet_response(lines, f"figures-{shown.quarter.label}"))


def _one(session: Session, label: str) -> Published | None:
    return _chosen(published(session), label)


def _chosen(every: tuple[Published, ...], label: str) -> Published | None:
    """The quarter that an address names; the newest when it names none."""
    if not label:
        return every[0] if every else None
    wanted = quarter_of(label)
    return next((each for each in every if each.quarter == wanted), None)


def _unless_known(request: Request, answer: Response) -> Response:
    """The answer with an ETag, or 304 when the browser has these very bytes."""
    etag = f'"{hashlib.sha256(answer.body).hexdigest()[:24]}"'
    kept = {"ETag": etag, "Cache-Control": "no-cache"}
    if answer.status_code == 200 and etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=kept)
    answer.headers.update(kept)
    return answer


routes: list[BaseRoute] = [
    Route("/{lang:lang}/figures", show),
    Route("/{lang:lang}/figures.csv", download),
]
