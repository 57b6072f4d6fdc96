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


class DraftFile(Base):
    """A file of a request that isn't sent yet, sealed like the draft; it ends with the visit."""

    __tablename__ = "draft_file"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(
        sa.ForeignKey("visit.token_hash", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    about: Mapped[bytes]
    """Sealed JSON: the draft, item, format, size, pages, digest of what was sent."""
    content: Mapped[bytes]


class KeptDraft(Base):
    """A draft that waits for whoever types its code. Nothing in it tells whose it is."""

    __tablename__ = "kept_draft"

    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    """Sealed JSON under the key that the code is stretched to."""
    expires: Mapped[datetime] = mapped_column(index=True)


class Kiosk(Base):
    """A shared screen in a centre. Its browser holds a signed cookie with the id."""

    __tablename__ = "kiosk"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100), index=True)
    made: Mapped[datetime]
    revoked: Mapped[datetime | None]
