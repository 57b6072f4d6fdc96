"""Nothing that can be posted breaks the desk."""

import hypothesis
import pytest
from hypothesis import strategies as st

from tests.rooms.desk.at_the_desk import COORDINATOR, OWN, csrf_of, routed, status_of
from tests.rooms.test_every_field import FORM_TYPE, encoded
from tests.support.files import attached
from tests.support.talks import proposed
from tests.support.world import MEDIATION, World

DEEDS = (
    "take-over", "assign", "move", "note", "message/info_needed/send",
    "message/info_needed/preview", "message/own_words/send", "mandate", "split",
    "files/{file_id}/release", "hold", "contact/stop", "talks/{talk_id}/cancel",
    "talks/preview", "talks/send", "talks/held",
    "talks/{talk_id}/held",
    "files/{file_id}/release", "hold", "contact/stop",
    "mediation", "mediation/undo", "no-fault",
)  # fmt: skip
NAMES = (
    "version", "handler", "name", "reason", "consent", "text", "own", "nonce", "move", "again",
    "day.day", "day.month", "day.year", "time", "place", "interpreter", "needed",
    "minutes", "way", "gender", "company", "talk_lang", "number", "talk",
    "member", "q", "ruling.day", "ruling.month", "ruling.year",
    "step", "line", "condition", "standing", "file",
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "",
            "\x00",
            "\ud800",
            "٣",
            "9" * 400,
            "-1",
            "yes",
            "start",
            "refer",
            "dublin",
            "assen:",
            "0",
            "2026",
            "withhold",
            "0000000001",
            "embassy_asked",
            "ended_no_cooperation",
            "own_attempt",
        ]
    ),
)

EVERYTHING = {
    **MEDIATION,
    "sender_role": "helper",  # a mandate to check
    "sender_name": "Helper 01",
    "sender_reach": "06 00000000",
    "sender_mandate": "told",
    "family_included": "yes",  # somebody to split off
    "family": [{"family_name": "Applicant 02", "relation": "partner", "consents": "yes"}],
}


@hypothesis.settings(max_examples=40)
@hypothesis.given(data=st.data())
def test_nothing_that_is_posted_breaks_the_desk(world: World, data: st.DataObject) -> None:
    if not hasattr(world.app.state, "fuzzed"):  # one world for all examples
        case_id = routed(world, "mediation", EVERYTHING)
        ids = {"file_id": attached(world, case_id), "talk_id": proposed(world, case_id)}
        world.app.state.fuzzed = case_id, ids, world.signed_in(COORDINATOR)
    case_id, ids, visitor = world.app.state.fuzzed
    csrf = csrf_of(visitor)
    deeds = (f"/desk/cases/{case_id}/{deed.format(**ids)}" for deed in DEEDS)
    for address in ("/desk/search", *deeds):
        typed = data.draw(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8))
        body = encoded([*typed.items(), ("csrf", csrf)])
        visitor.post(address, content=body, headers=FORM_TYPE)
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
