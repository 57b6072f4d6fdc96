"""What the person asked to change since the request was sent, as the page of a case shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.cases import pending
from portal.cases.pending import CONTACT, Contact, Contacts, Waiting
from portal.desk.answers import NOT_ANSWERED, Answer, answer_text
from portal.desk.wording import say
from portal.i18n import N_
from portal.vault import DeskKeys

WAY = N_("The way to reach the person")
UNREADABLE = N_("The new contact can't be opened with the keys of the portal.")


@dataclass(frozen=True)
class Changes:
    """What waits in a case, and the contact that came after the answers."""

    waiting: tuple[Waiting, ...]
    contact: Contacts

    @property
    def current(self) -> Mapping[str, Any]:
        """The answers of the contact that is in force now; nothing when the first one still is."""
        return (self.contact.now.answers if self.contact.now else None) or {}


@dataclass(frozen=True)
class ContactView:
    """`problem` stands instead of the answers when they can't be opened."""

    since: datetime
    answers: tuple[Answer, ...]
    unsafe: bool
    problem: str


@dataclass(frozen=True)
class ChangesView:
    withdrawal: datetime | None
    """When the withdrawal that waits will happen."""
    contact: ContactView | None
    new_contact: ContactView | None
    """The one that waits, from `since` on."""


def changes_of(session: Session, keys: DeskKeys, case_id: str) -> Changes:
    """What to show of a case that the member may see."""
    return Changes(pending.waiting_of(session, case_id), pending.contact_of(session, keys, case_id))


def changes_view(changes: Changes, tag: str, *, is_open: bool) -> ChangesView:
    """In a case that is closed nothing will happen any more."""
    withdrawal = next((each.due for each in changes.waiting if each.kind == "withdraw"), None)
    waiting = changes.contact.waiting if is_open else None
    return ChangesView(
        withdrawal if is_open else None,
        _contact_view(changes.contact.now, tag),
        _contact_view(waiting, tag),
    )


def _contact_view(contact: Contact | None, tag: str) -> ContactView | None:
    if contact is None:
        return None
    answers = contact.answers or {}
    return ContactView(
        contact.since,
        tuple(_answers(answers, tag)) if answers else (),
        answers.get("contact_safe") == "no",
        "" if answers else say(tag, UNREADABLE),
    )


def _answers(answers: Mapping[str, Any], tag: str) -> Iterator[Answer]:
    for step in CONTACT.path(answers):
        for field in step.fields:
            text = answer_text(field, answers.get(field.name), tag)
            label = WAY if field.name == "contact_channel" else field.label
            yield Answer(
                say(tag, label),
                text or say(tag, NOT_ANSWERED),
                field.widget == "text" and bool(text),
                not text,
            )
