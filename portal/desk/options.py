"""Who could help with what a person wishes: the register beside a request.

The inspectorate found that many supervisors know IOM alone (004:981, 004:1541). Here nobody has to
know the register by heart: beside each wish stand the entries that fit it, and why. What the
register doesn't know (for which countries an organisation works) is said, not guessed. Nothing is
decided or sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.cases.requests.support import support_wishes
from portal.desk.wording import language_name, say
from portal.i18n import N_, language
from portal.register import Organisation, register

SUPPORT = frozenset({"iom_support", "ngo_support"})
MEANT: Mapping[str, tuple[str, ...]] = {"mediation": ("papers",)}
"""What somebody wishes who asks in this way, without being asked for wishes."""

WISHED = N_("It says that it can help with: %(wishes)s.")
NAMED = N_("The person asked for it by name.")
PROGRAMME = N_("The person asked for this programme.")
SPEAKS = N_("It has people who speak %(language)s.")


@dataclass(frozen=True)
class Help:
    """An organisation, what it does and whom it helps in words of the desk; why it fits."""

    organisation: Organisation
    does: str
    whom: str
    wishes: tuple[str, ...]
    why: tuple[str, ...]


@dataclass(frozen=True)
class Wish:
    """One wish of the person, and the names of the entries that say they can help with it."""

    text: str
    entries: tuple[Organisation, ...]


@dataclass(frozen=True)
class Options:
    wishes: tuple[Wish, ...]
    entries: tuple[Help, ...]


def options_beside(
    kind: str, answers: Mapping[str, Any], reads: str, tag: str, *, on_hold: bool = False
) -> Options | None:
    """The wishes and the register for a request that has wishes; None for any other.

    `reads` is the tag of the language that the person reads. A mediation on hold has none: nothing
    may look like a way around the hold (domain.md §2D-1).
    """
    entries = who_could_help(kind, answers, tag, reads)
    if not entries or (on_hold and kind in MEANT):
        return None
    wishes = tuple(
        Wish(label, tuple(e.organisation for e in entries if wish in e.organisation.helps))
        for wish, label in _wishes(kind, answers, tag).items()
    )
    return Options(wishes, entries)


def who_could_help(
    kind: str, answers: Mapping[str, Any], tag: str, reads: str = ""
) -> tuple[Help, ...]:
    """The entries for people who think of going back, those that fit best first."""
    wished = _wishes(kind, answers, tag)
    if kind not in SUPPORT and not wished:
        return ()
    found = []
    for each in register().values():
        if each.group == "return":
            fits = tuple(label for wish, label in wished.items() if wish in each.helps)
            asked = _asked_for(each, answers)
            why = [say(tag, asked)] if asked else []
            if fits:
                why.append(say(tag, WISHED, {"wishes": ", ".join(fits)}))
            if reads and language(reads).babel.partition("_")[0] in each.languages:
                why.append(say(tag, SPEAKS, {"language": language_name(tag, reads)}))
            found.append(
                (not asked, -len(fits), Help(each, say(tag, each.does), say(tag, each.whom), fits,
                                             tuple(why)))
            )  # fmt: skip
    return tuple(help_ for _, _, help_ in sorted(found, key=lambda row: row[:2]))


def _wishes(kind: str, answers: Mapping[str, Any], tag: str) -> dict[str, str]:
    """The person's wishes with their labels, in the order of the form."""
    wished = {*(answers.get("support_wishes") or ()), *MEANT.get(kind, ())}
    return {o.value: say(tag, o.label) for o in support_wishes.options if o.value in wished}


def _asked_for(organisation: Organisation, answers: Mapping[str, Any]) -> str:
    if answers.get("ngo_choice") == organisation.key:
        return NAMED
    return PROGRAMME if answers.get("programme") == organisation.key else ""
