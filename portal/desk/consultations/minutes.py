"""The minutes of a consultation, one form a case, and the actions that were agreed on."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.caseload.queries import all_handlers
from portal.cases import consultation, workflow
from portal.cases.consultation.queries import agenda, case_of_action, record_view
from portal.cases.consultation.shapes import Agenda, Item
from portal.cases.consultation.terms import NotReady
from portal.cases.handling import Desk, NotVisible, Overtaken
from portal.desk.consultations.forms import (
    TEXT_LENGTH,
    Typed,
    action_rows,
    errors_of,
    minutes_fields,
    read_minutes,
)
from portal.desk.consultations.pages import MEETING, MEETINGS, at_table, meeting_problem, page
from portal.desk.consultations.wording import outcome_of, owner_of
from portal.desk.deeds import actor_of
from portal.desk.forms import clean, is_id, version_of
from portal.staff.guards import desk_language, member_of, staff_route
from portal.vault import VaultError
from portal.web.context import see, services

ITEM = f"{MEETING}/cases/{{item_id}}"


async def show(request: Request) -> Response:
    """One case of the agenda: what is proposed, what speaks against it, what is recommended."""
    return await _page(request)


async def record(request: Request) -> Response:
    """Keep what was written, and go on to the next case when that was asked for."""
    found = await _found(request)
    if isinstance(found, Response):
        return found
    data, item = found
    form = await request.form()
    typed, written = read_minutes(form, data.meeting.day)
    if written is None:
        return await _page(request, typed, 422)
    kept = "\n\n".join(_texts(typed))
    done = await _settle(request, data, item, consultation.record, written, kept=kept)
    if done is not None:
        return done
    following = _following(data, item) if form.get("next") else None
    here = f"{MEETINGS}{data.meeting.id}"
    return see(f"{here}/cases/{following.id}" if following else f"{here}#cases")


async def take_off(request: Request) -> Response:
    """Off the agenda again, as long as nothing was decided."""
    found = await _found(request)
    if isinstance(found, Response):
        return found
    done = await _settle(request, *found, consultation.take_off)
    return done or see(f"{MEETINGS}{found[0].meeting.id}#cases")


async def add(request: Request) -> Response:
    """Closed minutes aren't changed: a correction stands below them."""
    found = await _found(request)
    if isinstance(found, Response):
        return found
    text = clean((await request.form()).get("text"), TEXT_LENGTH)
    done = await _settle(request, *found, consultation.add, text, kept=text)
    return done or see(f"{MEETINGS}{found[0].meeting.id}/cases/{found[1].id}")


async def mark(request: Request) -> Response:
    """An action is done, or is not after all. Then back to the meeting where it was pressed."""
    here, meeting, now = services(request), at_table(request), datetime.now(UTC)
    action, actor = request.path_params["action_id"], actor_of(request)
    form, keys = await request.form(), here.keys.require_desk()
    case_id = ""
    if meeting and is_id(action):
        case_id = await here.db.read(case_of_action, actor, meeting, action, now)
    if not case_id:
        return await _refused(request)
    desk = Desk(keys, here.settings, actor, case_id, 0, now)
    try:
        done = form.get("done") == "yes"
        await here.db.write(consultation.mark_action, desk, action, done=done)
    except NotVisible:
        return await _refused(request)
    except VaultError:
        return meeting_problem(request, "unreadable", 409, meeting)
    back = clean(form.get("back"), 40)
    return see(f"{MEETINGS}{back if is_id(back) else meeting}#actions")


async def _settle(
    request: Request, data: Agenda, item: Item, deed: Any, *args: Any, kept: str = ""
) -> Response | None:
    """One deed on a case of the agenda; None when it was done."""
    here, version = services(request), version_of(await request.form())
    keys, now = here.keys.require_desk(), datetime.now(UTC)
    desk = Desk(keys, here.settings, actor_of(request), item.case_id, version, now)
    meeting = data.meeting.id
    try:
        await here.db.write(deed, desk, item.id, *args)
    except NotVisible:
        return await _refused(request)
    except Overtaken:
        return meeting_problem(request, "overtaken", 409, meeting, kept)
    except workflow.NotAllowed:
        return meeting_problem(request, "closed", 409, meeting, kept)
    except NotReady:
        return meeting_problem(request, "incomplete", 422, meeting, kept)
    except VaultError:
        return meeting_problem(request, "unreadable", 409, meeting, kept)
    return None


async def _refused(request: Request) -> Response:
    """There is no such thing for this person; that they asked for it is written down."""
    here, now = services(request), datetime.now(UTC)
    keys, actor = here.keys.require_desk(), actor_of(request)
    await here.db.write(record_view, keys, actor, at_table(request), now, "none")
    return meeting_problem(request, "missing", 404)


async def _found(request: Request) -> tuple[Agenda, Item] | Response:
    """The meeting and the case of the address, their opening audited."""
    here, meeting, now = services(request), at_table(request), datetime.now(UTC)
    wanted, actor = request.path_params["item_id"], actor_of(request)
    keys = here.keys.require_desk()
    if not meeting or not is_id(wanted):
        return meeting_problem(request, "missing", 404)
    if not await here.db.write(record_view, keys, actor, meeting, now, wanted):
        return meeting_problem(request, "missing", 404)
    data = await here.db.read(agenda, keys, actor, meeting, now)
    item = next((each for each in data.items if each.id == wanted), None) if data else None
    return (data, item) if data and item else meeting_problem(request, "missing", 404)


async def _page(request: Request, typed: Typed | None = None, status: int = 200) -> Response:
    found = await _found(request)
    if isinstance(found, Response):
        return found
    data, item = found
    here, tag = services(request), desk_language(request, member_of(request))
    handlers = await here.db.read(all_handlers)
    typed = typed or Typed(item.content, {})
    following = _following(data, item)
    return page(
        request,
        "consultation-case",
        status,
        meeting=data.meeting,
        item=item,
        file=item,
        outcome=outcome_of(tag, item.content),
        fields=minutes_fields(tag, typed),
        rows=action_rows(
            tag, typed, (each for each in handlers if each.team_id == data.meeting.team_id)
        ),
        actions=[(each, owner_of(tag, each)) for each in item.actions],
        errors=errors_of(typed, tag),
        number=[each.id for each in data.items].index(item.id) + 1,
        total=len(data.items),
        following=following,
        text_length=TEXT_LENGTH,
    )


def _following(data: Agenda, item: Item) -> Item | None:
    """The next case of the agenda without an outcome; after the last it begins again."""
    place = [each.id for each in data.items].index(item.id)
    others = (*data.items[place + 1 :], *data.items[:place])
    return next((each for each in others if not each.settled), None)


def _texts(typed: Typed) -> list[str]:
    """What somebody wrote, for a page that says that it was not kept."""
    names = ("proposal", "dissent_text", "dissent_by", "outcome_text")
    texts = [typed.values[name] for name in names]
    rows = [row["text"] for name, row in typed.values.items() if name.startswith("action.")]
    return [text for text in (*texts, *rows) if text]


routes: list[BaseRoute] = [
    staff_route(ITEM, show, name="minutes of a case"),
    staff_route(ITEM, record, ["POST"], name="record minutes"),
    staff_route(f"{ITEM}/off", take_off, ["POST"], name="off the agenda"),
    staff_route(f"{ITEM}/add", add, ["POST"], name="add to minutes"),
    staff_route(f"{MEETING}/actions/{{action_id}}", mark, ["POST"], name="mark action"),
]
