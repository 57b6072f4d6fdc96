"""Tables of asking: a visit with its drafts, and the receipts that it may still show.

Both are sealed under the token in the visit's cookie; the database holds only the token's hash.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Visit(Base):
    """One browser's visit. Deleted by "Finish", by "Leave quickly", and when it is old."""

    __tablename__ = "visit"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    seen: Mapped[datetime]
    expires: Mapped[datetime] = mapped_column(index=True)
    drafts: Mapped[bytes | None]
    """Sealed JSON: {kind: draft}."""
    case_id: Mapped[str | None] = mapped_column(sa.ForeignKey("cases.id", ondelete="SET NULL"))
    """The case that a receipt code has opened in this visit."""
    case_key: Mapped[bytes | None]
    """The subkey of that case's messages, sealed."""
    case_opened: Mapped[datetime | None]
    case_seen: Mapped[datetime | None]


class Receipt(Base):
    """The code of a request that was sent in a visit, to show again after a reload or a retry."""

    __tablename__ = "receipt"

    submission: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    token_hash: Mapped[str] = mapped_column(
        sa.ForeignKey("visit.token_hash", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    sealed: Mapped[bytes]
