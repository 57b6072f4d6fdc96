"""An organisation helps with a request: two screens of ours, the usual form, the person's code."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal.cases.sharing import assisting, consents
from portal.cases.sharing.assisting import Helper
from portal.cases.sharing.models import Consent
from tests.rooms.desk.at_the_desk import audited, html, read, status_of
from tests.rooms.partners.at_the_partners import NGO, follower, organisation_id, partner_at, rows
from tests.support.visitor import Visitor
from tests.support.world import World

STEPS: tuple[dict[str, Any], ...] = (
    {"urgent": "none"},
    {"sender_role": "self"},
    {"question_text": "Wanneer hoor ik iets?"},
    {"talk_lang": "Arabic"},
    {"family_name": "Applicant 01"},
    {"birth_date.day": "2", "birth_date.month": "4", "birth_date.year": "1999"},
    {"v_number": "0000000001"},
    {},
    {"place": "Assen"},
    {"contact_channel": "code"},
    {"statement_read": "yes"},
)
HELPED = "VluchtelingenWerk Nederland helps you with this request."


def begun(world: World, *purposes: str, tag: str = "en", kind: str = "question") -> Visitor:
    """The helper's browser, at the first question."""
    visitor = world.signed_in(NGO)
    visitor.get("/partners/")
    visitor.get("/partners/assist")
    visitor.submit({"language": tag, "kind": kind}, "/assist/consent")
    visitor.submit({"purposes": list(purposes)} if purposes else {}, "/assist/consent")
    return visitor


def filled_in(visitor: Visitor, tag: str = "en") -> None:
    """Every question, up to reading it back."""
    for values in STEPS:
        assert visitor.page.url.path == f"/{tag}/ask/question", visitor.page.url
        visitor.submit(values, "/ask/question")
    assert visitor.page.url.path == f"/{tag}/ask/check", read(visitor)


def code_on(visitor: Visitor) -> str:
    found = re.search(r'class="receipt-code"><bdi dir="ltr">(.*?)</bdi>', html(visitor))
    assert found
    return "".join(re.findall(r"\d{4}", found.group(1)))


def test_with_a_helper_from_the_ticks_to_the_shared_case(world: World) -> None:
    visitor = begun(world, "see", "write")
    assert HELPED in read(visitor)
    filled_in(visitor)
    assert HELPED in read(visitor)
    assert "They may read my answers" in read(visitor)
    assert "They may read the messages" not in read(visitor)
    visitor.submit(form="/ask/check")
    assert visitor.page.url.path == "/en/ask/sent"
    assert "This code is for you alone" in read(visitor)
    code = code_on(visitor)
    world.route()
    [row] = rows(world, Consent)
    assert (row["see"], row["write"], row["receive"]) == (True, True, False)
    assert (row["how"], row["language"]) == ("with_helper", "en")
    assert row["version"] == consents.version_of("en")
    assert row["recorded_by"] == world.member_id(NGO)
    assert row["organisation_id"] == organisation_id(world)
    partner = partner_at(world, row["case_id"])
    assert "Wanneer hoor ik iets?" in read(partner)
    person = follower(world, code, "en")
    assert "VluchtelingenWerk Nederland" in read(person)
    assert audited(world, "partner.assist_begun") == 1


def test_it_takes_at_most_two_screens_more_than_alone(world: World) -> None:
    alone = [world.visitor().get("/en/ask/").url.path]
    visitor = world.signed_in(NGO)
    helped = [visitor.get("/partners/assist").url.path]
    helped.append(
        visitor.submit({"language": "en", "kind": "question"}, "/assist/consent").url.path
    )
    assert visitor.submit({}, "/assist/consent").url.path == "/en/ask/question"
    assert len(helped) - len(alone) <= 2


def test_nothing_is_ticked_before_the_person_ticks(world: World) -> None:
    visitor = world.signed_in(NGO)
    visitor.get("/partners/assist/consent?language=ar&kind=iom_support")
    assert "checked" not in html(visitor)
    assert 'lang="ar" dir="rtl"' in html(visitor)
    assert visitor.form("/assist/consent").values.get("purposes") is None


def test_without_a_tick_the_request_goes_on_and_nobody_sees_it(world: World) -> None:
    visitor = begun(world)
    filled_in(visitor)
    visitor.submit(form="/ask/check")
    assert visitor.page.url.path == "/en/ask/sent"
    world.route()
    assert rows(world, Consent) == []
    visitor.get("/partners/")
    assert "/partners/cases/" not in html(visitor)


