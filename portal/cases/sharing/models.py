"""Tables of sharing: what a person lets an organisation do with a case, and what was asked of it.

A row of `consent` is the only way by which an organisation sees a case. What was given is never
changed: giving anew ends the row that stood and adds another, so that it can be told at any time
who could see what, and since when.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base

WAYS = ("with_helper", "code", "talk", "answers")
"""How consent was given: at the form with a helper beside, with the code on the follow page, in a
talk that a supervisor wrote down, or with a tick in the request itself."""
REFERRALS = (
    "asked", "refused", "open", "accepted", "in_contact", "no_contact", "helped", "declined",
    "ended", "stopped",
)  # fmt: skip
NOT_ENDED = sa.text("ended IS NULL")
"""The condition of the index that keeps one row of a case and an organisation standing."""
STANDS = sa.text("state IN ('asked', 'open', 'accepted', 'in_contact', 'no_contact', 'helped')")
"""A referral about which something can still happen; one of a case and an organisation."""


class Consent(Base):
    """What a person lets one organisation do with one case."""

    __tablename__ = "consent"
    __table_args__ = (
        sa.CheckConstraint(sa.column("how").in_(WAYS), name="how"),
        sa.Index("ix_consent_standing", "case_id", "organisation_id", unique=True,
                 postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED),
        sa.Index("ix_consent_organisation_id", "organisation_id",
                 postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisation.id"))
    see: Mapped[bool]
    write: Mapped[bool]
    receive: Mapped[bool]
    how: Mapped[str] = mapped_column(sa.String(12))
    language: Mapped[str] = mapped_column(sa.String(10))
    """Of the text that the person read, or of the case when it was said in a talk."""
    version: Mapped[str] = mapped_column(sa.String(64))
    """A hash of that text."""
    given: Mapped[datetime]
    day: Mapped[date | None]
    """Of the talk in which it was given."""
    recorded_by: Mapped[str | None] = mapped_column(sa.ForeignKey("staff_member.id"))
    """Who sat beside, or wrote it down; None when the person did it alone."""
    expires: Mapped[datetime | None]
    ended: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(sa.String(32))
    """`applicant`, or the id of a staff member."""
    seen: Mapped[datetime | None]
    """When somebody of the organisation last opened the case."""


class Referral(Base):
    """A case that was passed on to an organisation, or that the person was asked to let pass."""

    __tablename__ = "referral"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "nonce"),
        sa.CheckConstraint(sa.column("state").in_(REFERRALS), name="state"),
        sa.Index("ix_referral_standing", "case_id", "organisation_id", unique=True,
                 postgresql_where=STANDS, sqlite_where=STANDS),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    consent_id: Mapped[str | None] = mapped_column(sa.ForeignKey("consent.id"))
    """The consent that was given for it and ends with it; None: one stood already, or not yet."""
    nonce: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(12))
    turn: Mapped[int]
    """How often it has changed: a form must have seen the newest."""
    made: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(sa.ForeignKey("staff_member.id"))
    changed: Mapped[datetime]
    sealed: Mapped[bytes | None]
    """Reason and note of the organisation's answer, under the subkey of the answers."""
