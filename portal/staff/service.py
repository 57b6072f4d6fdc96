"""Deeds of the staff room: signing in and out, and ending sessions. One transaction each."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.i18n import DESK_LANGUAGES
from portal.staff.models import ROLES, LogoutToken, StaffMember, StaffSession
from portal.staff.queries import (
    ABSOLUTE,
    IDLE,
    member_by_email,
    member_by_subject,
    organisation_named,
)
from portal.vault import DeskKeys

Refusal = Literal["no_role", "inactive", "no_email", "other_account"]
"""Why a person whom the provider knows may not enter; a page of `staff/problem.html` each."""

LOGOUT_TOKEN_LIFE = timedelta(minutes=10)
"""An older back-channel logout token is refused, so a spent one needn't be known for longer."""


class SignInFailed(Exception):
    """The sign-in ended; `problem` names the page of `staff/problem.html` that says why."""

    def __init__(self, problem: str, status: int = 403) -> None:
        super().__init__(problem)
        self.problem = problem
        self.status = status


@dataclass(frozen=True)
class Identity:
    """What the identity provider says of a person, checked and in our own words."""

    issuer: str
    subject: str
    name: str
    email: str
    """Lower-case; "" when the provider names none or says that it isn't verified."""
    email_verified: bool
    roles: tuple[str, ...]
    """Only roles that we know, in our order."""
    organisation: str
    locale: str
    """"nl", "en", or "" when the provider names neither."""
    sid: str | None


def token_hash(token: str) -> str:
    """What the database keeps of a session token: it opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def known_roles(claimed: object) -> tuple[str, ...]:
    """The roles among what a provider claims: a list, or one string. Anything else has none."""
    values = [claimed] if isinstance(claimed, str) else claimed
    return tuple(r for r in ROLES if r in values) if isinstance(values, list | tuple) else ()


def sign_in(
    session: Session,
    keys: DeskKeys,
    identity: Identity,
    hashed: str,
    replaced: str,
    now: datetime,
) -> Refusal | None:
    """Find or make the member, refresh them from the claims, and start the session `hashed`.

    The session `replaced` of the same browser ends. When roles or organisation changed, all
    other sessions of the member end too. A refusal stores nothing but the loss of roles.
    """
    forget_ended(session, now)
    session.execute(sa.delete(StaffSession).where(StaffSession.token_hash == replaced))
    member, refusal = _member(session, identity, now)
    if member is None:
        return refusal
    if refusal:
        audit.record(session, keys, actor=member.id, action="staff.sign_in_refused", reason=refusal)
        return refusal
    audit.record(session, keys, actor=member.id, action="staff.sign_in")
    session.add(
        StaffSession(
            token_hash=hashed,
            member_id=member.id,
            sid=identity.sid,
            created=now,
            seen=now,
            expires=now + ABSOLUTE,
        )
    )
    return None


def _member(
    session: Session, identity: Identity, now: datetime
) -> tuple[StaffMember | None, Refusal | None]:
    member = member_by_subject(session, identity.issuer, identity.subject)
    if member is None and not identity.roles:
        return None, "no_role"
    if member is None:
        if not identity.email:
            return None, "no_email"
        member = member_by_email(session, identity.email)
        if member is not None and (member.subject or not identity.email_verified):
            return None, "other_account"
    if member is None:
        member = StaffMember(email=identity.email, active=True, roles=[], created=now)
    if not member.active:
        return member, "inactive"
    _refresh(session, member, identity)
    return member, None if identity.roles else "no_role"


def _refresh(session: Session, member: StaffMember, identity: Identity) -> None:
    organisation = organisation_named(session, identity.organisation)
    before = (member.roles, member.organisation_id)
    member.issuer, member.subject = identity.issuer, identity.subject
    member.name = identity.name or member.name or member.email
    member.roles = list(identity.roles)
    member.organisation_id = organisation.id if organisation else None
    member.locale = identity.locale or member.locale or DESK_LANGUAGES[0]
    session.add(member)
    session.flush()  # gives a new member an id
    if before != (member.roles, member.organisation_id):
        session.execute(sa.delete(StaffSession).where(StaffSession.member_id == member.id))


def record_refusal(session: Session, keys: DeskKeys, member_id: str, what: str) -> None:
    """A member asked for something that their roles don't open."""
    audit.record(session, keys, actor=member_id, action="staff.refused", object_id=what[:64])


def mark_seen(session: Session, hashed: str, now: datetime) -> None:
    """The session is in use: its idle time starts again."""
    session.execute(
        sa.update(StaffSession).where(StaffSession.token_hash == hashed).values(seen=now)
    )


def sign_out(session: Session, keys: DeskKeys, hashed: str) -> None:
    if row := session.get(StaffSession, hashed):
        audit.record(session, keys, actor=row.member_id, action="staff.sign_out")
        session.delete(row)


def end_from_provider(
    session: Session,
    keys: DeskKeys,
    issuer: str,
    subject: str | None,
    sid: str | None,
    jti: str,
    now: datetime,
) -> bool:
    """A back-channel logout: end the sessions of `sid`, or all of `subject` when it has no sid.

    False, and nothing ended, when a token with this `jti` was used before.
    """
    hashed = token_hash(jti)
    if session.get(LogoutToken, hashed):
        return False
    session.add(LogoutToken(jti=hashed, seen=now))
    ended = (
        sa.select(StaffSession).join(StaffMember, StaffSession.member_id == StaffMember.id)
    ).where(StaffMember.issuer == issuer)
    if subject:
        ended = ended.where(StaffMember.subject == subject)
    if sid:
        ended = ended.where(StaffSession.sid == sid)
    for row in session.scalars(ended).all():
        audit.record(session, keys, actor=row.member_id, action="staff.signed_out_by_provider")
        session.delete(row)
    return True


def forget_ended(session: Session, now: datetime) -> None:
    """Remove sessions that ended and logout tokens that are too old to be accepted anyway."""
    session.execute(
        sa.delete(StaffSession).where(
            (StaffSession.expires <= now) | (StaffSession.seen <= now - IDLE)
        )
    )
    session.execute(sa.delete(LogoutToken).where(LogoutToken.seen < now - 2 * LOGOUT_TOKEN_LIFE))
