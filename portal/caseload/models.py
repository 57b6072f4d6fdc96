"""Tables of the caseload. What says who somebody is stands sealed to the desk's key."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base

TEAM_KINDS = (
    "region", "family", "vbl", "detention", "dublin", "minors", "trafficking", "ilc",
)  # fmt: skip
"""`family` is a family location (GL), `minors` the specialists for unaccompanied minors (amv),
`trafficking` who talks with people whom somebody threatens or forces, `ilc` the intake desk of
DT&V (Informatie en Logistiek Centrum), the last resort of routing."""
TRAFFICKING_TEAM = "trafficking"
FLAGS = ("unaccompanied_minor", "detention", "dublin", "family", "vbl")
PROCEDURES = ("pending", "none", "unknown")


class Team(Base):
    __tablename__ = "team"

    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    places: Mapped[list[str]]
    """Location names, folded, whose people this team serves when no dossier says more."""
    trained: Mapped[bool] = mapped_column(default=False)
    """May have the cases of minors and of people whom somebody threatens; they never leave it."""


class TeamMember(Base):
    """A supervisor or coordinator in a team. Who they are stands in `staff_member`."""

    __tablename__ = "team_member"

    member_id: Mapped[str] = mapped_column(sa.ForeignKey("staff_member.id"), primary_key=True)
    team_id: Mapped[str] = mapped_column(sa.ForeignKey("team.id"), index=True)


class Absence(Base):
    """Days on which a supervisor isn't there, first and last included, and who stands in."""

    __tablename__ = "absence"

    member_id: Mapped[str] = mapped_column(sa.ForeignKey("staff_member.id"), primary_key=True)
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date]
    deputy_id: Mapped[str | None] = mapped_column(sa.ForeignKey("staff_member.id"))

    __table_args__ = (sa.CheckConstraint("last_day >= first_day", name="days"),)


class Dossier(Base):
    """DT&V's file on a person (vertrekdossier), found by a keyed hash of the V-number."""

    __tablename__ = "dossier"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    v_index: Mapped[str] = mapped_column(sa.String(64), unique=True)
    data_key: Mapped[bytes]
    person: Mapped[bytes]
    """Sealed JSON: v_number, birth_date (ISO), family_name, given_names, nationality."""
    location: Mapped[str] = mapped_column(sa.String(100))
    procedure: Mapped[str] = mapped_column(sa.String(10))
    flags: Mapped[list[str]]
    language: Mapped[str] = mapped_column(sa.String(10))
    team_id: Mapped[str] = mapped_column(sa.ForeignKey("team.id"))
    supervisor_id: Mapped[str | None] = mapped_column(sa.ForeignKey("staff_member.id"))
    open: Mapped[bool]
    updated: Mapped[datetime]
