"""The files of a case: the list, the download, and the ruling that lets one go to an embassy."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases import attachments, handling, releasing
from portal.cases.attachments import FileLine
from portal.cases.handling import Desk
from portal.desk.deeds import CASE, actor_of, case_id_of, case_or_problem, problem
from portal.desk.forms import is_id, version_of
from portal.desk.pages import row_view
from portal.desk.queries import CaseData
from portal.desk.rulings import read_ruling, ruling_field, typed_ruling
from portal.staff.guards import desk_language, member_of, staff_page, staff_route
from portal.vault import VaultError
from portal.web.context import see, services

FILE = f"{CASE}/files/{{file_id}}"
TYPES = {"jpeg": ("image/jpeg", "jpg"), "pdf": ("application/pdf", "pdf")}
"""Media type and ending of what `portal.files` makes."""
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""The policy of a file that somebody opens all the same: it may load and run nothing."""


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
        attachments.record_download,
        keys,
        actor_of(request),
        case_id,
        file_id,
        datetime.now(UTC),
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
    now, typed = datetime.now(UTC), typed_ruling(form)
    desk = Desk(keys, here.settings, actor, case_id, version_of(form), now)
    try:
        if form.get("name") == "withhold":
            await here.db.write(releasing.withhold, desk, file_id)
        elif isinstance(ruling := read_ruling(typed, now), str):
            return await _again(request, typed, ruling, 422)
        else:
            await here.db.write(releasing.release, desk, file_id, ruling)
    except handling.NotVisible:
        await here.db.write(handling.record_refusal, keys, actor, case_id)
        return problem(request, "missing", 404)
    except handling.Overtaken:
        return problem(request, "overtaken", 409)
    except (releasing.NotNamed, releasing.OnHold):
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
    named = releasing.may_release(actor_of(request), file.supervisor_id)
    held = releasing.is_held(file.row.kind, embassy_hold=file.row.embassy_hold)
    context: dict[str, Any] = {
        "row": row_view(file.row, member, tag, datetime.now(UTC)),
        "file": file,
        "line": line,
        "named": named,
        "held": held,
        "ruling": ruling_field(tag, typed, error),
    }
    return staff_page(request, member, "desk/release.html", status=status, place="queue", **context)


def _file_id(request: Request) -> str:
    """The id in the address, or "" when no file can have it."""
    found = request.path_params["file_id"]
    return found if is_id(found) else ""


def _line(lines: tuple[FileLine, ...], file_id: str) -> FileLine | None:
    return next((line for line in lines if line.id == file_id), None)


routes: list[BaseRoute] = [
    staff_route(FILE, download, name="file"),
    staff_route(f"{FILE}/release", show_release, name="release"),
    staff_route(f"{FILE}/release", decide, ["POST"], name="decide release"),
]
