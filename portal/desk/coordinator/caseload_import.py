"""Importing dossiers in the browser: first what a file would change, then exactly that.

The file is sent twice and kept nowhere between: a caseload doesn't lie around in the clear.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal import audit
from portal.caseload.importing import WHEREABOUTS, Difference
from portal.caseload.reading import COLUMNS, BadRow, CaseloadError
from portal.cases import caseload_import
from portal.cases.access import Oversight, oversight_of
from portal.cases.caseload_import import Changed, Checked, NotTheirs, Wish
from portal.desk.coordinator.overseeing import COORDINATOR, overseen_page, refused
from portal.desk.deeds import actor_of
from portal.desk.forms import clean, digits_of
from portal.desk.wording import say
from portal.files.limits import LARGEST
from portal.i18n import N_
from portal.staff.guards import desk_language, member_of, staff_route
from portal.web.body import LARGEST_BODY, form_of, takes_up_to
from portal.web.context import see, services

HERE = "/desk/caseload"
AT_MOST_SHOWN = 500
"""Lines of each list: a page of twenty thousand is read by nobody."""

NO_FILE = N_("Choose the file.")
TOO_LARGE = N_("This file is larger than 10 MB.")
UNREADABLE: Mapping[str, str] = {
    "utf8": N_("This file is not in UTF-8. Export it again as CSV UTF-8."),
    "csv": N_("This is not a CSV file that can be read to its end."),
    "header": N_("The first line must be: %(columns)s"),
    "whole": N_(
        "Missing dossiers are closed only with a file without bad lines: "
        "a bad line would close its dossier."
    ),
}
CHANGED = N_("The dossiers changed after this page was made. Nothing was imported. "
             "Look at the new differences.")  # fmt: skip
OTHER_FILE = N_("This is another file than the one whose differences you saw. Nothing was "
                "imported. Look at the differences of this file.")  # fmt: skip
REASONS: tuple[tuple[str, str], ...] = (
    (r"must have (?P<number>\d+) columns", N_("has not %(number)s columns")),
    (r"a cell is too long or holds NUL", N_("a cell is too long or holds a character of no text")),
    (r"v_number must be ten digits", N_("v_number: no ten digits")),
    (r"v_number stands in line (?P<line>\d+) too", N_("v_number: stands in line %(line)s too")),
    (r"family_name is empty", N_("family_name: empty")),
    (r"procedure must be one of (?P<known>.+)", N_("procedure: none of %(known)s")),
    (r"team is empty", N_("team: empty")),
    (r"supervisor must be an e-mail address or empty", N_("supervisor: no e-mail address")),
    (r"birth_date must be YYYY-MM-DD", N_("birth_date: not written as YYYY-MM-DD")),
    (r"birth_date is not between 1900 and today", N_("birth_date: not between 1900 and today")),
    (r"unknown flag (?P<flag>.+); known: (?P<known>.+)",
     N_("flags: %(flag)s is none of %(known)s")),
    (r"unknown language (?P<language>.+)", N_("language: %(language)s is not known")),
)  # fmt: skip
"""What portal.caseload.reading says of a bad line, in words of the desk."""


@dataclass(frozen=True)
class DifferenceView:
    line: int
    ending: str
    columns: tuple[str, ...]
    moved: bool


async def show(request: Request) -> Response:
    """Choose a file; and what the import that was just made did."""
    oversight = await _oversight(request)
    if not oversight.everywhere:
        return await refused(request)
    number = digits_of(request.query_params.get("done", "")[:9])
    made = None
    if number:
        made = await services(request).db.read(caseload_import.done, int(number))
    return _start(request, oversight, Wish(), made=made)


@takes_up_to(LARGEST + LARGEST_BODY)
async def check(request: Request) -> Response:
    """What the file would change. Nothing is stored."""
    return await _with_file(request)


@takes_up_to(LARGEST + LARGEST_BODY)
async def carry_out(request: Request) -> Response:
    """Import exactly what was shown."""
    return await _with_file(request, importing=True)


async def _with_file(request: Request, *, importing: bool = False) -> Response:
    oversight = await _oversight(request)
    if not oversight.everywhere:
        return await refused(request)
    here, actor, now = services(request), actor_of(request), datetime.now(UTC)
    form = await form_of(request)
    wish = Wish(form.get("skip_bad") == "yes", form.get("close_missing") == "yes")
    content = await _content(form)
    if isinstance(content, str):
        return _start(request, oversight, wish, content)
    keys = here.keys.require_desk()
    await here.db.write(audit.record, keys, actor=actor.id, action="caseload.check")
    try:
        checked = await here.db.read(
            caseload_import.check, here.keys, content, wish, now, dry_run=not importing
        )
    except CaseloadError as error:
        return _start(request, oversight, wish, UNREADABLE[error.why])
    if not importing:
        return _differences(request, oversight, wish, checked)
    if checked.digest != clean(form.get("digest"), 64):
        return _differences(request, oversight, wish, checked, OTHER_FILE)
    if checked.bad and not wish.skip_bad:
        return _differences(request, oversight, wish, checked)
    shown = clean(form.get("standing"), 64)
    try:
        number = await here.db.write(caseload_import.carry_out, keys, actor, checked, shown, now)
    except Changed:
        return _differences(request, oversight, wish, checked, CHANGED)
    except NotTheirs:
        return await refused(request)
    return see(f"{HERE}?done={number}")


async def _oversight(request: Request) -> Oversight:
    return await services(request).db.read(oversight_of, actor_of(request), datetime.now(UTC))


async def _content(form: FormData) -> bytes | str:
    """The file of a form, or what is wrong with it."""
    file = form.get("file")
    if not isinstance(file, UploadFile):
        return NO_FILE
    content = await file.read()
    if not content:
        return NO_FILE
    return content if len(content) <= LARGEST else TOO_LARGE


def _start(
    request: Request,
    oversight: Oversight,
    wish: Wish,
    error: str = "",
    made: caseload_import.Done | None = None,
) -> Response:
    tag = desk_language(request, member_of(request))
    text = say(tag, error, {"columns": ",".join(COLUMNS)}) if error else ""
    return overseen_page(
        request,
        "desk/caseload.html",
        "caseload",
        oversight,
        status=422 if error else 200,
        wish=wish,
        error=text,
        made=made,
        columns=",".join(COLUMNS),
    )


def _differences(
    request: Request, oversight: Oversight, wish: Wish, checked: Checked, problem: str = ""
) -> Response:
    tag = desk_language(request, member_of(request))
    outcome = checked.plan.outcome
    stopped = bool(checked.bad) and not wish.skip_bad
    return overseen_page(
        request,
        "desk/caseload-check.html",
        "caseload",
        oversight,
        status=409 if problem else 422 if stopped else 200,
        wish=wish,
        problem=say(tag, problem),
        checked=checked,
        outcome=outcome,
        moved=len(outcome.moved),
        bad=tuple((each.line, reason_of(tag, each)) for each in checked.bad[:AT_MOST_SHOWN]),
        bad_more=max(0, len(checked.bad) - AT_MOST_SHOWN),
        differences=tuple(map(_difference, outcome.differences[:AT_MOST_SHOWN])),
        differences_more=max(0, len(outcome.differences) - AT_MOST_SHOWN),
        may_import=checked.importable and not stopped,
        stopped=stopped,
    )


def _difference(each: Difference) -> DifferenceView:
    moved = bool(WHEREABOUTS & set(each.columns))
    return DifferenceView(each.line, each.ending, each.columns, moved)


def reason_of(tag: str, bad: BadRow) -> str:
    """Why a line is bad, in the reader's language; as it stands when there are no words for it."""
    for pattern, text in REASONS:
        if found := re.fullmatch(pattern, bad.reason, re.DOTALL):
            return say(tag, text, found.groupdict())
    return bad.reason


routes: list[BaseRoute] = [
    staff_route(HERE, show, roles=COORDINATOR, name="caseload"),
    staff_route(f"{HERE}/check", check, ["POST"], COORDINATOR, name="check caseload"),
    staff_route(f"{HERE}/import", carry_out, ["POST"], COORDINATOR, name="import caseload"),
]
