"""Asking: choose a kind, one step a page, read it back, send it, keep the code."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import anyio.to_thread
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal import throttle
from portal.cases import attachments, receipt, service
from portal.cases.kinds import GROUPS, KINDS
from portal.cases.steps import Advice, Kind, Step
from portal.i18n import N_
from portal.intake import codes, forms, visits
from portal.intake.visits import Draft, VisitState
from portal.web.context import client_address, is_kiosk, public_page, reader_language, see, services
from portal.web.who import who

OLD_PAGE = N_("Your visit had ended. Please look at your answers and send this page again.")
FROM_SAFETY = "from_safety"
LAST_FOUR = N_("These are not the last four digits. Look at your code again.")


@dataclass(frozen=True)
class Asking:
    """A request that is being written: the visit, the kind, the draft, and where in it we are."""

    request: Request
    visit: VisitState
    kind: Kind

    @cached_property
    def draft(self) -> Draft:
        return self.visit.drafts.get(self.kind.key) or Draft()

    @cached_property
    def tag(self) -> str:
        return reader_language(self.request).tag

    @cached_property
    def path(self) -> tuple[Step, ...]:
        return self.kind.path(self.draft.answers)

    @cached_property
    def first_open(self) -> Step | None:
        """The first step that isn't answered yet; None = ready to be read back."""
        return next((step for step in self.path if step.key not in self.draft.done), None)

    @cached_property
    def step(self) -> Step:
        """The step that was asked for, but none beyond the first open one."""
        keys = [step.key for step in self.path]
        wanted = self.request.query_params.get("step", "")
        furthest = keys.index(self.first_open.key) if self.first_open else len(keys) - 1
        if wanted in keys:
            return self.path[min(keys.index(wanted), furthest)]
        return self.first_open or self.path[0]

    @property
    def base(self) -> str:
        return f"/{self.tag}/ask/{self.kind.key}"

    def after(self, step: Step, draft: Draft) -> str:
        """Where to go when a step was answered: its advice, the next open step, or the check."""
        if step.advice and step.advice.when.holds(draft.answers):
            return f"{self.base}?advice={step.key}"
        return self.onward(draft)

    def onward(self, draft: Draft) -> str:
        path = self.kind.path(draft.answers)
        following = next((step for step in path if step.key not in draft.done), None)
        return f"{self.base}?step={following.key}" if following else f"/{self.tag}/ask/check"

    def back(self) -> str:
        number = self.path.index(self.step)
        return f"{self.base}?step={self.path[number - 1].key}" if number else f"/{self.tag}/ask/"


async def _asking(request: Request) -> Asking:
    kind = KINDS.get(request.path_params["kind"])
    if kind is None:
        raise HTTPException(404)
    return Asking(request, await visits.visit_of(request), kind)


@who("anyone")
async def choose(request: Request) -> Response:
    """What would you like to ask?"""
    visit = await visits.visit_of(request)
    return public_page(request, "intake/choose.html", groups=GROUPS, drafts=visit.drafts)


@who("anyone")
async def show_step(request: Request) -> Response:
    """One step with what was answered before, or the advice that follows it."""
    asking = await _asking(request)
    if request.query_params.get("from") == "safety":
        return await _begin_quietly(asking)
    wanted = request.query_params.get("advice", "")
    for step in asking.path:
        if step.key == wanted and step.advice and step.advice.when.holds(asking.draft.answers):
            return _advice_page(asking, step, step.advice)
    typed = {field.name: asking.draft.answers.get(field.name) for field in asking.step.fields}
    return _step_page(asking, typed, {})


async def _begin_quietly(asking: Asking) -> Response:
    """From the safety page: remembered in the draft alone, then on at an address like any other.

    It decides who reads the request (domain.md §4); no page shows it again.
    """
    names = {field.name for step in asking.kind.steps for field in step.fields}
    if FROM_SAFETY in names and asking.draft.answers.get(FROM_SAFETY) != "yes":
        draft = replace(asking.draft, answers={**asking.draft.answers, FROM_SAFETY: "yes"})
        await _save(asking.visit, asking.request, asking.kind.key, draft)
    return visits.keep(asking.request, asking.visit, see(asking.base))


