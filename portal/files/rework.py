"""Bytes in, clean bytes out, or a refusal with a reason. Nothing touches a disk.

Decoders of pictures and PDFs are written in C and C++ and are fed by strangers: they run in a child
process (portal.files.child). Input and output are memory that has no name in any folder.
"""

import os
import subprocess
import sys
from dataclasses import dataclass

from portal import ROOT
from portal.files.limits import (
    BROKEN,
    EMPTY,
    FROM_THE_CHILD,
    LARGEST,
    TOO_HEAVY,
    TOO_LARGE,
    UNKNOWN,
    Refused,
    format_of,
)
from portal.logs import log

PATIENCE = 20
"""Seconds of the clock for one file; the child's own limit counts the work of its processor."""
LONGEST_LINE = 300


@dataclass(frozen=True)
class Clean:
    """A file that may be kept. `format` is jpeg or pdf, whatever it was before."""

    format: str
    content: bytes
    pages: int


def rework(received: bytes) -> Clean:
    """Make a file anew: a quarter of a second and up, so call it in a thread. Raises Refused."""
    if not received:
        raise Refused(EMPTY)
    if len(received) > LARGEST:
        raise Refused(TOO_LARGE)
    if not format_of(received):
        raise Refused(UNKNOWN)
    return _read(_ask_child(received))


def _ask_child(received: bytes) -> bytes:
    given, answer = os.memfd_create("given"), os.memfd_create("answer")
    try:
        with os.fdopen(os.dup(given), "wb") as file:
            file.write(received)
        os.lseek(given, 0, os.SEEK_SET)
        _run(given, answer)
        with os.fdopen(os.dup(answer), "rb") as file:
            file.seek(0)
            return file.read()
    finally:
        os.close(given)
        os.close(answer)


def _run(given: int, answer: int) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "portal.files.child"],
            stdin=given,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": str(ROOT), "MALLOC_ARENA_MAX": "1"},
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        log.warning("file gave no end", seconds=PATIENCE)
        raise Refused(TOO_HEAVY) from None
    if done.returncode:
        log.warning("file stopped its process", status=done.returncode)
        raise Refused(TOO_HEAVY)


def _read(answer: bytes) -> Clean:
    """What the child says is believed as far as it can be seen: a broken child may say anything."""
    line, _, content = answer.partition(b"\n")
    word, _, rest = line[:LONGEST_LINE].decode("utf-8", "replace").partition(" ")
    if word != "clean":
        raise Refused(rest if word == "refused" and rest in FROM_THE_CHILD else BROKEN)
    kind, _, pages = rest.partition(" ")
    if kind not in ("jpeg", "pdf") or format_of(content) != kind or not pages.isdecimal():
        raise Refused(BROKEN)
    if len(content) > LARGEST:
        raise Refused(TOO_LARGE)
    return Clean(kind, content, int(pages))
