"""Articles: what is read from a file, what a reader is told of its state, what stops the start."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from portal import facts
from portal.information.articles import load, source_hash
from portal.information.rendering import beside, with_facts
from portal.information.sources import source_names

TODAY = date(2026, 11, 21)
Write = Callable[..., Path]

NL = """+++
title = "Hoeveel tijd heb ik?"
summary = "Dat staat in uw brief."
topic = "gesprek"
order = 10
audience = ["V"]
related = []
icon = "clock"
sources = ["000:1"]
keywords = ["termijn"]
+++
U krijgt {{ fact("period") }} de tijd. Bel {{ fact("some_phone") }}.

## Wat nu?

- Lees [dit](info:tijd) of [vraag](page:ask/question).
"""
EN = """+++
title = "How much time do I have?"
summary = "Your letter says that."
keywords = ["deadline"]
source_sha = "SHA"
state = "draft"
+++
You get {{ fact("period") }}.
"""


def _fact(key: str, value: int | str, unit: str, review_by: date) -> facts.Fact:
    return facts.Fact(key, value, unit, date(2022, 1, 1), "004:728", review_by, "content")


@pytest.fixture(autouse=True)
def known_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {
        "period": _fact("period", 28, "days", date(2027, 1, 1)),
        "some_phone": _fact("some_phone", "088-1", "phone", date(2026, 1, 1)),
        "sly": _fact("sly", "<b>&", "name", date(2027, 1, 1)),
    }
    monkeypatch.setattr(facts, "all_facts", lambda: known)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes one article and gives back the locales folder."""

    def write(text: str, lang: str = "nl", slug: str = "tijd") -> Path:
        path = tmp_path / "locales" / lang / "articles" / f"{slug}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return tmp_path / "locales"

    return write


def test_a_dutch_article_has_its_links_and_facts(write: Write):
    article = load(write(NL), ["nl"]).articles["nl", "tijd"]
    html = with_facts(article.html, "nl", TODAY)
    assert article.state == "source"
    assert article.facts == ("period", "some_phone")
    assert '<a href="/nl/info/tijd">dit</a>' in html
    assert '<a href="/nl/ask/question">vraag</a>' in html
    assert "<bdi>28 " in html
    assert "Hoeveel" not in article.text
    assert "fact" not in article.text


def test_an_expired_fact_is_not_shown(write: Write):
    article = load(write(NL), ["nl"]).articles["nl", "tijd"]
    assert "088-1" not in with_facts(article.html, "nl", TODAY)
    assert "088-1" in with_facts(article.html, "nl", date(2025, 12, 31))


def test_html_of_a_writer_or_a_fact_is_shown_as_text(write: Write):
    text = NL.replace("U krijgt", '<script>x</script> *wat* {{ fact("sly") }}')
    html = with_facts(load(write(text), ["nl"]).articles["nl", "tijd"].html, "nl", TODAY)
    assert "<script>" not in html
    assert "&lt;b&gt;&amp;" in html
    assert "<em>wat</em>" in html


def test_dutch_beside_a_translation_is_lower_and_leads_on_in_the_readers_language(write: Write):
    article = load(write(NL), ["nl"]).articles["nl", "tijd"]
    html = beside(article.html, "ar", TODAY)
    assert "<h3>Wat nu?</h3>" in html
    assert 'href="/ar/info/tijd"' in html


def test_the_state_follows_from_hashes_and_reviews(write: Write):
    locales = write(NL)
    dutch = source_hash(NL)
    english = EN.replace("SHA", dutch)
    write(EN, "en")
    assert load(locales, ["nl", "en"]).articles["en", "tijd"].state == "stale"
    write(english, "en")
    assert load(locales, ["nl", "en"]).articles["en", "tijd"].state == "draft"
    review = f'[en.tijd]\nsource_sha = "{dutch}"\ntext_sha = "{source_hash(english)}"\n'
    (locales / "reviews.toml").write_text(review + "on = 2026-11-20\n", "utf-8")
    read = load(locales, ["nl", "en"]).articles["en", "tijd"]
    assert (read.state, read.checked_on) == ("reviewed", date(2026, 11, 20))
    write(english.replace("You get", "You have"), "en")  # no longer what was signed off
    assert load(locales, ["nl", "en"]).articles["en", "tijd"].state == "draft"
    assert load(locales, ["nl", "ar"]).get("ar", "tijd") is None


