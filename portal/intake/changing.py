"""Weighty deeds with the code, which wait and can be undone: withdraw, be reached otherwise.

No page here shows the contact that we have, and none but the page right after typing it the new
one: whoever else holds the code learns neither (security.md T2, T3).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from portal.cases import pending
from portal.cases.kinds import KINDS
from portal.cases.pending import CONTACT, DELAY
from portal.cases.steps import Step
from portal.cases.workflow import CLOSED, NotAllowed
from portal.intake import forms, patience
from portal.intake.following import case_page
from portal.intake.forms import random_name
from portal.intake.opened import Opened, with_case
from portal.intake.reading_back import read_back
from portal.throttle import Budget
from portal.web.context import public_page, reader_language, see, services
from portal.web.who import who

HOURS = int(DELAY.total_seconds() // 3600)
ASKS = Budget("ask-change", 10, timedelta(hours=1))
"""Of one case: each leaves a letter with its messages."""
UNDOS = Budget("undo", 20, timedelta(hours=1))
"""Apart: whoever asks without end must not keep the other holder of the code from undoing."""


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
@with_case
async def ask_withdraw(request: Request, opened: Opened) -> Response:
    """Are you sure? What happens when, what is undone, and what isn't."""
    if not await _changeable(request, opened, "withdraw"):
        return _to_case(request)
    return _withdraw_page(request, opened)


@who("code")
@with_case
async def withdraw(request: Request, opened: Opened) -> Response:
    """Ask to withdraw; a second time changes nothing."""
    form = await request.form()
    if not opened.visit.is_own_form(form.get("csrf")):
        return _to_case(request, "/withdraw")
    nonce = random_name(form.get("nonce"))
    if wait := await patience.spend(request, ASKS, opened.case.id):
        return _withdraw_page(request, opened, wait, nonce)
    return await _asked(
        request, "withdraw", pending.ask_withdrawal, opened.case.id, opened.messages_key, nonce
    )


@who("code")
@with_case
async def ask_contact(request: Request, opened: Opened) -> Response:
    """How may we reach you from now on?"""
    if not await _changeable(request, opened, "contact"):
        return _to_case(request)
    return _contact_page(request, opened, NewContact({}, CONTACT.steps[0]))


@who("code")
@with_case
async def give_contact(request: Request, opened: Opened) -> Response:
    """The next page of the new contact, or all of it once more with what happens then."""
    if not await _changeable(request, opened, "contact"):
        return _to_case(request)
    form = await request.form()
    if not opened.visit.is_own_form(form.get("csrf")):
        return _to_case(request, "/contact")
    return _contact_page(request, opened, read_contact(form))


@who("code")
@with_case
async def confirm_contact(request: Request, opened: Opened) -> Response:
    """Ask to be reached in this way; a second time changes nothing."""
    form = await request.form()
    if not opened.visit.is_own_form(form.get("csrf")):
        return _to_case(request, "/contact")
    contact = read_contact(form)
    if contact.step:
        return _contact_page(request, opened, contact)
    nonce = random_name(form.get("nonce"))
    if wait := await patience.spend(request, ASKS, opened.case.id):
        return _contact_page(request, opened, contact, wait, nonce)
    return await _asked(
        request, "contact", pending.ask_contact, services(request).keys.public,
        opened.case.id, opened.messages_key, contact.answers, nonce,
    )  # fmt: skip


@who("code")
@with_case
async def undo(request: Request, opened: Opened) -> Response:
    """Undo what waits: the one deed without a second page, for it brings back what was."""
    form = await request.form()
    if not opened.visit.is_own_form(form.get("csrf")):
        return _to_case(request)
    if wait := await patience.spend(request, UNDOS, opened.case.id):
        return await case_page(request, opened, wait=wait)
    change, now = random_name(form.get("change")), datetime.now(UTC)
    undone = await services(request).db.write(
        pending.undo, opened.case.id, opened.messages_key, change, now
    )
    return _to_case(request, f"?done={'undone' if undone else 'late'}")


async def _asked(
    request: Request, change: pending.Weighty, ask: Callable[..., bool], *of_what: Any
) -> Response:
    try:
        await services(request).db.write(ask, *of_what, datetime.now(UTC))
    except NotAllowed:  # finished in the meantime: the page shows how
        return _to_case(request)
    return _to_case(request, f"?done={change}")


async def _changeable(request: Request, opened: Opened, change: pending.Weighty) -> bool:
    """Whether it can be asked for: the case is open, and it doesn't wait already."""
    waiting = await services(request).db.read(pending.waiting_of, opened.case.id)
    return opened.case.state not in CLOSED and all(each.kind != change for each in waiting)


def _to_case(request: Request, more: str = "") -> Response:
    return see(f"/{reader_language(request).tag}/follow/case{more}")


def _withdraw_page(request: Request, opened: Opened, wait: int = 0, nonce: str = "") -> Response:
    page = public_page(
        request,
        "intake/withdraw.html",
        status=429 if wait else 200,
        kind=KINDS[opened.case.kind],
        hours=HOURS,
        wait=wait,
        nonce=nonce or random_name(),
        csrf=opened.visit.csrf,
    )
    return patience.with_wait(page, wait)


def _contact_page(
    request: Request, opened: Opened, contact: NewContact, wait: int = 0, nonce: str = ""
) -> Response:
    tag = reader_language(request).tag
    about: dict[str, Any] = {
        "path": "follow/case/contact",
        "given": _hidden(contact.answers),
        "csrf": opened.visit.csrf,
    }
    if contact.step is None:
        page = public_page(
            request,
            "intake/contact-confirm.html",
            status=429 if wait else 200,
            steps=read_back(CONTACT, contact.answers, tag),
            hours=HOURS,
            wait=wait,
            nonce=nonce or random_name(),
            **about,
        )
        return patience.with_wait(page, wait)
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
