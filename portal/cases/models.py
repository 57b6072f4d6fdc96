"""Tables of a case. Whatever the person wrote stands sealed; what routing needs stands plain."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base

OPEN, OPEN_IN_SQLITE = sa.text("open"), sa.text("open = 1")
"""The condition of the queue's indexes, in the words that SQLAlchemy says `Case.open` with: a query
that says it in other words doesn't use them."""
NOBODYS = sa.text("open AND supervisor_id IS NULL")
NOBODYS_IN_SQLITE = sa.text("open = 1 AND supervisor_id IS NULL")
"""The condition of the index of cases without a supervisor."""
WAITING = sa.text("state = 'info_needed'")
"""The condition of the indexes of cases that wait for the applicant."""
CLOSED = sa.text("closed IS NOT NULL")
"""The condition of the indexes of cases that are over."""
UNROUTED = sa.text("state = 'sent'")
"""The condition of the worker's index."""
CHANGE_WAITS = sa.text("state = 'waiting'")
"""The condition of the indexes of changes that wait."""
GROUP_ASKED = sa.text("trained_group_asked")
GROUP_ASKED_IN_SQLITE = sa.text("trained_group_asked = 1")
"""The condition of the index of what the group of trained people must look at."""


class Case(Base):
    """One request that was sent (zaak). Its state follows from its log."""

    __tablename__ = "cases"
    __table_args__ = (
        sa.Index("ix_cases_mine", "supervisor_id", "due", "id", postgresql_where=OPEN,
                 sqlite_where=OPEN_IN_SQLITE),
        sa.Index("ix_cases_team", "team_id", "due", "id", postgresql_where=OPEN,
                 sqlite_where=OPEN_IN_SQLITE),
        sa.Index("ix_cases_unowned", "team_id", "due", "id", postgresql_where=NOBODYS,
                 sqlite_where=NOBODYS_IN_SQLITE),
        sa.Index("ix_cases_waiting_mine", "supervisor_id", "due", "id", postgresql_where=WAITING,
                 sqlite_where=WAITING),
        sa.Index("ix_cases_waiting_team", "team_id", "due", "id", postgresql_where=WAITING,
                 sqlite_where=WAITING),
        sa.Index("ix_cases_closed_mine", "supervisor_id", "closed", "id",
                 postgresql_where=CLOSED, sqlite_where=CLOSED),
        sa.Index("ix_cases_closed_team", "team_id", "closed", "id", postgresql_where=CLOSED,
                 sqlite_where=CLOSED),
        sa.Index("ix_cases_team_created", "team_id", "created"),
        sa.Index("ix_cases_unrouted", "created", postgresql_where=UNROUTED,
                 sqlite_where=UNROUTED),
        sa.Index("ix_cases_group_asked", "due", "id", postgresql_where=GROUP_ASKED,
                 sqlite_where=GROUP_ASKED_IN_SQLITE),
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
    closed: Mapped[datetime | None]
    """When it was closed, while it is."""
    team_id: Mapped[str | None] = mapped_column(sa.ForeignKey("team.id"))
    supervisor_id: Mapped[str | None] = mapped_column(sa.ForeignKey("staff_member.id"))
    v_index: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    dossier_id: Mapped[str | None] = mapped_column(sa.ForeignKey("dossier.id"), index=True)
    restricted: Mapped[bool] = mapped_column(default=False)
    """A minor alone, or somebody who is threatened: never leaves the trained groups."""
    alarm: Mapped[bool] = mapped_column(default=False)
    """The last resort has it because our own records don't add up."""
    mandate_hold: Mapped[bool] = mapped_column(default=False)
    """Somebody sent it for the applicant; nothing is done in their name before this is checked."""
    trained_group_asked: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Somebody asked the teams of kind `trafficking` to look at it: they see it beside their own.
    Why stands sealed in the log (portal.cases.checks)."""
    linked_to: Mapped[str | None] = mapped_column(sa.ForeignKey("cases.id"))
    """The case of the family that this one was split off."""
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


class Attachment(Base):
    """A file of a case, made anew by portal.files, under a key of its own that the desk can reach.

    The public side seals it and can't open it again; with the receipt code it reads `about`.
    """

    __tablename__ = "case_file"
    __table_args__ = (sa.UniqueConstraint("case_id", "digest"),)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    """A keyed hash of what was sent, so that the same file twice is one."""
    at: Mapped[datetime]
    for_embassy: Mapped[bool]
    """Whether it may go towards an embassy: never unless a supervisor says so (domain.md §2D-1)."""
    ruling: Mapped[date | None]
    """The date of the ruling that the supervisor read."""
    released_by: Mapped[str | None] = mapped_column(sa.ForeignKey("staff_member.id"))
    file_key: Mapped[bytes]
    """The key of the content, wrapped to the desk."""
    about: Mapped[bytes]
    """Sealed JSON under the subkey of the messages: item, format, size, pages."""
    content: Mapped[bytes]


class PendingChange(Base):
    """A weighty change that was asked for with the code, and is done only after a while.

    Who asks again while one waits asks for nothing new: a case has one of a kind at the most.
    """

    __tablename__ = "pending_change"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "nonce"),
        sa.Index("ix_pending_change_waiting", "case_id", "kind", unique=True,
                 postgresql_where=CHANGE_WAITS, sqlite_where=CHANGE_WAITS),
        sa.Index("ix_pending_change_due", "due", postgresql_where=CHANGE_WAITS,
                 sqlite_where=CHANGE_WAITS),
        sa.CheckConstraint(sa.column("kind").in_(("contact", "withdraw")), name="kind"),
        sa.CheckConstraint(
            sa.column("state").in_(("waiting", "done", "undone", "dropped")), name="state"
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    nonce: Mapped[str] = mapped_column(sa.String(64))
    """A random name of one form: the same form twice is one change."""
    state: Mapped[str] = mapped_column(sa.String(10))
    asked: Mapped[datetime]
    due: Mapped[datetime]
    """When it is done, as the person was told."""
    settled: Mapped[datetime | None]
    desk_key: Mapped[bytes | None]
    """The key of `sealed`, wrapped to the desk."""
    sealed: Mapped[bytes | None]
    """The new contact. The public side can't open it again; gone when the change was undone."""
