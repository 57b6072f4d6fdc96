"""The words of local consultation: outcomes, minutes and what belongs to them. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.cases.access import Actor
from portal.vault import DeskKeys

OUTCOMES = ("end_reception", "longer_azc", "restricted", "detention", "other", "postponed")
"""The four of VV 2023 (domain.md §2B): end of reception, longer in the azc when departure is very
near, VBL or GL, detention; and what doesn't fit them."""
ORGANISATIONS = ("dtv", "coa", "avim", "ind", "iom", "nidos", "dji", "kmar", "other")
DISSENTS = ("nobody", "somebody")
EVENTS = (
    "consultation_placed",
    "consultation_recorded",
    "consultation_added",
    "consultation_taken_off",
    "consultation_action_done",
    "consultation_action_undone",
)
"""The lines that a consultation leaves in the log of a case."""
MOST_ACTIONS = 3
"""How many new actions one form holds; a form can be sent again."""


class NotReady(Exception):
    """Something that belongs to the minutes is missing; the message names it."""


@dataclass(frozen=True)
class Heading:
    """Where and when, who chairs, who is there: codes of ORGANISATIONS."""

    place: str
    day: date
    chair: str = "dtv"
    present: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seat:
    """Who acts on which meeting, as it was when they looked, and when."""

    keys: DeskKeys
    actor: Actor
    consultation_id: str
    version: int
    now: datetime


@dataclass(frozen=True)
class NewAction:
    """What will be done, and by whom: a staff member, or an organisation of ORGANISATIONS."""

    text: str
    owner_id: str
    organisation: str
    due: date


@dataclass(frozen=True)
class Minutes:
    """What is written down about one case. Without an outcome it is preparation."""

    proposal: str
    dissent: str = ""
    """Of DISSENTS: somebody asked what speaks against it. "" when nobody asked yet."""
    dissent_text: str = ""
    dissent_by: str = ""
    outcome: str = ""
    outcome_text: str = ""
    actions: tuple[NewAction, ...] = ()
    """New ones; those that were there stay."""

    def check(self) -> None:
        """Raises NotReady with the name of the first field that is missing or wrong."""
        if not self.proposal:
            raise NotReady("proposal")
        if self.outcome and self.outcome not in OUTCOMES:
            raise NotReady("outcome")
        if self.outcome == "other" and not self.outcome_text:
            raise NotReady("outcome_text")
        if self.dissent not in DISSENTS and (self.outcome or self.dissent):
            raise NotReady("dissent")
        if self.dissent == "somebody" and not self.dissent_text:
            raise NotReady("dissent_text")
        if self.dissent == "somebody" and not self.dissent_by:
            raise NotReady("dissent_by")


def about_place(consultation_id: str) -> str:
    return f"consultation|about|{consultation_id}"


def meeting_key_place(consultation_id: str) -> str:
    return f"consultation|desk_key|{consultation_id}"


def action_place(action_id: str) -> str:
    return f"consultation_action|sealed|{action_id}"
