"""The record of the five no-fault conditions, and the draft of the weighty advice made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal import audit
from portal.cases import no_fault
from portal.cases.attachments import FileLine
from portal.cases.mediation import Refused, is_mediated
from portal.cases.no_fault import CONDITIONS, STANDINGS, Judgement
from portal.desk.answers import read_answers
from portal.desk.deeds import CASE, case_or_problem, problem, settle
from portal.desk.files import listed
from portal.desk.forms import NOTE_LENGTH, clean, is_id
from portal.desk.milestones import milestones_panel
from portal.desk.pages import row_view
from portal.desk.queries import CaseData
from portal.desk.weighing import compared, record
from portal.desk.wording import named, say
from portal.i18n import N_
from portal.staff.guards import desk_language, member_of, staff_page, staff_route
from portal.web.context import services

NO_FAULT = f"{CASE}/no-fault"
MOST_FILES = 50
CONDITION_NAMES: Mapping[str, str] = {
    "own_attempt": N_("The person tried to leave and can show contact with the representation"),
    "identity": N_("There is no reasonable doubt about nationality and identity"),
    "mediation_failed": N_("DT&V was asked to mediate, and it gave no result"),
    "no_fault": N_(
        "Objective, documented facts show that the person cannot leave through no fault of theirs"
    ),
    "no_title": N_("The person has no residence title"),
}
STANDING_NAMES: Mapping[str, str] = {
    "met": N_("Met"),
    "not_met": N_("Not met"),
    "open": N_("Still open"),
}


@dataclass(frozen=True)
class JudgementView:
    standing: str
    standing_name: str
    reason: str
    files: tuple[FileLine, ...]
    at: datetime
    who: str


@dataclass(frozen=True)
class ConditionView:
    """One condition: what counts now, what was written before, and the form as it was typed."""

    key: str
    number: int
    name: str
    now: JudgementView | None
    before: tuple[JudgementView, ...]
    error: str
    typed: Mapping[str, Any]


async def show(request: Request) -> Response:
    """How the five conditions stand, with a form for each."""
    return await _page(request)


async def judge(request: Request) -> Response:
    """Write down how one condition stands, and back for the next; or what to mend."""
    form = await request.form()
    condition, standing = clean(form.get("condition"), 30), clean(form.get("standing"), 10)
    text = clean(form.get("text"), NOTE_LENGTH)
    files = [clean(each, 40) for each in form.getlist("file")[:MOST_FILES]]
    files = [each for each in files if is_id(each)]
    typed = {"condition": condition, "standing": standing, "text": text, "files": files}
    if condition in CONDITIONS and standing not in STANDINGS:
        return await _page(request, typed, N_("Choose how this condition stands."))
    try:
        return await settle(
            request,
            no_fault.judge,
            condition,
            standing,
            text,
            files,
            kept=text,
            part=f"/no-fault#{condition}",
        )
    except Refused as wrong:
        if wrong.code != "reason_missing":
            return problem(request, "not_allowed", 422, text)
        return await _page(request, typed, N_("Write down the reason."))


async def advice(request: Request) -> Response:
    """The draft of the weighty advice, in Dutch and to be printed; that it is made is written."""
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    if data.file.row.kind != "mediation" or not data.file.readable:
        return problem(request, "not_allowed", 409)
    here, member = services(request), replace(member_of(request), locale="nl")
    await here.db.write(
        audit.record,
        here.keys.require_desk(),
        actor=member.id,
        action="case.advice",
        object_id=data.file.row.id,
    )
    files = await listed(request, data.file.row.id)
    answers = read_answers(data.file.row.kind, data.file.answers, "nl")
    conditions = condition_views(data, files, "nl")
    return staff_page(
        request,
        member,
        "desk/advice.html",
        place="queue",
        row=row_view(data.file.row, member, "nl", datetime.now(UTC)),
        file=data.file,
        person=answers.about_person,
        own_words=answers.own_words,
        asked=answers.about_request,
        record=record(data, "nl"),
        compared=compared(data, "nl"),
        conditions=conditions,
        still_open=[each for each in conditions if not each.now or each.now.standing == "open"],
        files=files,
        today=datetime.now(UTC),
        **milestones_panel(data, "nl"),
    )


async def _page(
    request: Request, typed: Mapping[str, Any] | None = None, error: str = ""
) -> Response:
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    file, member = data.file, member_of(request)
    tag = desk_language(request, member)
    if not is_mediated(file.row.kind, is_open=file.open) or not file.readable:
        return problem(request, "not_allowed", 409)
    files = await listed(request, file.row.id)
    conditions = condition_views(data, files, tag, typed, say(tag, error))
    return staff_page(
        request,
        member,
        "desk/no-fault.html",
        status=422 if error else 200,
        place="queue",
        row=row_view(file.row, member, tag, datetime.now(UTC)),
        file=file,
        files=files,
        conditions=conditions,
        standings=tuple((key, say(tag, name)) for key, name in STANDING_NAMES.items()),
        errors=[
            {"field": f"f-{each.key}-text", "text": f"{each.number}. {each.error}"}
            for each in conditions
            if each.error
        ],
    )


def condition_views(
    data: CaseData,
    files: tuple[FileLine, ...],
    tag: str,
    typed: Mapping[str, Any] | None = None,
    error: str = "",
) -> tuple[ConditionView, ...]:
    """The five, in the order of the rule."""
    by_id = {file.id: file for file in files}
    judged = no_fault.judgements_of(data.file.log)
    views = []
    for number, key in enumerate(CONDITIONS, 1):
        now, *before = judged[key] or (None,)
        mine = typed if typed and typed["condition"] == key else None
        views.append(
            ConditionView(
                key,
                number,
                named(tag, CONDITION_NAMES, key),
                _judgement_view(now, by_id, tag) if now else None,
                tuple(_judgement_view(each, by_id, tag) for each in before if each),
                error if mine else "",
                mine or _as_before(now),
            )
        )
    return tuple(views)


def _as_before(now: Judgement | None) -> dict[str, Any]:
    """The form for a condition: chosen as it stands, but a reason is written anew each time."""
    if now is None:
        return {"standing": "", "text": "", "files": ()}
    return {"standing": now.standing, "text": "", "files": now.files}


def _judgement_view(judgement: Judgement, by_id: Mapping[str, FileLine], tag: str) -> JudgementView:
    return JudgementView(
        judgement.standing,
        named(tag, STANDING_NAMES, judgement.standing),
        judgement.reason,
        tuple(by_id[each] for each in judgement.files if each in by_id),
        judgement.at,
        judgement.actor,
    )


routes: list[BaseRoute] = [
    staff_route(NO_FAULT, show, name="no fault"),
    staff_route(NO_FAULT, judge, ["POST"], name="judge a condition"),
    staff_route(f"{NO_FAULT}/advice", advice, name="draft of the advice"),
]