def test_the_person_goes_on_without_the_helper_and_keeps_what_was_typed(world: World) -> None:
    visitor = begun(world, "see", "write", "receive")
    visitor.submit(STEPS[0], "/ask/question")
    visitor.submit(STEPS[1], "/ask/question")
    form = visitor.form("/ask/question")
    alone = form.filled({"question_text": "Mag ik blijven? <b>"})
    visitor.post("/en/ask/question/alone?step=question", alone)
    assert HELPED not in read(visitor)
    assert "Mag ik blijven? &lt;b&gt;" in html(visitor)
    for values in STEPS[2:]:
        visitor.submit(values, "/ask/question")
    assert HELPED not in read(visitor)
    visitor.submit(form="/ask/check")
    assert visitor.page.url.path == "/en/ask/sent"
    assert "This code is for you alone" not in read(visitor)
    assert rows(world, Consent) == []


def test_the_next_person_finds_nothing_of_the_one_before(world: World) -> None:
    visitor = begun(world, "see")
    filled_in(visitor)
    visitor.submit(form="/ask/check")
    code = code_on(visitor)
    visitor.get("/partners/assist")
    visitor.submit({"language": "en", "kind": "question"}, "/assist/consent")
    visitor.submit({}, "/assist/consent")
    visitor.get("/en/ask/sent")
    assert code[:4] not in read(visitor)
    assert visitor.page.url.path == "/en/ask/"


def test_the_helpers_screen_shows_the_code_for_a_quarter_of_an_hour(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = begun(world, "see")
    filled_in(visitor)
    visitor.submit(form="/ask/check")
    visitor.get("/en/ask/sent")
    assert code_on(visitor)
    monkeypatch.setattr("portal.intake.receipts.ASSISTED_SHOWN", timedelta(seconds=-1))
    visitor.get("/en/ask/sent")
    assert visitor.page.url.path == "/en/ask/"


def test_the_same_sending_twice_is_one_consent(world: World) -> None:
    visitor = begun(world, "see")
    filled_in(visitor)
    form = visitor.form("/ask/check")
    for _ in range(2):
        visitor.send(form, {})
    assert len(rows(world, Consent)) == 1


def test_a_token_is_for_its_language_and_kind_and_cannot_be_made(world: World) -> None:
    helper = Helper(organisation_id(world), "", "m", ("see",), "en", "v")
    token = assisting.sign(world.keys.public, helper, "question")
    visitor = world.visitor()
    for path in (
        f"/ar/ask/question/with/{token}",
        f"/en/ask/mediation/with/{token}",
        f"/en/ask/nonsense/with/{token}",
        f"/en/ask/question/with/{token[:-2]}aa",
        "/en/ask/question/with/x",
    ):
        assert visitor.client.get(path, follow_redirects=False).status_code == 404, path
    elsewhere = assisting.sign(world.keys.public, Helper("f" * 32, "", "m", (), "en"), "question")
    assert visitor.client.get(f"/en/ask/question/with/{elsewhere}").status_code == 404
    assert visitor.get(f"/en/ask/question/with/{token}").status_code == 200


def test_an_old_token_opens_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    helper = Helper(organisation_id(world), "", "m", ("see",), "en", "v")
    token = assisting.sign(world.keys.public, helper, "question")
    monkeypatch.setattr(assisting, "LASTS", timedelta(seconds=-1))
    assert assisting.read(world.keys.public, token, "question", "en") is None


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"kind": "nonsense"}, {}])
def test_what_cannot_be_chosen_is_asked_again(world: World, wrong: dict[str, str]) -> None:
    visitor = world.signed_in(NGO)
    visitor.get("/partners/assist/consent?language=en&kind=question")
    form = visitor.form("/assist/consent")
    visitor.send(form, {"language": "", "kind": "", **wrong})
    assert status_of(visitor) == 422


def test_another_text_has_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = consents.version_of("en")
    assert before == consents.version_of("en")
    assert before != consents.version_of("nl")
    monkeypatch.setattr(consents, "translate", lambda tag, text: f"{text}.")
    assert consents.version_of("en") != before
    assert consents.version_of("en", consents.TEXT[:-1]) != consents.version_of("en")


def test_becoming_a_question_keeps_the_helper(world: World) -> None:
    """The guard of a mediation makes a question of it; whoever helps goes on helping."""
    visitor = begun(world, "see", kind="mediation")
    for values in ({"urgent": "none"}, {"sender_role": "self"}, {"procedure_pending": "yes"}):
        visitor.submit(values, "/ask/mediation")
    visitor.submit(form="/ask/mediation")
    assert visitor.page.url.path == "/en/ask/question"
    assert HELPED in read(visitor)
