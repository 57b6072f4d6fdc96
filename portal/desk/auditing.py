"""The audit log for auditors: what staff saw and did, whether the chain holds, a part as a file.

It holds no personal data, and an auditor opens no case. Reading the log is itself written in it.
"""

import csv
import io
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal import audit
from portal.audit import Broken
from portal.desk.forms import clean
from portal.desk.wording import say
from portal.i18n import N_
from portal.staff.audit_log import MOST_LINES, PAGE, Filter, Line, actors, lines
from portal.staff.guards import desk_language, member_of, staff_page, staff_route
from portal.vault import DeskKeys
from portal.web.context import services

LOG = "/desk/log/"
COLUMNS = ("number", "moment", "who", "action", "object", "reason")
PART = 20_000
"""How many rows one press of the button checks: about a second of one thread."""
CANT_READ = N_("A day or a number can’t be read, so nothing is shown.")

_FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n\0]")
_ACTION = re.compile(r"[a-z_.]{1,40}")
_RANDOM_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Checked:
    """What one press of the button found: rows `first` to `last` hold."""

    first: int
    last: int
    broken: Broken | None
    head: tuple[int, str]


async def show(request: Request) -> Response:
    """A hundred rows, the newest first."""
    return await _page(request)


async def verify(request: Request) -> Response:
    """Whether the chain holds: a part of it a press, so that a long log blocks nobody."""
    here, typed = services(request), clean((await request.form()).get("after"), 9)
    after = int(typed) if typed.isascii() and typed.isdecimal() else 0
    keys = here.keys.require_desk()
    checked = await here.db.read(_check, keys, after)
    reason = f"{checked.first}-{checked.last}" + (" broken" if checked.broken else "")
    await here.db.write(
        audit.record, keys, actor=member_of(request).id, action="audit.verify", reason=reason
    )
    return await _page(request, checked=checked)


def _check(session: Session, keys: DeskKeys, after: int) -> Checked:
    last, broken = audit.verify_part(session, keys, after, PART)
    return Checked(after or 1, last, broken, audit.head(session))


async def download(request: Request) -> Response:
    """The rows that fit a filter as a file that no spreadsheet runs."""
    wanted, unread = read_filter(request.query_params)
    if unread:
        return await _page(request)
    here = services(request)
    await here.db.write(
        audit.record,
        here.keys.require_desk(),
        actor=member_of(request).id,
        action="audit.download",
        reason=summary(wanted),
    )
    found = await here.db.read(lines, wanted, MOST_LINES)
    headers = {"Content-Disposition": 'attachment; filename="log.csv"'}
    return Response(written(found.rows), media_type="text/csv; charset=utf-8", headers=headers)


def written(rows: tuple[Line, ...]) -> str:
    """CSV with every cell quoted, and an apostrophe before what would be a formula (T14)."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for row in rows:
        cells = (str(row.seq), row.at.isoformat(), row.actor, row.action, row.object_id, row.reason)
        writer.writerow([_harmless(cell) for cell in cells])
    return file.getvalue()


def _harmless(cell: str) -> str:
    plain = cell.replace("\0", "")
    return f"'{plain}" if _FORMULA.match(cell.lstrip(" ")) else plain


async def _page(request: Request, checked: Checked | None = None) -> Response:
    """The list; that somebody reads it is written before it leaves."""
    here, member = services(request), member_of(request)
    keys, tag = here.keys.require_desk(), desk_language(request, member)
    wanted, unread = read_filter(request.query_params)
    await here.db.write(
        audit.record, keys, actor=member.id, action="audit.view", reason=summary(wanted)
    )
    found = await here.db.read(lines, wanted) if not unread else None
    people = await here.db.read(actors)
    rows = found.rows if found else ()
    return staff_page(
        request,
        member,
        "desk/log.html",
        status=422 if unread else 200,
        place="log",
        rows=rows,
        wanted=wanted,
        error=say(tag, CANT_READ) if unread else "",
        people=people,
        checked=checked,
        head=await here.db.read(audit.head),
        older=_address(replace(wanted, before=rows[-1].seq)) if found and found.more else "",
        newest=_address(replace(wanted, before=None)) if wanted.before else "",
        file=_address(replace(wanted, before=None), f"{LOG}csv"),
        page_size=PAGE,
        most=MOST_LINES,
    )


def read_filter(params: QueryParams) -> tuple[Filter, bool]:
    """What an address asks for, and whether a part of it couldn't be read."""
    first, first_wrong = _day(params.get("first", ""))
    last, last_wrong = _day(params.get("last", ""))
    before = params.get("before", "")
    number = before.isascii() and before.isdecimal() and len(before) < 10
    action = clean(params.get("action", ""), 40)
    wanted = Filter(
        first,
        last,
        clean(params.get("actor", ""), 64),
        action,
        clean(params.get("object", ""), 64),
        int(before) if number else None,
    )
    return wanted, first_wrong or last_wrong or (bool(before) and not number)


def _day(typed: str) -> tuple[date | None, bool]:
    try:
        found = date.fromisoformat(typed) if typed else None
    except ValueError:
        return None, True
    return (None, True) if found and not 2000 < found.year < 2200 else (found, False)


def summary(wanted: Filter) -> str:
    """A filter as the log keeps it: nothing that somebody typed freely gets into it."""
    parts = {
        "first": wanted.first,
        "last": wanted.last,
        "actor": _known(wanted.actor),
        "action": wanted.action if _ACTION.fullmatch(wanted.action) else _other(wanted.action),
        "object": _known(wanted.object_id),
        "before": wanted.before,
    }
    return " ".join(f"{name}={part}" for name, part in parts.items() if part)[:200]


def _known(typed: str) -> str:
    return typed if _RANDOM_ID.fullmatch(typed) else _other(typed)


def _other(typed: str) -> str:
    return "other" if typed else ""


def _address(wanted: Filter, path: str = LOG) -> str:
    values: dict[str, Any] = {
        "first": wanted.first,
        "last": wanted.last,
        "actor": wanted.actor,
        "action": wanted.action,
        "object": wanted.object_id,
        "before": wanted.before,
    }
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{path}?{query}" if query else path


AUDITOR = ("auditor",)
routes: list[BaseRoute] = [
    staff_route(LOG, show, roles=AUDITOR, name="log"),
    staff_route(f"{LOG}verify", verify, ["POST"], roles=AUDITOR, name="verify log"),
    staff_route(f"{LOG}csv", download, roles=AUDITOR, name="log as a file"),
]
