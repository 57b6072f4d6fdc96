"""Tables of the staff room: organisations, members, their sessions, and spent logout tokens."""

from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base

ROLES = ("supervisor", "coordinator", "partner", "editor", "auditor")
"""Every role the portal knows (design.md §6); other values of the claim are ignored."""

ORGANISATION_KINDS = ("iom", "ngo")


def new_id() -> str:
    """A random 128-bit id, as 32 hexadecimal digits."""
    return uuid4().hex


class Organisation(Base):
    """An organisation that assists applicants: partners belong to one."""

    __tablename__ = "organisation"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(sa.String(200), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(10))

    __table_args__ = (sa.CheckConstraint(sa.column("kind").in_(ORGANISATION_KINDS), name="kind"),)


class StaffMember(Base):
    """A person who works here.

    The caseload import may know a supervisor before they ever signed in: then `issuer` and
    `subject` are empty, and the first sign-in with the same verified e-mail fills them.
    """

    __tablename__ = "staff_member"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    issuer: Mapped[str | None] = mapped_column(sa.String(500))
    subject: Mapped[str | None] = mapped_column(sa.String(255))
    email: Mapped[str] = mapped_column(sa.String(320), unique=True)
    """Lower-case."""
    name: Mapped[str] = mapped_column(sa.String(200))
    roles: Mapped[list[str]] = mapped_column(default=list)
    organisation_id: Mapped[str | None] = mapped_column(sa.ForeignKey("organisation.id"))
    locale: Mapped[str] = mapped_column(sa.String(5), default="nl")
    active: Mapped[bool] = mapped_column(default=True)
    created: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)


class StaffSession(Base):
    """One browser that is signed in. The token itself is in that browser's cookie alone."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    """SHA-256, hexadecimal."""
    member_id: Mapped[str] = mapped_column(
        sa.ForeignKey("staff_member.id", ondelete="CASCADE"), index=True
    )
    sid: Mapped[str | None] = mapped_column(sa.String(255), index=True)
    """The provider's own session, for its back-channel logout."""
    created: Mapped[datetime]
    seen: Mapped[datetime]
    expires: Mapped[datetime]


class LogoutToken(Base):
    """A back-channel logout token that was used, so that nobody sends it again."""

    __tablename__ = "logout_token"

    jti: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    """SHA-256 of the token's `jti`, whose length is the provider's choice."""
    seen: Mapped[datetime]
