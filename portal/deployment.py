"""Is this deployment safe to open? What `portal check` says, and `serve` before it starts."""

import sqlalchemy as sa

from portal.db import Database
from portal.mail import smtp
from portal.settings import Settings
from portal.vault import VaultError, load_keys


def faults_of(settings: Settings) -> list[str]:
    """What must be mended before the doors open, one line each."""
    faults = []
    try:
        keys = load_keys(settings.keys_file)
        if settings.keys_file.stat().st_mode & 0o077:
            faults.append(f"{settings.keys_file} can be read by others: chmod 600")
        if settings.door == "public" and keys.desk:
            faults.append("the public door must not hold desk keys: give it keys.public.toml")
        if settings.door != "public" and keys.desk is None:
            faults.append("the staff door needs the whole key file")
    except VaultError as error:
        faults.append(str(error))
    if settings.door != "public":
        for name in ("oidc_issuer", "oidc_client_id", "oidc_client_secret"):
            if not getattr(settings, name):
                faults.append(f"PORTAL_{name.upper()} is missing: staff can't sign in")
    faults += _database_faults(settings)
    return faults


def letters_of(settings: Settings) -> tuple[str, bool]:
    """(one line about e-mail, whether it could go out or nobody wants any).

    A mail server that is away keeps no door shut: letters wait for it.
    """
    if settings.door == "public":
        return "", True
    server = smtp.server_of(settings)
    if server is None:
        return "PORTAL_SMTP_URL is missing: nobody gets an e-mail when there is news", True
    try:
        smtp.probe(server)
    except smtp.NotNow as error:
        return f"no e-mail can leave: {server.host}:{server.port} says {error}", False
    if server.scheme == "smtp":
        return "e-mail leaves without TLS, to this machine alone", True
    return "", True


def _database_faults(settings: Settings) -> list[str]:
    if settings.database_url.startswith("sqlite") and not settings.data_dir.is_dir():
        return [f"{settings.data_dir} isn't there: run `portal migrate`"]
    db = Database(settings.database_url)
    try:
        teams = db.read_now(lambda session: session.scalar(sa.text("SELECT count(*) FROM team")))
    except sa.exc.DBAPIError:
        return ["the database has no tables or doesn't answer: run `portal migrate`"]
    finally:
        db.close()
    if not teams:
        return ["no team is known, so nobody receives requests: run `portal caseload import`"]
    return []
