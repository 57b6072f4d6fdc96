"""Whatever is posted: a clear page, never a 5xx. At least 4,000 generated posts in every run.

`pytest -m nightly tests/house/test_fuzz.py` makes 20,000, other ones each time.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import throttle
from portal.cases.fields import Field
from portal.cases.kinds import KINDS
from portal.cases.letters import LETTERS
from portal.intake import changing, following, later, receiving, talks, visits
from tests.house.test_routes import ROUTES, csrf_of
from tests.rooms.test_every_field import EVERYTHING, PARTS, encoded, visiting, whole_draft
from tests.support.consultations import spoken_about
from tests.support.files import attached
from tests.support.talks import proposed
from tests.support.world import QUESTION, World

POSTS = sorted(template for method, template in ROUTES if method == "POST")
EXAMPLES, NIGHTLY = 4_500 // len(POSTS) + 1, 22_000 // len(POSTS) + 1


def names_of(field: Field, before: str = "") -> Iterator[str]:
    """The names under which a field is posted: with its parts, or in two rows of its group."""
    name = before + field.name
    for row in (0, field.most - 1) if field.fields else ():
        for each in field.fields:
            yield from names_of(each, f"{name}.{row}.")
    yield from (f"{name}.{part}" for part in PARTS) if field.widget == "date" else (name,)


ASKED = {name for kind in KINDS.values() for step in kind.steps for field in step.fields
         for name in names_of(field)}  # fmt: skip
BLANKS = {name for letter in LETTERS.values() for blank in letter.blanks
          for name in (blank.name, *(f"{blank.name}.{part}" for part in PARTS))}  # fmt: skip
OURS = (
    "csrf", "submission", "become", "rows", "code", "text", "nonce", "last_four", "version",
    "name", "reason", "handler", "consent", "own", "again", "move", "member", "q", "step",
    "change", "later", "logout_token", "item", "file", "place", "until",
    "talk", "sequence", "answer", "number", "choice", "purposes", "question", "word", "referral",
    "turn", "note", "kind", "language", "line", "condition", "standing", "case", "deputy", "team",
    "was", "trained", "active", "organisation", "digest", "skip_bad", "close_missing", "first_day",
    *(f"{name}.{part}" for name in ("first", "last") for part in PARTS),
    "filter", "view", "state",
    *(f"ruling.{part}" for part in PARTS),
    "meeting", "proposal", "dissent", "dissent_text", "dissent_by", "outcome", "outcome_text",
    "chair", "present", "done", "back", "next", "after", "action.0.text", "action.0.owner",
    *(f"{name}.{part}" for name in ("held", "action.0.due") for part in PARTS),
)  # fmt: skip
NAMES = st.one_of(st.sampled_from(OURS), st.sampled_from(sorted(ASKED | BLANKS)))
WORDS = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Co", "Nd", "Lo"]), max_size=40),
    st.sampled_from(
        [
            "", "\0", "\u202eabc", "\ud800", "٠١٢٣٤٥٦٧٨٩", "yes", "none", "🙂" * 60,
            "x" * 20_000, "' OR 1=1 --", "<script>alert(1)</script>", "{{ 7*7 }}", "%(name)s",
            "%s%n", "-1", "9" * 400, "no", "2", "1999", "SY", "0000000001", "start", "refer",
            "add:family", "remove:family:0", "add:own_attempts", "phone", "somebody", "detention",
            "org:coa", "member:" + "0" * 32,
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


FORMS = st.lists(st.tuples(NAMES, WORDS), max_size=8)
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


COORDINATORS = tuple(
    f"/desk/{page}" for page in ("workload", "absences", "people", "organisations", "caseload")
)
BUDGETS = (
    (receiving, "UPLOADS"), (following, "REPLIES"), (changing, "ASKS"), (changing, "UNDOS"),
    (later, "KEEPS"), (talks, "ANSWERS"),
)  # fmt: skip
KIND = KINDS["iom_support"]
DRAFT = whole_draft(KIND, EVERYTHING)
STEPS = st.sampled_from(["", *(f"?step={step.key}" for step in KIND.steps)])


@pytest.mark.parametrize("template", POSTS)
def test_no_post_breaks_the_portal(world: World, template: str) -> None:
    post_anything(world, template, EXAMPLES)


@pytest.mark.nightly
@pytest.mark.parametrize("template", POSTS)
def test_no_post_breaks_the_portal_all_night(world: World, template: str) -> None:
    post_anything(world, template, NIGHTLY, derandomize=False)


def post_anything(world: World, template: str, examples: int, **how: Any) -> None:
    """Generated posts to one address, from somebody who may post there as often as they like."""
    case_id, code = world.send("question", QUESTION)
    world.route()
    path = template.format(
        lang="ar",
        kind="question" if "files" in template else "iom_support",
        id=case_id,
        letter="info_needed",
        file_id=attached(world, case_id) if "{file_id}" in template else "",
        talk_id=proposed(world, case_id) if "/talk" in template else "",
        **(
            spoken_about(world, "supervisor-assen-1", case_id).ids if "{consult" in template else {}
        ),
        tag="ar",
        slug="iom-rean",
    )
    person = "coordinator-assen" if "assign" in path else "supervisor-assen-1"
    person = "coordinator-ilc" if path.startswith(COORDINATORS) else person
    person = "editor-1" if "/texts/" in path else person
    person = "partner-iom-1" if path.startswith("/partners") else person
    person = "auditor-1" if "/log/" in path else person
    staffed = path.startswith(("/desk", "/partners"))
    if staffed:
        visitor = world.signed_in(person)
    else:  # with a request that is ready to be sent, so that every step is open
        visitor, token = visiting(world, KIND, DRAFT)
    visitor.get("/ar/follow")
    if "/follow/case" in path:
        visitor.submit({"code": code})
        visitor.get("/ar/follow")
    known = csrf_of(visitor) if staffed else visitor.form().values["csrf"][0]
    seen: list[int] = []

    @settings(
        max_examples=examples,
        **how,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(body=BODIES, kind=TYPES, cookie=COOKIES, own=st.booleans(), step=STEPS)
    def post(body: bytes, kind: str, cookie: str | None, own: bool, step: str) -> None:
        headers: dict[str, Any] = {"Content-Type": kind.encode("latin-1")}
        if cookie is not None:
            headers["Cookie"] = cookie.encode("latin-1")
        if own:
            body = f"csrf={known}&version=1&".encode() + body
        address = path
        if "/ask/iom_support" in path:  # as before, whatever the one before has left half-way
            world.db.write_now(visits.save_draft, token, KIND.key, DRAFT, datetime.now(UTC))
            address += step
        answer = visitor.client.post(address, content=body, headers=headers, follow_redirects=False)
        seen.append(answer.status_code)
        assert answer.status_code < 500 or _is_provider_down(path, answer.status_code)

    with pytest.MonkeyPatch.context() as patch:
        for room, name in BUDGETS:
            patch.setattr(room, name, throttle.Budget(name, 10**6, timedelta(hours=1)))
        post()
    assert len(seen) >= examples * 0.9


def _is_provider_down(path: str, status: int) -> bool:
    """This world has no identity provider, and the portal says so: 503, not a fault of ours."""
    return path == "/staff/backchannel-logout" and status == 503


UNREAD = {"/{lang}/end", "/exit", "/kiosk/here"}
"""Nothing of these forms is read, so they may be of any size."""


@pytest.mark.parametrize(
    "template", [t for t in POSTS if not t.endswith("/files") and t not in UNREAD]
)
def test_a_body_over_the_limit_is_refused(world: World, template: str) -> None:
    case_id, _ = world.send("question", QUESTION)
    world.route()
    path = template.format(
        lang="nl", kind="question", id=case_id, letter="info_needed", file_id=case_id,
        talk_id=case_id, consultation_id=case_id, item_id=case_id, action_id=case_id,
        tag="en", slug="iom-rean",
    )  # fmt: skip
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
