"""What an e-mail looks like: plain text, nothing that says who it is for or what it is about."""

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from portal.i18n import translate

_POLICY = SMTP.clone(cte_type="7bit")
"""Seven bits, whatever a mail server on the way can't carry."""


class Text:
    """A subject and paragraphs in one or more languages, the first for the subject."""

    def __init__(self, subject: str, paragraphs: Sequence[str], tags: Sequence[str]) -> None:
        self.subject, self.paragraphs, self.tags = subject, tuple(paragraphs), tuple(tags)


def in_language(tag: str, subject: str, paragraphs: Sequence[str]) -> Text:
    """Public texts in one language; in Dutch and English where one of them isn't translated."""
    wanted = (subject, *paragraphs)
    if tag == "en" or all(translate(tag, each) != each for each in wanted):
        tags: tuple[str, ...] = (tag,)
    else:
        tags = ("nl", "en")
    lines = [translate(each, paragraph) for each in tags for paragraph in paragraphs]
    subjects = dict.fromkeys(translate(each, subject) for each in tags)
    return Text(" / ".join(subjects), tuple(dict.fromkeys(lines)), tags)


def compose(text: Text, sender: str, to: str, name: str, now: datetime) -> EmailMessage:
    """An e-mail that no machine answers. `name` is the same each time this letter is tried."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = text.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content("\n\n".join(text.paragraphs) + "\n", charset="utf-8")
    message["Content-Language"] = ", ".join(text.tags)  # last: a new content takes it away
    return message
