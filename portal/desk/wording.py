"""The desk's words for states, moves, kinds and time, as staff say them: about the person, not to.

Everything here is a msgid of the `desk` domain; `say` puts it in the reader's language.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from babel.dates import format_date

from portal.i18n import N_, dutch_day, language, language_names, translations

Tone = Literal["waiting", "active", "done", "attention"]
Lateness = Literal["late", "soon", ""]

STATES: Mapping[str, tuple[str, Tone]] = {
    "sent": (N_("Just arrived"), "waiting"),
    "assigned": (N_("Not read yet"), "attention"),
    "in_progress": (N_("Being handled"), "active"),
    "info_needed": (N_("Waiting for the person"), "waiting"),
    "referred": (N_("Passed on, with consent"), "active"),
    "meeting_planned": (N_("Talk planned"), "active"),
    "carried_out": (N_("Being carried out"), "active"),
    "not_now": (N_("Not possible at this time"), "waiting"),
    "elsewhere": (N_("Not for DT&V"), "waiting"),
    "duplicate": (N_("Joined with another request"), "done"),
    "done": (N_("Closed"), "done"),
    "withdrawn": (N_("Withdrawn by the person"), "done"),
}
NEXT: Mapping[str, str] = {
    "sent": N_("The portal chooses who handles it"),
    "assigned": N_("Read it and begin"),
    "in_progress": N_("Answer the person"),
    "info_needed": N_("See whether the person has answered"),
    "referred": N_("See whether the organisation has made contact"),
    "meeting_planned": N_("Have the talk and write down the result"),
    "carried_out": N_("Do what was promised, or close the request"),
    "not_now": N_("See whether it is possible by now, or close the request"),
    "elsewhere": N_("See whether the person found the way, or close the request"),
    "duplicate": N_("Nothing any more"),
    "done": N_("Nothing any more"),
    "withdrawn": N_("Nothing any more"),
}
"""What somebody must do before the deadline, in each state."""
WROTE = N_("Read the new message of the person")
"""Instead of it, when the applicant wrote and nobody has answered since."""

MOVES: Mapping[str, str] = {
    "start": N_("Begin with this request"),
    "ask_info": N_("Ask for more information"),
    "resume": N_("Take up again"),
    "refer": N_("Pass on with consent"),
    "plan_meeting": N_("Mark as: talk planned"),
    "carry_out": N_("Carry out the request"),
    "decline": N_("Not possible at this time"),
    "redirect": N_("For another organisation than DT&V"),
    "join": N_("Join with an earlier request"),
    "finish": N_("Close the request"),
}
"""The moves of the workflow table that staff make, as a button says them."""

KINDS: Mapping[str, str] = {
    "iom_support": N_("IOM support"),
    "ngo_support": N_("NGO or EURP support"),
    "mediation": N_("Mediation (bemiddelingsverzoek)"),
    "third_country": N_("Another country"),
    "appointment": N_("Talk"),
    "question": N_("Question"),
    "interpreter": N_("Interpreter"),
    "medical": N_("Health and travelling"),
    "reception_term": N_("More time in reception"),
    "documents_back": N_("Papers back"),
    "contact_change": N_("New contact details"),
    "representative": N_("Representative"),
    "withdraw": N_("Withdraw a request"),
}
URGENT: Mapping[str, str] = {
    "flight": N_("Flight very soon"),
    "health": N_("Very ill"),
    "danger": N_("In danger"),
}
MARKS: Mapping[str, str] = {
    "alarm": N_("Nobody found: see who should have it"),
    "mandate_hold": N_("Check the mandate"),
    "restricted": N_("Trained group only"),
    "asks_group": N_("A signal: look at it"),
    "change_waits": N_("A change waits"),
}
"""What a row of the queue says of itself, by the names of QueueRow."""
WHY: Mapping[str, str] = {
    "wrote": N_("Wrote on %(day)s; nobody has answered"),
    "untouched": N_("Not read for too long"),
    "late": N_("The date has passed"),
    "today": N_("The date is today"),
    **{code: MARKS[code] for code in ("alarm", "restricted", "change_waits")},
    **URGENT,
}
"""Why a case needs somebody today, by the codes of `queue.why_today`."""
FLAGS: Mapping[str, str] = {
    "unaccompanied_minor": N_("unaccompanied minor"),
    "detention": N_("detention"),
    "closed_family": N_("closed family facility (GGV)"),
    "dublin": N_("Dublin"),
    "vbl": N_("freedom-restricting location (VBL)"),
    "family": N_("family location (GL)"),
}
PROCEDURES: Mapping[str, str] = {
    "pending": N_("a procedure is pending"),
    "none": N_("no procedure is pending"),
    "unknown": N_("not known whether a procedure is pending"),
}
MAIL_FAILED: Mapping[str, str] = {
    "refused": N_("The e-mail address refuses what we send."),
    "given_up": N_("The e-mail could not be delivered for days."),
    "no_address": N_("What was filled in is not an e-mail address."),
    "unreadable": N_("The e-mail address can't be opened with the keys of the portal."),
}
"""Why no e-mail reaches the person: reasons of the event `mail_failed`."""


def say(tag: str, message: str, values: Mapping[str, str] | None = None) -> str:
    """One text of the desk in one language, with its `%(name)s` filled."""
    text = translations(tag, "desk").gettext(message) if message else ""
    return text % values if values else text


def named(tag: str, names: Mapping[str, str], key: str) -> str:
    """What `names` calls a key. A key that it doesn't know stands for itself: old rows live on."""
    return say(tag, names.get(key, key))


def language_name(tag: str, of: str) -> str:
    """The name of the language `of`, as a reader of `tag` knows it."""
    babel = language(of).babel
    names = language_names(tag)
    return str(names.get(babel) or names.get(babel.partition("_")[0]) or of)


def short_date(tag: str, moment: datetime) -> str:
    """ "Mon 23 Nov"; with the year when it isn't this one."""
    day = dutch_day(moment)
    this_year = day.year == dutch_day().year
    return format_date(day, "EEE d MMM" if this_year else "EEE d MMM y", language(tag).babel)


def age(tag: str, since: datetime, now: datetime) -> str:
    """How long somebody has been waiting, in whole days of the Dutch calendar."""
    days = (dutch_day(now) - dutch_day(since)).days
    if days < 1:
        return say(tag, N_("since today"))
    text = translations(tag, "desk").ngettext("for %(n)s day", "for %(n)s days", days)
    return text % {"n": days}


def lateness(due: datetime, now: datetime, *, is_open: bool = True) -> Lateness:
    """Whether a deadline has passed, or falls within a day."""
    if not is_open:
        return ""
    if due < now:
        return "late"
    return "soon" if due - now < timedelta(days=1) else ""
