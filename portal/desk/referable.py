"""To whom a case could be passed on, as the page shows it: those that fit a wish first, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.cases.queries import CaseFile
from portal.cases.sharing.outside import Entry
from portal.cases.sharing.referrals import ASK, IN_REQUEST, STANDING, TALK, Choice, may_refer
from portal.desk.options import Help, who_could_help
from portal.desk.wording import say
from portal.i18n import N_
from portal.register import Organisation, entry_of, register

BASES: Mapping[str, str] = {
    STANDING: N_("The organisation sees this request already: ask it to help"),
    IN_REQUEST: N_("The person ticked it in the request"),
    ASK: N_("Ask the person on the follow page; nothing is passed on before a yes"),
    TALK: N_("The person agreed in a talk"),
}
OUTSIDE_BASES: Mapping[str, str] = {basis: BASES[basis] for basis in (IN_REQUEST, TALK)}
"""Nobody outside the portal is asked about on the follow page: there would be nothing to share."""


@dataclass(frozen=True)
class ChoiceView:
    """An organisation with what the register says of it, and why it could fit this person."""

    value: str
    """Its id, or its key in the register when it has no account."""
    entry: str
    """Its key in the register, or ""."""
    name: str
    listed: str
    """Its name in the register, when that is another."""
    does: str
    why: tuple[str, ...]
    facts: tuple[str, ...]
    bases: tuple[tuple[str, str], ...]
    under_way: bool


def referable(
    file: CaseFile,
    with_account: Iterable[Choice],
    others: Iterable[Entry],
    tag: str,
    wanted: str = "",
) -> tuple[tuple[ChoiceView, ...], tuple[ChoiceView, ...]]:
    """(with an account, from the register), each with `wanted` first, then those that fit best."""
    on_hold = file.row.kind == "mediation" and file.row.embassy_hold
    # Beside a mediation on hold nothing may look like a way around it (domain.md §2D-1).
    helps = () if on_hold else who_could_help(file.row.kind, file.answers, tag, file.row.language)
    found = {each.organisation.key: each for each in helps}
    order = {key: place for place, key in enumerate(dict.fromkeys((*found, *register())))}
    passes_on = may_refer(file.row.state)

    def view(value: str, name: str, entry: Organisation | None, bases: Iterable[str]) -> ChoiceView:
        why = found.get(entry.key) if entry else None
        return _view(value, name, entry, why, tuple(bases), tag, passes_on=passes_on)

    accounts = [view(c.id, c.name, entry_of(c.name, c.kind), c.bases) for c in with_account]
    entries = [view(e.key, register()[e.key].name, register()[e.key], e.bases) for e in others]
    for each in (accounts, entries):
        each.sort(key=lambda one: (one.entry != wanted, not one.why, order.get(one.entry, 999)))
    return tuple(accounts), tuple(entries)


def _view(
    value: str,
    name: str,
    entry: Organisation | None,
    helps: Help | None,
    bases: tuple[str, ...],
    tag: str,
    *,
    passes_on: bool,
) -> ChoiceView:
    return ChoiceView(
        value,
        entry.key if entry else "",
        name,
        entry.name if entry and entry.name != name else "",
        say(tag, entry.does) if entry else "",
        helps.why if helps else (),
        entry.facts if entry else (),
        tuple((basis, say(tag, BASES[basis])) for basis in bases if passes_on or basis == ASK),
        not bases,
    )


def first_choice(accounts: Iterable[ChoiceView], entries: Iterable[ChoiceView], wanted: str) -> str:
    """What is chosen when the page is opened for one entry: never a talk that nobody wrote down."""
    for each in (*accounts, *entries):
        if wanted and each.entry == wanted:
            ready = next((basis for basis, _ in each.bases if basis != TALK), "")
            return f"{each.value}:{ready}" if ready else ""
    return ""
