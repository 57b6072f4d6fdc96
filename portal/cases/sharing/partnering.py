"""What an organisation may see of a case and do with it.

Every question here carries the organisation of who asks and its live consent: there is no other
way to a case, no search, and no V-number. Until a mandate is checked, whoever sent a request for
somebody else can't open it to their own organisation.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.cases import service, workflow
from portal.cases.handling import NotVisible, Overtaken
from portal.cases.letters.partners import DECLINED
from portal.cases.models import Case, CaseEvent
from portal.cases.pending import contact_of
from portal.cases.queries import Message, messages_of
from portal.cases.queue import person_name
from portal.cases.sealing import (
    ANSWERS,
    MESSAGES,
    answers_of,
    data_key_of,
    messages_key_of,
    note_place,
)
from portal.cases.sharing import consents, referrals
from portal.cases.sharing.lines import ReferralLine, referrals_of, sealed_place
from portal.cases.sharing.models import Consent, Referral
from portal.settings import Settings
from portal.staff.models import Organisation
from portal.vault import DeskKeys, VaultError, seal_json, subkey

PAGE = 200
FOLLOWING: dict[str, tuple[str, ...]] = {
    "open": ("accepted", "declined"),
    "accepted": ("in_contact", "no_contact", "helped", "ended"),
    "in_contact": ("no_contact", "helped", "ended"),
    "no_contact": ("in_contact", "helped", "ended"),
    "helped": ("ended",),
}
"""What an organisation can say of a referral, by what it said before."""
LAST_WORDS = frozenset({"declined", "ended"})
"""After these the organisation has no more to do with it, so its consent ends too."""


@dataclass(frozen=True)
class Partner:
    """Who of which organisation asks; without an organisation there is nothing to see."""

    member_id: str
    organisation_id: str


@dataclass(frozen=True)
class PartnerDesk:
    """A partner who acts on a case, and when."""

    keys: DeskKeys
    settings: Settings
    partner: Partner
    case_id: str
    now: datetime


@dataclass(frozen=True)
class PartnerRow:
    """A case of the list. `name` is empty unless the person lets them see it."""

    id: str
    reference: str
    kind: str
    state: str
    language: str
    open: bool
    name: str
    purposes: tuple[str, ...]
    referral: str
    """The state of the newest referral to this organisation, or ""."""
    news: bool
    since: datetime
    """When consent was given."""


@dataclass(frozen=True)
class PartnerCase:
    """One case, as far as the person lets this organisation see it."""

    row: PartnerRow
    consent: consents.Shared
    answers: dict[str, Any]
    messages: tuple[Message, ...]
    referrals: tuple[ReferralLine, ...]
    readable: bool


_REFERRED = (
    sa.select(Referral.state)
    .where(
        Referral.case_id == Case.id,
        Referral.organisation_id == Consent.organisation_id,
        Referral.state.not_in(("asked", "refused")),
    )
    .order_by(Referral.made.desc(), Referral.id)
    .limit(1)
    .correlate(Case, Consent)
    .scalar_subquery()
)
_NEWS = (
    sa.exists()
    .where(
        CaseEvent.case_id == Case.id,
        CaseEvent.at > sa.func.coalesce(Consent.seen, Consent.given),
        sa.or_(
            CaseEvent.name.in_(tuple(workflow.MOVES)),
            sa.and_(Consent.receive, CaseEvent.name.in_(("message", "reply"))),
        ),
    )
    .correlate(Case, Consent)
)


def _shared_with(partner: Partner, now: datetime) -> sa.Select[Case, Consent, str, bool]:
    return (
        sa.select(Case, Consent, _REFERRED, sa.or_(Consent.seen.is_(None), _NEWS))
        .join(Consent, Consent.case_id == Case.id)
        .where(
            Consent.organisation_id == partner.organisation_id,
            consents.living(now),
            sa.not_(Case.mandate_hold),
            Case.state != "sent",  # the worker, who comes next, knows whether a mandate is needed
        )
    )


def cases_of(
    session: Session, keys: DeskKeys, partner: Partner, now: datetime
) -> tuple[PartnerRow, ...]:
    """The cases that people share with this organisation, the newest consent first."""
    query = _shared_with(partner, now).order_by(Consent.given.desc(), Case.id).limit(PAGE)
    return tuple(_row(keys, *found) for found in session.execute(query))


def partner_case(
    session: Session, keys: DeskKeys, partner: Partner, case_id: str, now: datetime
) -> PartnerCase | None:
    """None: there is no such case for this organisation."""
    found = session.execute(_shared_with(partner, now).where(Case.id == case_id)).first()
    if found is None:
        return None
    case, consent = found[0], found[1]
    allowed = consents.purposes_of(consent)
    answers: dict[str, Any] = {}
    messages: tuple[Message, ...] = ()
    readable = True
    try:
        data_key = data_key_of(keys, case)
        if "see" in allowed:
            newest = contact_of(session, keys, case.id).now
            answers = answers_of(case, data_key)
            if newest and newest.answers:
                answers |= newest.answers
        if "receive" in allowed:
            messages = messages_of(session, case.id, subkey(data_key, MESSAGES))
    except VaultError:
        readable = False
    shared = consents.sharing_of(session, case.id, now).shared
    return PartnerCase(
        _row(keys, *found),
        next(each for each in shared if each.id == consent.id),
        answers,
        messages,
        referrals_of(session, keys, case.id, [partner.organisation_id]),
        readable,
    )


def _row(
    keys: DeskKeys, case: Case, consent: Consent, referral: str | None, news: bool
) -> PartnerRow:
    name = ""
    if consent.see:
        try:
            name = person_name(answers_of(case, data_key_of(keys, case)))
        except VaultError:
            name = ""  # one unreadable request mustn't hide the others
    return PartnerRow(
        case.id,
        case.reference,
        case.kind,
        case.state,
        case.language,
        case.open,
        name,
        consents.purposes_of(consent),
        referral or "",
        bool(news),
        consent.given,
    )


def record_view(
    session: Session, keys: DeskKeys, partner: Partner, case_id: str, now: datetime
) -> bool:
    """Write that somebody of an organisation opens a case, before the page leaves.

    False: it isn't there for them.
    """
    found = session.execute(_shared_with(partner, now).where(Case.id == case_id)).first()
    if found is not None:
        found[1].seen = now
    action = "partner.view" if found is not None else "partner.refused"
    record(session, keys, partner, action, case_id)
    return found is not None


def record(
    session: Session, keys: DeskKeys, partner: Partner, action: str, case_id: str = ""
) -> None:
    """An audit row of a partner; the reason names their organisation."""
    audit.record(
        session,
        keys,
        actor=partner.member_id,
        action=action,
        object_id=case_id[:64],
        reason=partner.organisation_id,
    )


def write(session: Session, desk: PartnerDesk, text: str, nonce: str) -> None:
    """Write to the supervisor as the organisation; the person reads it too. Once a form.

    Raises NotVisible, and workflow.NotAllowed without consent for it or when the case is closed.
    """
    case, consent = _case_for(session, desk)
    if not consent.write or not case.open:
        raise workflow.NotAllowed("write")
    organisation = session.get_one(Organisation, desk.partner.organisation_id)
    content = {"own": text, "organisation": organisation.name}
    key = messages_key_of(desk.keys, case)
    if service.add_message(session, case, key, content, nonce, desk.now, outgoing=False):
        detail = {"organisation": organisation.id}
        member = desk.partner.member_id
        service.log_event(session, case, "reply", member, desk.now, detail=detail)
        record(session, desk.keys, desk.partner, "partner.write", case.id)


def answer(
    session: Session,
    desk: PartnerDesk,
    referral_id: str,
    turn: int,
    word: str,
    reason: str,
    note: str,
) -> None:
    """Accept, decline with a reason, or report back. The person is told, the desk sees the note.

    Raises NotVisible, Overtaken when a colleague was first, and workflow.NotAllowed.
    """
    case, consent = _case_for(session, desk)
    referral = session.get(Referral, referral_id)
    if referral is None or (referral.case_id, referral.organisation_id) != (
        case.id,
        desk.partner.organisation_id,
    ):
        raise NotVisible(referral_id)
    if referral.turn != turn:
        raise Overtaken(referral_id)
    if word not in FOLLOWING.get(referral.state, ()):
        raise workflow.NotAllowed(word)
    if word == "declined" and reason not in DECLINED:
        raise workflow.NotAllowed("declining needs a reason")
    reason = reason if word == "declined" else ""
    data_key = data_key_of(desk.keys, case)
    key = subkey(data_key, ANSWERS)
    referral.state, referral.changed, referral.turn = word, desk.now, referral.turn + 1
    said = {"reason": reason, "note": note}
    referral.sealed = seal_json(key, said, sealed_place(referral.id))
    service.log_event(
        session,
        case,
        f"referral_{word}",
        desk.partner.member_id,
        desk.now,
        detail={"organisation": referral.organisation_id},
        sealed=seal_json(key, note, note_place(case.id)) if note else None,
    )
    values = {"news": f"declined_{reason}" if reason else word}
    messages_key = subkey(data_key, MESSAGES)
    referrals.tell(session, case, messages_key, referral, "partner_news", values, desk.now)
    if word in LAST_WORDS and referral.consent_id == consent.id:
        consents.end(session, case, consent, desk.partner.member_id, desk.now)
    record(session, desk.keys, desk.partner, f"partner.{word}", case.id)


def _case_for(session: Session, desk: PartnerDesk) -> tuple[Case, Consent]:
    """The row of a deed, locked, and the consent that holds once it is. Raises NotVisible."""
    session.get(Case, desk.case_id, with_for_update=True)
    query = _shared_with(desk.partner, desk.now).where(Case.id == desk.case_id)
    found = session.execute(query).first()
    if found is None:
        raise NotVisible(desk.case_id)
    return found[0], found[1]
