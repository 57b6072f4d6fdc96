"""Sealing and unsealing (security.md §4). The format is versioned: `v1.<key id>.` then bytes.

Each case has a random 256-bit data key. Two subkeys come from it: `answers`, which only the desk
can reach, and `messages`, which the receipt code opens too. The data key is wrapped to the desk's
public key with HPKE (X25519); the `messages` subkey is wrapped a second time under the code.
The public side holds `PublicKeys` alone: it can seal, and it can't unseal.
"""

import hashlib
import hmac
import json
import os
import secrets
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES, SALT_BYTES = 32, 16
PAD_TO = 256
"""Sealed JSON is padded to a multiple of this, so that "yes" and "no" have one size."""

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_STRETCHERS = ThreadPoolExecutor(os.cpu_count() or 1, "stretch")
"""At most one derivation a core at a time, and in threads of their own: each needs 19 MiB, which an
allocator keeps for every thread that ever asked for it."""


class VaultError(Exception):
    """Sealed bytes can't be opened: another key, another place, or somebody changed them."""


@dataclass(frozen=True)
class PublicKeys:
    """What the public door holds. No secret in it opens a request that was sent."""

    desk_id: str
    desk_public: bytes
    pepper: bytes
    code_salt: bytes

    def wrap(self, data_key: bytes, place: str) -> bytes:
        """Wrap a data key so that only the desk can open it. `place` names where it is kept."""
        public = X25519PublicKey.from_public_bytes(self.desk_public)
        return _wrap(data_key, public, self.desk_id, place)

    def stretch(self, code: str) -> tuple[bytes, bytes]:
        """(lookup hash, wrapping key) of a receipt code: keyed Argon2id, about 60 ms of a core."""
        stretched = _STRETCHERS.submit(_argon2id, self.code_salt, code.encode()).result()
        lookup = hmac.new(self.pepper, stretched[:32], hashlib.sha256).digest()
        return lookup, subkey(stretched[32:], "code-wrap")


