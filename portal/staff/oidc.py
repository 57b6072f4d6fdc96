"""The door to the organisation's identity provider: OpenID Connect, checked more than once.

Authlib does the protocol (state, nonce, PKCE S256, signature, expiry). What it leaves open is done
here: the configured issuer, the audience, `acr`, RFC 9207's `iss`, and asymmetric signatures alone.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.integrations.starlette_client import OAuth, OAuthError
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from starlette.requests import Request
from starlette.responses import Response

from portal.i18n import DESK_LANGUAGES
from portal.settings import Settings
from portal.staff.service import LOGOUT_TOKEN_LIFE, Identity, SignInFailed, known_roles

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
SCOPE = "openid profile email"
LEEWAY = 30
"""Seconds that the provider's clock may differ from ours."""
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True)
class LogoutOrder:
    """A back-channel logout that the provider signed; at least one of `subject` and `sid`."""

    subject: str | None
    sid: str | None
    jti: str


@dataclass(frozen=True)
class StaffDoor:
    """The portal as a client of the provider."""

    settings: Settings
    client: Any

    async def to_provider(self, request: Request) -> Response:
        """The redirect that starts a sign-in. Raises SignInFailed when the provider is down."""
        wishes = {"acr_values": self.settings.oidc_acr} if self.settings.oidc_acr else {}
        with _provider_speaking():
            metadata = await self._metadata()
            # Some providers give roles for this scope; others refuse a scope they don't know.
            if "roles" in metadata.get("scopes_supported", ()):
                wishes["scope"] = f"{SCOPE} roles"
            # One sign-in at a time: forgotten ones would outgrow what a cookie can hold.
            request.session.clear()
            return await self.client.authorize_redirect(
                request, f"{self.settings.public_url}/staff/callback", **wishes
            )

    async def back_from_provider(self, request: Request) -> Identity:
        """Who came back. Raises SignInFailed; every code, state and nonce works once."""
        issuer = self.settings.oidc_issuer
        with _provider_speaking():
            metadata = await self._metadata()
            if request.query_params.get("iss", issuer) != issuer:
                raise SignInFailed("not_proved")
            token = await self.client.authorize_access_token(
                request,
                leeway=LEEWAY,
                claims_options={
                    "iss": {"essential": True, "value": issuer},
                    "aud": {"essential": True, "value": self.settings.oidc_client_id},
                },
            )
            claims = token.get("userinfo")
            if not claims:
                raise SignInFailed("not_proved")
            if self.settings.oidc_acr and claims.get("acr") != self.settings.oidc_acr:
                raise SignInFailed("weak_sign_in")
            more: Mapping[str, Any] = {}
            if self._lacks(claims) and metadata.get("userinfo_endpoint"):
                more = await self.client.userinfo(token=token)
                if more.get("sub") != claims["sub"]:
                    raise SignInFailed("not_proved")
        return self._identity(claims, more)

    async def sign_out_address(self) -> str:
        """Where to sign out at the provider too, or "" when it offers no such place.

        `client_id` says who asks: an id_token_hint would put name and e-mail into an address.
        """
        try:
            with _provider_speaking():
                endpoint = (await self._metadata()).get("end_session_endpoint", "")
        except SignInFailed:
            return ""
        parameters = {
            "client_id": self.settings.oidc_client_id,
            "post_logout_redirect_uri": f"{self.settings.public_url}/staff/bye",
        }
        joint = "&" if "?" in endpoint else "?"
        return f"{endpoint}{joint}{urlencode(parameters)}" if endpoint else ""

    async def logout_order(self, logout_token: str) -> LogoutOrder:
        """Check a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6).

        Raises SignInFailed: "not_proved", or "provider_down" when its keys can't be had.
        """
        with _provider_speaking():
            await self._metadata()
            try:
                claims = await self._decoded(logout_token, fresh_keys=False)
            except InvalidKeyIdError:  # the provider changed its keys
                claims = await self._decoded(logout_token, fresh_keys=True)
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY,
                iss={"essential": True, "value": self.settings.oidc_issuer},
                aud={"essential": True, "value": self.settings.oidc_client_id},
                iat={"essential": True},
                jti={"essential": True},
                events={"essential": True},
            ).validate(claims)
        events, sub, sid = claims["events"], claims.get("sub"), claims.get("sid")
        age = datetime.now(UTC).timestamp() - claims["iat"]
        if (
            not isinstance(events, dict)
            or not isinstance(events.get(LOGOUT_EVENT), dict)
            or "nonce" in claims
            or not isinstance(claims["jti"], str)
            or not all(value is None or isinstance(value, str) for value in (sub, sid))
            or not (sub or sid)
            or age > LOGOUT_TOKEN_LIFE.total_seconds()
        ):
            raise SignInFailed("not_proved")
        return LogoutOrder(sub or None, sid or None, claims["jti"])

    async def _decoded(self, token: str, *, fresh_keys: bool) -> dict[str, Any]:
        keys = KeySet.import_key_set(await self.client.fetch_jwk_set(force=fresh_keys))
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        return jwt.decode(token, keys, registry=registry).claims

    async def _metadata(self) -> dict[str, Any]:
        """The provider's description of itself; asked once, and only believed of the issuer."""
        if not self.settings.oidc_issuer:
            raise SignInFailed("provider_down", 503)
        metadata = await self.client.load_server_metadata()
        if metadata.get("issuer") != self.settings.oidc_issuer:
            metadata.pop("_loaded_at", None)  # ask again next time
            raise SignInFailed("provider_down", 503)
        # Authlib accepts what the description lists: never "none", never a shared secret.
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [
            name for name in ALGORITHMS if name in offered
        ]
        return metadata

    def _lacks(self, claims: Mapping[str, Any]) -> bool:
        wanted = (self.settings.oidc_roles_claim, "name", "email")
        return any(_claim(claims, path) is None for path in wanted)

    def _identity(self, claims: Mapping[str, Any], more: Mapping[str, Any]) -> Identity:
        def first(path: str) -> Any:
            found = _claim(claims, path)
            return _claim(more, path) if found is None else found

        def text(path: str, longest: int) -> str:
            value = first(path)
            return " ".join(value.split())[:longest] if isinstance(value, str) else ""

        verified = first("email_verified")
        locale = text("locale", 35).lower().replace("_", "-").partition("-")[0]
        return Identity(
            issuer=self.settings.oidc_issuer,
            subject=str(claims["sub"]),
            name=text("name", 200),
            email="" if verified is False else text("email", 320).lower(),
            email_verified=verified is True
            or (self.settings.oidc_trust_email and verified is None),
            roles=known_roles(first(self.settings.oidc_roles_claim)),
            organisation=text(self.settings.oidc_organisation_claim, 200),
            locale=locale if locale in DESK_LANGUAGES else "",
            sid=sid if isinstance(sid := claims.get("sid"), str) else None,
        )


def open_staff(settings: Settings) -> StaffDoor:
    """The door. Nothing is asked of the provider until somebody comes."""
    client = OAuth().register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={
            "scope": SCOPE,
            "code_challenge_method": "S256",
            "timeout": 10,
        },
    )
    return StaffDoor(settings, client)


@contextmanager
def _provider_speaking() -> Generator[None]:
    """Turn what can go wrong between us and the provider into SignInFailed."""
    try:
        yield
    except OAuthError as error:
        match error.error:
            case "mismatching_state":
                raise SignInFailed("start_again", 400) from error
            case "access_denied":
                raise SignInFailed("denied") from error
            case "server_error" | "temporarily_unavailable":
                raise SignInFailed("provider_down", 503) from error
        raise SignInFailed("not_proved") from error
    except JoseError as error:
        raise SignInFailed("not_proved") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, RuntimeError) as error:
        # no answer, or none that a provider would give
        raise SignInFailed("provider_down", 503) from error


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """The claim of that name, or the one at the dotted path; None when there is neither."""
    if path in claims:
        return claims[path]
    value: Any = claims
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
