"""The four checks as the desk reads and fills them in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import FormData

from portal.caseload.models import TRAFFICKING_TEAM
from portal.cases.checking import Given
from portal.cases.checks import CHECKS, RESULTS, Assessment, Check, Offer
from portal.desk.forms import FILL_IN, FieldView, OptionView, clean
from portal.desk.queries import CaseData
from portal.desk.wording import Tone, say
from portal.i18n import N_

REASON_LENGTH = 2000

TITLES: Mapping[str, str] = {
    "medical": N_("Health (article 64)"),
    "no_fault": N_("No fault (buiten schuld)"),
    "distressing": N_("Distressing circumstances (schrijnend)"),
    "trafficking": N_("Trafficking in human beings (mensenhandel)"),
}
QUESTIONS: Mapping[str, str] = {
    "medical": N_(
        "Could illness, pregnancy or care that stops make the journey dangerous? Ask for no "
        "diagnosis."
    ),
    "no_fault": N_(
        "Has the person tried to leave, can this be shown, and does it fail for reasons that are "
        "not theirs?"
    ),
    "distressing": N_("Are there circumstances so special that the IND should look at them?"),
    "trafficking": N_(
        "Does somebody force or threaten the person, or keep their papers or their wages? Ask in "
        "private, and only what is needed."
    ),
}
RESULT_NAMES: Mapping[str, tuple[str, Tone]] = {
    "no_signal": (N_("No signal"), "done"),
    "signal": (N_("Signal"), "attention"),
}
NOT_ASSESSED = N_("Not assessed")
HIDDEN: tuple[str, Tone] = (N_("Assessed"), "done")
"""A check whose result isn't for who reads it."""
CHOOSE = N_("Choose: signal or no signal.")
CHOOSE_SOME = N_("Fill in one of the checks at least.")
WHY = N_("Why, in your own words")
WHY_HELP = N_("What you asked, saw or read, and where it stands. The person never sees this.")


@dataclass(frozen=True)
class SaidView:
    """One assessment. `result` is empty for who may not know it."""

    at: datetime
    by: str
    result: str
    reason: str
    by_group: bool


@dataclass(frozen=True)
class OfferView:
    reference: str
    case_id: str
    said: SaidView


@dataclass(frozen=True)
class CheckView:
    """One of the four, on the page of a case and on its own page."""

    name: str
    title: str
    question: str
    state: str
    tone: Tone
    signal: bool
    hidden: bool
    current: SaidView | None
    older: tuple[SaidView, ...]
    fields: tuple[FieldView, ...] = ()
    offer: OfferView | None = None


@dataclass(frozen=True)
class Typed:
    """What stands in the form, by check; `wrong` says by field what to mend, as msgids."""

    given: Mapping[str, Given]
    wrong: Mapping[str, str]


def read_form(form: FormData) -> Typed:
    """What was typed. A check with neither result nor reason isn't among `given`."""
    given, wrong = {}, {}
    for check in CHECKS:
        result = clean(form.get(f"{check}.result"), 20)
        reason = clean(form.get(f"{check}.reason"), REASON_LENGTH)
        if not result and not reason:
            continue
        given[check] = Given(result, reason)
        if result not in RESULTS:
            wrong[f"{check}.result"] = CHOOSE
        if not reason:
            wrong[f"{check}.reason"] = FILL_IN
    if not given:
        wrong[f"{CHECKS[0]}.result"] = CHOOSE_SOME
    return Typed(given, wrong)


def started_from(typed: Typed, offers: tuple[Offer, ...], check: str) -> Typed:
    """The form with the words of another case in one check, to be read, changed and saved."""
    given = dict(typed.given)
    for offer in offers:
        if offer.check == check:
            given[check] = Given(offer.assessment.result, offer.assessment.reason)
    return Typed(given, {})


def check_views(data: CaseData, tag: str) -> tuple[CheckView, ...]:
    """All four, as this person may know them."""
    return tuple(_view(check, tag) for check in data.file.checks)


def form_views(
    data: CaseData, tag: str, typed: Typed, offers: tuple[Offer, ...]
) -> tuple[CheckView, ...]:
    """All four with their fields, and with what other cases of the dossier say."""
    of_others = {offer.check: offer for offer in offers}
    return tuple(
        _view(check, tag, _fields(check.name, tag, typed), of_others.get(check.name))
        for check in data.file.checks
    )


def missing(data: CaseData, tag: str) -> tuple[str, ...]:
    """The titles of what nobody has assessed."""
    return titles((check.name for check in data.file.checks if check.current is None), tag)


def titles(names: Iterable[str], tag: str) -> tuple[str, ...]:
    return tuple(say(tag, TITLES[name]) for name in names)


def has_trained_group(data: CaseData) -> bool:
    """Whether a signal of trafficking reaches anybody in this house."""
    groups = {team.id for team in data.teams if team.kind == TRAFFICKING_TEAM}
    return any(handler.team_id in groups for handler in data.handlers)


def _view(
    check: Check, tag: str, fields: tuple[FieldView, ...] = (), offer: Offer | None = None
) -> CheckView:
    current = check.current
    tone: Tone
    if current is None:
        state, tone = NOT_ASSESSED, "waiting"
    else:
        state, tone = RESULT_NAMES.get(current.result, HIDDEN)
    return CheckView(
        check.name,
        say(tag, TITLES[check.name]),
        say(tag, QUESTIONS[check.name]),
        say(tag, state),
        tone,
        current is not None and current.result == "signal",
        check.hidden,
        _said(current, tag) if current else None,
        tuple(_said(each, tag) for each in check.older),
        fields,
        OfferView(offer.reference, offer.case_id, _said(offer.assessment, tag)) if offer else None,
    )


def _said(assessment: Assessment, tag: str) -> SaidView:
    name = RESULT_NAMES[assessment.result][0] if assessment.result else ""
    return SaidView(
        assessment.at, assessment.by, say(tag, name), assessment.reason, assessment.by_group
    )


def _fields(check: str, tag: str, typed: Typed) -> tuple[FieldView, ...]:
    said = typed.given.get(check, Given("", ""))
    result, reason = f"{check}.result", f"{check}.reason"
    return (
        FieldView(
            result,
            "radio",
            say(tag, QUESTIONS[check]),
            options=tuple(
                OptionView(each, say(tag, RESULT_NAMES[each][0]), selected=each == said.result)
                for each in RESULTS
            ),
            error=say(tag, typed.wrong.get(result, "")),
            optional=False,
        ),
        FieldView(
            reason,
            "textarea",
            say(tag, WHY),
            said.reason,
            help=say(tag, WHY_HELP),
            error=say(tag, typed.wrong.get(reason, "")),
            dir="auto",
            maxlength=REASON_LENGTH,
        ),
    )
