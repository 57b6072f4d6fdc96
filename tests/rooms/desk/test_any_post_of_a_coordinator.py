"""Nothing that a coordinator can post or ask for breaks the desk."""

from urllib.parse import quote

import hypothesis
from hypothesis import strategies as st

from tests.rooms.desk.at_the_desk import OWN, csrf_of, routed, status_of
from tests.rooms.desk.test_workload import ILC
from tests.rooms.test_every_field import FORM_TYPE, encoded
from tests.support.world import World

DEEDS = (
    "workload/give", "absences", "absences/end", "caseload/check", "caseload/import",
    "people/team", "people/active", "organisations", "organisations/rename",
)  # fmt: skip
PARTS = [f"{name}.{part}" for name in ("first", "last") for part in ("day", "month", "year")]
NAMES = (
    "case", "handler", "member", "deputy", "first_day", *PARTS, "file", "digest", "standing",
    "skip_bad", "close_missing", "team", "was", "trained", "active", "name", "kind", "organisation",
)  # fmt: skip
ASKED = ("what", "team", "who", "after", "given", "done")
WORDS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "", "\x00", "\ud800", "٣", "9" * 400, "-1", "yes", "no", "assen", "assen:", ":",
            "2026-11-22", "9999-12-31", "0001", "2026", "1", "ngo", "late", "none", "0" * 32,
            "0" * 32 + ":1", "0" * 32 + ":" + "9" * 18, "IOM Nederland", "x" * 300,
        ]
    ),
)  # fmt: skip


@hypothesis.settings(max_examples=30)
@hypothesis.given(data=st.data())
def test_nothing_that_is_posted_breaks_it(world: World, data: st.DataObject) -> None:
    if not hasattr(world.app.state, "fuzzed"):  # one world for all examples
        routed(world)
        world.app.state.fuzzed = world.signed_in(ILC), world.member_id(OWN)
    visitor, member = world.app.state.fuzzed
    csrf = csrf_of(visitor)
    values = st.one_of(WORDS, st.just(member))
    for deed in DEEDS:
        typed = data.draw(st.dictionaries(st.sampled_from(NAMES), values, max_size=10))
        body = encoded([*typed.items(), ("csrf", csrf)])
        visitor.post(f"/desk/{deed}", content=body, headers=FORM_TYPE)
        assert status_of(visitor) in (200, 409, 422)
    for page in ("workload/cases", "people", "caseload"):
        asked = data.draw(st.dictionaries(st.sampled_from(ASKED), values, max_size=4))
        pairs = (f"{name}={quote(v.encode('utf-8', 'replace'))}" for name, v in asked.items())
        visitor.get(f"/desk/{page}?{'&'.join(pairs)}")
        assert status_of(visitor) == 200