def test_the_hash_is_of_words_not_of_line_breaks():
    assert source_hash(NL) == source_hash(NL.replace("U krijgt", "U  krijgt\n") + "\n\n")
    assert source_hash(NL) == source_hash(NL.replace('"termijn"', '"tijd"'))
    assert source_hash(NL) != source_hash(NL.replace("uw brief", "een brief"))
    assert source_hash(NL) != source_hash(NL.replace("U krijgt", "U heeft"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("+++\n", "", "between two"),
        ("order = 10", "order = ", "line 5"),
        ("order = 10", 'order = "10"', "order must be int"),
        ("order = 10\n", "", "lacks order"),
        ("order = 10", "order = 10\ncolour = 1", "doesn't know colour"),
        ('keywords = ["termijn"]', "keywords = [1]", "keywords must be a list of texts"),
        ('"gesprek"', '"praten"', "no topic 'praten'"),
        ('"clock"', '"cat"', "no icon 'cat'"),
        ("related = []", 'related = ["weg"]', "'weg'"),
        ("related = []", 'related = ["tijd"]', "'tijd'"),
        ('"Dat staat in uw brief."', "\"{{ fact('period') }}\"", "summary"),
        ('fact("some_phone")', 'fact("fax")', "line 12: no fact 'fax'"),
        ('{{ fact("some_phone") }}', "{{ now() }}", "line 12"),
        ("(info:tijd)", "(info:weg)", "line 16: the link 'info:weg'"),
        ("(page:ask/question)", "(page:desk/)", "line 16"),
        ("(info:tijd)", "(javascript:alert)", "line 16"),
        ("## Wat nu?", "# Wat nu?", "line 14"),
        ("(info:tijd)", '(https://x/{{ fact("period") }})', "inside a link"),
        ("U krijgt", "\ue000", "private-use"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(write: Write, old: str, new: str, told: str):
    assert old in NL
    with pytest.raises(ValueError, match=r"nl/articles/tijd\.md") as caught:
        load(write(NL.replace(old, new)), ["nl"])
    assert told in str(caught.value)


def test_a_translation_needs_its_dutch_and_its_own_keys(write: Write):
    locales = write(NL)
    write(EN, "en", "elsewhere")
    with pytest.raises(ValueError, match="no Dutch article 'elsewhere'"):
        load(locales, ["nl", "en"])
    (locales / "en" / "articles" / "elsewhere.md").unlink()
    write(EN.replace('"draft"', '"perfect"'), "en")
    with pytest.raises(ValueError, match="state must be"):
        load(locales, ["nl", "en"])


def test_a_broken_list_of_reviews_is_named(write: Write):
    locales = write(NL)
    (locales / "reviews.toml").write_text("[en", "utf-8")
    with pytest.raises(ValueError, match=r"reviews\.toml"):
        load(locales, ["nl"])


def test_order_is_by_topic_then_by_number(write: Write):
    write(NL, slug="tijd")
    write(NL.replace('"gesprek"', '"recht"').replace("info:tijd", "info:eerst"), slug="eerst")
    locales = write(NL.replace("order = 10", "order = 5"), slug="vroeg")
    shelf = load(locales, ["nl"])
    assert shelf.slugs == ("vroeg", "tijd", "eerst")
    assert list(shelf.by_topic("en")) == ["gesprek", "recht"]


def test_a_source_is_named_so_that_a_reader_knows_it():
    assert source_names("004:660-668; [IOM FAQ]")[1] == "iom-nederland.nl"
    assert source_names("000:1, 000:2") == ("DT&V, veelgestelde vragen",)
    assert source_names("[elders] p. 3") == ("elders",)
    assert source_names("a letter") == ("a letter",)
