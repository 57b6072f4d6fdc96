"""From what a partner typed to plain values."""

import re
import unicodedata

TEXT_LENGTH = 1500
NOTE_LENGTH = 1000
_ID = re.compile(r"[0-9a-f]{32}")
_KEPT_CONTROLS = "\n\t"


def is_id(text: str) -> bool:
    """Whether this can be the id of a case or the random name of a form."""
    return _ID.fullmatch(text) is not None


def number(typed: object) -> int:
    """A whole number; -1, which no referral has, for anything else."""
    text = typed if isinstance(typed, str) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def clean(typed: object, limit: int) -> str:
    """Text that can be kept and shown: NFC, no lone surrogates, controls or direction overrides."""
    if not isinstance(typed, str):
        return ""
    text = typed[: 4 * limit].replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in _KEPT_CONTROLS or not _is_refused(c))
    return unicodedata.normalize("NFC", "".join(kept)).strip()[:limit]


def _is_refused(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") or 0x202A <= ord(c) <= 0x202E
