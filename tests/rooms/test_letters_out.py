"""Who hears by e-mail that there is news, and that the e-mail says nothing more than that."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import posting
from portal.cases.models import Case, PendingChange
from portal.i18n import all_languages, language, live_languages, translate
from portal.mail import outbox as queue
from portal.mail.models import Outgoing
from portal.mail.writing import in_language
from tests.rooms.changes_asked import (
    JUST_AFTER,
    apply_due,
    asked,
    contact,
    grow_older,
    opened,
    undone,
)
from tests.rooms.letters_sent import (
    ADDRESS,
    BY_MAIL,
    failures,
    outbox,
    pass_time,
    post,
    sent_by_mail,
    tell,
)
from tests.support.smtp import SENDER, Arrived, MailServer
from tests.support.world import PERSON, QUESTION, World

NEW = "new@inbox.example"


def delivered(world: World) -> list[Arrived]:
    """What a mail server gets when the worker makes its round."""
    with MailServer().running() as server:
        post(world, server.settings(world.settings))
    return server.arrived


def test_every_letter_of_staff_is_one_e_mail(world: World) -> None:
    case_id, _ = sent_by_mail(world)
    visitor = world.signed_in("supervisor-assen-1")
    visitor.get(f"/desk/cases/{case_id}/message/reading")
    visitor.submit(form="/preview")
    form = visitor.form("/send")
    for _ in range(2):
        visitor.send(form, {})
    assert outbox(world) == [("news", "waiting")]
    (mail,) = delivered(world)
    assert mail.to == ADDRESS
    assert posting.LOOK in mail.text
    assert outbox(world) == [("news", "sent")]
    assert delivered(world) == []


def test_a_letter_and_its_e_mail_are_kept_together_or_not_at_all(world: World) -> None:
    case_id, _ = sent_by_mail(world)

    def breaks(session: Session) -> None:
        case = session.get_one(Case, case_id)
        posting.service.add_message(session, case, b"k" * 32, {}, "n", datetime.now(UTC),
                                    outgoing=True)  # fmt: skip
        raise KeyError

    with pytest.raises(KeyError):
        world.db.write_now(breaks)
    assert outbox(world) == []


def test_what_the_applicant_writes_is_no_e_mail(world: World) -> None:
    _, code = sent_by_mail(world)
    visitor = opened(world, code)
    visitor.submit({"text": "Hello"}, "follow/case")
    assert "Hello" in visitor.page.text
    assert outbox(world) == []


@pytest.mark.parametrize(
    "answers",
    [
        {"contact_channel": "code"},
        {"contact_channel": "phone", "contact_target": ADDRESS},
        {"contact_channel": "post", "contact_target": ADDRESS},
        {"contact_channel": "lawyer", "contact_target": ADDRESS},
        {"contact_channel": "centre"},
        {**BY_MAIL, "contact_safe": "no"},
    ],
)
def test_who_did_not_choose_e_mail_or_is_not_safe_gets_none(
    world: World, answers: dict[str, Any]
) -> None:
    case_id, _ = world.send("question", {**QUESTION, **answers})
    world.route()
    tell(world, case_id)
    assert delivered(world) == []
    assert outbox(world) == [("news", "skipped")]
    assert failures(world, case_id) == []


def test_without_a_mail_server_letters_are_skipped(world: World) -> None:
    case_id, _ = sent_by_mail(world)
    tell(world, case_id)
    tell(world, case_id)
    assert post(world, world.settings) == 2
    assert outbox(world) == [("news", "skipped")] * 2
    assert post(world, world.settings) == 0


@pytest.mark.parametrize(
    "typed",
    [
        "0612345678", "a@b", "two@one.example, other@one.example", "@y.example", "<x@y.example>",
        "x@y.example\r\nBcc: z@y.example", "x@y.example\nRCPT TO:<z@y.example>", "x@[127.0.0.1]",
        '"quoted name"@y.example', "-x@y.example", "x@y..example", "x" * 65 + "@y.example",
        "é@y.example", "x@y.example\0", "x y@z.example",
    ],
)  # fmt: skip
def test_what_is_no_address_reaches_no_header_and_no_server(world: World, typed: str) -> None:
    case_id, _ = sent_by_mail(world, contact_target=typed)
    tell(world, case_id)
    with MailServer().running() as server:
        post(world, server.settings(world.settings))
    assert (server.arrived, server.asked) == ([], [])
    assert outbox(world) == [("news", "failed")]
    assert failures(world, case_id) == ["no_address"]


@pytest.mark.parametrize(
    ("typed", "to"),
    [
        (f"  {ADDRESS} ", ADDRESS),
        (f"\u202a{ADDRESS}\u202c", ADDRESS),  # as a telephone copies it in Arabic text
        ("a.b+c_d@sub.one.example", "a.b+c_d@sub.one.example"),
        ("x@bücher.example", "x@xn--bcher-kva.example"),
    ],
)
def test_an_address_as_people_type_it(world: World, typed: str, to: str) -> None:
    case_id, _ = sent_by_mail(world, contact_target=typed)
    tell(world, case_id)
    assert [mail.to for mail in delivered(world)] == [to]


def test_a_contact_that_does_not_open_is_told_to_staff(world: World) -> None:
    case_id, _ = sent_by_mail(world)
    tell(world, case_id)
    world.db.write_now(lambda s: s.execute(sa.update(Case).values(answers=b"v1.k.x")))
    assert delivered(world) == []
    assert failures(world, case_id) == ["unreadable"]


def ask_new(world: World, code: str, target: str = NEW) -> None:
    visitor = opened(world, code)
    visitor.get("/en/follow/case/contact")
    visitor.submit({"contact_channel": "email"}, "contact")
    visitor.submit({"contact_target": target, "contact_safe": "yes"}, "contact")
    visitor.submit(form="confirm")


def test_the_old_address_is_warned_and_then_both_are_told(world: World) -> None:
    _, code = sent_by_mail(world)
    ask_new(world, code)
    assert outbox(world) == [("warning", "waiting")]
    (warning,) = delivered(world)
    assert warning.to == ADDRESS
    assert posting.ASKED in warning.text
    assert NEW not in warning.raw.decode()
    grow_older(world, JUST_AFTER)
    assert apply_due(world) == 1
    both = delivered(world)
    assert {mail.to for mail in both} == {ADDRESS, NEW}
    assert {mail.text for mail in both} == {f"{posting.LOOK}\n\n{posting.NO_ANSWER}\n"}


def test_a_warning_that_comes_late_still_goes_to_the_old_address(world: World) -> None:
    _, code = sent_by_mail(world)
    ask_new(world, code)
    grow_older(world, JUST_AFTER)
    assert apply_due(world) == 1
    to = [(posting.ASKED in mail.text, mail.to) for mail in delivered(world)]
    assert sorted(to) == [(False, NEW), (False, ADDRESS), (True, ADDRESS)]


def test_who_leaves_e_mail_or_comes_to_it_is_told_where_they_read(world: World) -> None:
    _, code = sent_by_mail(world)
    contact(opened(world, code), "phone")
    grow_older(world, JUST_AFTER)
    apply_due(world)
    assert {mail.to for mail in delivered(world)} == {ADDRESS}
    assert outbox(world).count(("news", "skipped")) == 1
    pass_time(world, timedelta(hours=1))
    ask_new(world, code)
    assert delivered(world) == []  # the way in force is the telephone: staff call
    grow_older(world, JUST_AFTER)
    apply_due(world)
    assert [mail.to for mail in delivered(world)] == [NEW]


def test_the_same_address_again_is_told_once(world: World) -> None:
    _, code = sent_by_mail(world)
    ask_new(world, code, ADDRESS)
    delivered(world)
    grow_older(world, JUST_AFTER)
    apply_due(world)
    assert [mail.to for mail in delivered(world)] == [ADDRESS]


def test_a_withdrawal_warns_and_undoing_it_is_news(world: World) -> None:
    case_id, _ = sent_by_mail(world)
    assert asked(world, case_id, "withdraw", "n")
    assert not asked(world, case_id, "withdraw", "n")
    assert [posting.ASKED in mail.text for mail in delivered(world)] == [True]
    assert undone(world, case_id)
    assert [posting.ASKED in mail.text for mail in delivered(world)] == [False]
    assert outbox(world) == [("warning", "sent"), ("news", "sent")]


def secrets_of(world: World, case_id: str, code: str) -> list[str]:
    """Words that no e-mail may hold, as an exact search would find them."""

    def load(session: Session) -> list[str]:
        case = session.get_one(Case, case_id)
        changes = session.scalars(sa.select(PendingChange.id)).all()
        return [case.id, case.reference, case.submission, *changes]

    names = [PERSON["family_name"], PERSON["v_number"], "Assen", "azc", QUESTION["question_text"]]
    grouped = " ".join(code[start : start + 4] for start in range(0, 16, 4))
    topics = "DT&V|IOM|COA|IND|Terugkeer|Return|asiel|asylum|vertrek|regievoerder|supervisor"
    return [*world.db.read_now(load), *names, code, grouped, *topics.split("|")]


@pytest.mark.parametrize("tag", [each.tag for each in live_languages()])
def test_in_no_language_does_it_say_who_or_what(world: World, tag: str) -> None:
    case_id, code = sent_by_mail(world, tag)
    assert asked(world, case_id, "withdraw", "n")
    tell(world, case_id, "mandate_check")
    mails = delivered(world)
    assert len(mails) == 2
    told = secrets_of(world, case_id, code)
    for mail in mails:
        headers = {key.lower(): str(value) for key, value in mail.message.items()}
        assert set(headers) - {"x-peer", "x-mailfrom", "x-rcptto"} == {
            "from", "to", "subject", "date", "message-id", "content-language", "auto-submitted",
            "x-auto-response-suppress", "content-type", "content-transfer-encoding", "mime-version",
        }  # fmt: skip
        assert (headers["from"], headers["to"]) == (SENDER, ADDRESS)
        assert headers["auto-submitted"] == "auto-generated"
        assert 'charset="utf-8"' in headers["content-type"]
        assert headers["content-language"] in (tag, "nl, en")
        whole = f"{mail.subject}\n{mail.text}\n{mail.raw.decode()}".replace(ADDRESS, "")
        assert [word for word in told if word.lower() in whole.lower()] == []
        assert re.findall(r"https?:|www\.|\d{4,}", f"{mail.subject} {mail.text}") == []
        assert mail.raw.isascii()
        if headers["content-language"] == tag:
            assert mail.subject == translate(tag, posting.SUBJECT)
            assert all(_begins(line) == language(tag).dir for line in mail.text.split("\n\n"))


def _begins(paragraph: str) -> str:
    """The direction that a reader's program takes from a paragraph's first letter."""
    strong = next(unicodedata.bidirectional(c) for c in paragraph
                  if unicodedata.bidirectional(c) in ("L", "R", "AL"))  # fmt: skip
    return "ltr" if strong == "L" else "rtl"


def test_a_language_without_the_text_gets_dutch_and_english() -> None:
    known, unknown = "A change was asked for", "A text that nobody translated"
    for tag in all_languages():
        text = in_language(tag, known, (unknown,))
        assert text.tags == (("en",) if tag == "en" else ("nl", "en"))
    assert in_language("ar", known, (unknown,)).subject == f"{translate('nl', known)} / {known}"
    both = in_language("ar", known, (known,))
    assert (both.tags, both.subject) == (("ar",), translate("ar", known))


def test_what_left_is_forgotten_after_a_month_and_what_failed_later(world: World) -> None:
    case_id, _ = sent_by_mail(world)
    for answer in ("250 OK", "550 no"):
        tell(world, case_id)
        with MailServer(rcpt=[answer]).running() as server:
            post(world, server.settings(world.settings))
    tell(world, case_id)
    for days, left in ((29, 3), (2, 2), (60, 1), (300, 1)):
        pass_time(world, timedelta(days=days))
        world.db.write_now(queue.purge, datetime.now(UTC))
        assert len(outbox(world)) == left
    assert outbox(world) == [("news", "waiting")]


def test_the_outbox_holds_no_address_and_goes_with_its_case(world: World) -> None:
    case_id, _ = sent_by_mail(world)
    tell(world, case_id)
    delivered(world)
    columns = {column.name for column in Outgoing.__table__.columns}
    assert columns == {"id", "key", "letter", "case_id", "member_id", "state", "queued", "next_at",
                       "attempts", "settled"}  # fmt: skip
    kept = world.db.read_now(lambda s: repr(s.execute(sa.select(Outgoing.__table__)).all()))
    assert "@" not in kept


def test_the_figures_count_what_waits_and_what_failed(world: World) -> None:
    case_id, _ = sent_by_mail(world, contact_target="nowhere")
    tell(world, case_id)
    delivered(world)
    tell(world, case_id)
    page = world.visitor().client.get("/metrics").text
    assert 'portal_letters{state="waiting"} 1.0' in page
    assert 'portal_letters{state="failed"} 1.0' in page
