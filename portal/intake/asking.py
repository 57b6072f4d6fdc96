"""Asking: choose a kind of request, and answer one step a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal.cases.kinds import GROUPS, KINDS
from portal.cases.steps import Advice, Kind, Step
from portal.i18n import N_
from portal.intake import forms, visits
from portal.intake.visits import Draft, VisitState
from portal.web.context import public_page, reader_language, see, services
from portal.web.who import who

OLD_PAGE = N_("Your visit had ended. Please look at your answers and send this page again.")
FROM_SAFETY = "from_safety"


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
        return self.kind.asked(self.draft.answers)

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
    answered = {field.name: asking.draft.answers.get(field.name) for field in asking.step.fields}
    return _step_page(asking, asking.draft.typed.get(asking.step.key, answered), {})


async def _begin_quietly(asking: Asking) -> Response:
    """From the safety page: remembered in the draft alone, then on at an address like any other.

    It decides who reads the request (domain.md §4); no page shows it again.
    """
    names = {field.name for step in asking.kind.steps for field in step.fields}
    if FROM_SAFETY in names and asking.draft.answers.get(FROM_SAFETY) != "yes":
        mark = {FROM_SAFETY: "yes"}
        await _change(asking, lambda draft: replace(draft, answers={**draft.answers, **mark}))
    return visits.keep(asking.request, asking.visit, see(asking.base))


@who("anyone")
async def answer_step(request: Request) -> Response:
    """Keep the answers of one step and go on, or show what to mend with everything typed kept."""
    asking = await _asking(request)
    form = await request.form()
    if "become" in form:
        return await _become_another(asking, form)
    step, button = asking.step, str(form.get("rows", ""))
    parsed = forms.parse(step, form)
    typed, row = forms.pressed(step, parsed.typed, button)
    if not asking.visit.is_own_form(form.get("csrf")):
        return _step_page(asking, typed, {"": OLD_PAGE}, status=422)
    if row:
        await _change(asking, lambda draft: draft.left(step.key, typed))
        return visits.keep(request, asking.visit, see(f"{asking.base}?step={step.key}#{row}"))
    if parsed.errors:
        return _step_page(asking, typed, parsed.errors, status=422)
    draft = await _change(asking, lambda draft: draft.answered(step.key, parsed.answers))
    return visits.keep(request, asking.visit, see(asking.after(step, draft)))


async def _become_another(asking: Asking, form: FormData) -> Response:
    """A guard's way on: the same answers about the person, as another kind of request."""
    guard = asking.kind.guard(asking.draft.answers)
    if guard is None or not asking.visit.is_own_form(form.get("csrf")):
        return see(asking.onward(asking.draft))
    other = Asking(asking.request, asking.visit, KINDS[guard.becomes])
    shared = [step for step in other.kind.steps if step.key in asking.draft.done]

    def with_the_same_answers(started: Draft) -> Draft:
        started = replace(started, helper=asking.draft.helper)
        for step in shared:
            names = [field.name for field in step.fields if field.name in asking.draft.answers]
            started = started.answered(step.key, {n: asking.draft.answers[n] for n in names})
        return started

    draft = await _change(other, with_the_same_answers)
    return visits.keep(asking.request, asking.visit, see(other.onward(draft)))


async def _change(asking: Asking, change: Callable[[Draft], Draft]) -> Draft:
    """Keep what became of the draft, and return it."""
    db, token, now = services(asking.request).db, asking.visit.token, datetime.now(UTC)
    return await db.write(visits.change_draft, token, asking.kind.key, change, now)


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
        helper=asking.draft.helper,
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
