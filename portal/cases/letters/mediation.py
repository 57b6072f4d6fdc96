"""The letters of a mediation's milestones: what happened, and nothing that promises or frightens.

They name no country and no document of the person. Where a letter of `letters` says it already,
there is none here.
"""

from portal.cases.fields import Option
from portal.cases.writing import Blank, Letter
from portal.i18n import N_

_THERE = (
    Option("there", N_("An interpreter is there.")),
    Option("phone", N_("An interpreter helps by phone.")),
    Option("none", N_("There is no interpreter.")),
)
_ENDED = N_("The mediation has ended")
_DISAGREE = N_("You do not agree? Talk to your lawyer. You can also make a complaint.")

MEDIATION_LETTERS = (
    Letter(
        "embassy_asked",
        N_("DT&V has asked an embassy for a travel document"),
        (
            N_("DT&V does not tell an embassy that you asked for asylum."),
            N_("You do not have to answer questions of an embassy about your stay here."),
            N_("Do you worry about this? Talk to your lawyer."),
        ),
    ),
    Letter(
        "copy_ready",
        N_("You can get a copy of the request to the embassy"),
        (N_("Ask your supervisor (regievoerder) for it, here or in a talk."),),
    ),
    Letter(
        "presentation",
        N_("An embassy wants to talk with you"),
        (
            N_("Day: %(day)s"),
            N_("Time: %(time)s"),
            N_("Place: %(place)s"),
            "%(interpreter)s",
            N_("You do not have to answer questions of an embassy about your stay here."),
            N_("Do you worry about this? Talk to your lawyer."),
            N_("This day is not possible for you? Write it here."),
        ),
        (
            Blank("day", N_("Day of the talk"), "date"),
            Blank("time", N_("Time"), "time"),
            Blank("place", N_("Place"), "text"),
            Blank("interpreter", N_("Interpreter"), "choice", _THERE),
        ),
    ),
    Letter(
        "embassy_answered",
        N_("The embassy has answered"),
        (N_("Your supervisor (regievoerder) tells you the answer and what comes next."),),
    ),
    Letter(
        "embassy_silent",
        N_("The embassy has not answered yet"),
        (N_("Your supervisor (regievoerder) tells you what comes next."),),
    ),
    Letter(
        "ended_succeeded",
        _ENDED,
        (
            N_("It gave a result."),
            N_("Your supervisor (regievoerder) tells you what comes next."),
        ),
    ),
    Letter(
        "ended_no_result",
        _ENDED,
        (
            N_("It gave no result."),
            N_(
                "DT&V now looks whether you cannot leave, and whether that is through no fault "
                "of yours (buiten schuld)."
            ),
            N_("DT&V advises. The IND decides about a permit."),
        ),
    ),
    Letter(
        "ended_no_cooperation",
        _ENDED,
        (
            N_("Your supervisor stopped it and explains the reason to you in a talk."),
            _DISAGREE,
        ),
    ),
    Letter(
        "ended_withdrawn",
        _ENDED,
        (N_("You asked DT&V to stop."), N_("You can always ask again.")),
    ),
)

LETTER_OF = {
    "received_complete": "reading",
    "received_incomplete": "info_needed",
    "talk": "meeting",
    "taken_up_document": "mediation_started",
    "taken_up_identity": "mediation_started",
    "taken_up_country": "mediation_started",
    "embassy_asked": "embassy_asked",
    "copy_ready": "copy_ready",
    "presentation": "presentation",
    "answer": "embassy_answered",
    "no_answer": "embassy_silent",
    "ended_succeeded": "ended_succeeded",
    "ended_no_result": "ended_no_result",
    "ended_no_cooperation": "ended_no_cooperation",
    "ended_withdrawn": "ended_withdrawn",
}
"""The letter that tells the person of a milestone."""
OWN = {letter.key: tuple(s for s, key in LETTER_OF.items() if key == letter.key)
       for letter in MEDIATION_LETTERS}  # fmt: skip
"""The letters that may only be sent when one of these milestones stands."""
