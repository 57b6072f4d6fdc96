"""What the partners' pages show: plain views, in the member's language and the person's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.cases import workflow
from portal.cases.letters import in_language
from portal.cases.letters.partners import DECLINED
from portal.cases.queries import Message
from portal.cases.sharing.answers import shared_answers
from portal.cases.sharing.partnering import FOLLOWING, PartnerCase, PartnerRow
from portal.i18n import Language, language, translate
from portal.partners.wording import PURPOSES, REFERRALS, WAYS, WORDS, kind_name, say


@dataclass(frozen=True)
class RowView:
    id: str
    name: str
    reference: str
    kind: str
    language: Language
    state: str
    next: str
    referral: str
    """Where a referral to this organisation stands, or ""."""
    waits: bool
    """It waits for the organisation's answer."""
    purposes: tuple[str, ...]
    news: bool
    since: datetime


@dataclass(frozen=True)
class Told:
    """A state as the person reads it, in one language."""

    language: Language
    state: str
    next: str


@dataclass(frozen=True)
class MessageView:
    """`who` is "supervisor", "person", or the name of an organisation."""

    at: datetime
    who: str
    texts: tuple[tuple[Language, str, str], ...]
    own: str


@dataclass(frozen=True)
class ReferralView:
    id: str
    state: str
    turn: int
    changed: datetime
    reason: str
    note: str
    words: tuple[tuple[str, str], ...]
    """(value, text) of what can be said now, without declining."""
    may_decline: bool


def row_view(row: PartnerRow, tag: str) -> RowView:
    return RowView(
        row.id,
        row.name,
        row.reference,
        kind_name(tag, row.kind),
        language(row.language),
        translate(tag, workflow.STATES[row.state]),
        translate(tag, workflow.NEXT[row.state]),
        say(tag, REFERRALS.get(row.referral, "")),
        row.referral == "open",
        tuple(say(tag, PURPOSES[key]) for key in row.purposes),
        row.news,
        row.since,
    )


def case_view(case: PartnerCase, tag: str) -> dict[str, Any]:
    """The context of one case."""
    row = case.row
    both = tuple(dict.fromkeys((tag, row.language)))
    return {
        "row": row_view(row, tag),
        "open": row.open,
        "readable": case.readable,
        "allowed": row.purposes,
        "may": tuple(say(tag, PURPOSES[key]) for key in row.purposes),
        "way": say(tag, WAYS.get(case.consent.how, "")),
        "since": case.consent.since,
        "until": case.consent.until,
        "told": tuple(
            Told(
                language(each),
                translate(each, workflow.STATES[row.state]),
                translate(each, workflow.NEXT[row.state]),
            )
            for each in both
        ),
        "unsafe": "see" in row.purposes and case.answers.get("contact_safe") == "no",
        "answers": shared_answers(row.kind, case.answers, tag) if case.answers else (),
        "messages": tuple(message_view(each, both) for each in reversed(case.messages)),
        "referrals": tuple(
            ReferralView(
                each.id,
                say(tag, REFERRALS.get(each.state, "")),
                each.turn,
                each.changed,
                translate(tag, DECLINED.get(each.reason, "")),
                each.note,
                tuple(
                    (word, say(tag, WORDS[word]))
                    for word in FOLLOWING.get(each.state, ())
                    if word != "declined"
                ),
                "declined" in FOLLOWING.get(each.state, ()),
            )
            for each in case.referrals
            if each.state in REFERRALS
        ),
        "reasons": tuple((code, translate(tag, text)) for code, text in DECLINED.items()),
    }


def message_view(message: Message, tags: tuple[str, ...]) -> MessageView:
    content = message.content
    if not message.outgoing:
        who = str(content.get("organisation") or "person")
        return MessageView(message.at, who, (), content.get("own", ""))
    written = {each.tag: each for each in (in_language(content, tag) for tag in tags)}
    texts = tuple((language(each.tag), each.title, each.text) for each in written.values())
    return MessageView(message.at, "supervisor", texts, content.get("own", ""))
