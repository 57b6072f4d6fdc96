"""Who must be told by a person because no e-mail tells them; and an e-mail address that fails."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal.cases import telling
from portal.cases.queries import LogLine
from portal.desk.deeds import CASE, problem, settle
from portal.desk.forms import NOTE_LENGTH, clean
from portal.desk.queries import CaseData
from portal.desk.wording import MAIL_FAILED, named
from portal.i18n import N_
from portal.staff.guards import staff_route

HOW: Mapping[str, str] = {
    "phone": N_("Call the person: they chose the telephone."),
    "post": N_("Write to the person: they chose the post."),
    "lawyer": N_("Let the lawyer know, as the person chose."),
    "centre": N_("Let the COA or the guardian tell the person, as they chose."),
    "email": N_("The person chose e-mail, but gets none. Tell them in another way."),
    "unsafe": N_("Messages are not safe for this person. Tell them in a talk."),
    "code": N_("The person chose no other way than this site. Tell them in a talk."),
}
"""How to tell somebody, by the way that they chose."""


@dataclass(frozen=True)
class Reach:
    """`how` is a sentence when somebody of the staff must tell of what waits, `told` when one did;
    `failed` says why no e-mail arrives."""

    how: str
    told: bool
    failed: str


def reach_of(data: CaseData, tag: str, *, mails: bool) -> Reach:
    """What the page of a case says about reaching its person. `mails`: there is a mail server."""
    failed = failure_of(data.file.log) if data.file.open else ""
    waiting = {each.id for each in data.changes.waiting} if data.file.open else set()
    way = data.changes.current or data.file.answers
    channel = str(way.get("contact_channel") or "code")
    if way.get("contact_safe") == "no":
        channel = "unsafe"
    by_mail = channel == "email" and mails and not failed
    known: set[str] = set()
    for line in data.file.log:
        if line.name == "told_of_change":
            known.update(line.detail.get("changes", ()))
    how = named(tag, HOW, channel if channel in HOW else "code") if waiting and not by_mail else ""
    return Reach(how, bool(waiting) and waiting <= known, named(tag, MAIL_FAILED, failed))


def failure_of(log: tuple[LogLine, ...]) -> str:
    """Why e-mails to the way in force fail, or ""."""
    why = ""
    for line in log:
        if line.name == "mail_failed":
            why = str(line.detail.get("why", ""))
        elif line.name == "contact_changed":
            why = ""
    return why


async def told(request: Request) -> Response:
    """Somebody told the person what waits. What they said is an internal note."""
    text = clean((await request.form()).get("text"), NOTE_LENGTH)
    if not text:
        return problem(request, "empty_note", 422)
    return await settle(request, telling.told, text, kept=text)


routes: list[BaseRoute] = [staff_route(f"{CASE}/told", told, ["POST"], name="told")]
