"""The pages of this room that aren't prepared: search, and the ways that fit what was said."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from portal.i18n import dutch_day
from portal.information import finder, guides, openness
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


@who("anyone")
async def find_ways(request: Request) -> Response:
    """The three ways beside each other. Posted: no answer in an address."""
    information: Information = request.app.state.information
    form = await request.form()
    given = {key: [str(value) for value in form.getlist(key)] for key in form}
    return public_page(
        request,
        "information/finder.html",
        part="information/_ways.html",
        **guides.found_ways(
            information.shelf, reader_language(request).tag, dutch_day(), finder.read(given)
        ),
    )


routes: list[BaseRoute] = [
    Route("/{lang:lang}/search", search),
    Route("/{lang:lang}/finder", find_ways, methods=["POST"]),
    *openness.routes,
]
