"""A real mail server for tests: aiosmtpd on a port of its own, with TLS from a CA of its own."""

import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from portal.settings import Settings
from tests.support.free_port import free_port

USER, PASSWORD = "portal", "p@ss:word/1"
IN_ADDRESS = "portal:p%40ss%3Aword%2F1@"
SENDER = "post@portal.example"


@dataclass(frozen=True)
class Arrived:
    """A letter that the server took. `tls` and `user` are how it was handed over."""

    to: str
    sender: str
    message: EmailMessage
    raw: bytes
    tls: bool
    user: str

    @property
    def text(self) -> str:
        return self.message.get_content().replace("\r\n", "\n")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])


@dataclass
class MailServer:
    """`port` listens while `running()`. What it shall say can be set before a conversation."""

    port: int = field(default_factory=free_port)
    arrived: list[Arrived] = field(default_factory=list)
    rcpt: list[str] = field(default_factory=list)
    """Answers to the next RCPTs, before it says 250 again."""
    data: list[str] = field(default_factory=list)
    """The same after DATA; `cut` takes the letter and breaks the connection without a word."""
    greeted: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Who each RCPT was for."""

    async def handle_EHLO(
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.greeted.append(hostname)
        return responses

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        self.asked.append(address)
        answer = self.rcpt.pop(0) if self.rcpt else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer.startswith("250") or answer == "cut":
            self.arrived += [
                Arrived(
                    to,
                    envelope.mail_from,
                    message_from_bytes(envelope.content, policy=default),
                    envelope.content,
                    session.ssl is not None,
                    session.auth_data.login.decode() if session.auth_data else "",
                )
                for to in envelope.rcpt_tos
            ]
        if answer == "cut":
            server.transport.abort()
        return answer

    @contextmanager
    def running(
        self, identity: "Identity | None" = None, **options: Any
    ) -> Generator["MailServer"]:
        """Listen; with an identity over STARTTLS and with AUTH, both required."""
        if identity:
            options = {
                "tls_context": identity.server_context(),
                "require_starttls": True,
                "auth_required": True,
                "authenticator": _authenticate,
                **options,
            }
        controller = Controller(
            self, hostname="127.0.0.1", port=self.port, server_hostname="mail.test", **options
        )
        controller.start()
        try:
            yield self
        finally:
            controller.stop()

    def settings(self, settings: Settings, **changes: Any) -> Settings:
        """Those of a portal whose letters come here, without TLS."""
        plain = {"smtp_url": f"smtp://127.0.0.1:{self.port}", "smtp_from": SENDER}
        return replace(settings, **{**plain, **changes})

    def secure_settings(self, settings: Settings, ca_file: Path) -> Settings:
        url = f"smtp+starttls://{IN_ADDRESS}127.0.0.1:{self.port}"
        return self.settings(settings, smtp_url=url, smtp_ca_file=str(ca_file))


def _authenticate(_server: Any, _session: Any, _envelope: Any, _how: str, given: Any) -> AuthResult:
    right = LoginPassword(USER.encode(), PASSWORD.encode())
    # With handled=True (the default) the server would leave a refusal for us to say.
    return AuthResult(success=given == right, handled=False, auth_data=given)


@dataclass(frozen=True)
class Identity:
    """A server's certificate and key, and the CA that it leads to, as files."""

    ca_file: Path
    chain_file: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain_file)
        return context


def make_identity(folder: Path, address: str = "127.0.0.1") -> Identity:
    """A new CA, and a certificate of it for a server at `address`."""
    folder.mkdir(parents=True, exist_ok=True)
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA of a test")])
    ca = (
        _certificate(ca_name, ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, key_cert_sign=True, crl_sign=True,
                content_commitment=False, key_encipherment=False, data_encipherment=False,
                key_agreement=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(ca_key, hashes.SHA256())
    )  # fmt: skip
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
    own = _certificate(name, ca_name, key.public_key()).add_extension(names, critical=False)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem += own.sign(ca_key, hashes.SHA256()).public_bytes(Encoding.PEM)
    identity = Identity(folder / "ca.pem", folder / "server.pem")
    identity.ca_file.write_bytes(ca.public_bytes(Encoding.PEM))
    identity.chain_file.write_bytes(pem)
    return identity


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
