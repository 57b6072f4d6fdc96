"""Letters to the applicant: every one in every live language, and what staff may fill in."""

import json
import re
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from portal.cases.kinds import KINDS
from portal.cases.letters import LETTERS, content_of, in_language
from portal.cases.workflow import MOVES
from portal.cases.writing import Letter, LetterError, Written, read_blanks, write
from portal.desk.pages import LETTERS_FOR
from portal.desk.service import LETTER_MOVES
from portal.desk.wording import KINDS as KIND_NAMES
from portal.i18n import live_languages

TAGS = [language.tag for language in live_languages()]
FILLED = {"date": "2026-12-03", "time": "09:30", "text": "azc Assen, kamer 4"}


def filled(letter: Letter) -> dict[str, Any]:
    """Every blank of a letter with something in it."""
    return {
        blank.name: FILLED.get(blank.kind)
        or ([o.value for o in blank.options] if blank.kind == "choices" else blank.options[0].value)
        for blank in letter.blanks
    }


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("letter", LETTERS.values(), ids=lambda letter: letter.key)
def test_every_letter_can_be_written(letter: Letter, tag: str) -> None:
    written = write(letter, read_blanks(letter, filled(letter)), tag)
    assert written.title.strip()
    assert not re.search(r"%\(|%%|\{\{|<", written.title + written.text)
    assert len(written.text.split("\n\n")) == len(letter.paragraphs)
    for blank in letter.blanks:
        if blank.kind in ("time", "text"):
            assert f"\u2068{FILLED[blank.kind]}\u2069" in written.text
        if blank.kind == "date":
            assert "2026" in written.text
    if letter.facts:
        assert "088" in written.text


@pytest.mark.parametrize("letter", LETTERS.values(), ids=lambda letter: letter.key)
def test_a_letter_names_nobody(letter: Letter) -> None:
    """The page that shows it has no personal data (design.md §4), and neither has the letter."""
    placeholders = set(re.findall(r"%\((\w+)\)s", " ".join(letter.paragraphs)))
    assert placeholders == {blank.name for blank in letter.blanks} | set(letter.facts)
    assert not placeholders & {"name", "v_number", "family_name"}


@pytest.mark.parametrize(
    ("key", "typed", "wrong"),
    [
        ("meeting", {}, "day"),
        ("meeting", {"day": "2026-02-30"}, "day"),
        ("meeting", {"day": "soon"}, "day"),
        ("meeting", {"day": "2026-12-03"}, "time"),
        ("meeting", {"day": "2026-12-03", "time": "24:00"}, "time"),
        ("meeting", {"day": "2026-12-03", "time": "9:30"}, "time"),
        ("meeting", {"day": "2026-12-03", "time": "09:30"}, "place"),
        ("meeting", {"day": "2026-12-03", "time": "09:30", "place": "x"}, "interpreter"),
        ("info_needed", {"needed": []}, "needed"),
        ("info_needed", {"needed": ["nonsense"]}, "needed"),
        ("not_now", {"reason": "nonsense"}, "reason"),
    ],
)
def test_what_is_missing_is_named(key: str, typed: dict[str, Any], wrong: str) -> None:
    with pytest.raises(LetterError) as error:
        read_blanks(LETTERS[key], typed)
    assert error.value.blank == wrong


@hypothesis.given(
    letter=st.sampled_from(list(LETTERS.values())),
    typed=st.dictionaries(
        st.sampled_from(["day", "time", "place", "interpreter", "needed", "reason"]),
        st.text(max_size=300) | st.lists(st.text(max_size=5), max_size=3),
    ),
    tag=st.sampled_from(TAGS),
)
def test_a_letter_is_written_or_refused(letter: Letter, typed: dict[str, Any], tag: str) -> None:
    lists = {blank.name for blank in letter.blanks if blank.kind == "choices"}
    typed = {
        name: value for name, value in typed.items() if isinstance(value, list) == (name in lists)
    }
    try:
        values = read_blanks(letter, typed)
    except LetterError as error:
        wrong = error.blank
    else:
        wrong = ""
        assert write(letter, values, tag).text
    assert not wrong or wrong in {blank.name for blank in letter.blanks}


@pytest.mark.parametrize("letter", LETTERS.values(), ids=lambda letter: letter.key)
def test_a_kept_letter_is_read_in_every_language(letter: Letter) -> None:
    values = read_blanks(letter, filled(letter))
    kept = json.loads(json.dumps(content_of(letter.key, values, "nl")))
    assert [in_language(kept, tag) for tag in TAGS] == [write(letter, values, tag) for tag in TAGS]


@pytest.mark.parametrize(
    "other", [{"letter": "gone"}, {"values": {}}, {"values": {"reason": "gone"}}]
)
def test_what_todays_letters_cannot_say_is_read_as_it_was_sent(other: dict[str, Any]) -> None:
    kept = content_of("not_now", {"reason": "other"}, "ar") | other
    for tag, read in (("ar", "ar"), ("nl", "nl"), ("en", "nl")):
        assert in_language(kept, tag) == Written(read, **kept["texts"][read])


def test_what_was_sent_stays_as_it_was_sent() -> None:
    kept = content_of("reading", {}, "ar")
    kept["texts"]["ar"] = {"title": "T", "text": "as it was"}
    assert in_language(kept, "ar").text == "as it was"


def test_every_kind_has_its_letters_and_its_name() -> None:
    assert set(LETTERS_FOR) == set(KIND_NAMES) == set(KINDS)
    for letters in LETTERS_FOR.values():
        assert not [key for key in letters if LETTERS[key].automatic]


def test_no_date_is_called_as_one_of_its_parts() -> None:
    """The form shows day, month and year below the label."""
    dates = [b for each in LETTERS.values() if not each.automatic for b in each.blanks
             if b.kind == "date"]  # fmt: skip
    assert dates
    assert not {each.label for each in dates} & {"Day", "Month", "Year"}


def test_the_moves_that_letters_tell_of_exist() -> None:
    assert set(LETTER_MOVES) <= set(LETTERS)
    assert set(LETTER_MOVES.values()) <= set(MOVES)
    assert LETTERS["not_now"].blanks[0].name == "reason"
