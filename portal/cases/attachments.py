"""Files of a case: added by the applicant, read by the desk, released to nobody else by default.

The public side can seal a file and can't open it again: each has a key of its own that is wrapped
to the desk. With the receipt code one reads which files there are, not what is in them.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.cases import service, workflow
from portal.cases.access import Actor, visible
from portal.cases.models import Attachment, Case
from portal.cases.sealing import messages_key_of
from portal.files import limits
from portal.files.limits import Refused
from portal.i18n import N_
from portal.settings import Settings
from portal.staff.models import StaffMember
from portal.vault import DeskKeys, PublicKeys, new_key, seal, seal_json, subkey, unseal, unseal_json

ITEMS: Mapping[str, str] = {
    "attempt_proof": N_("Proof that you tried it yourself"),
    "identity": N_("A paper that shows who you are"),
    "statement": N_("Your handwritten statement"),
    "other": N_("Another paper"),
}
"""What a file can be for. Passport photos are brought and never sent: biometric (domain.md §3E)."""
ITEMS_OF: Mapping[str, tuple[str, ...]] = {
    "mediation": tuple(ITEMS),
    "third_country": ("identity", "other"),
    "question": ("other",),
    "representative": ("other",),
    "reception_term": ("other",),
}
"""Kinds of request that take files. No others: never medical papers (domain.md §3F), and no
passport where the request doesn't need one (§3A)."""


@dataclass(frozen=True)
class NewFile:
    """A clean file that waits for its case. `received` is the digest of what was sent."""

    item: str
    format: str
    pages: int
    content: bytes
    received: str


@dataclass(frozen=True)
class FileLine:
    """What a list tells of a file."""

    id: str
    item: str
    format: str
    size: int
    pages: int
    at: datetime
    for_embassy: bool = False
    ruling: date | None = None
    released_by: str = ""

    @property
    def label(self) -> str:
        """What it is for, as a msgid."""
        return ITEMS.get(self.item, ITEMS["other"])


def digest_of(received: bytes) -> str:
    return hashlib.sha256(received).hexdigest()


def check_room(sizes: Sequence[int], more: int) -> None:
    """Whether one more file of `more` bytes fits beside the others. Raises Refused."""
    if len(sizes) >= limits.MOST_FILES:
        raise Refused(limits.TOO_MANY_FILES)
    if sum(sizes) + more > limits.ALL_TOGETHER:
        raise Refused(limits.TOO_MUCH)


def attach(
    session: Session,
    keys: PublicKeys,
    case_id: str,
    messages_key: bytes,
    files: Iterable[NewFile],
    now: datetime,
) -> int:
    """Seal files and add them to a case; how many were new. The limits are the caller's."""
    known = set(session.scalars(sa.select(Attachment.digest).where(Attachment.case_id == case_id)))
    added = 0
    for file in files:
        digest = _keyed(messages_key, file.received)
        if digest in known:
            continue
        known.add(digest)
        session.add(_sealed(keys, case_id, messages_key, digest, file, now))
        added += 1
    session.flush()
    return added


def add(
    session: Session,
    keys: PublicKeys,
    settings: Settings,
    case_id: str,
    messages_key: bytes,
    file: NewFile,
    now: datetime,
) -> None:
    """The applicant adds a file to a case that was sent; the same again changes nothing.

    It answers a question of the desk. Raises Refused, and workflow.NotAllowed when the case is
    closed.
    """
    case = session.get_one(Case, case_id, with_for_update=True)
    if case.state in workflow.CLOSED:
        raise workflow.NotAllowed("add a file")
    if has(session, case_id, messages_key, file.received):
        return
    check_room([line.size for line in listed(session, case_id, messages_key)], len(file.content))
    attach(session, keys, case_id, messages_key, [file], now)
    service.log_event(session, case, "file_added", "applicant", now, detail={"item": file.item})
    if case.state in workflow.MOVES["answer"].sources:
        service.move(session, settings, case, "answer", "applicant", ["applicant"], now)


def has(session: Session, case_id: str, messages_key: bytes, received: str) -> bool:
    """Whether the case has this very file already."""
    same = sa.select(Attachment.id).where(
        Attachment.case_id == case_id, Attachment.digest == _keyed(messages_key, received)
    )
    return session.scalar(same) is not None


def listed(session: Session, case_id: str, messages_key: bytes) -> tuple[FileLine, ...]:
    """The files of a case, oldest first, without their content."""
    rows = session.execute(
        sa.select(
            Attachment.id, Attachment.about, Attachment.at, Attachment.for_embassy,
            Attachment.ruling, StaffMember.name,
        )
        .outerjoin(StaffMember, StaffMember.id == Attachment.released_by)
        .where(Attachment.case_id == case_id)
        .order_by(Attachment.at, Attachment.id)
    )  # fmt: skip
    return tuple(
        FileLine(
            **unseal_json(messages_key, row.about, _about_place(row.id)),
            id=row.id,
            at=row.at,
            for_embassy=row.for_embassy,
            ruling=row.ruling,
            released_by=row.name or "",
        )
        for row in rows
    )


# At the desk ---------------------------------------------------------------------------------


def files_of(session: Session, keys: DeskKeys, case_id: str) -> tuple[FileLine, ...]:
    """The list for the desk, of a case that the member may see. Raises VaultError."""
    case = session.get_one(Case, case_id)
    return listed(session, case_id, messages_key_of(keys, case))


def record_download(
    session: Session, keys: DeskKeys, actor: Actor, case_id: str, file_id: str, now: datetime
) -> bool:
    """Write that somebody takes a file, before a byte of it leaves. False: not for this person."""
    found = session.scalar(
        sa.select(Attachment.id)
        .join(Case, Case.id == Attachment.case_id)
        .where(Attachment.id == file_id, Case.id == case_id, visible(session, actor, now))
    )
    audit.record(
        session,
        keys,
        actor=actor.id,
        action="file.view" if found else "file.refused",
        object_id=(file_id if found else case_id)[:64],
    )
    return found is not None


def content_of(session: Session, keys: DeskKeys, file_id: str) -> bytes:
    """What is in a file. Raises VaultError."""
    row = session.get_one(Attachment, file_id)
    return unseal(keys.unwrap(row.file_key, _key_place(row.id)), row.content, _place(row.id))


def _sealed(
    keys: PublicKeys,
    case_id: str,
    messages_key: bytes,
    digest: str,
    file: NewFile,
    now: datetime,
) -> Attachment:
    file_id, key = secrets.token_hex(16), new_key()
    about = {
        "item": file.item,
        "format": file.format,
        "size": len(file.content),
        "pages": file.pages,
    }
    return Attachment(
        id=file_id,
        case_id=case_id,
        digest=digest,
        at=now,
        for_embassy=False,
        file_key=keys.wrap(key, _key_place(file_id)),
        about=seal_json(messages_key, about, _about_place(file_id)),
        content=seal(key, file.content, _place(file_id)),
    )


def _keyed(messages_key: bytes, received: str) -> str:
    """A plain hash in the database would tell who has sent a file that somebody knows."""
    key = subkey(messages_key, "file-digest")
    return hmac.new(key, received.encode(), hashlib.sha256).hexdigest()


def _place(file_id: str) -> str:
    return f"case_file|content|{file_id}"


def _key_place(file_id: str) -> str:
    return f"case_file|file_key|{file_id}"


def _about_place(file_id: str) -> str:
    return f"case_file|about|{file_id}"
