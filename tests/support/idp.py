"""The certified identity provider of the tests, and a person who signs in at it over HTTP."""

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urljoin

import httpx2

from tests.support.free_port import free_port
from tests.support.node import FOLDER, NODE

CLIENT_ID = "portal"
CLIENT_SECRET = "a-secret-of-the-tests-alone"

CALLBACK = "/staff/callback"
SIGNED_OUT = "/staff/bye"
BACK_CHANNEL = "/staff/backchannel-logout"

ACCOUNTS: tuple[dict[str, Any], ...] = tuple(
    {
        "sub": sub,
        "name": name,
        "email": f"{sub}@portal.test",
        "roles": roles,
        "organisation": organisation,
        "locale": "nl",
    }
    for sub, name, roles, organisation in (
        ("supervisor-1", "Supervisor Assen 1", ["supervisor"], "dtv"),
        ("supervisor-2", "Supervisor Assen 2", ["supervisor"], "dtv"),
        ("coordinator-1", "Coordinator Assen", ["coordinator"], "dtv"),
        ("partner-1", "Adviser 1", ["partner"], "iom"),
        ("editor-1", "Editor 1", ["editor"], "dtv"),
        ("auditor-1", "Auditor 1", ["auditor"], "dtv"),
        ("nobody-1", "Colleague without a role", [], "dtv"),
        ("stranger-1", "Colleague with another role", ["canteen"], "dtv"),
    )
)


@dataclass(frozen=True)
class IdentityProvider:
    """A running provider that knows one client: the portal at `app_url`."""

    issuer: str
    process: subprocess.Popen[str]
    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=10)


def start_identity_provider(
    app_url: str,
    accounts: tuple[dict[str, Any], ...] = ACCOUNTS,
    *,
    claims_in_id_token: bool = True,
    back_channel: bool = True,
) -> IdentityProvider:
    """Start it for the portal at `app_url`; returns when it answers (about 0.7 s).

    With `claims_in_id_token=False`, name and roles come from the userinfo endpoint alone, as
    some providers have it. Raises RuntimeError with what it printed when it doesn't start.
    """
    port = free_port()
    config = {
        "port": port,
        "clientId": CLIENT_ID,
        "clientSecret": CLIENT_SECRET,
        "redirectUris": [app_url + CALLBACK],
        "postLogoutRedirectUris": [app_url + SIGNED_OUT],
        "accounts": accounts,
        "claimsInIdToken": claims_in_id_token,
    }
    if back_channel:
        config["backchannelLogoutUri"] = app_url + BACK_CHANNEL
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [NODE, "idp.mjs", json.dumps(config)],
            cwd=FOLDER,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert process.stdout is not None
        if process.stdout.readline().strip() != "READY":
            process.communicate(timeout=10)
            log.seek(0)
            raise RuntimeError(f"the identity provider did not start:\n{log.read()}")
    return IdentityProvider(f"http://localhost:{port}", process)


@dataclass
class Visitor:
    """A person at the provider, without a browser: keeps its cookies and follows its forms."""

    idp: IdentityProvider
    client: httpx2.Client = field(default_factory=lambda: httpx2.Client(timeout=10))

    def sign_in(self, authorization_url: str, account: str) -> str:
        """Sign in as `account`; the callback address (code and state) to go back to.

        Raises AssertionError with the page when the provider refuses. A visitor who is signed
        in already is not asked again.
        """
        return self._walk(self.client.get(authorization_url), {"account": account})

    def sign_out(self, end_session_url: str) -> str:
        """Confirm the sign-out; the post-logout address. The back-channel call is made by then."""
        return self._walk(self.client.get(end_session_url), {"logout": "yes"})

    def close(self) -> None:
        self.client.close()

    def _walk(self, response: httpx2.Response, typed: dict[str, str]) -> str:
        for _ in range(12):
            if response.is_redirect:
                target = urljoin(str(response.url), response.headers["location"])
                if not target.startswith(self.idp.issuer):
                    return target
                response = self.client.get(target)
                continue
            form = re.search(r'<form[^>]*action="([^"]+)"', response.text)
            if response.status_code != 200 or not form:
                break
            hidden = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', response.text)
            action = urljoin(str(response.url), unescape(form[1]))
            response = self.client.post(action, data={**dict(hidden), **typed})
        raise AssertionError(f"the provider refused ({response.status_code}): {response.text}")
