"""Passing a case on to an organisation, with the person's consent and never without.

The supervisor names an organisation and where the consent comes from: a tick in the request, a
talk, consent that stands already, or a question that the person answers on the follow page. The
organisation accepts, declines with a reason, or reports back; the person reads each in a letter.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import handling, letters, service, workflow
from portal.cases.handling import Desk
from portal.cases.kinds import KINDS, field_of
from portal.cases.models import Case
from portal.cases.sealing import answers_of, data_key_of, messages_key_of
from portal.cases.sharing import consents
from portal.cases.sharing.consents import Given
from portal.cases.sharing.models import STANDS, Consent, Referral
from portal.register import choices
from portal.settings import Settings
from portal.staff.models import Organisation

ASK, TALK, IN_REQUEST, STANDING = "ask", "talk", "answers", "standing"
_TICKS = {"iom_support": "share_with_iom", "ngo_support": "share_with_ngo"}
"""The tick of a request that says that it may be passed on (portal.cases.requests.support)."""


class UnknownOrganisation(Exception):
    """There is no such organisation in the portal."""


@dataclass(frozen=True)
class Plan:
    """What a supervisor wants: to whom, and where the person's consent comes from.

    `basis` is ASK, TALK (with its `day` and the `purposes` that the person agreed to), IN_REQUEST
    or STANDING.
    """

    organisation_id: str
    basis: str
    nonce: str
    purposes: tuple[str, ...] = ()
    day: date | None = None


@dataclass(frozen=True)
class Choice:
    """An organisation to which a case could be passed on."""

    id: str
    name: str
    kind: str
    bases: tuple[str, ...]
    """Where consent can come from; empty when something is under way with it already."""


def agreed_in_request(kind: str, answers: Mapping[str, Any], organisation: str, of: str) -> bool:
    """Whether the request itself says that it may go to this organisation, of kind `of`."""
    if kind == "iom_support":
        return of == "iom" and bool(answers.get("share_with_iom"))
    chosen = choices().get(str(answers.get("ngo_choice")), "")
    return kind == "ngo_support" and bool(answers.get("share_with_ngo")) and chosen == organisation


def choices_for(
    session: Session, case_id: str, kind: str, answers: Mapping[str, Any], now: datetime
) -> tuple[Choice, ...]:
    """Every organisation, with where consent for it can come from now."""
    under_way = set(
        session.scalars(
            sa.select(Referral.organisation_id).where(Referral.case_id == case_id, STANDS)
        )
    )
    standing = set(
        session.scalars(
            sa.select(Consent.organisation_id).where(
                Consent.case_id == case_id, Consent.see, consents.living(now)
            )
        )
    )
    return tuple(
        Choice(
            row.id,
            row.name,
            row.kind,
            ()
            if row.id in under_way
            else (
                *((STANDING,) if row.id in standing else ()),
                *((IN_REQUEST,) if agreed_in_request(kind, answers, row.name, row.kind) else ()),
                ASK,
                TALK,
            ),
        )
        for row in session.scalars(sa.select(Organisation).order_by(Organisation.name))
    )


def refer(session: Session, desk: Desk, plan: Plan) -> None:
    """Pass a case on, or ask the person whether it may be.

    Raises NotVisible, Overtaken, UnknownOrganisation, and workflow.NotAllowed: before the mandate
    was checked, in a state that isn't for it, without consent, or when one is under way.
    """
    case = handling.case_for(session, desk)
    organisation = session.get(Organisation, plan.organisation_id)
    if organisation is None:
        raise UnknownOrganisation(plan.organisation_id)
    if case.mandate_hold or not case.open:
        raise workflow.NotAllowed("refer before the mandate was checked, or when it is closed")
    answers = answers_of(case, data_key_of(desk.keys, case))
    found = choices_for(session, case.id, case.kind, answers, desk.now)
    possible = next(each for each in found if each.id == organisation.id)
    if plan.basis not in possible.bases or (plan.basis != ASK and not may_refer(case.state)):
        raise workflow.NotAllowed(f"refer by {plan.basis}")
    referral = Referral(
        id=secrets.token_hex(16),
        case_id=case.id,
        organisation_id=organisation.id,
        nonce=plan.nonce,
        state="asked",
        turn=0,
        made=desk.now,
        made_by=desk.actor.id,
        changed=desk.now,
    )
    session.add(referral)
    session.flush()
    messages_key = messages_key_of(desk.keys, case)
    if plan.basis == ASK:
        detail = {"organisation": organisation.id}
        service.log_event(session, case, "consent_asked", desk.actor.id, desk.now, detail=detail)
        tell(session, case, messages_key, referral, "consent_asked", {}, desk.now)
    else:
        if plan.basis != STANDING:
            given = _given(case, organisation.id, plan, desk.actor.id)
            _give_for(session, case, referral, given, desk.actor.id, desk.now)
        _pass_on(session, desk.settings, case, messages_key, referral, desk.now)
    handling.record_deed(session, desk, "case.refer")


def answer_question(
    session: Session,
    settings: Settings,
    case_id: str,
    messages_key: bytes,
    referral_id: str,
    purposes: tuple[str, ...],
    language: str,
    now: datetime,
) -> bool:
    """The person says what the organisation may do; nothing of it is "no". Once.

    False: this case has no such question, or it was answered already.
    """
    case = session.get_one(Case, case_id, with_for_update=True)
    referral = session.get(Referral, referral_id)
    if referral is None or referral.case_id != case.id or referral.state != "asked":
        return False
    detail = {"organisation": referral.organisation_id}
    if not purposes:
        _turn(referral, "refused", now)
        service.log_event(session, case, "consent_refused", "applicant", now, detail=detail)
        return True
    version = consents.version_of(language)
    given = Given(referral.organisation_id, purposes, "code", language, version)
    _give_for(session, case, referral, given, "applicant", now)
    _pass_on(session, settings, case, messages_key, referral, now)
    return True


def may_refer(state: str) -> bool:
    """In a state from which the move leads, or passed on to somebody else already."""
    refer_move = workflow.MOVES["refer"]
    return state in refer_move.sources or state == refer_move.target


def _given(case: Case, organisation_id: str, plan: Plan, member_id: str) -> Given:
    """Consent of the request itself, or of a talk. Raises workflow.NotAllowed when it says none."""
    if plan.basis == IN_REQUEST:
        tick = field_of(KINDS[case.kind], _TICKS[case.kind])
        version = consents.version_of(case.language, (tick.label, tick.help))
        return Given(organisation_id, ("see",), "answers", case.language, version)
    if not plan.purposes or plan.day is None:
        raise workflow.NotAllowed("a talk in which nothing was agreed")
    version = consents.version_of(case.language)
    return Given(
        organisation_id, plan.purposes, "talk", case.language, version, member_id, plan.day
    )


def _give_for(
    session: Session, case: Case, referral: Referral, given: Given, actor: str, now: datetime
) -> None:
    stood = consents.living_of(session, case.id, given.organisation_id, now)
    consent = consents.give(session, case, given, actor, now)
    if stood is None:  # what was given before for another reason doesn't end with this referral
        referral.consent_id = consent.id


def _pass_on(
    session: Session,
    settings: Settings,
    case: Case,
    messages_key: bytes,
    referral: Referral,
    now: datetime,
) -> None:
    """Consent lives: the organisation has it, and the case moves where the table lets it."""
    _turn(referral, "open", now)
    detail = {"organisation": referral.organisation_id}
    service.log_event(session, case, "referred_to", referral.made_by, now, detail=detail)
    if case.state in workflow.MOVES["refer"].sources and not case.mandate_hold:
        service.move(
            session,
            settings,
            case,
            "refer",
            referral.made_by,
            ["supervisor"],
            now,
            reason=workflow.CONSENT,
            to=detail,
        )
    tell(session, case, messages_key, referral, "passed_on", {}, now)


def _turn(referral: Referral, state: str, now: datetime) -> None:
    referral.state, referral.changed, referral.turn = state, now, referral.turn + 1


def tell(
    session: Session,
    case: Case,
    messages_key: bytes,
    referral: Referral,
    letter: str,
    values: Mapping[str, Any],
    now: datetime,
) -> None:
    """A letter of the portal about a referral; it names the organisation."""
    organisation = session.get_one(Organisation, referral.organisation_id)
    content = letters.content_of(
        letter, {"organisation": organisation.name, **values}, case.language
    )
    nonce = f"{referral.id}.{referral.turn}.{letter}"[:64]
    service.add_message(session, case, messages_key, content, nonce, now, outgoing=True)
