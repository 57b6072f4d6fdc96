"""Tables of local consultation (LKO): meetings, the cases on their agendas, what was agreed.

What was said about a case stands in the log of that case, sealed; here stands only what lists need.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Consultation(Base):
    """One meeting of a team with the organisations of its place, on one day."""

    __tablename__ = "consultation"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    team_id: Mapped[str] = mapped_column(sa.ForeignKey("team.id"), index=True)
    day: Mapped[date]
    nonce: Mapped[str] = mapped_column(sa.String(32), unique=True)
    """A random name of the form that made it: the same form twice is one meeting."""
    version: Mapped[int]
    """Counts what was changed, so that who comes second is told."""
    made: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(sa.ForeignKey("staff_member.id"))
    closed: Mapped[datetime | None]
    """From then on the minutes stay as they are."""
    closed_by: Mapped[str | None] = mapped_column(sa.ForeignKey("staff_member.id"))
    desk_key: Mapped[bytes]
    """The key of `about`, wrapped to the desk."""
    about: Mapped[bytes]
    """Sealed JSON: place, chair, present."""


class ConsultationItem(Base):
    """A case on an agenda."""

    __tablename__ = "consultation_item"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "case_id"),)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    consultation_id: Mapped[str] = mapped_column(sa.ForeignKey("consultation.id"))
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    position: Mapped[int]
    settled: Mapped[datetime | None]
    """When an outcome was first recorded. Which one stands sealed in the log of the case."""
    taken_off: Mapped[bool] = mapped_column(default=False)


class ConsultationAction(Base):
    """What somebody will do, by a day. It lives on after the minutes are closed."""

    __tablename__ = "consultation_action"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    item_id: Mapped[str] = mapped_column(sa.ForeignKey("consultation_item.id"), index=True)
    owner_id: Mapped[str | None] = mapped_column(sa.ForeignKey("staff_member.id"))
    """The staff member who does it; None where an organisation does."""
    due: Mapped[date]
    done: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(sa.ForeignKey("staff_member.id"))
    sealed: Mapped[bytes]
    """Under the subkey of the answers of its case: text, organisation."""
