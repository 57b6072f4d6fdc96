"""Nothing that can be posted breaks the desk."""

import hypothesis
import pytest
from hypothesis import strategies as st

from tests.rooms.desk.at_the_desk import COORDINATOR, OWN, csrf_of, routed, status_of
from tests.support.world import World

DEEDS = (
    "take-over", "assign", "move", "note", "message/meeting/preview", "message/meeting/send",
    "message/info_needed/preview", "message/own_words/send",
)  # fmt: skip
NAMES = (
    "version", "handler", "name", "reason", "consent", "text", "own", "nonce", "move", "again",
    "day.day", "day.month", "day.year", "time", "place", "interpreter", "needed",
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["", "\x00", "\ud800", "٣", "9" * 400, "-1", "yes", "start", "refer", "dublin", "assen:"]
    ),
)


@hypothesis.settings(max_examples=60)
@hypothesis.given(data=st.data())
def test_nothing_that_is_posted_breaks_the_desk(world: World, data: st.DataObject) -> None:
    if not hasattr(world.app.state, "fuzzed"):  # one world for all examples
        case_id = routed(world)
        world.app.state.fuzzed = case_id, world.signed_in(COORDINATOR)
    case_id, visitor = world.app.state.fuzzed
    csrf = csrf_of(visitor)
    for deed in DEEDS:
        typed = data.draw(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8))
        posted = {n: v.encode("utf-8", "surrogatepass") for n, v in typed.items()}
        visitor.post(f"/desk/cases/{case_id}/{deed}", posted | {"csrf": csrf})
        assert status_of(visitor) in (200, 404, 409, 422)


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "nonsense", "unicode_escape"])
def test_a_form_in_a_strange_alphabet_breaks_nothing(world: World, charset: str) -> None:
    case_id = routed(world)
    visitor = world.signed_in(OWN)
    csrf = csrf_of(visitor)
    fields = {"csrf": csrf, "text": "+2AA-\\ud800 x", "version": "+2AA-"}
    for sent in (fields, fields | {"csrf": "+2AA-\\ud800"}):
        body = "".join(
            f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in sent.items()
        )
        kind = f"multipart/form-data; boundary=b; charset={charset}"
        visitor.post(
            f"/desk/cases/{case_id}/note",
            content=(body + "--b--\r\n").encode(),
            headers={"content-type": kind},
        )
        assert status_of(visitor) in (400, 403, 409, 422)
