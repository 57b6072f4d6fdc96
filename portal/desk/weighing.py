"""What must be weighed before a deed: guards, consent, safety, what the record says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from portal.caseload.queries import FoundDossier
from portal.cases.queries import LogLine
from portal.cases.queue import person_name
from portal.desk.comparing import Compared, compare
from portal.desk.queries import CaseData
from portal.desk.reasons import reasons
from portal.desk.wording import FLAGS, PROCEDURES, named, say
from portal.i18n import N_, format_date

HELD = N_(
    "This was asked as mediation. The record says: %(procedure)s. So the portal kept it as a "
    "question and advised to see a lawyer first."
)
ON_HOLD = N_(
    "Nothing may go to an embassy: it is not certain that no procedure is pending. Advise the "
    "person to talk to the lawyer; never suggest to withdraw a procedure."
)
HOLD_LIFTED = N_("%(name)s read the ruling of %(date)s: mediation may be weighed.")
NOT_ON_HOLD = N_("The record says that no procedure is pending. Mediation may be weighed.")
IOM_YES = N_("The person agreed that this request is given to IOM.")
IOM_NO = N_("The person did not agree that this request is given to IOM: ask first.")
UNSAFE = N_("It is not safe to reach the person in the way that was filled in: write here only.")
MINOR = N_("The person says to be under 18 and here without parents: involve the guardian (Nidos).")
IDENTITY = N_(
    "Name or date of birth may differ from what the IND has. The lawyer comes first: ask for no "
    "details."
)
COOPERATION = N_("The person is not sure about working together: talk first. This is no refusal.")
NEEDS = N_("The person may need extra support, for health or age. Do not ask for a diagnosis.")
OWN_SUPERVISOR = N_("The person's own supervisor %(supervisor)s should know of this request.")
ANOTHER_NAME = N_("The dossier has another name: %(name)s.")
DIFFERENT = N_(
    "The dossier and the person's words are not the same: %(facts)s. See “In the dossier”."
)
UNREADABLE = N_(
    "This request can't be opened with the keys of the portal. Call the administrators."
)
URGENT = {
    "flight": N_("The person expects to fly very soon. Telephone today; the lawyer must know."),
    "health": N_("Somebody is very ill. See today that a doctor or nurse knows."),
    "danger": N_("The person says to be in danger. Telephone today, somewhere private."),
}

Standing = Literal["yes", "no", "open"]


@dataclass(frozen=True)
class Point:
    """Something to weigh: `yes` speaks for going on, `no` against, `open` must be looked at."""

    text: str
    standing: Standing


@dataclass(frozen=True)
class Record:
    """What the dossier says, beside what the person says."""

    procedure: str
    flags: tuple[str, ...]


def points(data: CaseData, tag: str) -> list[Point]:
    """In the order in which one should think of them; the routing reasons aren't in it."""
    return [
        Point(say(tag, text, values), standing) for text, values, standing in _points(data, tag)
    ]


def _points(data: CaseData, tag: str) -> Iterator[tuple[str, Mapping[str, str] | None, Standing]]:
    file, answers = data.file, data.file.answers
    if not file.readable:
        yield UNREADABLE, None, "no"
    if file.row.urgent in URGENT:
        yield URGENT[file.row.urgent], None, "open"
    if held := _last(file.log, "held"):
        procedure = named(tag, PROCEDURES, str(held.detail.get("procedure", "")))
        yield HELD, {"procedure": procedure}, "no"
    if file.row.embassy_hold:
        yield ON_HOLD, None, "no"
    elif lifted := _last(file.log, "hold_lifted_by_hand"):
        ruling = date.fromisoformat(str(lifted.detail.get("date")))
        yield HOLD_LIFTED, {"name": lifted.actor, "date": format_date(ruling, tag)}, "yes"
    elif file.row.kind == "mediation":
        yield NOT_ON_HOLD, None, "yes"
    if file.row.kind == "iom_support" and file.readable:
        agreed = bool(answers.get("share_with_iom"))
        yield (IOM_YES, None, "yes") if agreed else (IOM_NO, None, "no")
    yield from _of_answers({**answers, **data.changes.current})
    if data.dossier and (name := _other_name(answers, data.dossier)):
        yield ANOTHER_NAME, {"name": name}, "open"
    if different := ", ".join(each.label for each in compared(data, tag) if each.differs):
        yield DIFFERENT, {"facts": different}, "open"
    routed = _last(file.log, "routed", "rerouted")
    if routed and (own := data.people.get(str(routed.detail.get("copy_to", "")))):
        yield OWN_SUPERVISOR, {"supervisor": own}, "open"


def _of_answers(answers: Mapping[str, Any]) -> Iterator[tuple[str, None, Standing]]:
    needs = answers.get("special_needs") or []
    if answers.get("contact_safe") == "no":
        yield UNSAFE, None, "no"
    if "minor_alone" in needs or answers.get("minor_alone") == "yes":
        yield MINOR, None, "open"
    if {"illness", "pregnant", "elderly"} & set(needs):
        yield NEEDS, None, "open"
    if answers.get("claimed_identity_same") in ("no", "lawyer"):
        yield IDENTITY, None, "open"
    if "willing_full_cooperation" in answers and not answers["willing_full_cooperation"]:
        yield COOPERATION, None, "open"


def _other_name(answers: Mapping[str, Any], dossier: FoundDossier) -> str:
    """The dossier's name when no word of it is in the name that was typed; "" otherwise."""
    typed = f"{answers.get('family_name') or ''} {answers.get('given_names') or ''}"
    known = f"{dossier.person.family_name} {dossier.person.given_names}"
    if set(typed.casefold().split()) & set(known.casefold().split()):
        return ""
    return person_name(dossier.person.__dict__)


def routing_reasons(data: CaseData, tag: str) -> list[str]:
    """Why the case came here, as the newest routing said it."""
    routed = _last(data.file.log, "routed", "rerouted")
    return reasons(tag, routed.detail, data.team_names) if routed else []


def record(data: CaseData, tag: str) -> Record | None:
    """The dossier, when one belongs to the case."""
    found = data.dossier
    if found is None:
        return None
    return Record(
        named(tag, PROCEDURES, found.procedure),
        tuple(named(tag, FLAGS, flag) for flag in sorted(found.flags)),
    )


def compared(data: CaseData, tag: str) -> tuple[Compared, ...]:
    """The record beside the person's words; nothing where one of the two can't be read."""
    if data.dossier is None or not data.file.readable:
        return ()
    return compare(data.file.answers, data.dossier, tag)


def _last(log: tuple[LogLine, ...], *names: str) -> LogLine | None:
    return next((line for line in reversed(log) if line.name in names), None)
