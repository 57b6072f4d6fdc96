"""What a broken or hostile provider would say and sign."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from authlib.common.encoding import urlsafe_b64encode
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from portal.demo.provider import DemoProvider
from tests.rooms.staff.house import CLIENT_SECRET


@contextmanager
def twisted(provider: DemoProvider, **claims: Any) -> Generator[None]:
    """The provider's ID tokens with other claims; None leaves one out."""
    honest = provider.id_claims

    def lying(grant: Any) -> dict[str, Any]:
        said = honest(grant) | claims
        return {name: value for name, value in said.items() if value is not None}

    provider.id_claims = lying
    try:
        yield
    finally:
        provider.id_claims = honest


def signed(provider: DemoProvider, claims: dict[str, Any], kind: str = "honest") -> str:
    """A token of these claims, signed as `kind` says."""
    match kind:
        case "none":
            parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
            return ".".join([*(urlsafe_b64encode(part).decode() for part in parts), ""])
        case "wrong key":
            key = ECKey.generate_key("P-256")
            return jwt.encode({"alg": "ES256", "kid": provider.key.kid}, claims, key)
        case "shared secret":
            key = OctKey.import_key(CLIENT_SECRET.ljust(32, "0"))
            return jwt.encode({"alg": "HS256", "kid": provider.key.kid}, claims, key)
        case "no token":
            return "neither.a.token"
    return jwt.encode({"alg": "ES256", "kid": provider.key.kid}, claims, provider.key)
