"""Pages for people with the role `editor`. Nothing is written: a sign-off is a patch to take."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.editors import views
from portal.i18n import dutch_day, live_languages
from portal.information.articles import SOURCE
from portal.staff.guards import Member, member_of, staff_page, staff_route


async def overview(request: Request) -> Response:
    """How far each language is."""
    found = await run_in_threadpool(views.overview)
    return staff_page(request, member_of(request), "editors/overview.html", place="texts", **found)


async def of_language(request: Request) -> Response:
    """The articles and interface texts of one language."""
    found = await run_in_threadpool(views.of_language, _tag(request))
    return staff_page(request, member_of(request), "editors/language.html", place="texts", **found)


async def article(request: Request) -> Response:
    """An article beside its Dutch, with what changed in the Dutch since."""
    found = await run_in_threadpool(views.article, _tag(request), request.path_params["slug"])
    if found is None:
        raise HTTPException(404)
    return staff_page(request, member_of(request), "editors/article.html", place="texts", **found)


async def sign_article(request: Request) -> Response:
    """The sign-off of an article as a patch."""
    tag, slug, by = _tag(request), request.path_params["slug"], _name(member_of(request))
    try:
        entries = views.signed_article(tag, slug, by, dutch_day())
    except ValueError:
        raise HTTPException(404) from None
    return _patch(f"{tag}-{slug}", views.patch(tag, entries))


async def interface(request: Request) -> Response:
    """Interface texts beside their Dutch, a page at a time."""
    return await _interface_page(request)


async def _interface_page(request: Request, *, unticked: bool = False) -> Response:
    typed = request.query_params.get("page", "1")
    number = int(typed) if typed.isdecimal() and len(typed) < 5 else 1
    found = await run_in_threadpool(views.interface, _tag(request), number)
    return staff_page(
        request,
        member_of(request),
        "editors/interface.html",
        status=422 if unticked else 200,
        place="texts",
        unticked=unticked,
        **found,
    )


async def sign_interface(request: Request) -> Response:
    """The sign-off of the ticked interface texts as a patch; without a tick back to the page."""
    tag, form = _tag(request), await request.form()
    ids = {str(each) for each in form.getlist("read")}
    entries = views.signed_lines(tag, ids, _name(member_of(request)), dutch_day())
    if not any(entries.values()):
        return await _interface_page(request, unticked=True)
    return _patch(f"{tag}-interface", views.patch(tag, entries))


def _tag(request: Request) -> str:
    tag = request.path_params["tag"]
    if tag == SOURCE or tag not in {each.tag for each in live_languages()}:
        raise HTTPException(404)
    return tag


def _name(member: Member) -> str:
    return member.name


def _patch(name: str, text: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="reviews-{name}.patch"'}
    return Response(text, media_type="text/x-diff; charset=utf-8", headers=headers)


EDITOR = ("editor",)
routes: list[BaseRoute] = [
    staff_route("/desk/texts/", overview, roles=EDITOR),
    staff_route("/desk/texts/{tag}", of_language, roles=EDITOR),
    staff_route("/desk/texts/{tag}/interface", interface, roles=EDITOR),
    staff_route("/desk/texts/{tag}/interface", sign_interface, ["POST"], roles=EDITOR),
    staff_route("/desk/texts/{tag}/articles/{slug}", article, roles=EDITOR),
    staff_route("/desk/texts/{tag}/articles/{slug}", sign_article, ["POST"], roles=EDITOR),
]
