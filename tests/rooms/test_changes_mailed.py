"""A weighty change is told to the way that was in force, and to the new one when it is true."""

from datetime import timedelta

from portal.cases import posting
from portal.i18n import translate
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
    delivered,
    outbox,
    pass_time,
    sent_by_mail,
)
from tests.support.world import World

NEW = "new@inbox.example"

ASKED = translate("en", posting.ASKED)


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
    assert ASKED in warning.text
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
    to = [(ASKED in mail.text, mail.to) for mail in delivered(world)]
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
    assert [ASKED in mail.text for mail in delivered(world)] == [True]
    assert undone(world, case_id)
    assert [ASKED in mail.text for mail in delivered(world)] == [False]
    assert outbox(world) == [("warning", "sent"), ("news", "sent")]
