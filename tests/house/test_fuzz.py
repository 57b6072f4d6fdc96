"""Whatever is posted: a clear page, never a 5xx. At least 2,000 generated posts in every run."""

from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.house.test_routes import ROUTES, csrf_of
from tests.support.world import QUESTION, World

POSTS = sorted(template for method, template in ROUTES if method == "POST")
EXAMPLES = 2_100 // len(POSTS) + 1
NAMES = (
    "csrf", "submission", "become", "code", "text", "nonce", "last_four", "version", "name",
    "reason", "handler", "consent", "own", "day", "time", "place", "needed", "interpreter",
    "urgent", "question_text", "family_name", "birth_date.day", "birth_date.month",
    "birth_date.year", "v_number", "nationality", "location_type", "contact_channel",
    "statement_read", "adults", "support_wishes", "logout_token",
)  # fmt: skip
WORDS = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Co", "Nd", "Lo"]), max_size=40),
    st.sampled_from(
        [
            "", "\0", "\u202eabc", "\ud800", "٠١٢٣٤٥٦٧٨٩", "yes", "none", "🙂" * 60,
            "x" * 20_000, "' OR 1=1 --", "<script>alert(1)</script>", "{{ 7*7 }}", "%(name)s",
            "%s%n", "-1", "9" * 400,
        ]
    ),
)  # fmt: skip
TYPES = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-16",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/json",
        "text/plain",
        "",
        "\u00e9/\u00ff",
    ]
)


def encoded(pairs: list[tuple[str, str]]) -> bytes:
    """A form body that keeps what no browser would send: lone surrogates as raw bytes."""
    part = lambda text: quote_from_bytes(text.encode("utf-8", "surrogatepass"))  # noqa: E731
    return "&".join(f"{part(name)}={part(value)}" for name, value in pairs).encode()


FORMS = st.lists(st.tuples(st.sampled_from(NAMES), WORDS), max_size=8)
BODIES = st.one_of(FORMS.map(encoded), st.binary(max_size=300))
COOKIES = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "visit=" + "a" * 43,
            "visit=\xff\xfe; staff=" + "b" * 43,
            "visit=; =; ;;;",
            "visit=" + "é" * 50,
            "language=xx",
            "sign-in=broken.cookie",
        ]
    ),
)


@pytest.mark.parametrize("template", POSTS)
def test_no_post_breaks_the_portal(world: World, template: str) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    path = template.format(lang="ar", kind="iom_support", id=case_id, letter="meeting")
    person = "coordinator-assen" if "assign" in path else "supervisor-assen-1"
    visitor = world.signed_in(person) if path.startswith("/desk") else world.visitor()
    visitor.get("/ar/follow")
    form = visitor.form()
    if "/follow/case" in path:
        visitor.send(form, {"code": code})
    known = csrf_of(visitor) if path.startswith("/desk") else form.values["csrf"][0]
    if "/ask/" in path:
        visitor.get("/ar/ask/iom_support")
        known = visitor.form().values["csrf"][0]
    seen: list[int] = []

    @settings(
        max_examples=EXAMPLES,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(body=BODIES, kind=TYPES, cookie=COOKIES, own=st.booleans())
    def post(body: bytes, kind: str, cookie: str | None, own: bool) -> None:
        headers: dict[str, Any] = {"Content-Type": kind.encode("latin-1")}
        if cookie is not None:
            headers["Cookie"] = cookie.encode("latin-1")
        if own:
            body = f"csrf={known}&version=1&".encode() + body
        answer = visitor.client.post(path, content=body, headers=headers, follow_redirects=False)
        seen.append(answer.status_code)
        assert answer.status_code < 500 or _is_provider_down(path, answer.status_code)

    post()
    assert len(seen) >= EXAMPLES * 0.9


def _is_provider_down(path: str, status: int) -> bool:
    """This world has no identity provider, and the portal says so: 503, not a fault of ours."""
    return path == "/staff/backchannel-logout" and status == 503


@pytest.mark.parametrize("template", POSTS)
def test_a_body_over_the_limit_is_refused(world: World, template: str) -> None:
    case_id, _ = world.send("question", QUESTION)
    world.route()
    path = template.format(lang="nl", kind="question", id=case_id, letter="meeting")
    visitor = world.signed_in("coordinator-assen") if path[:5] == "/desk" else world.visitor()
    answer = visitor.client.post(path, content=b"text=" + b"x" * 1_000_000, headers={
        "Content-Type": "application/x-www-form-urlencoded"}, follow_redirects=False)  # fmt: skip
    assert answer.status_code in (303, 413, 403), answer.status_code


ODD_ADDRESSES = [
    "/%00",
    "//",
    "/x" * 900,
    "/nl/%ff",
    "/nl/info/%2e%2e%2f",
    "/nl/ask/%F0%9F%99%82",
    "/nl/ask/question?step=%00",
    "/nl/ask/question?advice=%ED%A0%80",
    "/nl/search?q=%ff%00%ED%A0%80",
    "/nl/follow/case?done=%ff",
    "/desk/cases/%00",
    "/desk/?after=%00",
    "/staff/callback?code=%00&state=%ff",
]


@pytest.mark.parametrize("path", ODD_ADDRESSES)
def test_no_address_breaks_the_portal(world: World, path: str) -> None:
    for visitor in (world.visitor(), world.signed_in("supervisor-assen-1")):
        answer = visitor.client.get(path, follow_redirects=False)
        assert answer.status_code < 500 or "callback" in path
