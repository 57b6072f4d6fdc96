"""An e-mail says in the language of its reader that there is news, and nothing more."""

import re
import unicodedata

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.cases import posting
from portal.cases.models import Case, PendingChange
from portal.i18n import all_languages, language, live_languages, translate
from portal.mail.writing import in_language
from tests.rooms.changes_asked import (
    asked,
)
from tests.rooms.letters_sent import (
    ADDRESS,
    delivered,
    sent_by_mail,
    tell,
)
from tests.support.smtp import SENDER
from tests.support.world import PERSON, QUESTION, World


def secrets_of(world: World, case_id: str, code: str) -> list[str]:
    """Words that no e-mail may hold, as an exact search would find them."""

    def load(session: Session) -> list[str]:
        case = session.get_one(Case, case_id)
        changes = session.scalars(sa.select(PendingChange.id)).all()
        return [case.id, case.reference, case.submission, *changes]

    names = [PERSON["family_name"], PERSON["v_number"], "Assen", "azc", QUESTION["question_text"]]
    grouped = " ".join(code[start : start + 4] for start in range(0, 16, 4))
    topics = "DT&V|IOM|COA|IND|Terugkeer|Return|asiel|asylum|vertrek|regievoerder|supervisor"
    return [*world.db.read_now(load), *names, code, grouped, *topics.split("|")]


@pytest.mark.parametrize("tag", [each.tag for each in live_languages()])
def test_in_no_language_does_it_say_who_or_what(world: World, tag: str) -> None:
    case_id, code = sent_by_mail(world, tag)
    assert asked(world, case_id, "withdraw", "n")
    tell(world, case_id, "mandate_check")
    mails = delivered(world)
    assert len(mails) == 2
    told = secrets_of(world, case_id, code)
    for mail in mails:
        headers = {key.lower(): str(value) for key, value in mail.message.items()}
        assert set(headers) - {"x-peer", "x-mailfrom", "x-rcptto"} == {
            "from", "to", "subject", "date", "message-id", "content-language", "auto-submitted",
            "x-auto-response-suppress", "content-type", "content-transfer-encoding", "mime-version",
        }  # fmt: skip
        assert (headers["from"], headers["to"]) == (SENDER, ADDRESS)
        assert headers["auto-submitted"] == "auto-generated"
        assert 'charset="utf-8"' in headers["content-type"]
        assert headers["content-language"] in (tag, "nl, en")
        # As it is read: the encoded body may spell any three letters by chance.
        whole = "\n".join((mail.subject, mail.text, *headers.values())).replace(ADDRESS, "")
        assert [word for word in told if _stands(word, whole)] == []
        assert re.findall(r"https?:|www\.|\d{4,}", f"{mail.subject} {mail.text}") == []
        assert mail.raw.isascii()
        if headers["content-language"] == tag:
            assert mail.subject == translate(tag, posting.SUBJECT)
            assert all(_begins(line) == language(tag).dir for line in mail.text.split("\n\n"))


def _stands(word: str, text: str) -> bool:
    """As a word of its own: three letters also stand within innocent ones (Turkish "içinde")."""
    return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE))


def _begins(paragraph: str) -> str:
    """The direction that a reader's program takes from a paragraph's first letter."""
    strong = next(unicodedata.bidirectional(c) for c in paragraph
                  if unicodedata.bidirectional(c) in ("L", "R", "AL"))  # fmt: skip
    return "ltr" if strong == "L" else "rtl"


def test_a_language_without_the_text_gets_dutch_and_english() -> None:
    known, unknown = "A change was asked for", "A text that nobody translated"
    for tag in all_languages():
        text = in_language(tag, known, (unknown,))
        assert text.tags == (("en",) if tag == "en" else ("nl", "en"))
    assert in_language("ar", known, (unknown,)).subject == f"{translate('nl', known)} / {known}"
    both = in_language("ar", known, (known,))
    assert (both.tags, both.subject) == (("ar",), translate("ar", known))
