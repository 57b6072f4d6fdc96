"""The test harness itself: what it says it catches, it catches."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import psycopg
import pytest

from tests.support.chromium import ConsoleGuard, Device, axe
from tests.support.idp import (
    BACK_CHANNEL,
    CALLBACK,
    SIGNED_OUT,
    IdentityProvider,
    Visitor,
    start_identity_provider,
)
from tests.support.page_lint import check_page, fragment_errors, page_errors

GOOD = """<!DOCTYPE html>
<html lang="nl" dir="ltr"><head><meta charset="utf-8"><title>Vragen</title></head>
<body><main><h1>Vragen</h1><form action="/nl/search"><label for="q">Zoek</label>
<input id="q" name="q" type="search"> <button type="submit">Zoek</button></form></main>
</body></html>
"""


def test_a_good_page_passes():
    check_page(GOOD)


@pytest.mark.parametrize(
    ("good", "bad", "finding"),
    [
        ("<h1>Vragen</h1>", "", "0 <h1>"),
        ("</h1>", "</h1><h1>Nog een</h1>", "2 <h1>"),
        (' lang="nl"', "", "no lang"),
        (' dir="ltr"', "", "no dir"),
        ('for="q"', 'for="x"', "no label"),
        ("</main>", '<p id="q">x</p></main>', "'q' is there 2 times"),
        ("<main>", '<main style="color:red">', "has style="),
        ("<main>", "<main onclick=x()>", "has onclick="),
        ("</main>", "<script>x</script></main>", "inline <script>"),
        ("</main>", '<a href="/nl/"></a></main>', "has no text"),
        ("</main>", '<a href="javascript:x()">x</a></main>', "script in href="),
        ("</main>", '<p hx-get="/x">x</p></main>', "write data-hx-get"),
        ("</main>", "<h3>x</h3></main>", "skips a level"),
        ("<h1>Vragen</h1>", "<h1><p>Vragen</p></h1>", "not permitted"),
    ],
)
def test_a_bad_page_is_told_what_is_wrong(good: str, bad: str, finding: str):
    assert good in GOOD
    assert any(finding in error for error in page_errors(GOOD.replace(good, bad, 1)))


def test_a_fragment_needs_no_heading_and_no_language():
    assert fragment_errors("<li><a href='/nl/info/x'>Antwoord</a></li>") == []
    assert fragment_errors("<input name=q>") == ["<input name='q'> has no label"]


def test_each_postgres_database_is_fresh(postgres_cluster):
    def migrate(url: str) -> None:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("create table person (name text)")

    def insert(url: str) -> int:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("insert into person values ('x')")
            return len(connection.execute("select name from person").fetchall())

    had_template, postgres_cluster.template = postgres_cluster.template, "template_of_this_test"
    with postgres_cluster.fresh(migrate) as first, postgres_cluster.fresh(migrate) as second:
        assert first != second
        assert insert(first) == insert(second) == 1
    postgres_cluster.template = had_template


# The identity provider -----------------------------------------------------------------------

VERIFIER = "v" * 43


def authorization_url(idp: IdentityProvider, app_url: str, **changes: str) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")
    asked = {
        "client_id": idp.client_id,
        "response_type": "code",
        "scope": "openid profile email",
        "redirect_uri": app_url + CALLBACK,
        "state": "s",
        "nonce": "n",
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
        **changes,
    }
    return f"{idp.issuer}/auth?{urlencode({k: v for k, v in asked.items() if v})}"


def tokens(idp: IdentityProvider, app_url: str, callback: str) -> dict[str, str]:
    return httpx2.post(
        f"{idp.issuer}/token",
        auth=(idp.client_id, idp.client_secret),
        data={
            "grant_type": "authorization_code",
            "code": parse_qs(urlsplit(callback).query)["code"][0],
            "redirect_uri": app_url + CALLBACK,
            "code_verifier": VERIFIER,
        },
    ).json()


def claims(token: str) -> dict[str, object]:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


Answer = tuple[int, dict[str, str], str]


@pytest.fixture
def site() -> Iterator[tuple[str, dict[str, Answer], list[str]]]:
    """A tiny web site: its address, its pages by path (to be filled), the bodies posted to it."""
    pages: dict[str, Answer] = {}
    posted: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = pages.get(urlsplit(self.path).path, (404, {}, GOOD))
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def do_POST(self) -> None:
            posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=partial(server.serve_forever, poll_interval=0.02))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", pages, posted
    server.shutdown()
    thread.join()
    server.server_close()


def test_sign_in_gives_the_roles_and_sign_out_calls_the_back_channel(
    idp: Callable[[str], IdentityProvider], visitor: Callable[[IdentityProvider], Visitor], site
):
    app_url, pages, posted = site
    pages[BACK_CHANNEL] = (200, {}, "")
    provider = idp(app_url)
    person = visitor(provider)

    callback = person.sign_in(authorization_url(provider, app_url), "supervisor-1")
    assert callback.startswith(f"{app_url}{CALLBACK}?")
    token = tokens(provider, app_url, callback)["id_token"]
    told = claims(token)
    assert told["nonce"] == "n"
    assert told["name"] == "Supervisor Assen 1"
    assert told["email"] == "supervisor-1@portal.test"
    assert told["roles"] == ["supervisor"]
    assert told["organisation"] == "dtv"
    assert told["locale"] == "nl"

    asked = {"id_token_hint": token, "post_logout_redirect_uri": app_url + SIGNED_OUT, "state": "b"}
    back = person.sign_out(f"{provider.issuer}/session/end?{urlencode(asked)}")
    assert back == f"{app_url}{SIGNED_OUT}?state=b"
    [logout] = [claims(parse_qs(body)["logout_token"][0]) for body in posted]
    assert logout["sub"] == "supervisor-1"
    assert logout["sid"] == told["sid"]


def test_an_unknown_account_and_a_request_without_pkce_are_refused(
    idp: Callable[[str], IdentityProvider], visitor: Callable[[IdentityProvider], Visitor]
):
    app_url = "http://127.0.0.1:8000"
    provider = idp(app_url)
    with pytest.raises(AssertionError, match="Unknown account"):
        visitor(provider).sign_in(authorization_url(provider, app_url), "somebody")
    without = authorization_url(provider, app_url, code_challenge="", code_challenge_method="")
    assert "error=invalid_request" in visitor(provider).sign_in(without, "supervisor-1")


def test_a_provider_may_keep_claims_for_the_userinfo_endpoint(
    visitor: Callable[[IdentityProvider], Visitor],
):
    app_url = "http://127.0.0.1:8000"
    provider = start_identity_provider(app_url, claims_in_id_token=False)
    try:
        url = authorization_url(provider, app_url)
        token = tokens(provider, app_url, visitor(provider).sign_in(url, "partner-1"))
        assert "name" not in claims(token["id_token"])
        bearer = {"Authorization": f"Bearer {token['access_token']}"}
        told = httpx2.get(f"{provider.issuer}/me", headers=bearer).json()
        assert (told["name"], told["roles"]) == ("Adviser 1", ["partner"])
    finally:
        provider.stop()


# The browser ---------------------------------------------------------------------------------

CSP = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:"}
ICON = '<link rel="icon" href="data:,">'


def test_sign_in_in_the_browser_loads_nothing_from_elsewhere(
    desktop: Device, idp: Callable[[str], IdentityProvider], site
):
    app_url, pages, _ = site
    pages[CALLBACK] = (200, {}, GOOD.replace("<meta", ICON + "<meta"))
    page = desktop.page()
    page.goto(authorization_url(idp(app_url), app_url))
    assert axe(page) == []
    page.get_by_label("Account").fill("coordinator-1")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{app_url}{CALLBACK}?**")
    assert page.locator("h1").inner_text() == "Vragen"


def test_the_phone_is_a_phone_and_axe_looks_under_a_strict_policy(phone: Device, site):
    app_url, pages, _ = site
    phones = GOOD.replace(
        "<meta", ICON + '<meta name="viewport" content="width=device-width"><meta'
    )
    pages["/"] = (200, CSP, phones)
    pages["/bad"] = (200, CSP, phones.replace('<label for="q">Zoek</label>', ""))
    page = phone.page(locale="ar")
    page.goto(f"{app_url}/")
    assert page.evaluate("[innerWidth, devicePixelRatio, navigator.language]") == [390, 2, "ar"]
    assert axe(page) == []
    page.goto(f"{app_url}/bad")
    assert any(finding.startswith("label:") for finding in axe(page))


@pytest.mark.parametrize(
    ("addition", "finding"),
    [
        ('<p style="color:red">x</p>', "Content Security Policy"),
        ("<script>document.title = 'x'</script>", "Content Security Policy"),
        ('<script src="/wrong.js"></script>', "script error: "),
        ('<img alt="x" src="/absent.png">', "status of 404"),
        ('<a href="http://example.test/">x</a>', "request to another machine"),
    ],
)
def test_the_guard_sees_what_no_page_may_do(browser_program, site, addition: str, finding: str):
    app_url, pages, _ = site
    pages["/"] = (200, CSP, GOOD.replace("<meta", ICON + "<meta").replace("</main>", addition))
    pages["/wrong.js"] = (200, {"Content-Type": "text/javascript"}, "throw new Error('wrong')")
    guard = ConsoleGuard()  # not the fixture, which would fail this test
    device = Device(browser_program, guard, {})
    page = device.page()
    page.goto(f"{app_url}/")
    if "<a " in addition:
        page.get_by_role("link").click()
        page.wait_for_timeout(200)
    page.wait_for_load_state()
    device.close()
    assert any(finding in problem for problem in guard.problems()), guard.found


def test_the_guard_keeps_still_about_what_was_allowed(phone: Device, console_guard, site):
    app_url, pages, _ = site
    console_guard.allow("status of 404")
    pages["/mend"] = (422, {}, GOOD.replace("<meta", ICON + "<meta"))
    page = phone.page(javascript=False)
    page.goto(f"{app_url}/absent.html")
    page.goto(f"{app_url}/mend")
