"""Questions about talks: of who follows a case, of who handles it, and of a whole dossier."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases.access import Actor, visible
from portal.cases.models import Case
from portal.cases.sealing import messages_key_of
from portal.cases.talks import about_place, answer_place, is_over
from portal.cases.talks.models import CANCELLED, Talk
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, VaultError, unseal_json


@dataclass(frozen=True)
class FollowedTalk:
    """What the holder of the code may see of a talk. `values` fill the blanks of its letter."""

    id: str
    state: str
    start: datetime
    minutes: int
    uid: str
    sequence: int
    changed: datetime
    values: Mapping[str, Any]


@dataclass(frozen=True)
class TalkLine:
    """A talk as the desk sees it. `values` is empty when our keys don't open them."""

    id: str
    number: int | None
    state: str
    open: bool
    start: datetime
    minutes: int
    way: str
    uid: str
    sequence: int
    changed: datetime
    member: str
    """Who proposed it, changed it last, cancelled or held it."""
    values: Mapping[str, Any]
    answer: str
    """What the person wrote back to this proposal."""


@dataclass(frozen=True)
class FixedTalk:
    """A fixed talk of a dossier, in any of its cases; the rest is empty when that isn't visible."""

    number: int
    state: str
    start: datetime
    case_id: str = ""
    reference: str = ""
    member: str = ""


def followed_talk(
    session: Session, case_id: str, messages_key: bytes, now: datetime
) -> FollowedTalk | None:
    """The talk that the person can still prepare for; None when there is none, or it's over."""
    talk = session.scalar(sa.select(Talk).where(Talk.case_id == case_id, Talk.open))
    if talk is None or is_over(talk.start, talk.minutes, now):
        return None
    return FollowedTalk(
        talk.id,
        talk.state,
        talk.start,
        talk.minutes,
        talk.uid,
        talk.sequence,
        talk.changed,
        unseal_json(messages_key, talk.about, about_place(talk.id)),
    )


def talks_of(
    session: Session, keys: DeskKeys, actor: Actor, case_id: str, now: datetime
) -> tuple[TalkLine, ...]:
    """The talks of a case that this actor may see, the newest first."""
    rows = session.execute(
        sa.select(Talk, Case, StaffMember.name)
        .join(Case, Case.id == Talk.case_id)
        .join(StaffMember, StaffMember.id == Talk.member_id)
        .where(Talk.case_id == case_id, visible(session, actor, now))
        .order_by(Talk.start.desc(), Talk.id)
    )
    return tuple(_line(keys, talk, case, member) for talk, case, member in rows)


def _line(keys: DeskKeys, talk: Talk, case: Case, member: str) -> TalkLine:
    values: Mapping[str, Any] = {}
    answer = ""
    try:
        key = messages_key_of(keys, case)
        values = unseal_json(key, talk.about, about_place(talk.id))
        answer = unseal_json(key, talk.answer, answer_place(talk.id)) if talk.answer else ""
    except VaultError:
        values = {}  # the day and the state still show
    return TalkLine(
        talk.id,
        talk.number,
        talk.state,
        talk.open,
        talk.start,
        talk.minutes,
        talk.way,
        talk.uid,
        talk.sequence,
        talk.changed,
        member,
        values,
        answer,
    )


def fixed_talks(
    session: Session, actor: Actor, case_id: str, dossier_id: str | None, now: datetime
) -> tuple[FixedTalk, ...]:
    """The numbered talks in all cases of a dossier, or of the case when it has none; oldest first.

    Of a case that the actor may not see there is the day alone, and of a restricted one nothing:
    that it exists is already too much.
    """
    seen = visible(session, actor, now)
    whose = Case.dossier_id == dossier_id if dossier_id else Case.id == case_id
    rows = session.execute(
        sa.select(
            Talk.number,
            Talk.state,
            Talk.start,
            Case.id,
            Case.reference,
            StaffMember.name,
            sa.case((seen, 1), else_=0),
        )
        .join(Case, Case.id == Talk.case_id)
        .join(StaffMember, StaffMember.id == Talk.member_id)
        .where(
            whose,
            Talk.number.is_not(None),
            Talk.state != CANCELLED,
            sa.or_(seen, sa.not_(Case.restricted)),
        )
        .order_by(Talk.start, Talk.id)
    )
    return tuple(
        FixedTalk(number or 0, state, start, *(about if is_seen else ()))
        for number, state, start, *about, is_seen in rows
    )
