"""E-mail addresses as people type them: what may stand in a header and be said to a mail server."""

import re
import unicodedata

_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"(?P<local>{_LOCAL})@(?P<domain>({_LABEL}\.)+{_LABEL})", re.IGNORECASE)
_LONGEST, _LONGEST_LOCAL = 254, 64


def clean_address(typed: str) -> str | None:
    """The address in plain ASCII, or None when a letter can't go there.

    Marks of direction, which a telephone adds to copied text, are left out; a domain in another
    script becomes its ASCII form. Quoted names, literal hosts and anything with a control character
    in it are no addresses here.
    """
    text = "".join(c for c in typed.strip() if unicodedata.category(c) != "Cf")
    local, at, domain = text.rpartition("@")
    if not at:
        return None
    try:
        address = f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None
    found = _ADDRESS.fullmatch(address)
    if not found or len(address) > _LONGEST or len(found["local"]) > _LONGEST_LOCAL:
        return None
    return None if local.startswith("-") else address
