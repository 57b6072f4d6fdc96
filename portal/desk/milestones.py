"""The milestones of a mediation in words of the desk, and the panel that shows them on a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.cases.letters.mediation import LETTER_OF
from portal.cases.mediation import (
    ASKED,
    TAKEN_UP,
    Milestone,
    is_mediated,
    milestones_of,
    out_of_order,
    standing,
)
from portal.desk.queries import CaseData
from portal.desk.wording import named, say
from portal.i18n import N_

STEPS: Mapping[str, str] = {
    "received_complete": N_("The request is complete"),
    "received_incomplete": N_("The request is not complete"),
    "talk": N_("A talk about it was agreed"),
    "taken_up_document": N_("Taken up: order for a travel document (LP)"),
    "taken_up_identity": N_("Taken up: research of identity and nationality"),
    "taken_up_country": N_("Taken up: travelling to another country"),
    "embassy_asked": N_("An embassy was asked"),
    "copy_ready": N_("A copy of the request to the embassy is there for the person"),
    "presentation": N_("The embassy invited the person to a talk (presentation)"),
    "answer": N_("The embassy answered"),
    "no_answer": N_("The embassy did not answer"),
    "ended_succeeded": N_("Ended: it succeeded"),
    "ended_no_result": N_("Ended: no result. Now the check of no fault."),
    "ended_no_cooperation": N_("Ended: no cooperation, with a reason"),
    "ended_withdrawn": N_("Ended: the person withdrew it"),
}
REFUSED: Mapping[str, str] = {
    "unknown_step": N_("Choose what happened."),
    "to_come": N_("This day is still to come. Write down what has happened."),
    "before_case": N_("This day was before the request was sent."),
    "on_hold": N_(
        "Nothing may begin: it is not certain that no procedure is pending. First the hold must "
        "be lifted."
    ),
    "not_named": N_(
        "Only the supervisor who is named on this case can write down that an embassy was asked. "
        "Take the case over first if it is yours."
    ),
    "no_ruling": N_("Fill in the date of the ruling that you have read yourself."),
    "ruling_after": N_(
        "The ruling is later than the day on which the embassy was asked. Look at both dates; if "
        "they are right, call your coordinator."
    ),
    "not_taken_up": N_("On that day the mediation was not taken up yet. Write that down first."),
    "not_asked": N_("On that day no embassy was asked yet. Write that down first."),
    "answered": N_("The embassy has answered already, as is written down here."),
    "ended": N_("This mediation has ended. If that is wrong, take the end back first."),
    "reason_missing": N_("Write down the reason."),
    "needed_by_others": N_("Later steps rest on this one. Take those back first."),
    "undone_before": N_("This was taken back already."),
}
"""Why a step can't be written down or taken back, by the codes of cases.mediation."""
MEDIATION_EVENTS: Mapping[str, str] = {
    "milestone": N_("wrote down a step of the mediation: %(step)s, %(date)s"),
    "milestone_undone": N_("took a step of the mediation back: %(step)s, %(date)s"),
    "no_fault": N_("wrote down how a condition of no fault stands"),
}


@dataclass(frozen=True)
class MilestoneView:
    line: int
    text: str
    day: date
    at: datetime
    who: str
    note: str
    ruling: date | None
    letter: str
    """The key of the letter that tells the person; "" where none fits now."""
    undone_by: str
    undone_note: str


def milestones_panel(data: CaseData, tag: str) -> dict[str, Any]:
    """For the page of a case: `mediation` is None for other kinds, and `milestones` empty."""
    file = data.file
    if file.row.kind != "mediation":
        return {"mediation": None, "milestones": ()}
    every = milestones_of(file.log)
    return {
        "mediation": {"open": is_mediated(file.row.kind, is_open=file.open)},
        "milestones": tuple(
            milestone_view(each, tag, held=file.row.embassy_hold)
            for each in (*standing(every), *(each for each in every if not each.stands))
        ),
    }


def milestone_view(each: Milestone, tag: str, *, held: bool) -> MilestoneView:
    letter = LETTER_OF.get(each.step, "") if each.stands else ""
    return MilestoneView(
        each.line,
        named(tag, STEPS, each.step),
        each.day,
        each.at,
        each.actor,
        each.note,
        each.ruling,
        "" if held and letter == "mediation_started" else letter,
        each.undone_by,
        each.undone_note,
    )


def mediation_values(tag: str, detail: Mapping[str, Any]) -> dict[str, str]:
    """What the sentences of MEDIATION_EVENTS name; "?" where no key of ours opens the line."""
    return {"step": named(tag, STEPS, str(detail.get("step", "?"))), "date": "?"}


def not_now(
    milestones: Iterable[Milestone], today: date, *, held: bool, named: bool
) -> dict[str, str]:
    """The steps that can't have happened until today, and why, by the codes of REFUSED.

    `held`: on hold; `named`: who asks is the supervisor who is named.
    """
    stand = standing(milestones)
    codes = {step: out_of_order(step, today, stand) for step in STEPS}
    if held:
        codes |= dict.fromkeys((*TAKEN_UP, ASKED), "on_hold")
    elif not named and not codes[ASKED]:
        codes[ASKED] = "not_named"
    return {step: code for step, code in codes.items() if code}


def refused(tag: str, code: str) -> str:
    return say(tag, REFUSED[code])
