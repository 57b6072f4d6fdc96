"""The four mandatory checks (toetsingsmomenten): whether each was assessed, by whom, and why.

The inspectorate found all four in 8 % of the files (004:1226). Each assessment is a line of the
case's log, its result and its reason sealed together: what was found says something about the
person. The newest counts, older ones stay readable.

Trafficking is for the group of trained people alone (domain.md §2C: never an open field). Anybody
who handles the case can record what they saw; afterwards they see that it was assessed and when,
and never what. What the group itself assessed counts before what others record later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases.access import Actor, Sight, sight_of
from portal.cases.models import Case, CaseEvent
from portal.cases.sealing import ANSWERS, data_key_of, note_place
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, VaultError, subkey, unseal_json

CHECKS = ("medical", "no_fault", "distressing", "trafficking")
"""Art. 64 Vw, buiten schuld, schrijnend, mensenhandel (domain.md §2C)."""
RESULTS = ("no_signal", "signal")
TRAFFICKING = "trafficking"
BEFORE = frozenset({"finish", "decline"})
"""The moves of the table that wait for all four."""


@dataclass(frozen=True)
class Assessment:
    """One check, once assessed. `result` is one of RESULTS.

    Who may not know has neither `by`, nor `result`, nor `reason`: all three are "".
    """

    id: int
    at: datetime
    by: str
    result: str
    reason: str
    by_group: bool = False
    """Trafficking, assessed by the trained group itself."""


@dataclass(frozen=True)
class Check:
    """One of the four in one case. `current` None: not assessed; `older` are newest first."""

    name: str
    current: Assessment | None = None
    older: tuple[Assessment, ...] = ()
    hidden: bool = False
    """Who asks may know that it was assessed, and no more."""


@dataclass(frozen=True)
class Offer:
    """What another case of the same dossier says of a check: a start for words of one's own."""

    check: str
    case_id: str
    reference: str
    assessment: Assessment


def event_of(check: str) -> str:
    """The name of the log's line."""
    return f"check_{check}"


def is_hidden(event: str, sight: Sight) -> bool:
    """Whether a line of the log may say to this person that it was written, and no more."""
    return event == event_of(TRAFFICKING) and not sight.in_trained_group


def missing_checks(session: Session, case_id: str) -> tuple[str, ...]:
    """Which of the four nobody has assessed in this case."""
    names = sa.select(CaseEvent.name).where(
        CaseEvent.case_id == case_id, CaseEvent.name.in_([event_of(check) for check in CHECKS])
    )
    done = set(session.scalars(names.distinct()))
    return tuple(check for check in CHECKS if event_of(check) not in done)


def checks_of(
    session: Session, case: Case, answers_key: bytes | None, sight: Sight
) -> tuple[Check, ...]:
    """All four as this person may know them. Without a key only that they were assessed.

    Raises VaultError for a line that the key doesn't open.
    """
    rows = session.execute(
        sa.select(CaseEvent, StaffMember.name)
        .outerjoin(StaffMember, StaffMember.id == CaseEvent.actor)
        .where(
            CaseEvent.case_id == case.id, CaseEvent.name.in_([event_of(check) for check in CHECKS])
        )
        .order_by(CaseEvent.id.desc())
    ).all()
    found = []
    for check in CHECKS:
        events = [(event, name or "") for event, name in rows if event.name == event_of(check)]
        hidden = answers_key is None or is_hidden(event_of(check), sight)
        if hidden:
            unknown = [Assessment(event.id, event.at, "", "", "") for event, _ in events]
            found.append(Check(check, next(iter(unknown), None), hidden=True))
        else:
            found.append(_ordered(check, [_opened(each, by, answers_key) for each, by in events]))
    return tuple(found)


def _opened(event: CaseEvent, by: str, key: bytes | None) -> Assessment:
    if key is None or event.sealed is None:
        raise VaultError("an assessment that isn't sealed")
    said = unseal_json(key, event.sealed, note_place(event.case_id))
    return Assessment(event.id, event.at, by, said["result"], said["reason"], said["by_group"])


def _ordered(check: str, newest_first: list[Assessment]) -> Check:
    current = next((each for each in newest_first if each.by_group), None)
    current = current or next(iter(newest_first), None)
    return Check(check, current, tuple(each for each in newest_first if each is not current))


def offers(
    session: Session, keys: DeskKeys, actor: Actor, case_id: str, now: datetime
) -> tuple[Offer, ...]:
    """The newest assessment of each check in the other cases of the same dossier, as far as the
    actor may see those cases and may know it. Who shows this audits the reading of those cases."""
    sight = sight_of(session, actor, now)
    dossier = sa.select(Case.dossier_id).where(Case.id == case_id).scalar_subquery()
    others = session.scalars(
        sa.select(Case).where(Case.dossier_id == dossier, Case.id != case_id, sight.all)
    )
    newest: dict[str, Offer] = {}
    for case in others:
        for offer in _offered(session, keys, case, sight):
            known = newest.get(offer.check)
            if known is None or known.assessment.id < offer.assessment.id:
                newest[offer.check] = offer
    return tuple(newest[check] for check in CHECKS if check in newest)


def _offered(session: Session, keys: DeskKeys, case: Case, sight: Sight) -> Iterable[Offer]:
    try:
        key = subkey(data_key_of(keys, case), ANSWERS)
        found = checks_of(session, case, key, sight)
    except VaultError:  # another case that can't be read is no reason to hide this one
        return ()
    return tuple(
        Offer(check.name, case.id, case.reference, check.current)
        for check in found
        if check.current and not check.hidden
    )
