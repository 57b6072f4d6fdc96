"""What a person lets an organisation do with a case: given, shown and ended in one place.

Three things are given one by one: to see the answers, to write, to receive the messages (domain.md
§3A `consent_share`). Live consent of the own organisation is part of every query of a partner
(portal.cases.sharing.partnering); nothing else opens a case to one.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import service
from portal.cases.models import Case
from portal.cases.sharing.models import STANDS, Consent, Referral
from portal.i18n import N_, translate
from portal.staff.models import Organisation, StaffMember


@dataclass(frozen=True)
class Purpose:
    """One thing that can be allowed, as the tick beside it says; both are msgids of "public"."""

    key: str
    label: str
    help: str


PURPOSES = (
    Purpose(
        "see",
        N_("They may read my answers"),
        N_(
            "My name, how to reach me, and what I ask. Not my V-number, and not the questions "
            "about health and danger."
        ),
    ),
    Purpose(
        "write",
        N_("They may write to my supervisor for me"),
        N_("Each message stands on my page too, with the name of the organisation."),
    ),
    Purpose(
        "receive",
        N_("They may read the messages"),
        N_("What my supervisor writes to me here, and what I write back."),
    ),
)
LEAD = N_("Another organisation sees nothing of your request, unless you say yes. You choose.")
STOP = N_("You can stop this at any time, on this site, with your code.")
WITHOUT = N_("You do not have to tick anything. Your request goes on in the same way.")
TEXT = (LEAD, *(text for each in PURPOSES for text in (each.label, each.help)), STOP, WITHOUT)
"""All that somebody reads before they tick."""
KEYS = tuple(each.key for each in PURPOSES)


def version_of(tag: str, texts: Iterable[str] = TEXT) -> str:
    """A hash of the text as its readers see it in one language: another text, another version."""
    said = "\n".join((tag, *(translate(tag, text) for text in texts)))
    return hashlib.sha256(said.encode()).hexdigest()


def known_purposes(posted: Iterable[object]) -> tuple[str, ...]:
    """The purposes among what was ticked, in our order."""
    ticked = list(posted)
    return tuple(key for key in KEYS if key in ticked)


@dataclass(frozen=True)
class Given:
    """Consent as it was given. `recorded_by` is the member who was there; "" = nobody was."""

    organisation_id: str
    purposes: tuple[str, ...]
    how: str
    language: str
    version: str
    recorded_by: str = ""
    day: date | None = None
    expires: datetime | None = None


@dataclass(frozen=True)
class Shared:
    """What one organisation may do with a case, for whoever asks who can see it."""

    id: str
    organisation_id: str
    organisation: str
    purposes: tuple[str, ...]
    how: str
    language: str
    since: datetime
    day: date | None
    until: datetime | None
    lives: bool
    ended: datetime | None
    recorded_by: str
    """A name, or ""."""


@dataclass(frozen=True)
class Question:
    """An organisation that the person was asked about; `id` is the referral's."""

    id: str
    organisation: str


@dataclass(frozen=True)
class Sharing:
    shared: tuple[Shared, ...]
    """The newest first; for the person only what lives."""
    questions: tuple[Question, ...]


def living(now: datetime) -> sa.ColumnElement[bool]:
    """Consent that holds at this moment: neither ended nor run out."""
    return sa.and_(
        Consent.ended.is_(None), sa.or_(Consent.expires.is_(None), Consent.expires > now)
    )


def living_of(
    session: Session, case_id: str, organisation_id: str, now: datetime
) -> Consent | None:
    """The consent that one organisation has for a case now."""
    of_both = sa.and_(Consent.case_id == case_id, Consent.organisation_id == organisation_id)
    return session.scalar(sa.select(Consent).where(of_both, living(now)))


def give(session: Session, case: Case, given: Given, actor: str, now: datetime) -> Consent:
    """Add what was given to what the organisation may do already.

    The row that stood ends, and a new one says all that holds from now on. The caller holds the
    row of the case. `actor` is `applicant`, or the member who wrote it down.
    """
    stood = session.scalar(
        sa.select(Consent).where(
            Consent.case_id == case.id,
            Consent.organisation_id == given.organisation_id,
            Consent.ended.is_(None),
        )
    )
    before: tuple[str, ...] = ()
    if stood is not None:
        before = purposes_of(stood) if stood.expires is None or stood.expires > now else ()
        stood.ended, stood.ended_by = now, actor
        session.flush()  # the index knows one that stands
    allowed = {*before, *given.purposes}
    consent = Consent(
        id=secrets.token_hex(16),
        case_id=case.id,
        organisation_id=given.organisation_id,
        how=given.how,
        language=given.language,
        version=given.version,
        given=now,
        day=given.day,
        recorded_by=given.recorded_by or None,
        expires=given.expires,
        **{key: key in allowed for key in KEYS},
    )
    session.add(consent)
    session.flush()
    detail = {
        "organisation": given.organisation_id,
        "purposes": [key for key in KEYS if key in allowed],
        "how": given.how,
    }
    service.log_event(session, case, "consent_given", actor, now, detail=detail)
    return consent


def stop(session: Session, case_id: str, consent_id: str, now: datetime) -> bool:
    """The person stops an organisation, with the code: at once. A second time changes nothing.

    False: this case has no such consent.
    """
    case = session.get_one(Case, case_id, with_for_update=True)
    consent = session.get(Consent, consent_id)
    if consent is None or consent.case_id != case.id:
        return False
    end(session, case, consent, "applicant", now)
    return True


def end(session: Session, case: Case, consent: Consent, actor: str, now: datetime) -> None:
    """From now on the organisation sees nothing. The caller holds the row of the case."""
    if consent.ended is not None:
        return
    consent.ended, consent.ended_by = now, actor
    detail = {"organisation": consent.organisation_id}
    service.log_event(session, case, "consent_ended", actor, now, detail=detail)
    if actor != "applicant":
        return  # the organisation's own answer says what became of the referral
    session.execute(
        sa.update(Referral)
        .where(
            Referral.case_id == case.id,
            Referral.organisation_id == consent.organisation_id,
            STANDS,
        )
        .values(state="stopped", changed=now, turn=Referral.turn + 1)
    )


def purposes_of(consent: Consent) -> tuple[str, ...]:
    return tuple(key for key in KEYS if getattr(consent, key))


def sharing_of(
    session: Session, case_id: str, now: datetime, *, only_living: bool = True
) -> Sharing:
    """Who else can see a case, and about whom the person was asked."""
    query = (
        sa.select(Consent, Organisation.name, StaffMember.name)
        .join(Organisation, Organisation.id == Consent.organisation_id)
        .outerjoin(StaffMember, StaffMember.id == Consent.recorded_by)
        .where(Consent.case_id == case_id)
        .order_by(Consent.given.desc(), Consent.id)
    )
    if only_living:
        query = query.where(living(now))
    asked = (
        sa.select(Referral.id, Organisation.name)
        .join(Organisation, Organisation.id == Referral.organisation_id)
        .where(Referral.case_id == case_id, Referral.state == "asked")
        .order_by(Referral.made, Referral.id)
    )
    return Sharing(
        tuple(_shared(row, name, member, now) for row, name, member in session.execute(query)),
        tuple(Question(row.id, row.name) for row in session.execute(asked)),
    )


def _shared(row: Consent, organisation: str, member: str | None, now: datetime) -> Shared:
    return Shared(
        row.id,
        row.organisation_id,
        organisation,
        purposes_of(row),
        row.how,
        row.language,
        row.given,
        row.day,
        row.expires,
        row.ended is None and (row.expires is None or row.expires > now),
        row.ended,
        member or "",
    )
