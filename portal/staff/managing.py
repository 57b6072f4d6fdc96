"""Who works here and for which organisation: deeds of the house itself, each audited.

Roles and organisations of people come from the identity provider and aren't changed here.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import audit
from portal.staff.models import ORGANISATION_KINDS, Organisation, StaffMember, StaffSession
from portal.vault import DeskKeys

LONGEST_NAME = 200


class OrganisationError(Exception):
    """This organisation can't be so; `why` is name, kind, taken or gone."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def set_active(
    session: Session, keys: DeskKeys, member: StaffMember, actor_id: str, *, active: bool
) -> None:
    """Somebody works here or doesn't any more. Who doesn't is signed out at once, everywhere.

    The same again changes nothing and is written down once.
    """
    if member.active == active:
        return
    member.active = active
    session.execute(sa.delete(StaffSession).where(StaffSession.member_id == member.id))
    session.flush()
    action = "staff.activate" if active else "staff.deactivate"
    audit.record(session, keys, actor=actor_id, action=action, object_id=member.id)


@dataclass(frozen=True)
class OrganisationRow:
    id: str
    name: str
    kind: str
    members: int


def organisations(session: Session) -> tuple[OrganisationRow, ...]:
    """Every organisation by name, and how many people who work here belong to it."""
    members = (
        sa.select(sa.func.count())
        .where(StaffMember.organisation_id == Organisation.id, StaffMember.active)
        .correlate(Organisation)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name, Organisation.kind, members).order_by(
            Organisation.name
        )
    )
    return tuple(OrganisationRow(*row) for row in rows)


def add_organisation(session: Session, keys: DeskKeys, name: str, kind: str, actor_id: str) -> None:
    """Raises OrganisationError."""
    _check_name(name)
    if kind not in ORGANISATION_KINDS:
        raise OrganisationError("kind")
    organisation = Organisation(name=name, kind=kind)
    _stored(session, organisation)
    audit.record(
        session, keys, actor=actor_id, action="organisation.add", object_id=organisation.id
    )


def rename_organisation(
    session: Session, keys: DeskKeys, organisation_id: str, was: str, name: str, actor_id: str
) -> None:
    """Give it another name; `was` is the one that the page showed. Raises OrganisationError."""
    _check_name(name)
    organisation = session.get(Organisation, organisation_id, with_for_update=True)
    if organisation is None or organisation.name != was:
        raise OrganisationError("gone")
    if organisation.name == name:
        return
    organisation.name = name
    _stored(session, organisation)
    audit.record(
        session, keys, actor=actor_id, action="organisation.rename", object_id=organisation_id
    )


def _check_name(name: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME:
        raise OrganisationError("name")


def _stored(session: Session, organisation: Organisation) -> None:
    try:
        with session.begin_nested():
            session.add(organisation)
            session.flush()
    except IntegrityError:
        raise OrganisationError("taken") from None
