"""The table of letters that leave, or left."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base

STATES = ("waiting", "sent", "skipped", "failed")
LETTERS = ("news", "before", "warning", "digest")
"""`news`: there is something to read. `before`: the same, to the way that was in force until now.
`warning`: a weighty change was asked for. `digest`: what waits for a member of the staff."""
WAITS = sa.text("state = 'waiting'")


class Outgoing(Base):
    """One letter. No address, no name and no topic: see the package."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_due", "next_at", postgresql_where=WAITS, sqlite_where=WAITS),
        sa.CheckConstraint(sa.column("state").in_(STATES), name="state"),
        sa.CheckConstraint(sa.column("letter").in_(LETTERS), name="letter"),
        sa.CheckConstraint("(case_id IS NULL) != (member_id IS NULL)", name="one_reader"),
    )

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    """Random; the Message-ID is made of it, so that a letter sent twice is known to be one."""
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    """What it is about, so that nothing is queued twice."""
    letter: Mapped[str] = mapped_column(sa.String(10))
    case_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
    member_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("staff_member.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(sa.String(10))
    queued: Mapped[datetime]
    next_at: Mapped[datetime]
    """When it is tried next. Who takes it puts this off, so that nobody else takes it as well."""
    attempts: Mapped[int]
    """How often it was taken; who took it last is the only one who may settle it."""
    settled: Mapped[datetime | None]
