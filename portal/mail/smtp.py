"""The conversation with a mail server. Raises Refused for ever, NotNow for a while."""

import smtplib
import ssl
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from portal.settings import Settings

TIMEOUT = 20
"""Seconds for each answer of the server."""
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class Refused(Exception):
    """The server says that this reader doesn't exist, or never takes a letter."""


class NotNow(Exception):
    """The server isn't there, isn't who it says, or wants to be asked again later."""


@dataclass(frozen=True)
class Server:
    """Where letters go out. `scheme` is a key of PORTS."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str
    ca_file: Path | None


def server_of(settings: Settings) -> Server | None:
    """None: no mail server is set."""
    if not settings.smtp_url:
        return None
    parts = urlsplit(settings.smtp_url)
    return Server(
        parts.scheme,
        parts.hostname or "",
        parts.port or PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        settings.smtp_from,
        Path(settings.smtp_ca_file) if settings.smtp_ca_file else None,
    )


def send(server: Server, message: EmailMessage, to: str) -> None:
    """Hand over one letter. Returns when the server has taken it. Raises Refused, NotNow."""
    with _conversation(server) as smtp:
        smtp.sendmail(server.sender, [to], message.as_bytes())


def probe(server: Server) -> None:
    """Whether letters could go out now. Raises NotNow with the kind of the error."""
    with _conversation(server):
        pass


@contextmanager
def _conversation(server: Server) -> Generator[smtplib.SMTP]:
    smtp = None
    try:
        smtp = _connected(server)
        yield smtp
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        raise (Refused if _is_final(code, said) else NotNow)(f"{code}") from None
    except smtplib.SMTPResponseException as error:
        raise NotNow(f"{type(error).__name__} {error.smtp_code}") from None
    except (smtplib.SMTPException, OSError, UnicodeError, ValueError) as error:
        raise NotNow(type(error).__name__) from None
    finally:
        if smtp is not None:  # what the server says to our farewell changes nothing
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()


def _connected(server: Server) -> smtplib.SMTP:
    # Our own name would be looked up in the DNS, and tell others how the machine is called.
    us = server.sender.rpartition("@")[2]
    if server.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, us, timeout=TIMEOUT, context=_trust(server)
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, us, timeout=TIMEOUT)
    try:
        if server.scheme == "smtp+starttls":
            smtp.starttls(context=_trust(server))
        if server.user:
            smtp.login(server.user, server.password)
        else:
            smtp.ehlo_or_helo_if_needed()
    except Exception:
        smtp.close()
        raise
    return smtp


def _trust(server: Server) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)


def _is_final(code: int, said: bytes) -> bool:
    """A 5xx about the reader. About who sends (530, or 5.7.x: policy, relaying) isn't one: what is
    wrong there is ours to mend, and no letter must be lost by it."""
    return code >= 500 and code != 530 and not said.startswith(b"5.7.")
