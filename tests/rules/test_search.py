"""Search: typing errors, Arabic spellings, languages behind the reader's own, any input at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.information.articles import Article, Articles, Shelf
from portal.information.rendering import Body
from portal.information.search import LONGEST, Search, clean

TEXTS = [
    ("nl", "geld", "Krijg ik geld mee?", "Soms krijgt u hulp.", ["toelage"], "De IOM geeft geld."),
    ("en", "geld", "Do I get money?", "Sometimes you get help.", ["cash"], "IOM gives money."),
    ("ar", "geld", "هل أحصل على مال؟", "أحيانًا مساعدة.", ["نقود"], "المنظمة تقدم المساعدة."),
    ("nl", "advocaat", "Kan een advocaat helpen?", "Ja.", [], "Uw regievoerder kent de advocaat."),
    ("en", "advocaat", "Can a lawyer help me?", "Yes.", ["solicitor"], "A lawyer works for you."),
    ("nl", "wonen", "Waar kan ik wonen?", "Dat hangt ervan af.", ["vrijheidsbeperkend"], "Vaak."),
]  # fmt: skip


def _article(lang: str, slug: str, title: str, summary: str, keywords: list[str], text: str):
    return Article(
        slug=slug, lang=lang, title=title, summary=summary, topic="hulp", order=1, related=(),
        audience=("V",), icon="help", sources=(), keywords=tuple(keywords), state="draft",
        checked_on=None, render=lambda: Body("", text, ()),
    )  # fmt: skip


def _read(tag: str) -> dict[str, Article]:
    return {row[1]: _article(*row) for row in TEXTS if row[0] == tag}


SEARCH = Search(Shelf(("geld", "advocaat", "wonen"), Articles(("nl", "en", "ar"), _read)))


@pytest.mark.parametrize(
    ("tag", "question", "slug"),
    [
        ("nl", "geld", "geld"),
        ("nl", "GELD?", "geld"),
        ("nl", "toelaag", "geld"),
        ("nl", "advokat", "advocaat"),
        ("nl", "regeivoerder", "advocaat"),
        ("nl", "advo", "advocaat"),  # still typing
        ("nl", "vrijheid", "wonen"),
        ("nl", "wonen zzzzzzzz", "wonen"),
        ("en", "lawier", "advocaat"),
        ("ar", "مساعده", "geld"),
        ("ar", "والمساعدة", "geld"),
        ("ar", "مساعذة", "geld"),
        ("ar", "النقود", "geld"),
        ("ar", "المنظمه", "geld"),
    ],
)
def test_the_answer_comes_first(tag: str, question: str, slug: str):
    assert SEARCH.find(question, tag)[0].slug == slug


def test_an_answer_is_shown_once_and_in_the_readers_language():
    hits = SEARCH.find("geld", "ar")  # a Dutch word: found in Dutch, read in Arabic
    assert [(hit.slug, hit.lang) for hit in hits] == [("geld", "ar")]


def test_what_the_language_lacks_follows_labelled():
    hits = SEARCH.find("lawyer مال", "ar")
    assert [(hit.slug, hit.lang) for hit in hits] == [("geld", "ar"), ("advocaat", "en")]


def test_an_answer_with_all_words_comes_before_one_with_some():
    assert SEARCH.find("regievoerder advocaat hulp", "nl")[0].slug == "advocaat"


def test_everyday_words_count_only_when_there_are_no_others():
    assert [hit.slug for hit in SEARCH.find("kan ik geld", "nl")] == ["geld"]
    assert SEARCH.find("kan ik", "nl")


@pytest.mark.parametrize("question", ["", "   ", "xqzxqzxqz", "?!", '"', "*"])
def test_nothing_is_found(question: str):
    assert SEARCH.find(question, "nl") == []


@given(st.text(max_size=200))
def test_any_text_can_be_asked(question: str):
    assert len(clean(question)) <= LONGEST
    SEARCH.find(clean(question), "ar")
    SEARCH.find(question, "nl")


def test_a_question_is_cleaned():
    assert clean("\x00geld\x1b[31m \n mee\u202e ") == "geld [31m mee"
    assert clean("x" * 900) == "x" * LONGEST
