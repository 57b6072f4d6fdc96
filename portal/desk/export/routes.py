"""The export of one case as PDF and as JSON; both are written to the audit log first."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from portal import ROOT
from portal.cases import exporting
from portal.cases.exporting import Export
from portal.desk.deeds import CASE, actor_of, case_id_of, case_or_problem, problem
from portal.desk.export.printed import printed
from portal.desk.export.printing import as_pdf
from portal.desk.pages import row_view
from portal.desk.queries import CaseData, case_data
from portal.staff.guards import desk_language, member_of, staff_page, staff_route
from portal.vault import VaultError
from portal.web.context import services
from portal.web.who import who

SCHEMA = "/desk/export-schema.json"
SCHEMA_FILE = ROOT / "portal" / "desk" / "export" / "schema.json"


async def show(request: Request) -> Response:
    """What an export holds, and that it is written down."""
    data = await case_or_problem(request)
    if isinstance(data, Response):
        return data
    member = member_of(request)
    tag = desk_language(request, member)
    return staff_page(
        request,
        member,
        "desk/export.html",
        place="queue",
        row=row_view(data.file.row, member, tag, datetime.now(UTC)),
        file=data.file,
        schema=SCHEMA,
    )


async def download_json(request: Request) -> Response:
    """The case as the published schema says."""
    found = await _exported(request, "json")
    if isinstance(found, Response):
        return found
    export, _ = found
    content = json.dumps(
        exporting.as_data(export, _schema_address(request)), ensure_ascii=False, indent=1
    )
    return _attachment(content.encode(), "application/json", export, "json")


async def download_pdf(request: Request) -> Response:
    """The case to be read and printed, in the member's language."""
    found = await _exported(request, "pdf")
    if isinstance(found, Response):
        return found
    export, data = found
    tag = desk_language(request, member_of(request))
    content = await anyio.to_thread.run_sync(as_pdf, printed(export, data, tag))
    return _attachment(content, "application/pdf", export, "pdf")


async def schema(request: Request) -> Response:
    """The schema of the JSON, for whoever must read an export; nothing personal is in it."""
    document: dict[str, Any] = json.loads(SCHEMA_FILE.read_text())
    content = json.dumps({**document, "$id": _schema_address(request)}, indent=1)
    return Response(content, media_type="application/schema+json")


async def _exported(request: Request, form: str) -> tuple[Export, CaseData] | Response:
    """The audit row first, in a transaction of its own; then what is exported."""
    here, actor, case_id = services(request), actor_of(request), case_id_of(request)
    keys, now = here.keys.require_desk(), datetime.now(UTC)
    if not case_id or not await here.db.write(
        exporting.record_export, keys, actor, case_id, form, now
    ):
        return problem(request, "missing", 404)
    try:
        export = await here.db.read(exporting.export_of, keys, actor, case_id, now)
    except VaultError:
        export = None
    data = await here.db.read(case_data, keys, actor, case_id, now)
    if export is None or data is None:
        return problem(request, "unreadable", 409)
    return export, replace(data, file=export.file)


def _schema_address(request: Request) -> str:
    return f"{services(request).settings.public_url}{SCHEMA}"


def _attachment(content: bytes, media_type: str, export: Export, ending: str) -> Response:
    """To be saved, under a name that says nothing of the person."""
    name = f"{export.file.row.reference}.{ending}"
    return Response(
        content,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


routes: list[BaseRoute] = [
    staff_route(f"{CASE}/export", show, name="export"),
    staff_route(f"{CASE}/export.json", download_json, name="export as JSON"),
    staff_route(f"{CASE}/export.pdf", download_pdf, name="export as PDF"),
    Route(SCHEMA, who("anyone")(schema), name="schema of the export"),
]
