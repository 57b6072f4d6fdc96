"""Who else sees a case, and where a referral stands, for the desk."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request

from portal.cases.letters.partners import DECLINED
from portal.cases.queries import CaseFile
from portal.cases.sharing import consents, outside
from portal.cases.sharing.lines import referrals_of
from portal.desk.wording import named, say
from portal.i18n import N_, format_date, language
from portal.register import register
from portal.staff.guards import desk_language, member_of
from portal.vault import DeskKeys
from portal.web.context import services

PURPOSES = {
    "see": N_("reads the answers"),
    "write": N_("writes to the supervisor"),
    "receive": N_("reads the messages"),
}
WAYS = {
    "with_helper": N_("given at the form, with %(name)s beside"),
    "with_somebody": N_("given at the form, with a helper beside"),
    "code": N_("given on the follow page, with the code"),
    "talk": N_("given in the talk of %(day)s, written down by %(name)s"),
    "answers": N_("given with a tick in the request"),
}
NAMELESS = {"with_helper": "with_somebody"}
"""Of a helper whose name isn't kept."""
REFERRALS = {
    "outside": N_("Passed on outside the portal, with consent"),
    "asked": N_("The person was asked and has not answered yet"),
    "refused": N_("The person does not want it"),
    "open": N_("Waits for the organisation's answer"),
    "accepted": N_("Accepted"),
    "in_contact": N_("In contact with the person"),
    "no_contact": N_("Could not reach the person"),
    "helped": N_("Has helped"),
    "declined": N_("Declined"),
    "ended": N_("Ended"),
    "stopped": N_("Stopped by the person"),
}


@dataclass(frozen=True)
class SharedView:
    organisation: str
    may: str
    how: str
    language: str
    since: datetime
    until: datetime | None
    ended: datetime | None
    lives: bool


@dataclass(frozen=True)
class ReferralView:
    organisation: str
    state: str
    changed: datetime
    reason: str
    note: str


async def shared(request: Request, file: CaseFile) -> dict[str, Any]:
    """What templates/desk/_sharing.html needs; the case is one that the member may see."""
    here, tag = services(request), desk_language(request, member_of(request))
    keys, now = here.keys.require_desk(), datetime.now(UTC)
    found = await here.db.read(_shared, keys, file.row.id, tag, now)
    return found | {"referrals": (*_outside(file, tag), *found["referrals"])}


def _outside(file: CaseFile, tag: str) -> tuple[ReferralView, ...]:
    """To which organisations without an account it was passed on, by the log, the newest first."""
    return tuple(
        ReferralView(
            register()[line.detail["entry"]].name,
            named(tag, REFERRALS, "outside"),
            line.at,
            "",
            "",
        )
        for line in reversed(file.log)
        if line.name == outside.EVENT and line.detail.get("entry") in register()
    )


def _shared(
    session: Session, keys: DeskKeys, case_id: str, tag: str, now: datetime
) -> dict[str, Any]:
    found = consents.sharing_of(session, case_id, now, only_living=False)
    return {
        "shared": tuple(
            SharedView(
                each.organisation,
                ", ".join(named(tag, PURPOSES, key) for key in each.purposes),
                say(
                    tag,
                    WAYS.get(
                        each.how if each.recorded_by else NAMELESS.get(each.how, each.how), ""
                    ),
                    {"name": each.recorded_by, "day": format_date(each.day or each.since, tag)},
                ),
                language(each.language).english,
                each.since,
                each.until,
                each.ended,
                each.lives,
            )
            for each in found.shared
        ),
        "referrals": tuple(
            ReferralView(
                each.organisation,
                named(tag, REFERRALS, each.state),
                each.changed,
                say(tag, DECLINED.get(each.reason, "")),
                each.note,
            )
            for each in referrals_of(session, keys, case_id)
        ),
    }
