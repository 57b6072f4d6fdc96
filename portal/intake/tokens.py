"""The token in a visit's cookie: its hash names the visit, and what it derives opens it."""

import base64
import hashlib
import secrets

from portal.vault import VaultError, seal, subkey, unseal

KIOSK_MARK = "kiosk."
"""How the tokens of visits on a kiosk begin, so that whoever has the token knows the rules."""


def new_token(*, kiosk: bool) -> str:
    return (KIOSK_MARK if kiosk else "") + secrets.token_urlsafe(32)


def next_token(token: str, form: str, code_key: bytes) -> str:
    """The token under which a visit goes on when a code was accepted (portal.intake.renewing).

    The same for the same form posted twice; and nobody finds it who knows `token` but neither the
    code nor `form`, the random name that only the page with the form has.
    """
    derived = base64.urlsafe_b64encode(subkey(code_key, f"visit|{token}|{form}")).decode()
    return (KIOSK_MARK if is_of_kiosk(token) else "") + derived.rstrip("=")


def is_token(text: str) -> bool:
    """Whether it can be one of ours; whose it is, the database knows."""
    return 40 <= len(text) <= 64 and text.isascii()


def is_of_kiosk(token: str) -> bool:
    return token.startswith(KIOSK_MARK)


def hash_of(token: str) -> str:
    """All that the database holds of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def key_of(token: str, purpose: str = "visit") -> bytes:
    return subkey(token.encode(), purpose)


def place(what: str, token: str) -> str:
    """The place that something is sealed to: in no other visit it opens."""
    return f"visit|{what}|{hash_of(token)}"


def sealed_anew(sealed: bytes | None, what: str, old: str, new: str) -> bytes | None:
    """Sealed under the next token; None for nothing, and for what another release has sealed."""
    try:
        plain = unseal(key_of(old), sealed or b"", place(what, old))
    except VaultError:
        return None
    return seal(key_of(new), plain, place(what, new))
