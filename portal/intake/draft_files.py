"""Files of requests that aren't sent yet: sealed under the visit, handed to the case on sending."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import attachments
from portal.cases.attachments import FileLine, NewFile
from portal.cases.service import Prepared
from portal.intake import tokens
from portal.intake.models import DraftFile
from portal.vault import PublicKeys, VaultError, seal, seal_json, unseal, unseal_json


@dataclass(frozen=True)
class DraftLine(FileLine):
    """A file in the list of a draft."""

    draft: str = ""
    received: str = ""


def lines(session: Session, token: str) -> Mapping[str, tuple[DraftLine, ...]]:
    """{draft: its files, oldest first}, without their content."""
    rows = session.execute(
        sa.select(DraftFile.id, DraftFile.at, DraftFile.about)
        .where(DraftFile.token_hash == tokens.hash_of(token))
        .order_by(DraftFile.at, DraftFile.id)
    )
    found: dict[str, tuple[DraftLine, ...]] = {}
    for row in rows:
        about = _about(token, row.id, row.about)
        if about:
            line = DraftLine(id=row.id, at=row.at, **about)
            found[line.draft] = (*found.get(line.draft, ()), line)
    return found


def add(session: Session, token: str, draft: str, file: NewFile, now: datetime) -> None:
    """Keep a file; the same again changes nothing. The visit has its row. Raises Refused."""
    others = lines(session, token).get(draft, ())
    if any(line.received == file.received for line in others):
        return
    attachments.check_room([line.size for line in others], len(file.content))
    file_id = secrets.token_hex(16)
    about = {
        "draft": draft,
        "item": file.item,
        "format": file.format,
        "size": len(file.content),
        "pages": file.pages,
        "received": file.received,
    }
    session.add(
        DraftFile(
            id=file_id,
            token_hash=tokens.hash_of(token),
            at=now,
            about=seal_json(_key(token), about, _place("about", file_id)),
            content=seal(_key(token), file.content, _place("content", file_id)),
        )
    )
    session.flush()


def remove(session: Session, token: str, file_id: str) -> None:
    """Take a file away. A file that isn't there, or isn't this visit's, stays as it is."""
    session.execute(
        sa.delete(DraftFile).where(
            DraftFile.id == file_id, DraftFile.token_hash == tokens.hash_of(token)
        )
    )


def hand_over(
    session: Session, token: str, draft: str, prepared: Prepared, keys: PublicKeys, now: datetime
) -> None:
    """Seal the files of a draft to the case that was just stored, and forget them here."""
    ids = [line.id for line in lines(session, token).get(draft, ())]
    for file_id in ids:  # one by one: twelve large files at once would be a lot of memory
        file = _opened(session.get_one(DraftFile, file_id), token)
        attachments.attach(session, keys, prepared.case.id, prepared.messages_key, [file], now)
        remove(session, token, file_id)


def move(session: Session, old: str, new: str) -> None:
    """Seal them for the token under which the visit goes on."""
    query = sa.select(DraftFile.id).where(DraftFile.token_hash == tokens.hash_of(old))
    for file_id in session.scalars(query).all():  # one by one, as they are handed over
        row = session.get_one(DraftFile, file_id)
        try:
            about = unseal(_key(old), row.about, _place("about", file_id))
            content = unseal(_key(old), row.content, _place("content", file_id))
        except VaultError:  # sealed by an older release: it goes with the old token
            continue
        row.about = seal(_key(new), about, _place("about", file_id))
        row.content = seal(_key(new), content, _place("content", file_id))
        row.token_hash = tokens.hash_of(new)
        session.flush()
        session.expunge(row)


def _opened(row: DraftFile, token: str) -> NewFile:
    about = unseal_json(_key(token), row.about, _place("about", row.id))
    return NewFile(
        about["item"],
        about["format"],
        about["pages"],
        unseal(_key(token), row.content, _place("content", row.id)),
        about["received"],
    )


def _about(token: str, file_id: str, sealed: bytes) -> dict[str, Any] | None:
    try:
        return unseal_json(_key(token), sealed, _place("about", file_id))
    except VaultError:  # sealed by an older release: as if it weren't there
        return None


def _key(token: str) -> bytes:
    return tokens.key_of(token, "visit-files")


def _place(column: str, file_id: str) -> str:
    return f"draft_file|{column}|{file_id}"
