"""Sending what a visit has written, once, and the receipt that the visit may show again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import service
from portal.cases.sharing import assisting
from portal.cases.sharing.assisting import Helper
from portal.intake import draft_files, tokens, visits
from portal.intake.drafts import Draft
from portal.intake.models import KeptDraft, Receipt
from portal.vault import PublicKeys, VaultError, seal_json, unseal_json

ASSISTED_SHOWN = timedelta(minutes=15)
"""How long the screen of a helper can show the person's code again, after a reload."""


@dataclass(frozen=True)
class SentReceipt:
    code: str
    reference: str
    kind: str
    helper: str = ""
    """The organisation that helped, or ""."""


def send(
    session: Session,
    token: str,
    draft_of: str,
    prepared: service.Prepared,
    now: datetime,
    keys: PublicKeys,
    helper: Helper = Helper(),  # noqa: B008 - frozen
) -> None:
    """Store a case with its receipt and what was allowed to a helper, all or nothing, once.

    The same submission again changes nothing.
    """
    visits.begin(session, token, now)
    if service.store(session, prepared):
        draft_files.hand_over(session, token, draft_of, prepared, keys, now)
        assisting.keep(session, prepared.case, helper, now)
        content = {
            "code": prepared.code,
            "reference": prepared.case.reference,
            "kind": prepared.case.kind,
            "helper": helper.organisation,
        }
        submission = prepared.case.submission
        session.add(
            Receipt(
                submission=submission,
                token_hash=tokens.hash_of(token),
                at=now,
                sealed=seal_json(tokens.key_of(token), content, _place(submission, token)),
            )
        )

    def forget(draft: Draft) -> None:
        kept = KeptDraft.lookup == bytes.fromhex(draft.later.lookup)
        session.execute(sa.delete(KeptDraft).where(kept))

    visits.change_draft(session, token, draft_of, forget, now)


def receipt_of(session: Session, token: str, submission: str = "") -> SentReceipt | None:
    """The receipt of one submission of this visit, or its newest."""
    query = sa.select(Receipt).where(Receipt.token_hash == tokens.hash_of(token))
    if submission:
        query = query.where(Receipt.submission == submission)
    row = session.scalar(query.order_by(Receipt.at.desc(), Receipt.submission).limit(1))
    if row is None:
        return None
    try:
        sealed_to = _place(row.submission, token)
        found = SentReceipt(**unseal_json(tokens.key_of(token), row.sealed, sealed_to))
    except VaultError:
        return None
    is_over = found.helper and datetime.now(UTC) - row.at > ASSISTED_SHOWN
    return None if is_over else found


def move(session: Session, old: str, new: str) -> None:
    """Seal them for the token under which the visit goes on."""
    for row in session.scalars(sa.select(Receipt).where(Receipt.token_hash == tokens.hash_of(old))):
        if sealed := tokens.sealed_anew(row.sealed, f"receipt|{row.submission}", old, new):
            row.sealed, row.token_hash = sealed, tokens.hash_of(new)


def _place(submission: str, token: str) -> str:
    return tokens.place(f"receipt|{submission}", token)
