"""Who hears by e-mail that there is news, and who doesn't."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import posting
from portal.cases.models import Case, CaseEvent, CaseMessage
from portal.mail import outbox as queue
from portal.mail.models import Outgoing
from tests.rooms.changes_asked import (
    opened,
)
from tests.rooms.letters_sent import (
    ADDRESS,
    BY_MAIL,
    delivered,
    failures,
    outbox,
    pass_time,
    post,
    sent_by_mail,
    tell,
)
from tests.support.smtp import MailServer
from tests.support.world import QUESTION, World


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

    def forget(session: Session) -> None:
        for table in (CaseMessage, CaseEvent):
            session.execute(sa.delete(table).where(table.case_id == case_id))
        session.execute(sa.delete(Case).where(Case.id == case_id))

    world.db.write_now(forget)
    assert outbox(world) == []


def test_the_figures_count_what_waits_and_what_failed(world: World) -> None:
    case_id, _ = sent_by_mail(world, contact_target="nowhere")
    tell(world, case_id)
    delivered(world)
    tell(world, case_id)
    page = world.visitor().client.get("/metrics").text
    assert 'portal_letters{state="waiting"} 1.0' in page
    assert 'portal_letters{state="failed"} 1.0' in page
