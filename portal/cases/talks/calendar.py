"""One appointment as a calendar file (RFC 5545). It says when, and nothing of what or with whom.

A telephone shows its calendar on a locked screen, and whoever lives with somebody sees it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LINE = 75
"""Octets of a line at the most, without its end (RFC 5545 §3.1)."""


@dataclass(frozen=True)
class Entry:
    """`uid` is the same through all changes; `sequence` counts them; `stamp` is the last one."""

    uid: str
    sequence: int
    stamp: datetime
    start: datetime
    minutes: int
    summary: str
    confirmed: bool
    location: str = ""


def calendar_file(entry: Entry) -> bytes:
    """UTF-8, lines folded at 75 octets and ended with CRLF; times in UTC, so no zone is needed."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Appointment//1.0//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_utc(entry.stamp)}",
        f"DTSTART:{_utc(entry.start)}",
        f"DTEND:{_utc(entry.start + timedelta(minutes=entry.minutes))}",
        f"SUMMARY:{_escaped(entry.summary)}",
        *([f"LOCATION:{_escaped(entry.location)}"] if entry.location else []),
        f"STATUS:{'CONFIRMED' if entry.confirmed else 'TENTATIVE'}",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return "".join(c for c in text if c >= " " and c != "\x7f")


def _folded(line: str) -> bytes:
    """In pieces of 75 octets, each but the first after a space; no letter is cut in two."""
    pieces, piece, room = [], b"", LINE
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > room:
            pieces.append(piece)
            piece, room = b"", LINE - 1
        piece += octets
    return b"\r\n ".join([*pieces, piece])