@who("anyone")
async def answer_step(request: Request) -> Response:
    """Keep the answers of one step and go on, or show what to mend with everything typed kept."""
    asking = await _asking(request)
    form = await request.form()
    if "become" in form:
        return await _become_another(asking, form)
    parsed = forms.parse(asking.step, form)
    if isinstance(button := form.get("rows"), str):
        return _step_page(asking, forms.pressed(asking.step, parsed.typed, button), {})
    if not asking.visit.is_own_form(form.get("csrf")):
        return _step_page(asking, parsed.typed, {"": OLD_PAGE}, status=422)
    if parsed.errors:
        return _step_page(asking, parsed.typed, parsed.errors, status=422)
    draft = asking.draft.answered(asking.step.key, parsed.answers)
    await _save(asking.visit, request, asking.kind.key, draft)
    return visits.keep(request, asking.visit, see(asking.after(asking.step, draft)))


async def _become_another(asking: Asking, form: FormData) -> Response:
    """A guard's way on: the same answers about the person, as another kind of request."""
    guard = asking.kind.guard(asking.draft.answers)
    if guard is None or not asking.visit.is_own_form(form.get("csrf")):
        return see(asking.onward(asking.draft))
    other = KINDS[guard.becomes]
    started = asking.visit.drafts.get(other.key) or Draft()
    shared = [step for step in other.steps if step.key in asking.draft.done]
    for step in shared:
        names = [field.name for field in step.fields]
        started = started.answered(
            step.key, {n: asking.draft.answers[n] for n in names if n in asking.draft.answers}
        )
    await _save(asking.visit, asking.request, other.key, started)
    return visits.keep(
        asking.request,
        asking.visit,
        see(Asking(asking.request, asking.visit, other).onward(started)),
    )


async def _save(visit: VisitState, request: Request, kind: str, draft: Draft) -> None:
    await services(request).db.write(visits.save_draft, visit.token, kind, draft, datetime.now(UTC))


def _step_page(
    asking: Asking, typed: Mapping[str, Any], errors: dict[str, str], *, status: int = 200
) -> Response:
    step = asking.step
    page = public_page(
        asking.request,
        "intake/step.html",
        status=status,
        kind=asking.kind,
        step=step,
        fields=forms.views(step, typed, errors, asking.tag),
        errors=forms.error_views(errors, asking.tag),
        number=asking.path.index(step) + 1,
        total=len(asking.path) + 1,
        back=asking.back(),
        action=f"{asking.base}?step={step.key}",
        csrf=asking.visit.csrf,
    )
    return visits.keep(asking.request, asking.visit, page)


def _advice_page(asking: Asking, step: Step, advice: Advice) -> Response:
    page = public_page(
        asking.request,
        "intake/advice.html",
        kind=asking.kind,
        advice=advice,
        other=KINDS.get(advice.becomes),
        action=f"{asking.base}?step={step.key}",
        back=f"{asking.base}?step={step.key}",
        onward=asking.onward(asking.draft),
        csrf=asking.visit.csrf,
    )
    return visits.keep(asking.request, asking.visit, page)


def _ready(request: Request, visit: VisitState) -> Asking | None:
    """The request to read back: the one asked for by `kind`, or the newest that is complete."""
    wanted = request.query_params.get("kind", "")
    names = [wanted] if wanted in visit.drafts else list(visit.drafts)[::-1]
    for name in names:
        asking = Asking(request, visit, KINDS[name]) if name in KINDS else None
        if asking and asking.first_open is None:
            return asking
    return None


@who("anyone")
async def check(request: Request) -> Response:
    """Everything once more, before it is sent."""
    visit = await visits.visit_of(request)
    asking = _ready(request, visit)
    if asking is None:
        return await _nothing_to_send(request, visit)
    if guard := asking.kind.guard(asking.draft.answers):
        step = next(step for step in asking.path if step.advice is guard)
        return see(f"{asking.base}?advice={step.key}")
    return _check_page(asking)


