"""What a consultation looks like to who may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Meeting:
    """A consultation in a list. `place` is "" when our keys don't open it."""

    id: str
    team_id: str
    team: str
    day: date
    place: str
    chair: str
    present: tuple[str, ...]
    version: int
    closed: datetime | None
    closed_by: str
    items: int = 0
    """On the agenda, also those of other teams."""
    settled: int = 0


@dataclass(frozen=True)
class Action:
    """`owner` is a name or, when `organisation` isn't empty, nobody."""

    id: str
    consultation_id: str
    case_id: str
    reference: str
    name: str
    day: date
    """Of the meeting that agreed on it."""
    text: str
    owner: str
    organisation: str
    due: date
    done: datetime | None
    item_id: str = ""


@dataclass(frozen=True)
class Addition:
    at: datetime
    who: str
    text: str


@dataclass(frozen=True)
class Item:
    """A case on an agenda, with what was last written down about it."""

    id: str
    consultation_id: str
    case_id: str
    reference: str
    kind: str
    name: str
    settled: bool
    version: int
    readable: bool
    content: Mapping[str, Any] = field(default_factory=dict)
    """As `consultation.record` keeps it: proposal, dissent, …, outcome, outcome_text."""
    written_by: str = ""
    written_at: datetime | None = None
    actions: tuple[Action, ...] = ()
    additions: tuple[Addition, ...] = ()


@dataclass(frozen=True)
class Agenda:
    meeting: Meeting
    items: tuple[Item, ...]
    elsewhere: int
    """Cases of other teams, of which nothing is shown."""
    earlier: tuple[Action, ...]
    """Actions of other meetings that nobody has marked as done."""
