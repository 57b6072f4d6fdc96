"""What somebody at the desk keeps to find their cases by."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.staff.models import new_id


class SavedFilter(Base):
    """A filter of the queue that a member gave a name."""

    __tablename__ = "saved_filter"
    __table_args__ = (sa.UniqueConstraint("member_id", "query"),)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("staff_member.id", ondelete="CASCADE"))
    query: Mapped[str] = mapped_column(sa.String(200))
    """The query of the queue's address, as the portal writes it: codes, and nothing of anybody."""
    name: Mapped[bytes]
    """Wrapped to the desk: who names a filter may name a person."""
    created: Mapped[datetime]
