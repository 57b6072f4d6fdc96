"""A small identity provider for the demo: real OpenID Connect, with a button instead of a password.

Discovery, authorization code with PKCE S256, token, userinfo and end_session, so that the demo
signs in with the very code of a real deployment. One process, everything in memory.
"""

import hashlib
import hmac
import secrets
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from portal.demo.people import Person
from portal.staff.guards import staff_page
from portal.web.who import who

CODE_LIFE = 60
TOKEN_LIFE = 300
ASKED = (
    "client_id", "redirect_uri", "response_type", "scope", "state", "nonce",
    "code_challenge", "code_challenge_method",
)  # fmt: skip
"""The parameters of an authorization request that the chooser's form carries along."""


@dataclass(frozen=True)
class Grant:
    """Who signed in, for which authorization request, and until when that may be used."""

    person: Person
    asked: Mapping[str, str]
    until: float


@dataclass
class DemoProvider:
    """The provider and its memory: codes and access tokens that were given out, by their value."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uris: frozenset[str]
    people: Mapping[str, Person]
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", auto_kid=True))
    codes: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)

    @who("anyone")
    async def discovery(self, _request: Request) -> Response:
        endpoints = {
            name: f"{self.issuer}/{path}"
            for name, path in (
                ("authorization_endpoint", "authorize"),
                ("token_endpoint", "token"),
                ("userinfo_endpoint", "userinfo"),
                ("end_session_endpoint", "end-session"),
                ("jwks_uri", "jwks"),
            )
        }
        return JSONResponse(
            {
                "issuer": self.issuer,
                **endpoints,
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic",
                    "client_secret_post",
                ],
                "code_challenge_methods_supported": ["S256"],
                "scopes_supported": ["openid", "profile", "email", "roles"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    @who("anyone")
    async def jwks(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False, use="sig", alg="ES256")]})

    @who("anyone")
    async def authorize(self, request: Request) -> Response:
        """GET shows the demo people; POST signs in as the one whose button was pressed."""
        given = await request.form() if request.method == "POST" else request.query_params
        asked = {name: str(given[name]) for name in ASKED if name in given}
        if asked.get("client_id") != self.client_id or (
            asked.get("redirect_uri") not in self.redirect_uris
        ):
            # Never a redirect to an address that nobody registered (RFC 6749 §4.1.2.1).
            return staff_page(request, None, "demo/refused.html", status=400)
        if error := _wrong(asked):
            return self._back(asked, error=error)
        if request.method == "GET":
            groups: dict[str, list[Person]] = {}
            for person in self.people.values():
                groups.setdefault(person.group, []).append(person)
            return staff_page(
                request,
                None,
                "demo/choose.html",
                groups=groups,
                asked=asked,
                action=request.url.path,
            )
        person = self.people.get(str(given.get("person")))
        if person is None:
            return self._back(asked, error="access_denied")
        return self._back(asked, code=_keep(self.codes, person, asked, CODE_LIFE))

    def _back(self, asked: Mapping[str, str], **answer: str) -> Response:
        if "state" in asked:
            answer["state"] = asked["state"]
        query = urlencode({**answer, "iss": self.issuer})
        return RedirectResponse(f"{asked['redirect_uri']}?{query}", 303)

    @who("provider")
    async def token(self, request: Request) -> Response:
        """A code for tokens, once. Errors as RFC 6749 §5.2 has them."""
        form = await request.form()
        if not self._is_client(request, form):
            return JSONResponse({"error": "invalid_client"}, 401)
        if form.get("grant_type") != "authorization_code":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        grant = self.codes.pop(str(form.get("code")), None)
        digest = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            grant is None
            or grant.until < time.time()
            or grant.asked["redirect_uri"] != form.get("redirect_uri")
            or not hmac.compare_digest(grant.asked["code_challenge"].encode(), challenge.encode())
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {
                "access_token": _keep(self.tokens, grant.person, grant.asked, TOKEN_LIFE),
                "token_type": "Bearer",
                "expires_in": TOKEN_LIFE,
                "id_token": self.id_token(grant),
            }
        )

    def _is_client(self, request: Request, form: FormData) -> bool:
        """client_secret_basic or client_secret_post."""
        name, secret = str(form.get("client_id", "")), str(form.get("client_secret", ""))
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                sent = b64decode(credentials, validate=True).decode()
            except ValueError:
                return False
            name, secret = (unquote_plus(part) for part in sent.partition(":")[::2])
        right = hmac.compare_digest(secret.encode(), self.client_secret.encode())
        return right and name == self.client_id

    def id_token(self, grant: Grant) -> str:
        """The signed ID token of a sign-in."""
        claims = self.id_claims(grant)
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)

    def id_claims(self, grant: Grant) -> dict[str, Any]:
        """The claims of the ID token."""
        now = int(time.time())
        claims = {
            **_claims(grant.person),
            "iss": self.issuer,
            "aud": self.client_id,
            "iat": now,
            "exp": now + TOKEN_LIFE,
            "sid": secrets.token_hex(8),
        }
        if "nonce" in grant.asked:
            claims["nonce"] = grant.asked["nonce"]
        return claims

    @who("provider")
    async def userinfo(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        grant = self.tokens.get(token) if scheme.lower() == "bearer" else None
        if grant is None or grant.until < time.time():
            return JSONResponse({"error": "invalid_token"}, 401)
        return JSONResponse(_claims(grant.person))

    @who("anyone")
    async def end_session(self, request: Request) -> Response:
        """Nothing to end, for everybody is asked each time: only the way back, if it is ours."""
        asked = request.query_params
        target = asked.get("post_logout_redirect_uri", "")
        origins = {urlsplit(uri)[:2] for uri in self.redirect_uris}
        if asked.get("client_id") != self.client_id or urlsplit(target)[:2] not in origins:
            return staff_page(request, None, "demo/refused.html", status=400)
        state = urlencode({"state": asked["state"]}) if "state" in asked else ""
        return RedirectResponse(f"{target}?{state}" if state else target, 303)

    def routes(self) -> list[Route]:
        """To be mounted at the path of the issuer."""
        return [
            Route("/.well-known/openid-configuration", self.discovery),
            Route("/jwks", self.jwks),
            Route("/authorize", self.authorize, methods=["GET", "POST"]),
            Route("/token", self.token, methods=["POST"]),
            Route("/userinfo", self.userinfo, methods=["GET", "POST"]),
            Route("/end-session", self.end_session),
        ]


def demo_provider(
    issuer: str,
    client_id: str,
    client_secret: str,
    redirect_uris: Sequence[str],
    people: Sequence[Person],
) -> list[Route]:
    """Routes to mount at the path of `issuer`. The signing key is made here and never kept.

    After signing out, a browser may go back to any address of a redirect URI's own origin.
    """
    registered = frozenset(redirect_uris)
    by_sub = {person.sub: person for person in people}
    return DemoProvider(issuer, client_id, client_secret, registered, by_sub).routes()


def _wrong(asked: Mapping[str, str]) -> str:
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    if "openid" not in asked.get("scope", "").split():
        return "invalid_scope"
    if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
        return "invalid_request"
    return ""


def _keep(kept: dict[str, Grant], person: Person, asked: Mapping[str, str], seconds: int) -> str:
    now = time.time()
    for old in [name for name, grant in kept.items() if grant.until < now]:
        del kept[old]
    name = secrets.token_urlsafe(32)
    kept[name] = Grant(person, asked, now + seconds)
    return name


def _claims(person: Person) -> dict[str, Any]:
    return {
        "sub": person.sub,
        "name": person.name,
        "email": person.email,
        "email_verified": True,
        "roles": list(person.roles),
        "organisation": person.organisation,
        "locale": person.locale,
    }
