"""The log of a case as sentences: who did what, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.cases.letters import LETTERS
from portal.cases.queries import LogLine
from portal.cases.workflow import REASONS
from portal.desk.milestones import MEDIATION_EVENTS, mediation_values
from portal.desk.talks import wording as talks_wording
from portal.desk.wording import MAIL_FAILED, PROCEDURES, named, say
from portal.i18n import N_, format_date
from portal.register import register

EVENTS: Mapping[str, str] = {
    "sent": N_("sent this request"),
    "routed": N_("gave the request to %(team)s"),
    "routed_to": N_("gave the request to %(supervisor)s, %(team)s"),
    "rerouted": N_("handed the request over to %(team)s"),
    "rerouted_to": N_("handed the request over to %(supervisor)s, %(team)s"),
    "split": N_("gave one of the family a request of their own"),
    "mandate_confirmed": N_("checked the mandate of who sent this"),
    "hold_set": N_("put mediation on hold. The record says: %(procedure)s."),
    "hold_lifted": N_("lifted the hold of mediation. The record says: %(procedure)s."),
    "hold_lifted_by_hand": N_("lifted the hold of mediation, with the ruling of %(date)s"),
    "hold_set_by_hand": N_("put mediation on hold again"),
    "held": N_(
        "kept the mediation as a question and advised to see a lawyer first. The record says: "
        "%(procedure)s."
    ),
    "taken_over": N_("took the request over"),
    "assigned": N_("gave the request to the team %(team)s"),
    "assigned_to": N_("gave the request to %(supervisor)s of the team %(team)s"),
    "message": N_("sent the message “%(letter)s”"),
    "reply": N_("wrote a message"),
    "note": N_("wrote an internal note"),
    "check_medical": N_("assessed the check on health"),
    "check_no_fault": N_("assessed the check on no fault (buiten schuld)"),
    "check_distressing": N_("assessed the check on distressing circumstances"),
    "check_trafficking": N_("assessed the check on trafficking in human beings"),
    "file_added": N_("added a photo or a paper"),
    "file_released": N_("decided that a file may go to an embassy, with the ruling of %(date)s"),
    "file_withheld": N_("decided that a file may not go to an embassy any more"),
    "start": N_("began to work on it"),
    "ask_info": N_("asked for more information"),
    "answer": N_("answered the question"),
    "resume": N_("took it up again"),
    "refer": N_("passed it on, with the consent of the person"),
    "plan_meeting": N_("planned a talk"),
    "carry_out": N_("began to carry it out"),
    "decline": N_("marked it as not possible at this time: %(reason)s"),
    "redirect": N_("marked it as a matter for another organisation"),
    "join": N_("joined it with an earlier request"),
    "finish": N_("closed the request"),
    "withdraw": N_("withdrew the request"),
    "withdraw_asked": N_("asked to withdraw the request; this waits and can be undone"),
    "withdraw_undone": N_("did not want to withdraw after all"),
    "withdraw_dropped": N_("let the withdrawal that waited lapse, for the request is closed"),
    "contact_change_asked": N_("asked to be reached in another way; this waits and can be undone"),
    "contact_change_undone": N_("did not want to be reached in another way after all"),
    "contact_change_dropped": N_(
        "let the new contact that waited lapse, for the request is closed"
    ),
    "contact_change_stopped": N_("stopped the new contact after speaking to the person"),
    "contact_changed": N_("put the new contact in place, as was asked"),
    "told_of_change": N_("told the person of the change that waits"),
    "mail_failed": N_("could not reach the person by e-mail. %(why)s"),
    **talks_wording.EVENTS,
    **MEDIATION_EVENTS,
    "consultation_placed": N_("put the request on the agenda of the consultation of %(date)s"),
    "consultation_recorded": N_("wrote in the minutes of the consultation of %(date)s"),
    "consultation_added": N_("added to the minutes of the consultation of %(date)s"),
    "consultation_taken_off": N_("took it off the agenda of the consultation of %(date)s"),
    "consultation_action_done": N_("did what the consultation of %(date)s agreed on"),
    "consultation_action_undone": N_(
        "opened an action of the consultation of %(date)s again: it is not done"
    ),
    "consent_asked": N_("asked the person whether %(organisation)s may see the request"),
    "consent_given": N_("wrote down what %(organisation)s may do, as the person allows it"),
    "consent_refused": N_("does not want that %(organisation)s sees the request"),
    "consent_ended": N_("ended what %(organisation)s may do"),
    "referred_to": N_("asked %(organisation)s to help"),
    "referred_outside_answers": N_(
        "passed it on to %(organisation)s, outside the portal: the person ticked it in the request"
    ),
    "referred_outside_talk": N_(
        "passed it on to %(organisation)s, outside the portal: the person agreed in the talk of "
        "%(date)s"
    ),
    "referral_accepted": N_("accepted to help, for %(organisation)s"),
    "referral_declined": N_("declined to help, for %(organisation)s"),
    "referral_in_contact": N_("reported contact with the person, for %(organisation)s"),
    "referral_no_contact": N_(
        "reported that the person could not be reached, for %(organisation)s"
    ),
    "referral_helped": N_("reported that the person was helped, for %(organisation)s"),
    "referral_ended": N_("ended the help, for %(organisation)s"),
}
"""What each event of the log means; `_to` is the same with a person named, `_talk` and `_answers`
with where consent came from."""
ACTORS: Mapping[str, str] = {
    "applicant": N_("The person who asks"),
    "worker": N_("The portal"),
    "somebody": N_("Somebody of the desk"),
}
GONE = N_("somebody who does not work here any more")


@dataclass(frozen=True)
class Told:
    """One line of the log, ready to be shown."""

    at: datetime
    who: str
    what: str
    note: str


def history(
    tag: str,
    log: tuple[LogLine, ...],
    teams: Mapping[str, str],
    people: Mapping[str, str],
    organisations: Mapping[str, str],
) -> list[Told]:
    """The log, newest first. `teams`, `people` and `organisations` map ids to names.

    The move `route` is left out: the event `routed` beside it says the same and to whom.
    """
    told = (line for line in reversed(log) if line.name != "route")
    return [_told(tag, line, teams, people, organisations) for line in told]


def _told(
    tag: str,
    line: LogLine,
    teams: Mapping[str, str],
    people: Mapping[str, str],
    organisations: Mapping[str, str],
) -> Told:
    detail = line.detail
    values = {
        "organisation": _organisation(detail, organisations),
        "team": teams.get(detail.get("team", ""), str(detail.get("team", ""))),
        "supervisor": people.get(detail.get("supervisor", "")) or say(tag, GONE),
        "procedure": named(tag, PROCEDURES, str(detail.get("procedure", ""))),
        "reason": named(tag, REASONS, str(detail.get("reason", ""))),
        "why": named(tag, MAIL_FAILED, str(detail.get("why", ""))),
    }
    values |= mediation_values(tag, detail)
    if "date" in detail:
        values["date"] = format_date(date.fromisoformat(str(detail["date"])), tag)
    letter = LETTERS.get(detail.get("letter", ""))
    values["letter"] = say(tag, letter.title) if letter else ""
    with_person = f"{line.name}_to" if detail.get("supervisor") else line.name
    with_way = f"{line.name}_{detail.get('how', '')}"
    sentence = EVENTS.get(with_person) or EVENTS.get(with_way) or EVENTS.get(line.name) or line.name
    who = say(tag, ACTORS[line.actor]) if line.actor in ACTORS else line.actor
    note = line.note if isinstance(line.note, str) else ""  # what isn't text has its own panel
    return Told(line.at, who, say(tag, sentence, values), note)


def _organisation(detail: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Of one with an account the name it has now; of another the name in the register."""
    entry = register().get(str(detail.get("entry", "")))
    return entry.name if entry else names.get(str(detail.get("organisation", "")), "")
