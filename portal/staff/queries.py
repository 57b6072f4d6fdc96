"""Questions about members and their sessions: plain functions of a database session."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.staff.models import Organisation, StaffMember, StaffSession

IDLE = timedelta(minutes=20)
ABSOLUTE = timedelta(hours=8)
"""How long a session lives without and with use (security.md, "Sessions and staff login")."""


@dataclass(frozen=True)
class Visit:
    """A session that is alive, and the member it belongs to, as plain values."""

    id: str
    name: str
    email: str
    roles: tuple[str, ...]
    organisation_id: str | None
    locale: str
    seen: datetime


def living_visit(session: Session, token_hash: str, now: datetime) -> Visit | None:
    """The visit of this token. None when it ended, or its member may no longer work here."""
    row = session.execute(
        sa.select(StaffMember, StaffSession.seen)
        .join(StaffSession, StaffSession.member_id == StaffMember.id)
        .where(
            StaffSession.token_hash == token_hash,
            StaffSession.expires > now,
            StaffSession.seen > now - IDLE,
            StaffMember.active,
        )
    ).one_or_none()
    if row is None:
        return None
    member, seen = row
    return Visit(
        id=member.id,
        name=member.name,
        email=member.email,
        roles=tuple(member.roles),
        organisation_id=member.organisation_id,
        locale=member.locale,
        seen=seen,
    )


def member_by_subject(session: Session, issuer: str, subject: str) -> StaffMember | None:
    return session.scalar(
        sa.select(StaffMember).where(StaffMember.issuer == issuer, StaffMember.subject == subject)
    )


def member_by_email(session: Session, email: str) -> StaffMember | None:
    return session.scalar(sa.select(StaffMember).where(StaffMember.email == email.lower()))


def organisation_named(session: Session, name: str) -> Organisation | None:
    return session.scalar(sa.select(Organisation).where(Organisation.name == name))


def organisation_names(session: Session) -> dict[str, str]:
    """The names of all organisations by id."""
    rows = session.execute(sa.select(Organisation.id, Organisation.name))
    return {row.id: row.name for row in rows}
