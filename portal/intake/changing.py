"""Weighty deeds with the code, which wait and can be undone: withdraw, be reached otherwise.

No page here shows the contact that we have, and none but the page right after typing it the new
one: whoever else holds the code learns neither (security.md T2, T3).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from portal.cases import pending
from portal.cases.kinds import KINDS
from portal.cases.pending import CONTACT, DELAY
from portal.cases.queries import FollowedCase
from portal.cases.steps import Step
from portal.cases.workflow import CLOSED, NotAllowed
from portal.intake import forms
from portal.intake.following import opened_case, random_name, to_code
from portal.intake.visits import VisitState
from portal.web.context import public_page, reader_language, see, services
from portal.web.who import who

HOURS = int(DELAY.total_seconds() // 3600)


@dataclass(frozen=True)
class NewContact:
    """What was filled in so far. `step` is the page that is still to be filled in or mended."""

    answers: Mapping[str, Any]
    step: Step | None = None
    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def read_contact(form: FormData) -> NewContact:
    """A new contact from the fields of one or of both of its pages."""
    answers: dict[str, Any] = {}
    for step in CONTACT.steps:
        if not step.applies(answers):
            continue
        parsed = forms.parse(step, form)
        if parsed.errors:
            was_shown = step is CONTACT.steps[0] or form.get("step") == step.key
            return NewContact(answers, step, parsed.typed, parsed.errors if was_shown else {})
        answers |= parsed.answers
    return NewContact(answers)


@who("code")
async def ask_withdraw(request: Request) -> Response:
    """Are you sure? What happens when, what is undone, and what isn't."""
    found = await _changeable(request, "withdraw")
    if isinstance(found, Response):
        return found
    visit, case = found
    return public_page(
        request,
        "intake/withdraw.html",
        kind=KINDS[case.kind],
        hours=HOURS,
        nonce=secrets.token_hex(16),
        csrf=visit.csrf,
    )


@who("code")
async def withdraw(request: Request) -> Response:
    """Ask to withdraw; a second time changes nothing."""
    opened = await opened_case(request)
    if opened is None or opened[0].open_case is None:
        return to_code(request)
    visit, case = opened
    form, tag = await request.form(), reader_language(request).tag
    if not visit.is_own_form(form.get("csrf")):
        return see(f"/{tag}/follow/case/withdraw")
    try:
        await services(request).db.write(
            pending.ask_withdrawal,
            case.id,
            opened[0].open_case.messages_key,
            random_name(form.get("nonce")),
            datetime.now(UTC),
        )
    except NotAllowed:  # finished in the meantime: the page shows how
        return see(f"/{tag}/follow/case")
    return see(f"/{tag}/follow/case?done=withdraw")


@who("code")
async def ask_contact(request: Request) -> Response:
    """How may we reach you from now on?"""
    found = await _changeable(request, "contact")
    if isinstance(found, Response):
        return found
    return _contact_page(request, found[0], NewContact({}, CONTACT.steps[0]))


@who("code")
async def give_contact(request: Request) -> Response:
    """The next page of the new contact, or all of it once more with what happens then."""
    found = await _changeable(request, "contact")
    if isinstance(found, Response):
        return found
    visit, form = found[0], await request.form()
    if not visit.is_own_form(form.get("csrf")):
        return see(f"/{reader_language(request).tag}/follow/case/contact")
    return _contact_page(request, visit, read_contact(form))


@who("code")
async def confirm_contact(request: Request) -> Response:
    """Ask to be reached in this way; a second time changes nothing."""
    opened = await opened_case(request)
    if opened is None or opened[0].open_case is None:
        return to_code(request)
    visit, case = opened
    form, here, tag = await request.form(), services(request), reader_language(request).tag
    if not visit.is_own_form(form.get("csrf")):
        return see(f"/{tag}/follow/case/contact")
    contact = read_contact(form)
    if contact.step:
        return _contact_page(request, visit, contact)
    try:
        await here.db.write(
            pending.ask_contact,
            here.keys.public,
            case.id,
            opened[0].open_case.messages_key,
            contact.answers,
            random_name(form.get("nonce")),
            datetime.now(UTC),
        )
    except NotAllowed:
        return see(f"/{tag}/follow/case")
    return see(f"/{tag}/follow/case?done=contact")


@who("code")
async def undo(request: Request) -> Response:
    """Undo what waits: the one deed without a second page, for it brings back what was."""
    opened = await opened_case(request)
    if opened is None or opened[0].open_case is None:
        return to_code(request)
    visit, case = opened
    form, tag = await request.form(), reader_language(request).tag
    if not visit.is_own_form(form.get("csrf")):
        return see(f"/{tag}/follow/case")
    undone = await services(request).db.write(
        pending.undo,
        case.id,
        opened[0].open_case.messages_key,
        random_name(form.get("change")),
        datetime.now(UTC),
    )
    return see(f"/{tag}/follow/case?done={'undone' if undone else 'late'}")


async def _changeable(
    request: Request, kind: pending.Weighty
) -> tuple[VisitState, FollowedCase] | Response:
    """The case, or where to go because there is none, it is closed, or this waits already."""
    opened = await opened_case(request)
    if opened is None:
        return to_code(request)
    waiting = await services(request).db.read(pending.waiting_of, opened[1].id)
    if opened[1].state in CLOSED or any(each.kind == kind for each in waiting):
        return see(f"/{reader_language(request).tag}/follow/case")
    return opened


def _contact_page(request: Request, visit: VisitState, contact: NewContact) -> Response:
    tag = reader_language(request).tag
    about: dict[str, Any] = {
        "path": "follow/case/contact",
        "given": _hidden(contact.answers),
        "csrf": visit.csrf,
    }
    if contact.step is None:
        return public_page(
            request,
            "intake/contact-confirm.html",
            steps=forms.read_back(CONTACT, contact.answers, tag),
            hours=HOURS,
            nonce=secrets.token_hex(16),
            **about,
        )
    return public_page(
        request,
        "intake/contact.html",
        status=422 if contact.errors else 200,
        step=contact.step,
        fields=forms.views(contact.step, contact.typed, contact.errors, tag),
        errors=forms.error_views(contact.errors, tag),
        **about,
    )


def _hidden(answers: Mapping[str, Any]) -> dict[str, str]:
    """Answers as the fields of a form, which is read again as if it had been typed."""
    return {name: str(value) for name, value in answers.items() if value is not None}