def _check_page(asking: Asking, *, status: int = 200, wait: int = 0, error: str = "") -> Response:
    page = public_page(
        asking.request,
        "intake/check.html",
        status=status,
        kind=asking.kind,
        steps=forms.read_back(asking.kind, asking.draft.answers, asking.tag),
        base=asking.base,
        submission=asking.draft.submission,
        files=asking.visit.files.get(asking.kind.key, ()),
        takes_files=asking.kind.key in attachments.ITEMS_OF and not is_kiosk(asking.request),
        csrf=asking.visit.csrf,
        wait=wait,
        error=error,
    )
    if wait:
        page.headers["Retry-After"] = str(wait)
    return visits.keep(asking.request, asking.visit, page)


async def _nothing_to_send(request: Request, visit: VisitState) -> Response:
    """After sending, "back" and "reload" come here: show the receipt if there is one."""
    sent = await services(request).db.read(visits.receipt_of, visit.token)
    tag = reader_language(request).tag
    return see(f"/{tag}/ask/sent" if sent else f"/{tag}/ask/")


@who("anyone")
async def send(request: Request) -> Response:
    """Send it once. The same sending again leads to the same receipt."""
    visit, here = await visits.visit_of(request), services(request)
    form, tag, now = await request.form(), reader_language(request).tag, datetime.now(UTC)
    submission = form.get("submission")
    if isinstance(submission, str) and await here.db.read(
        visits.receipt_of, visit.token, submission[:64]
    ):
        return see(f"/{tag}/ask/sent")
    asking = _ready(request, visit)
    if asking is None or asking.kind.guard(asking.draft.answers):
        return see(f"/{tag}/ask/check")
    if not visit.is_own_form(form.get("csrf")):
        return _check_page(asking, status=422, error=OLD_PAGE)
    wait = await here.db.write(
        throttle.take, here.keys, throttle.SENDS, client_address(request), now
    )
    if wait:
        return _check_page(asking, status=429, wait=wait)
    new = service.NewCase(
        asking.kind.key,
        asking.kind.kept(asking.draft.answers),
        tag,
        asking.draft.submission,
    )
    prepared = await anyio.to_thread.run_sync(
        service.prepare, here.keys.public, here.settings, new, now
    )
    await here.db.write(visits.send, visit.token, asking.kind.key, prepared, now, here.keys.public)
    return visits.keep(request, visit, see(f"/{tag}/ask/sent"))


@who("anyone")
async def sent(request: Request) -> Response:
    """The receipt: the code in four ways, and what happens next."""
    visit = await visits.visit_of(request)
    return await _sent_page(request, visit)


@who("anyone")
async def confirm_code(request: Request) -> Response:
    """Type the last four digits: did you keep your code?"""
    visit, form = await visits.visit_of(request), await request.form()
    return await _sent_page(request, visit, str(form.get("last_four", ""))[:40])


async def _sent_page(request: Request, visit: VisitState, typed: str | None = None) -> Response:
    found = await services(request).db.read(visits.receipt_of, visit.token)
    tag = reader_language(request).tag
    if found is None:
        return see(f"/{tag}/ask/")
    digits = "".join(c for c in forms.cleaning.latin_digits(typed or "") if c.isdecimal())
    right = typed is not None and digits in (found.code[-4:], found.code)
    field = forms.FieldView(
        "last_four", "text", "", "", False, typed or "", (), "", "numeric", "off", "ltr", 0
    )
    return public_page(
        request,
        "intake/sent.html",
        status=422 if typed is not None and not right else 200,
        groups=receipt.groups(found.code),
        qr=codes.picture(found.code),
        reference=found.reference,
        kind=KINDS[found.kind],
        field=field,
        wrong=typed is not None and not right,
        right=right,
        csrf=visit.csrf,
    )
