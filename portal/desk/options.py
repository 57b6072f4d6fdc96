"""Who could help with what a person wishes: the register beside a request for support.

The inspectorate found that many supervisors know IOM alone (004:981, 004:1541). Here nobody has to
know the register by heart; nothing is decided or sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.cases.requests.support import support_wishes
from portal.desk.wording import say
from portal.register import Organisation, register

KINDS = frozenset({"iom_support", "ngo_support"})


@dataclass(frozen=True)
class Help:
    """An organisation, what it does in words of the desk, and which of the wishes it helps with."""

    organisation: Organisation
    does: str
    wishes: tuple[str, ...]


def who_could_help(kind: str, answers: Mapping[str, Any], tag: str) -> tuple[Help, ...]:
    """The entries for people who think of going back, those that fit a wish first."""
    if kind not in KINDS:
        return ()
    labels = {option.value: say(tag, option.label) for option in support_wishes.options}
    wished = [wish for wish in answers.get("support_wishes") or () if wish in labels]
    found = [
        Help(each, say(tag, each.does), tuple(labels[w] for w in wished if w in each.helps))
        for each in register().values()
        if each.group == "return"
    ]
    return tuple(sorted(found, key=lambda help: -len(help.wishes)))