@dataclass(frozen=True)
class DeskKeys:
    """What the staff door and the worker hold."""

    private: tuple[tuple[str, bytes], ...]
    """(key id, X25519 private bytes); the first is the current one, all of them open."""
    index: bytes
    audit: bytes
    session: bytes

    def wrap(self, data_key: bytes, place: str) -> bytes:
        """Wrap a data key to the desk itself, for what the desk makes: a case that is split off."""
        key_id, private = self.private[0]
        public = X25519PrivateKey.from_private_bytes(private).public_key()
        return _wrap(data_key, public, key_id, place)

    def unwrap(self, wrapped: bytes, place: str) -> bytes:
        """The data key. Raises VaultError."""
        key_id, body = _split(wrapped)
        private = dict(self.private).get(key_id)
        if private is None:
            raise VaultError(f"no desk key {key_id}")
        try:
            return _SUITE.decrypt(
                body, X25519PrivateKey.from_private_bytes(private), info=_place(place, key_id)
            )
        except (InvalidTag, ValueError) as error:
            raise VaultError("wrapped key doesn't open here") from error

    def blind_index(self, purpose: str, value: str) -> str:
        """A keyed hash to find an exact value by; computed on the staff side alone."""
        return hmac.new(self.index, f"{purpose}|v1|{value}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Keys:
    """A key ring: the public half, and the desk's half where this process may have it."""

    public: PublicKeys
    desk: DeskKeys | None

    def require_desk(self) -> DeskKeys:
        if self.desk is None:
            raise VaultError("this process holds no desk keys: use the staff door")
        return self.desk


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def subkey(key: bytes, label: str) -> bytes:
    """A key of its own for one purpose."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=label.encode()).derive(key)


def seal(key: bytes, plain: bytes, place: str) -> bytes:
    """AES-256-GCM. `place` is "table|column|row id": sealed bytes open nowhere else."""
    nonce = secrets.token_bytes(12)
    return _prefix("k") + nonce + AESGCM(key).encrypt(nonce, plain, _place(place, "k"))


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """Raises VaultError when the key, the place or a byte is another."""
    key_id, body = _split(sealed)
    try:
        return AESGCM(key).decrypt(body[:12], body[12:], _place(place, key_id))
    except (InvalidTag, ValueError) as error:
        raise VaultError("sealed bytes don't open here") from error


def seal_json(key: bytes, value: Any, place: str) -> bytes:
    """Seal JSON, padded so that its length tells little."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return seal(key, plain + b" " * (-len(plain) % PAD_TO), place)


def unseal_json(key: bytes, sealed: bytes, place: str) -> Any:
    return json.loads(unseal(key, sealed, place))


def _argon2id(salt: bytes, secret: bytes) -> bytes:
    stretching = Argon2id(salt=salt, length=64, iterations=2, lanes=1, memory_cost=19 * 1024)
    return stretching.derive(secret)


def _wrap(data_key: bytes, public: X25519PublicKey, key_id: str, place: str) -> bytes:
    return _prefix(key_id) + _SUITE.encrypt(data_key, public, info=_place(place, key_id))


def _place(place: str, key_id: str) -> bytes:
    return f"{place}|{key_id}|v1".encode()


def _prefix(key_id: str) -> bytes:
    return f"v1.{key_id}.".encode()


def _split(envelope: bytes) -> tuple[str, bytes]:
    version, _, rest = envelope.partition(b".")
    key_id, dot, body = rest.partition(b".")
    if version != b"v1" or not dot:
        raise VaultError("unknown format")
    return key_id.decode("ascii", "replace"), body


def new_keys() -> Keys:
    private = X25519PrivateKey.generate()
    key_id = secrets.token_hex(4)
    return Keys(
        PublicKeys(
            key_id, private.public_key().public_bytes_raw(), new_key(), new_key()[:SALT_BYTES]
        ),
        DeskKeys(((key_id, private.private_bytes_raw()),), new_key(), new_key(), new_key()),
    )


def save_keys(keys: Keys, path: Path) -> None:
    """Write a key file that only its owner can read. Never overwrites one."""
    lines = [
        f'desk_id = "{keys.public.desk_id}"',
        f'desk_public = "{keys.public.desk_public.hex()}"',
        f'pepper = "{keys.public.pepper.hex()}"',
        f'code_salt = "{keys.public.code_salt.hex()}"',
    ]
    if keys.desk:
        ring = ", ".join(
            f'["{key_id}", "{private.hex()}"]' for key_id, private in keys.desk.private
        )
        lines += [f"desk_private = [{ring}]"]
        lines += [f'{n} = "{getattr(keys.desk, n).hex()}"' for n in ("index", "audit", "session")]
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(["version = 1", *lines, ""]))


def load_keys(path: Path) -> Keys:
    """Raises VaultError with one clear line when the file is missing or isn't a key file."""
    try:
        raw = tomllib.loads(path.read_text())
        if raw["version"] != 1:
            raise ValueError("another version")
        public = PublicKeys(
            raw["desk_id"],
            _key(raw["desk_public"]),
            _key(raw["pepper"]),
            _key(raw["code_salt"], SALT_BYTES),
        )
        desk = _desk_keys(raw, public) if "desk_private" in raw else None
    except FileNotFoundError:
        raise VaultError(f"no key file at {path}: make one with `portal keys new`") from None
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise VaultError(f"{path} isn't a key file of this version") from error
    return Keys(public, desk)


def _desk_keys(raw: dict[str, Any], public: PublicKeys) -> DeskKeys:
    ring = tuple((key_id, _key(private)) for key_id, private in raw["desk_private"])
    current = X25519PrivateKey.from_private_bytes(dict(ring)[public.desk_id])
    if current.public_key().public_bytes_raw() != public.desk_public:
        raise ValueError("the two halves of the current key don't belong together")
    return DeskKeys(ring, *(_key(raw[name]) for name in ("index", "audit", "session")))


def _key(text: str, length: int = KEY_BYTES) -> bytes:
    """A key as the file writes it. A short one would work, and protect nothing."""
    key = bytes.fromhex(text)
    if len(key) != length:
        raise ValueError("a key of another length")
    return key
