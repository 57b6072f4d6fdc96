"""Tables of a case. Whatever the person wrote stands sealed; what routing needs stands plain."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base

OPEN, OPEN_IN_SQLITE = sa.text("open"), sa.text("open = 1")
"""The condition of the queue's indexes, in the words that SQLAlchemy says `Case.open` with: a query
that says it in other words doesn't use them."""
UNROUTED = sa.text("state = 'sent'")
"""The condition of the worker's index."""


class Case(Base):
    """One request that was sent (zaak). Its state follows from its log."""

    __tablename__ = "cases"
    __table_args__ = (
        sa.Index("ix_cases_mine", "supervisor_id", "due", "id", postgresql_where=OPEN,
                 sqlite_where=OPEN_IN_SQLITE),
        sa.Index("ix_cases_team", "team_id", "due", "id", postgresql_where=OPEN,
                 sqlite_where=OPEN_IN_SQLITE),
        sa.Index("ix_cases_unrouted", "created", postgresql_where=UNROUTED,
                 sqlite_where=UNROUTED),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(9), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(30))
    state: Mapped[str] = mapped_column(sa.String(30))
    open: Mapped[bool]
    language: Mapped[str] = mapped_column(sa.String(10))
    urgent: Mapped[str] = mapped_column(sa.String(20))
    embassy_hold: Mapped[bool]
    """A procedure is pending or unknown: nothing goes towards an embassy (domain.md §2D-1)."""
    created: Mapped[datetime]
    due: Mapped[datetime]
    team_id: Mapped[str | None] = mapped_column(sa.ForeignKey("team.id"))
    supervisor_id: Mapped[str | None] = mapped_column(sa.ForeignKey("staff_member.id"))
    v_index: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    dossier_id: Mapped[str | None] = mapped_column(sa.ForeignKey("dossier.id"))
    submission: Mapped[str] = mapped_column(sa.String(64), unique=True)
    code_lookup: Mapped[bytes] = mapped_column(unique=True)
    desk_key: Mapped[bytes]
    """The data key, wrapped to the desk."""
    code_key: Mapped[bytes]
    """The subkey of the messages, wrapped under the receipt code."""
    answers: Mapped[bytes]


class CaseEvent(Base):
    """One line of a case's log. Only ever added."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(sa.String(30))
    state: Mapped[str] = mapped_column(sa.String(30))
    """The state after this event."""
    actor: Mapped[str] = mapped_column(sa.String(32))
    """`applicant`, `worker`, or the id of a staff member."""
    detail: Mapped[dict[str, Any]]
    """What may stand in the clear: reason codes, team and member ids, template keys."""
    sealed: Mapped[bytes | None]
    """A note, under the subkey of the answers."""


class CaseMessage(Base):
    """A message to or from the applicant, under the subkey of the messages."""

    __tablename__ = "case_message"
    __table_args__ = (sa.UniqueConstraint("case_id", "nonce"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    nonce: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    outgoing: Mapped[bool]
    sealed: Mapped[bytes]
