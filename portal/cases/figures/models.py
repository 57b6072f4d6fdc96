"""The figures that were published: counts with what is too small taken out, and nothing else."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class PublishedFigures(Base):
    """The figures of one quarter. Made once and never again: two versions of the same figures
    would tell by their difference what each of them hides."""

    __tablename__ = "published_figures"

    period: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    """For example 2026-Q3."""
    made: Mapped[datetime]
    content: Mapped[dict[str, Any]]
    """`counting.Figures` as JSON."""
