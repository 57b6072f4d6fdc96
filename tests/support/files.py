"""Files of cases, put there without their pages; and what of them is in the database."""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import attachments
from portal.cases.attachments import FileLine, NewFile
from portal.cases.models import Attachment, Case
from portal.cases.sealing import messages_key_of
from tests.support.world import World


def attached(
    world: World, case_id: str, content: bytes = b"\xff\xd8\xff", item: str = "other"
) -> str:
    """Add a file to a case: its id."""

    def add(session: Session) -> str:
        key = messages_key_of(world.keys.require_desk(), session.get_one(Case, case_id))
        file = NewFile(item, "jpeg", 1, content, secrets.token_hex(32))
        attachments.attach(session, world.keys.public, case_id, key, [file], datetime.now(UTC))
        newest = sa.select(Attachment.id).order_by(Attachment.at.desc()).limit(1)
        return session.scalars(newest).one()

    return world.db.write_now(add)


def files_of(world: World, case_id: str) -> tuple[FileLine, ...]:
    return world.db.read_now(attachments.files_of, world.keys.require_desk(), case_id)


def content_of(world: World, file_id: str) -> bytes:
    return world.db.read_now(attachments.content_of, world.keys.require_desk(), file_id)
