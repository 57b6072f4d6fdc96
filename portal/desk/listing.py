"""The page of the queue: its lists with their counts, the filters, and the rows."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from portal import audit
from portal.cases import workflow
from portal.cases.access import Actor
from portal.cases.kinds import KINDS
from portal.cases.queue import Queue, QueuePage, queue_page
from portal.cases.queue.lists import COUNT_UP_TO, VIEWS
from portal.cases.queue.saved import NAME_LENGTH, Saved, saved_filters
from portal.desk import wording
from portal.desk.deeds import actor_of
from portal.desk.forms import FieldView, Filters, OptionView, query_of, read_filters, write_after
from portal.desk.pages import row_view
from portal.desk.wording import named, say
from portal.i18n import N_, all_languages, live_languages
from portal.staff.guards import Member, desk_language, member_of, staff_page
from portal.vault import DeskKeys
from portal.web.context import services

VIEW_NAMES = {
    "today": N_("Needs me today"),
    "mine": N_("My cases"),
    "team": N_("My team"),
    "waiting": N_("Waiting for the applicant"),
    "unowned": N_("Without supervisor"),
    "done": N_("Done"),
}
OPEN = tuple(state for state in wording.STATES if state not in workflow.CLOSED)
CLOSED = tuple(state for state in wording.STATES if state in workflow.CLOSED)
FILTERED = ("state", "kind", "language")


@dataclass(frozen=True)
class Tab:
    text: str
    address: str
    count: str
    current: bool


@dataclass(frozen=True)
class SavedView:
    id: str
    name: str
    """What the member called it; "" when it can't be read, then `says` tells what it shows."""
    says: str
    address: str
    current: bool


def default_view(member: Member) -> str:
    """The list that somebody sees who asks for none."""
    return "mine" if "supervisor" in member.roles else "team"


async def show(
    request: Request,
    typed: str = "",
    *,
    filters: Filters | None = None,
    name: str = "",
    error: str = "",
) -> Response:
    """A list of cases; that somebody looked is written before the page leaves.

    `filters`, `name` and `error` are of a filter that could not be saved.
    """
    here, member, now = services(request), member_of(request), datetime.now(UTC)
    keys, actor = here.keys.require_desk(), actor_of(request)
    filters = filters or read_filters(
        request.query_params, keys, default=default_view(member), typed=typed
    )
    seen = "search" if filters.typed else filters.queue.view
    await here.db.write(audit.record, keys, actor=actor.id, action="queue.view", reason=seen)
    days = here.settings.untouched_team_days
    page, saved = await here.db.read(_page_and_filters, keys, actor, filters.queue, now, days)
    tag = desk_language(request, member)
    return staff_page(
        request,
        member,
        "desk/queue.html",
        part="desk/_queue.html",
        status=422 if error else 200,
        place="queue",
        saved=tuple(_saved_view(each, filters, tag) for each in saved),
        naming=FieldView(
            "name",
            "text",
            say(tag, N_("Name of this filter")),
            name,
            help=say(tag, N_("Only you see it. Please name no persons.")),
            error=say(tag, error),
            dir="auto",
            maxlength=NAME_LENGTH,
        ),
        **queue_view(page, filters, member, tag, now),
    )


def _page_and_filters(
    session: Session, keys: DeskKeys, actor: Actor, queue: Queue, now: datetime, days: int
) -> tuple[QueuePage, tuple[Saved, ...]]:
    untouched = workflow.waited_longer_than(days, now)
    page = queue_page(session, keys, actor, queue, now, untouched)
    return page, saved_filters(session, keys, actor.id)


def queue_view(
    page: QueuePage, filters: Filters, member: Member, tag: str, now: datetime
) -> dict[str, Any]:
    """The context of the list: tabs, rows, filters, and the way to the next page."""
    queue = filters.queue
    address = f"/desk/?{query_of(queue)}"
    return {
        "tabs": tuple(
            Tab(
                say(tag, VIEW_NAMES[view]),
                f"/desk/?view={view}",
                _counted(page.counts.get(view, 0)),
                view == queue.view and not filters.typed,
            )
            for view in VIEWS
        ),
        "rows": tuple(row_view(row, member, tag, now) for row in page.rows),
        "filters": filters,
        "filtered": tuple(
            (each, getattr(queue, each)) for each in ("view", *FILTERED) if getattr(queue, each)
        ),
        "states": _options(CLOSED if queue.view == "done" else OPEN, queue.state, tag),
        "kinds": _options(tuple(KINDS), queue.kind, tag),
        "spoken": _options(tuple(each.tag for each in live_languages()), queue.language, tag),
        "following": f"{address}&after={write_after(page.following)}"
        if page.following and not filters.typed
        else "",
        "first": address if queue.after else "",
    }


def _counted(count: int) -> str:
    return f"{count}+" if count >= COUNT_UP_TO else str(count)


def _options(keys: tuple[str, ...], chosen: str, tag: str) -> tuple[OptionView, ...]:
    options = (OptionView(key, _called(key, tag), selected=key == chosen) for key in keys)
    return (OptionView("", say(tag, N_("All")), selected=not chosen), *options)


def _called(key: str, tag: str) -> str:
    """A state, a kind or a language in words; what is none of them any more stands for itself."""
    if key in wording.STATES or key in wording.KINDS:
        names = {state: name for state, (name, _) in wording.STATES.items()}
        return named(tag, names | dict(wording.KINDS), key)
    return wording.language_name(tag, key) if key in all_languages() else key


def _saved_view(saved: Saved, filters: Filters, tag: str) -> SavedView:
    words = [part.partition("=")[2] for part in saved.query.split("&")]
    says = " · ".join(
        say(tag, VIEW_NAMES[word]) if word in VIEW_NAMES else _called(word, tag) for word in words
    )
    current = saved.query == query_of(filters.queue) and not filters.typed
    return SavedView(saved.id, saved.name, says, f"/desk/?{saved.query}", current)
