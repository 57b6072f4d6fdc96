"""One frozen `Settings`, read once from the environment.

A default is right for production and harmless in public; where no such value exists there is
no default, and `portal check` says what is missing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?/?"
)

_ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one clear line for the person who deploys."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two deployments."""

    data_dir: Path
    database_url: str
    public_url: str
    keys_file: Path
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_roles_claim: str = "roles"
    """Dotted path of the role claim, for example `realm_access.roles`."""
    oidc_organisation_claim: str = "organisation"
    oidc_acr: str = ""
    """The `acr` value that a sign-in must carry (multi-factor); empty: the provider decides."""
    oidc_trust_email: bool = False
    """Whether the provider's e-mail addresses are its own organisation's, so that they prove who
    somebody is without the claim `email_verified`; one that says "not verified" never does."""
    exit_url: str = "https://www.buienradar.nl/"
    """Where "Leave quickly" goes: a page that anybody could be reading."""
    first_reaction_days: int = 5
    """Target in working days until a person reacts (domain.md §4: a target, no rule)."""
    urgent_reaction_days: int = 2
    """The same when a flight or the end of the departure period is near."""
    untouched_team_days: int = 2
    """After how many working days a case that nobody began with is marked for its team, and"""
    untouched_alert_days: int = 5
    """for its coordinator (domain.md §4, our proposal). Marks alone: nothing moves by itself."""
    clamd: str = ""
    """Where clamd listens, host:port or the path of a socket; empty: files aren't scanned."""
    smtp_url: str = ""
    """Where letters go out: smtps:// or smtp+starttls:// USER:PASSWORD@HOST:PORT, smtp:// only on
    loopback. Empty: no e-mail is sent, and nothing else changes."""
    smtp_from: str = ""
    """The address that e-mails come from, and that hears when one can't be delivered."""
    smtp_ca_file: str = ""
    """Certificates (PEM) that the mail server's must lead to; empty: those of the system."""
    security_contact: str = ""
    """For security.txt: a mailto: or https: address."""
    proxy_hops: int = 0
    """How many proxies in front of us write X-Forwarded-For; 0 trusts none."""
    door: str = "all"
    """`all`, `public` or `staff`: which rooms this process opens."""

    @property
    def secure(self) -> bool:
        """Whether people reach us over https, so that cookies and headers may insist on it."""
        return self.public_url.startswith("https://")

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Settings":
        """Read `PORTAL_*`. Raises SettingsError with one line that names the setting."""
        given = {
            field.name: env[f"PORTAL_{field.name.upper()}"]
            for field in fields(cls)
            if env.get(f"PORTAL_{field.name.upper()}")
        }
        data_dir = Path(given.pop("data_dir", "data")).absolute()
        return cls(
            data_dir=data_dir,
            database_url=_database_url(given.pop("database_url", ""), data_dir),
            public_url=_public_url(given.pop("public_url", "")),
            keys_file=Path(given.pop("keys_file", str(data_dir / "keys.toml"))),
            door=_door(given.pop("door", "all")),
            clamd=_clamd(given.pop("clamd", "")),
            smtp_url=_smtp_url(given.pop("smtp_url", ""), given.get("smtp_from", "")),
            **_typed(cls, given),
        )


def _typed(cls: type[Settings], given: Mapping[str, str]) -> dict[str, Any]:
    typed: dict[str, Any] = dict(given)
    for name, value in given.items():
        if cls.__dataclass_fields__[name].type is int:
            if not value.isdecimal():
                raise SettingsError(f"PORTAL_{name.upper()} must be a whole number, not {value!r}")
            typed[name] = int(value)
        elif cls.__dataclass_fields__[name].type is bool:
            if value not in ("yes", "no"):
                raise SettingsError(f"PORTAL_{name.upper()} must be yes or no, not {value!r}")
            typed[name] = value == "yes"
    return typed


def _database_url(url: str, data_dir: Path) -> str:
    if not url:
        return f"sqlite:///{data_dir / 'portal.db'}"
    scheme, _, rest = url.partition("://")
    if scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        url = f"postgresql+psycopg://{rest}"
    elif scheme != "sqlite" or rest in ("", "/", "/:memory:"):
        raise SettingsError("PORTAL_DATABASE_URL must start with sqlite:///FILE or postgresql://")
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError("PORTAL_DATABASE_URL can't be read") from None
    return url


def _public_url(url: str) -> str:
    """The origin as browsers write it: they send it back with each form, to be compared."""
    if not url:
        raise SettingsError("PORTAL_PUBLIC_URL is missing: the https address people will type")
    parts = _ORIGIN.fullmatch(url.lower())
    if not parts or int(parts["port"] or 0) > 65535:
        raise SettingsError("PORTAL_PUBLIC_URL must be https://host, without a path")
    scheme, host, port = parts.group("scheme", "host", "port")
    if scheme == "http" and host not in LOOPBACK:
        raise SettingsError("PORTAL_PUBLIC_URL must be https: without it every answer is readable")
    usual = {"http": "80", "https": "443"}[scheme]
    return f"{scheme}://{host}:{port}" if port and port != usual else f"{scheme}://{host}"


def _clamd(address: str) -> str:
    if address and not re.fullmatch(r"/.+|[^/\s:]+:[0-9]{1,5}|\[[0-9a-f:]+\]:[0-9]{1,5}", address):
        raise SettingsError("PORTAL_CLAMD must be host:port or the path of a socket")
    return address


def _smtp_url(url: str, sender: str) -> str:
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingsError("PORTAL_SMTP_URL can't be read") from None
    host = parts.hostname or ""
    if parts.scheme not in ("smtp", "smtps", "smtp+starttls") or port == 0:
        raise SettingsError("PORTAL_SMTP_URL must start with smtps:// or smtp+starttls://")
    if not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:.]+", host):
        raise SettingsError("PORTAL_SMTP_URL has no host")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError("PORTAL_SMTP_URL must end after host and port")
    if parts.scheme == "smtp" and host not in LOOPBACK | {"::1"}:
        raise SettingsError("PORTAL_SMTP_URL must be smtps:// or smtp+starttls:// off loopback")
    if bool(parts.username) != bool(parts.password):
        raise SettingsError("PORTAL_SMTP_URL needs both a user and a password, or neither")
    if not _ADDRESS.fullmatch(sender):
        raise SettingsError("PORTAL_SMTP_FROM must be an e-mail address: letters come from it")
    return url


def _door(door: str) -> str:
    if door not in ("all", "public", "staff"):
        raise SettingsError("PORTAL_DOOR must be all, public or staff")
    return door
