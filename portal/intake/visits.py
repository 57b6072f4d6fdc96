"""A visit: what one browser has typed and opened, sealed under the token in its cookie.

Reading needs no visit and leaves no trace. A visit begins with the first form; its row with the
first answer. It ends with "Finish", "Leave quickly", or 24 hours after the last answer; on a kiosk
three minutes after the last sign of life.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from portal.intake import draft_files, tokens
from portal.intake.draft_files import DraftLine
from portal.intake.drafts import Draft
from portal.intake.models import Receipt, Visit
from portal.vault import VaultError, seal, seal_json, unseal, unseal_json
from portal.web.context import KIOSK_IDLE, LANGUAGE_COOKIE, is_kiosk, reader_language, services

KEPT = timedelta(hours=24)
CASE_IDLE, CASE_ABSOLUTE = timedelta(minutes=15), timedelta(hours=2)
"""How long a case stays open on a phone without and with use (security.md §4)."""
KIOSK_CASE = timedelta(minutes=60)
"""The same on a kiosk with use; without, KIOSK_IDLE ends the whole visit."""
Changed = TypeVar("Changed", bound=Draft | None)


@dataclass(frozen=True)
class OpenCase:
    id: str
    messages_key: bytes


@dataclass(frozen=True)
class VisitState:
    """What a handler knows of the visit. `token` is new when no living visit was found."""

    token: str
    is_new: bool
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    open_case: OpenCase | None = None
    files: Mapping[str, tuple[DraftLine, ...]] = field(default_factory=dict)
    """Files that wait, by the kind of request they belong to."""

    @property
    def csrf(self) -> str:
        return hmac.new(tokens.key_of(self.token, "form"), b"csrf", hashlib.sha256).hexdigest()

    def is_own_form(self, sent: object) -> bool:
        """Whether a form was made in this visit."""
        return isinstance(sent, str) and hmac.compare_digest(
            sent.encode("utf-8", "replace"), self.csrf.encode()
        )


def cookie_name(request: Request) -> str:
    """`__Host-` ties the cookie to https and this host; plain http (the demo) has no such."""
    return "__Host-visit" if services(request).settings.secure else "visit"


async def visit_of(request: Request) -> VisitState:
    """The visit of the cookie. One that is over is wiped here and now, and another begins."""
    token, now = request.cookies.get(cookie_name(request), ""), datetime.now(UTC)
    db = services(request).db
    if not tokens.is_token(token):
        return _another(request)
    is_over, found = await db.read(_look, token, now)
    if is_over or tokens.is_of_kiosk(token) != is_kiosk(request):
        await db.write(end, token)
        return _another(request)
    if found and tokens.is_of_kiosk(token):
        await db.write(touch, token, now)
    return found or VisitState(token, is_new=True)


def _another(request: Request) -> VisitState:
    return VisitState(tokens.new_token(kiosk=is_kiosk(request)), is_new=True)


def keep(request: Request, visit: VisitState, response: Response) -> Response:
    """Give the browser its visit: a cookie that ends with the browser, and the language."""
    secure = services(request).settings.secure
    if request.cookies.get(cookie_name(request)) != visit.token:
        response.set_cookie(
            cookie_name(request),
            visit.token,
            path="/",
            secure=secure,
            httponly=True,
            samesite="lax",
        )
    tag = reader_language(request).tag
    if request.cookies.get(LANGUAGE_COOKIE) != tag:
        response.set_cookie(
            LANGUAGE_COOKIE, tag, path="/", secure=secure, httponly=True, samesite="lax"
        )
    return response


def forget(request: Request, response: Response) -> Response:
    """Take the visit away from the browser, and whatever it kept of our pages."""
    secure = services(request).settings.secure
    response.delete_cookie(
        cookie_name(request), path="/", secure=secure, httponly=True, samesite="lax"
    )
    if is_kiosk(request):  # which must stay one: so not all cookies, but the last of ours
        response.delete_cookie(
            LANGUAGE_COOKIE, path="/", secure=secure, httponly=True, samesite="lax"
        )
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    else:
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def load(session: Session, token: str, now: datetime) -> VisitState | None:
    row = session.get(Visit, tokens.hash_of(token))
    if row is None or row.expires < now:
        return None
    try:
        drafts, opened = _drafts(token, row), _open_case(token, row, now)
    except VaultError:
        return None
    return VisitState(token, False, drafts, opened, draft_files.lines(session, token))


def begin(session: Session, token: str, now: datetime) -> None:
    """See to it that the visit has its row, on which its files hang."""
    _row(session, token, now)
    session.flush()


def save_draft(session: Session, token: str, kind: str, draft: Draft | None, now: datetime) -> None:
    """Keep a draft, or forget it (None)."""
    change_draft(session, token, kind, lambda _: draft, now)


def change_draft(
    session: Session,
    token: str,
    kind: str,
    change: Callable[[Draft], Changed],
    now: datetime,
) -> Changed:
    """Change a draft, or forget it (None), while nobody else can; returns what it is now."""
    row = _row(session, token, now)
    try:
        drafts = _drafts(token, row)
    except VaultError:  # sealed by an older release: nothing to save but the new answers
        drafts = {}
    changed = change(drafts.pop(kind, None) or Draft())
    if changed:
        drafts[kind] = changed
    plain = {name: each.plain() for name, each in drafts.items()}
    row.drafts = seal_json(tokens.key_of(token), plain, tokens.place("drafts", token))
    return changed


def open_case(
    session: Session, token: str, case_id: str, messages_key: bytes, now: datetime
) -> None:
    """Remember which case the code has opened."""
    row = _row(session, token, now)
    row.case_id, row.case_opened, row.case_seen = case_id, now, now
    row.case_key = seal(tokens.key_of(token), messages_key, tokens.place("case_key", token))


def touch_case(session: Session, token: str, now: datetime) -> None:
    of_visit = Visit.token_hash == tokens.hash_of(token)
    session.execute(sa.update(Visit).where(of_visit).values(case_seen=now, seen=now))


def touch(session: Session, token: str, now: datetime) -> None:
    """A sign of life: what was typed stays for as long again."""
    session.execute(
        sa.update(Visit)
        .where(Visit.token_hash == tokens.hash_of(token))
        .values(seen=now, expires=now + _stays(token))
    )


def end(session: Session, token: str) -> None:
    """Forget everything of this visit. What was sent stays sent."""
    hashed = tokens.hash_of(token)
    session.execute(sa.delete(Receipt).where(Receipt.token_hash == hashed))
    session.execute(sa.delete(Visit).where(Visit.token_hash == hashed))


def purge(session: Session, now: datetime) -> None:
    """Forget the visits that are over."""
    old = sa.select(Visit.token_hash).where(Visit.expires < now)
    session.execute(sa.delete(Receipt).where(Receipt.token_hash.in_(old)))
    session.execute(sa.delete(Visit).where(Visit.expires < now))


def _row(session: Session, token: str, now: datetime) -> Visit:
    row = session.get(Visit, tokens.hash_of(token), with_for_update=True)
    if row is not None and row.expires < now:  # its drafts must not come back to life
        end(session, token)
        row = None
    if row is None:
        row = _new_row(session, token, now)
    row.seen, row.expires = now, now + _stays(token)
    return row


def _new_row(session: Session, token: str, now: datetime) -> Visit:
    row = Visit(token_hash=tokens.hash_of(token), seen=now, expires=now + _stays(token))
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # two answers of one visit were the first at the same moment
        return session.get_one(Visit, tokens.hash_of(token), with_for_update=True)
    return row


def _look(session: Session, token: str, now: datetime) -> tuple[bool, VisitState | None]:
    """(is it over, what it is if it lives)."""
    row = session.get(Visit, tokens.hash_of(token))
    return row is not None and row.expires < now, load(session, token, now)


def _stays(token: str) -> timedelta:
    return KIOSK_IDLE if tokens.is_of_kiosk(token) else KEPT


def _drafts(token: str, row: Visit) -> dict[str, Draft]:
    if row.drafts is None:
        return {}
    plain = unseal_json(tokens.key_of(token), row.drafts, tokens.place("drafts", token))
    return {kind: Draft.from_plain(each) for kind, each in plain.items()}


def _open_case(token: str, row: Visit, now: datetime) -> OpenCase | None:
    if not (row.case_id and row.case_key and row.case_opened and row.case_seen):
        return None
    longest = KIOSK_CASE if tokens.is_of_kiosk(token) else CASE_ABSOLUTE
    if now - row.case_seen > CASE_IDLE or now - row.case_opened > longest:
        return None
    key = unseal(tokens.key_of(token), row.case_key, tokens.place("case_key", token))
    return OpenCase(row.case_id, key)
