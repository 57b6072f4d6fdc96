"""The one page of this room that isn't prepared: search."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from portal.information.library import Information
from portal.information.pages import topic_rows
from portal.information.search import clean
from portal.web.context import public_page, reader_language
from portal.web.who import who


@who("anyone")
async def search(request: Request) -> Response:
    """Answers to `?q=`: a fragment for htmx, a page otherwise. The question is kept nowhere."""
    information: Information = request.app.state.information
    tag = reader_language(request).tag
    question = clean(request.query_params.get("q", ""))
    return public_page(
        request,
        "information/search.html",
        part="information/_results.html",
        question=question,
        hits=information.search.find(question, tag),
        topics=topic_rows(information.shelf, tag),
    )


routes: list[BaseRoute] = [Route("/{lang:lang}/search", search)]
