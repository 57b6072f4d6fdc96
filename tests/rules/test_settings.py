"""Settings: safe defaults, and one clear line for everything that is wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mail.smtp import server_of
from portal.settings import Settings, SettingsError

URL = {"PORTAL_PUBLIC_URL": "https://portal.example"}


def read(**given: str) -> Settings:
    return Settings.from_environment({**URL, **given})


def test_the_defaults_are_right_for_production(tmp_path: Path) -> None:
    settings = read(PORTAL_DATA_DIR=str(tmp_path))
    assert settings.secure
    assert settings.door == "all"
    assert settings.database_url == f"sqlite:///{tmp_path / 'portal.db'}"
    assert settings.keys_file == tmp_path / "keys.toml"
    assert settings.proxy_hops == 0
    assert settings.oidc_client_secret == ""
    assert settings.oidc_trust_email is False


def test_settings_are_frozen() -> None:
    with pytest.raises(AttributeError):
        read().door = "staff"  # ty: ignore[invalid-assignment]


def test_an_empty_setting_counts_as_none() -> None:
    assert read(PORTAL_DOOR="", PORTAL_PROXY_HOPS="") == read()


def test_what_is_given_is_taken() -> None:
    settings = read(
        PORTAL_PROXY_HOPS="2",
        PORTAL_DOOR="public",
        PORTAL_KEYS_FILE="/keys/keys.toml",
        PORTAL_OIDC_ROLES_CLAIM="realm_access.roles",
        PORTAL_OIDC_TRUST_EMAIL="yes",
    )
    assert settings.oidc_trust_email
    assert not read(PORTAL_OIDC_TRUST_EMAIL="no").oidc_trust_email
    assert (settings.proxy_hops, settings.door) == (2, "public")
    assert settings.keys_file == Path("/keys/keys.toml")
    assert settings.oidc_roles_claim == "realm_access.roles"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_in_its_usual_spellings(scheme: str) -> None:
    given = read(PORTAL_DATABASE_URL=f"{scheme}://portal@db/portal")
    assert given.database_url == "postgresql+psycopg://portal@db/portal"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://portal.example/", "https://portal.example"),
        ("https://portal.example:8443", "https://portal.example:8443"),
        ("HTTPS://Portal.Example:443/", "https://portal.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_good_addresses(address: str, kept: str) -> None:
    settings = read(PORTAL_PUBLIC_URL=address)
    assert settings.public_url == kept
    assert settings.secure == kept.startswith("https")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "portal.example",
        "http://portal.example",
        "http://127.0.0.1.portal.example",
        "http://10.0.0.1",
        "ftp://portal.example",
        "https://",
        "https://portal.example/sub",
        "https://portal.example/?a=b",
        "https://portal.example#a",
        "https://somebody:secret@portal.example",
        "https://[portal.example",
        "https://portal.example:port",
        "https://portal.example:99999",
    ],
)
def test_bad_addresses_are_refused_by_name(address: str) -> None:
    with pytest.raises(SettingsError, match="PORTAL_PUBLIC_URL") as error:
        read(PORTAL_PUBLIC_URL=address)
    assert "\n" not in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_DATABASE_URL", "mysql://db/portal"),
        ("PORTAL_DATABASE_URL", "portal.db"),
        ("PORTAL_DATABASE_URL", "sqlite://"),
        ("PORTAL_DATABASE_URL", "sqlite:///:memory:"),
        ("PORTAL_DATABASE_URL", "postgresql://db:port/portal"),
        ("PORTAL_PROXY_HOPS", "-1"),
        ("PORTAL_PROXY_HOPS", "one"),
        ("PORTAL_FIRST_REACTION_DAYS", "2.5"),
        ("PORTAL_DOOR", "desk"),
        ("PORTAL_OIDC_TRUST_EMAIL", "true"),
        ("PORTAL_OIDC_TRUST_EMAIL", "1"),
        ("PORTAL_SMTP_URL", "mail.example"),
        ("PORTAL_SMTP_URL", "http://mail.example"),
        ("PORTAL_SMTP_URL", "smtp://mail.example"),
        ("PORTAL_SMTP_URL", "smtp://localhost.example"),
        ("PORTAL_SMTP_URL", "smtps://"),
        ("PORTAL_SMTP_URL", "smtps://mail.example:port"),
        ("PORTAL_SMTP_URL", "smtps://mail.example:0"),
        ("PORTAL_SMTP_URL", "smtps://mail.example/box"),
        ("PORTAL_SMTP_URL", "smtps://user@mail.example"),
        ("PORTAL_SMTP_URL", "smtps://[mail.example"),
        ("PORTAL_SMTP_FROM", ""),
        ("PORTAL_SMTP_FROM", "Portal <post@portal.example>"),
        ("PORTAL_SMTP_FROM", "post@portal.example\r\nBcc: x@y.example"),
    ],
)
def test_wrong_values_are_refused_by_name(name: str, value: str) -> None:
    mail = {"PORTAL_SMTP_URL": "smtps://mail.example", "PORTAL_SMTP_FROM": "post@portal.example"}
    with pytest.raises(SettingsError, match=name) as error:
        read(**({**mail, name: value} if "SMTP" in name else {name: value}))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtps://mail.example", ("smtps", "mail.example", 465, "", "")),
        ("smtps://u:p@mail.example:4650/", ("smtps", "mail.example", 4650, "u", "p")),
        ("smtp+starttls://a%40b.example:p%2Fw%3A%25@mail.example",
         ("smtp+starttls", "mail.example", 587, "a@b.example", "p/w:%")),
        ("smtp://127.0.0.1:2525", ("smtp", "127.0.0.1", 2525, "", "")),
        ("smtp://localhost", ("smtp", "localhost", 25, "", "")),
        ("smtp://[::1]:25", ("smtp", "::1", 25, "", "")),
    ],
)  # fmt: skip
def test_good_mail_servers(url: str, server: tuple[object, ...]) -> None:
    found = server_of(read(PORTAL_SMTP_URL=url, PORTAL_SMTP_FROM="post@portal.example"))
    assert found
    assert (found.scheme, found.host, found.port, found.user, found.password) == server
    assert found.sender == "post@portal.example"
    assert server_of(read()) is None


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
def test_no_address_ends_in_a_crash(address: str) -> None:
    for given_url in (address, f"https://{address}"):
        try:
            said = read(PORTAL_PUBLIC_URL=given_url).public_url
        except SettingsError as error:
            said = str(error)
        assert said.startswith(("https://", "http://127.0.0.1", "PORTAL_PUBLIC_URL"))
