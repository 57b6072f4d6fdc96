"""Writing down the milestones of a mediation, and taking a mistake back."""

from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases import mediation
from portal.cases.mediation import ASKED, STEPS, NewMilestone, Refused
from portal.cases.releasing import may_release
from portal.desk.days import date_field, read_day, typed_day
from portal.desk.deeds import CASE, actor_of, case_or_problem, problem, settle
from portal.desk.forms import NOTE_LENGTH, FieldView, OptionView, clean
from portal.desk.milestones import STEPS as STEP_NAMES
from portal.desk.milestones import milestones_panel, not_now, refused
from portal.desk.pages import row_view
from portal.desk.rulings import ruling_field, typed_ruling
from portal.desk.wording import say
from portal.i18n import N_, dutch_day
from portal.staff.guards import desk_language, member_of, staff_page, staff_route

MEDIATION = f"{CASE}/mediation"
NO_DAY = N_("Fill in the day, for example 27 3 2026.")
FIELD_OF = {
    "to_come": "day", "before_case": "day", "reason_missing": "text", "no_ruling": "ruling",
    "ruling_after": "ruling",
}  # fmt: skip
"""The field at which a refusal stands; the others stand at the choice of the step."""


async def show(request: Request) -> Response:
    """What has happened so far, and a form for the next step."""
    return await _page(request, {})


async def record(request: Request) -> Response:
    """Write a step down; or the same page with what to mend, and all that was typed."""
    form = await request.form()
    typed = _typed(form)
    day, ruling = read_day(typed["day"]), read_day(typed["ruling"])
    if typed["step"] not in STEPS:
        return await _page(request, typed, {"step": _said(request, "unknown_step")}, 422)
    if day is None:
        return await _page(request, typed, {"day": say(_tag(request), NO_DAY)}, 422)
    new = NewMilestone(
        typed["step"], day, typed["text"], ruling if typed["step"] == ASKED else None
    )
    try:
        return await settle(request, mediation.record, new, kept=typed["text"], part="#mediation")
    except Refused as wrong:
        field = FIELD_OF.get(wrong.code, "step")
        return await _page(request, typed, {field: _said(request, wrong.code)}, 422)


async def undo(request: Request) -> Response:
    """Take a step back, because of what is written; the step and the reason stay in the log."""
    form = await request.form()
    line, text = clean(form.get("line"), 20), clean(form.get("text"), NOTE_LENGTH)
    number = int(line) if line.isascii() and line.isdecimal() else 0
    try:
        return await settle(
            request, mediation.take_back, number, text, kept=text, part="#mediation"
        )
    except Refused as wrong:
        if wrong.code == "undone_before":
            return problem(request, "overtaken", 409, text)
        typed = {"undo": number, "undo_text": text}
        return await _page(request, typed, {f"undo-{number}": _said(request, wrong.code)}, 422)


def _typed(form: FormData) -> dict[str, Any]:
    return {
        "step": clean(form.get("step"), 30),
        "day": typed_day(form, "day"),
        "ruling": typed_ruling(form),
        "text": clean(form.get("text"), NOTE_LENGTH),
    }


def _tag(request: Request) -> str:
    return desk_language(request, member_of(request))


def _said(request: Request, code: str) -> str:
    return refused(_tag(request), code)


async def _page(
    request: Request,
    typed: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    file, member, tag = data.file, member_of(request), _tag(request)
    if not mediation.is_mediated(file.row.kind, is_open=file.open):
        return problem(request, "not_allowed", 409)
    errors = errors or {}
    named = may_release(actor_of(request), file.supervisor_id)
    impossible = not_now(
        mediation.milestones_of(file.log), dutch_day(), held=file.row.embassy_hold, named=named
    )
    return staff_page(
        request,
        member,
        "desk/mediation.html",
        status=status,
        place="queue",
        row=row_view(file.row, member, tag, datetime.now(UTC)),
        file=file,
        held=file.row.embassy_hold,
        named=named,
        fields=_fields(tag, typed, errors, impossible),
        impossible=_impossible_views(tag, impossible),
        errors=[{"field": f"f-{name}", "text": text} for name, text in errors.items()],
        undo_line=typed.get("undo", 0),
        undo_text=typed.get("undo_text", ""),
        undo_errors=errors,
        **milestones_panel(data, tag),
    )


def _impossible_views(tag: str, impossible: dict[str, str]) -> list[tuple[str, list[str]]]:
    """(why, steps) of what can't be written down now."""
    codes = dict.fromkeys(impossible.values())
    return [
        (refused(tag, code), [say(tag, STEP_NAMES[s]) for s in STEPS if impossible.get(s) == code])
        for code in codes
    ]


def _fields(
    tag: str, typed: dict[str, Any], errors: dict[str, str], impossible: dict[str, str]
) -> tuple[FieldView, ...]:
    """Step (those that can be, and what was chosen), day, for an embassy the ruling, and a note."""
    chosen = typed.get("step", "")
    offered = [step for step in STEPS if step not in impossible or step == chosen]
    steps = FieldView(
        "step",
        "radio",
        say(tag, N_("What happened?")),
        options=tuple(
            OptionView(step, say(tag, STEP_NAMES[step]), selected=step == chosen)
            for step in offered
        ),
        error=errors.get("step", ""),
    )
    day = date_field(
        "day", say(tag, N_("Day on which it happened")), typed.get("day"), errors.get("day", "")
    )
    note = FieldView(
        "text",
        "textarea",
        say(tag, N_("Note for colleagues")),
        typed.get("text", ""),
        error=errors.get("text", ""),
        help=say(
            tag,
            N_(
                "The person never sees it. The mediation ends for lack of cooperation? Then write "
                "down the reason: what was asked, and what happened."
            ),
        ),
        optional=True,
        dir="auto",
        maxlength=NOTE_LENGTH,
    )
    if ASKED in impossible:
        return (steps, day, note)
    ruling = _ruling(tag, typed.get("ruling"), errors.get("ruling", ""))
    return (steps, day, ruling, note)


def _ruling(tag: str, typed: dict[str, str] | None, error: str) -> FieldView:
    """Asked for one step alone, so it may stay empty for the others; `error` is said already."""
    field = ruling_field(tag, typed)
    label = say(tag, N_("Only when an embassy was asked: date of the ruling that you have read"))
    return FieldView("ruling", "date", label, field.value, error=error, help=field.help)


routes: list[BaseRoute] = [
    staff_route(MEDIATION, show, name="mediation"),
    staff_route(MEDIATION, record, ["POST"], name="write down a milestone"),
    staff_route(f"{MEDIATION}/undo", undo, ["POST"], name="take a milestone back"),
]
