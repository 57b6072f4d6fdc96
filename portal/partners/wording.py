"""The words of the partners' screens: msgids of the `desk` domain, said about the person."""

from collections.abc import Mapping

from portal.cases.kinds import KINDS
from portal.i18n import N_, translate, translations

PURPOSES: Mapping[str, str] = {
    "see": N_("Read the answers"),
    "write": N_("Write to the supervisor"),
    "receive": N_("Read the messages"),
}
REFERRALS: Mapping[str, str] = {
    "open": N_("Waits for your answer"),
    "accepted": N_("You accepted it"),
    "in_contact": N_("You are in contact"),
    "no_contact": N_("You could not reach the person"),
    "helped": N_("You have helped"),
    "declined": N_("You declined it"),
    "ended": N_("You ended it"),
    "stopped": N_("The person stopped it"),
}
"""Where a referral stands, for the organisation that has it."""
WORDS: Mapping[str, str] = {
    "accepted": N_("Accept"),
    "declined": N_("Decline"),
    "in_contact": N_("We are in contact"),
    "no_contact": N_("We could not reach the person"),
    "helped": N_("We have helped"),
    "ended": N_("Our help has ended"),
}
"""What an organisation can say, as a button says it."""
WAYS: Mapping[str, str] = {
    "with_helper": N_("on the form, with a helper beside"),
    "code": N_("on the follow page, with the code"),
    "talk": N_("in a talk with the supervisor"),
    "answers": N_("with a tick in the request"),
}
A_REQUEST = N_("Request")
DISCREET = frozenset({"medical"})
"""Kinds whose name alone says something about somebody's health."""


def say(tag: str, message: str) -> str:
    """One text of the staff screens in one language."""
    return translations(tag, "desk").gettext(message) if message else ""


def kind_name(tag: str, kind: str) -> str:
    return say(tag, A_REQUEST) if kind in DISCREET else translate(tag, KINDS[kind].title)
