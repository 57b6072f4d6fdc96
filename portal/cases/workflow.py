"""The life of a case as one table of allowed moves (domain.md §3B). Pure.

No move refuses by itself: only a person declines, and gives a reason that is translated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from portal.cases.working_days import is_working_day
from portal.i18n import AMSTERDAM, N_

STATES = {
    "sent": N_("Sent"),
    "assigned": N_("With your supervisor"),
    "in_progress": N_("Being worked on"),
    "info_needed": N_("We need to know more"),
    "referred": N_("Passed on with your consent"),
    "meeting_planned": N_("A talk is planned"),
    "carried_out": N_("Being carried out"),
    "not_now": N_("Not possible now"),
    "elsewhere": N_("For another organisation"),
    "duplicate": N_("Joined with your other request"),
    "done": N_("Finished"),
    "withdrawn": N_("Withdrawn by you"),
}
NEXT = {
    "sent": N_("Your request has arrived. The portal is looking for the right supervisor."),
    "assigned": N_("A supervisor (regievoerder) has your request and will read it."),
    "in_progress": N_("Your supervisor is working on your request. You will read the answer here."),
    "info_needed": N_(
        "Your supervisor has a question for you. Read the message and answer it here, "
        "or tell it in a talk."
    ),
    "referred": N_("The organisation in the message will get in touch with you."),
    "meeting_planned": N_(
        "Read the message for the day and the place. You may bring your lawyer or guardian."
    ),
    "carried_out": N_("Your supervisor is arranging what you asked. You will read the news here."),
    "not_now": N_(
        "Read the message: it says why, and what is possible later. You can ask your lawyer, "
        "and you can make a complaint."
    ),
    "elsewhere": N_("Read the message: it says which organisation can answer you."),
    "duplicate": N_("You asked this before. The answer comes with your first request."),
    "done": N_("This request is finished. You can always send a new one."),
    "withdrawn": N_(
        "You have withdrawn this request. This changes nothing in the information you get."
    ),
}
"""What happens next, for the applicant, in each state."""
CLOSED = frozenset({"done", "withdrawn", "duplicate"})
STAFF = frozenset({"supervisor", "coordinator"})

REASONS = {
    "procedure_pending": N_("A case of yours is still open at the IND or the court."),
    "no_own_attempt": N_("You have not yet tried it yourself at your embassy."),
    "dublin": N_("Another country is handling your asylum request (Dublin)."),
    "documents_missing": N_("Papers are missing that are needed first."),
    "not_for_nationality": N_("This programme is not open for your nationality."),
    "helped_before": N_("You had return support before, not long ago."),
    "other": N_("Your supervisor explains the reason in the message."),
}
"""Why something isn't possible now: fixed texts that are translated (domain.md §3B)."""
CONSENT = "consent"
"""The reason with which a case is passed on, and the only one: the person agreed to this one
organisation, which is named with the move."""


@dataclass(frozen=True)
class Move:
    """One arrow: from any of `sources` to `target`, by any of `by`."""

    name: str
    sources: frozenset[str]
    target: str
    by: frozenset[str]
    needs_reason: bool = False
    needs_consent: bool = False


_WORKING = frozenset({"in_progress"})
_RESULTS = frozenset({"referred", "meeting_planned", "carried_out", "not_now", "elsewhere"})
_ALL_OPEN = frozenset(STATES) - CLOSED


def _by(*who: str) -> frozenset[str]:
    return frozenset(who)


MOVES = {
    move.name: move
    for move in (
        Move("route", _by("sent"), "assigned", _by("worker")),
        Move("start", _by("assigned"), "in_progress", STAFF),
        Move("ask_info", _WORKING, "info_needed", STAFF),
        Move("answer", _by("info_needed"), "in_progress", _by("applicant")),
        Move("resume", _by("info_needed") | _RESULTS, "in_progress", STAFF),
        Move("refer", _WORKING, "referred", STAFF, needs_consent=True),
        Move("plan_meeting", _WORKING, "meeting_planned", STAFF),
        Move("carry_out", _WORKING, "carried_out", STAFF),
        Move("decline", _WORKING, "not_now", STAFF, needs_reason=True),
        Move("redirect", _WORKING, "elsewhere", STAFF),
        Move("join", _by("assigned", "in_progress"), "duplicate", STAFF),
        Move("finish", _RESULTS | _WORKING, "done", STAFF),
        Move("withdraw", _ALL_OPEN, "withdrawn", _by("applicant")),
    )
}


class NotAllowed(Exception):
    """The table has no such arrow for this state, this person or without reason or consent."""


def move(name: str, state: str, roles: Iterable[str], reason: str = "", to: str = "") -> Move:
    """The move, if `roles` may make it in `state`. Raises NotAllowed.

    `to` names the organisation that the person agreed to: consent is given for each one apart.
    """
    found = MOVES.get(name)
    if not found or state not in found.sources or not found.by & set(roles):
        raise NotAllowed(name)
    if found.needs_reason and reason not in REASONS:
        raise NotAllowed(f"{name} needs a reason")
    if found.needs_consent and (reason != CONSENT or not to):
        raise NotAllowed(f"{name} needs consent for a named organisation")
    return found


def moves_from(state: str, roles: Iterable[str]) -> tuple[Move, ...]:
    """The moves that somebody with `roles` can make now, in the order of the table."""
    held = set(roles)
    return tuple(m for m in MOVES.values() if state in m.sources and m.by & held)


def state_of(states: Iterable[str]) -> str:
    """The state that follows from a log: the last event's."""
    return list(states)[-1]


def next_deadline(state: str, now: datetime, *, urgent: bool, days: tuple[int, int]) -> datetime:
    """When somebody should look again. A target, no rule (domain.md §4: no service levels found).

    `days` = working days until a person reacts, (ordinary, urgent). A question to the applicant
    leaves them two weeks at least.
    """
    if state == "info_needed":
        return now + timedelta(days=14)
    return add_working_days(now, days[1] if urgent else days[0])


def add_working_days(start: datetime, days: int) -> datetime:
    """The end of the working day that lies `days` working days after `start`."""
    day = start.astimezone(AMSTERDAM).date()
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return datetime.combine(day, time(17), AMSTERDAM)


def waited_longer_than(days: int, now: datetime) -> datetime:
    """The moment before which a case came when it has waited for more than `days` working days.

    It is a midnight: for every `start` before it, and for none after, `now` is past
    `add_working_days(start, days)`.
    """
    day = now.astimezone(AMSTERDAM).date()
    if now > datetime.combine(day, time(17), AMSTERDAM):
        day += timedelta(days=1)
    # Whole days before `day` are over. The first of `days` working days among them begins the wait.
    while days:
        day -= timedelta(days=1)
        days -= is_working_day(day)
    return datetime.combine(day, time(), AMSTERDAM)
