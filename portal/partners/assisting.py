"""Helping somebody with a request: their language and kind, what they allow, then the usual form.

Two screens of ours, in place of the page on which one chooses what to ask. The ticks are the
person's: the text stands in their language, and the helper's beside it.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases.kinds import GROUPS, KINDS
from portal.cases.sharing import assisting, consents, partnering
from portal.cases.sharing.assisting import Helper
from portal.i18n import Language, live_languages, translate
from portal.partners.forms import clean
from portal.partners.who import PARTNERS, keys_of, partner_of, partner_problem
from portal.staff.guards import desk_language, member_of, staff_page, staff_route
from portal.web.context import see, services

ASSIST = "/partners/assist"


async def choose(request: Request) -> Response:
    """In which language, and what for?"""
    return _choose_page(request)


async def ask(request: Request) -> Response:
    """What the person allows, in their language."""
    found = _asked(request.query_params.get("language"), request.query_params.get("kind"))
    partner, here = partner_of(request), services(request)
    if found is None:
        return _choose_page(request, wrong="language" in request.query_params)
    name = await here.db.read(assisting.name_of, partner.organisation_id)
    if not name:
        return partner_problem(request, "no_organisation", 409)
    tongue, kind = found
    member = member_of(request)
    own = desk_language(request, member)
    beside = tuple(dict.fromkeys((tongue.tag, own)))
    await here.db.write(partnering.record, keys_of(request), partner, "partner.assist")
    return staff_page(
        request,
        member,
        "partners/consent.html",
        place="partners",
        organisation=name,
        tongue=tongue,
        kind=kind,
        kind_title=translate(own, KINDS[kind].title),
        purposes=consents.PURPOSES,
        say=translate,
        beside=beside,
        texts=consents,
    )


async def begin(request: Request) -> Response:
    """On to the form, with what was ticked; without a tick the organisation will see nothing."""
    form = await request.form()
    found = _asked(form.get("language"), form.get("kind"))
    partner, here = partner_of(request), services(request)
    if found is None:
        return _choose_page(request, wrong=True)
    if not await here.db.read(assisting.name_of, partner.organisation_id):
        return partner_problem(request, "no_organisation", 409)
    tongue, kind = found
    helper = Helper(
        partner.organisation_id,
        "",
        partner.member_id,
        consents.known_purposes(form.getlist("purposes")),
        tongue.tag,
        consents.version_of(tongue.tag),
    )
    await here.db.write(partnering.record, keys_of(request), partner, "partner.assist_begun")
    return see(f"/{tongue.tag}/ask/{kind}/with/{assisting.sign(here.keys.public, helper, kind)}")


def _asked(tag: object, kind: object) -> tuple[Language, str] | None:
    """The language and the kind that were chosen, if there are such."""
    wanted, of_kind = clean(tag, 20), clean(kind, 30)
    tongue = next((each for each in live_languages() if each.tag == wanted), None)
    return (tongue, of_kind) if tongue and of_kind in KINDS else None


def _choose_page(request: Request, *, wrong: bool = False) -> Response:
    member = member_of(request)
    tag = desk_language(request, member)
    return staff_page(
        request,
        member,
        "partners/assist.html",
        status=422 if wrong else 200,
        place="partners",
        tongues=live_languages(),
        groups=tuple(
            (
                translate(tag, heading),
                tuple((kind.key, translate(tag, kind.title)) for kind in kinds),
            )
            for heading, kinds in GROUPS
        ),
        wrong=wrong,
        chosen=(
            clean(request.query_params.get("language"), 20),
            clean(request.query_params.get("kind"), 30),
        ),
    )


routes: list[BaseRoute] = [
    staff_route(ASSIST, choose, roles=PARTNERS, name="assist"),
    staff_route(f"{ASSIST}/consent", ask, roles=PARTNERS, name="assist consent"),
    staff_route(f"{ASSIST}/consent", begin, ["POST"], PARTNERS, name="assist begin"),
]
