"""The table of talks. What the person reads of one stands sealed under the messages' subkey."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.models import OPEN, OPEN_IN_SQLITE
from portal.db import Base

PROPOSED, CONFIRMED, OTHER_ASKED = "proposed", "confirmed", "other_asked"
CANCELLED, HELD = "cancelled", "held"
STATES = (PROPOSED, CONFIRMED, OTHER_ASKED, CANCELLED, HELD)
WAYS = ("place", "phone", "video")
FIXED = (1, 2, 3)
"""The fixed talks of a dossier (domain.md §1, A3): after the refusal, when the day of the hearing
is known, after the appeal was dismissed."""


class Talk(Base):
    """A talk of a case (vertrekgesprek). A case has one that is still to come at the most."""

    __tablename__ = "talk"
    __table_args__ = (
        sa.Index("ix_talk_open", "case_id", unique=True, postgresql_where=OPEN,
                 sqlite_where=OPEN_IN_SQLITE),
        sa.CheckConstraint(sa.column("state").in_(STATES), name="state"),
        sa.CheckConstraint(sa.column("way").in_(WAYS), name="way"),
        sa.CheckConstraint(sa.column("number").in_(FIXED), name="number"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    number: Mapped[int | None]
    """Which of the three fixed talks of the dossier it is, if any."""
    state: Mapped[str] = mapped_column(sa.String(12))
    open: Mapped[bool]
    """Neither cancelled nor held."""
    start: Mapped[datetime]
    minutes: Mapped[int]
    way: Mapped[str] = mapped_column(sa.String(5))
    uid: Mapped[str] = mapped_column(sa.String(32))
    """Its name in calendars: random, the same through every change, and no part of any address."""
    sequence: Mapped[int]
    """How often the desk changed it: an answer to an older proposal counts for nothing."""
    changed: Mapped[datetime]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("staff_member.id"))
    """Who of the staff proposed it, changed it last, cancelled or held it."""
    about: Mapped[bytes]
    """Sealed JSON under the subkey of the messages: the blanks of its letter."""
    answer: Mapped[bytes | None]
    """What the person wrote back to this proposal, under the same key."""
