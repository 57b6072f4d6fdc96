"""The files of a case: the list, the download, and the ruling that lets one go to an embassy."""

from datetime import UTC, date, datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases import attachments, handling
from portal.cases.attachments import FileLine
from portal.cases.handling import Desk
from portal.desk.deeds import CASE, actor_of, case_id_of, case_or_problem, problem
from portal.desk.forms import FieldView, clean, digits_of, is_id, version_of
from portal.desk.pages import row_view
from portal.desk.queries import CaseData
from portal.desk.wording import say
from portal.i18n import AMSTERDAM, N_
from portal.staff.guards import desk_language, member_of, staff_page, staff_route
from portal.vault import VaultError
from portal.web.context import see, services

FILE = f"{CASE}/files/{{file_id}}"
TYPES = {"jpeg": ("image/jpeg", "jpg"), "pdf": ("application/pdf", "pdf")}
"""Media type and ending of what `portal.files` makes."""
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""The policy of a file that somebody opens all the same: it may load and run nothing."""
PARTS = ("day", "month", "year")
NO_DATE = N_("Fill in the date of the ruling, for example 27 3 2026.")
TO_COME = N_("This day is still to come. Look at the date of the ruling again.")


async def listed(request: Request, case_id: str) -> tuple[FileLine, ...]:
    """The files of a case that the member may see; none when no key of ours opens it."""
    here = services(request)
    try:
        return await here.db.read(attachments.files_of, here.keys.require_desk(), case_id)
    except VaultError:
        return ()


async def download(request: Request) -> Response:
    """A file, to be saved and never shown by us; that it was taken is written first."""
    here, case_id, file_id = services(request), case_id_of(request), _file_id(request)
    keys = here.keys.require_desk()
    if not case_id or not await here.db.write(
        attachments.record_download, keys, actor_of(request), case_id, file_id
    ):
        return problem(request, "missing", 404)
    line = _line(await listed(request, case_id), file_id)
    try:
        content = await here.db.read(attachments.content_of, keys, file_id)
    except VaultError:
        line = None
    if line is None:
        return problem(request, "unreadable", 409)
    media_type, ending = TYPES[line.format]
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{line.item}-{file_id[:8]}.{ending}"',
            "Content-Security-Policy": ALONE,
        },
    )


async def show_release(request: Request) -> Response:
    """May this file go to an embassy? The named supervisor decides, with a ruling in hand."""
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    return await _release_page(request, data)


async def decide(request: Request) -> Response:
    """Release the file with the date of the ruling, or take that back."""
    form, here, file_id = await request.form(), services(request), _file_id(request)
    keys, actor, case_id = here.keys.require_desk(), actor_of(request), case_id_of(request)
    now, typed = datetime.now(UTC), _typed(form)
    desk = Desk(keys, here.settings, actor, case_id, version_of(form), now)
    try:
        if form.get("name") == "withhold":
            await here.db.write(attachments.withhold, desk, file_id)
        elif (ruling := _date(typed)) is None:
            return await _again(request, typed, NO_DATE, 422)
        elif ruling > now.astimezone(AMSTERDAM).date():
            return await _again(request, typed, TO_COME, 422)
        else:
            await here.db.write(attachments.release, desk, file_id, ruling)
    except handling.NotVisible:
        await here.db.write(handling.record_refusal, keys, actor, case_id)
        return problem(request, "missing", 404)
    except handling.Overtaken:
        return problem(request, "overtaken", 409)
    except (attachments.NotNamed, attachments.OnHold):
        return await _again(request, typed, "", 409)  # the page itself says why
    return see(f"/desk/cases/{case_id}#files")


async def _again(request: Request, typed: dict[str, str], error: str, status: int) -> Response:
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    return await _release_page(request, data, typed, error, status)


async def _release_page(
    request: Request,
    data: CaseData,
    typed: dict[str, str] | None = None,
    error: str = "",
    status: int = 200,
) -> Response:
    member, file = member_of(request), data.file
    tag = desk_language(request, member)
    line = _line(await listed(request, file.row.id), _file_id(request))
    if line is None:
        return problem(request, "missing", 404)
    named = attachments.may_release(actor_of(request), file.supervisor_id)
    held = attachments.is_held(file.row.kind, embassy_hold=file.row.embassy_hold)
    context: dict[str, Any] = {
        "row": row_view(file.row, member, tag, datetime.now(UTC)),
        "file": file,
        "line": line,
        "named": named,
        "held": held,
        "ruling": FieldView(
            "ruling",
            "date",
            say(tag, N_("Date of the ruling")),
            typed or dict.fromkeys(PARTS, ""),
            error=say(tag, error),
            help=say(tag, N_("As it stands on the ruling that you have read yourself.")),
        ),
    }
    return staff_page(request, member, "desk/release.html", status=status, place="queue", **context)


def _file_id(request: Request) -> str:
    """The id in the address, or "" when no file can have it."""
    found = request.path_params["file_id"]
    return found if is_id(found) else ""


def _line(lines: tuple[FileLine, ...], file_id: str) -> FileLine | None:
    return next((line for line in lines if line.id == file_id), None)


def _typed(form: FormData) -> dict[str, str]:
    return {part: clean(form.get(f"ruling.{part}"), 10) for part in PARTS}


def _date(typed: dict[str, str]) -> date | None:
    """The day that was typed, in digits of any script; None when there is no such day."""
    day, month, year = (digits_of(typed[part]) for part in PARTS)
    try:
        return date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None


routes: list[BaseRoute] = [
    staff_route(FILE, download, name="file"),
    staff_route(f"{FILE}/release", show_release, name="release"),
    staff_route(f"{FILE}/release", decide, ["POST"], name="decide release"),
]
