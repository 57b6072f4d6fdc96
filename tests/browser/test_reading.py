"""How pages are read: direction, digits, search while one types, paper."""

from collections.abc import Callable

import pytest

from tests.browser.applicant import Applicant
from tests.browser.requests_told import iom
from tests.support.page_lint import check_fragment

Applicants = Callable[..., Applicant]

_LEFT_TO_RIGHT = """(element) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const places = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (let i = 0; i < node.data.length; i++) {
      if (!/[0-9]/.test(node.data[i])) continue;
      const range = document.createRange();
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const box = range.getBoundingClientRect();
      places.push([Math.round(box.top), box.left]);
    }
  }
  return places.every((place, i) => i === 0 || place[0] > places[i - 1][0] + 5
                      || place[1] > places[i - 1][1]) && places.length;
}"""
"""How many digits stand one after the other to the right (or on a next line); false if not."""


def test_arabic_runs_from_the_right_and_its_digits_from_the_left(applicant: Applicants) -> None:
    person = applicant("ar")
    person.visit("")
    html = person.page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", "rtl")
    heading = person.page.locator("h1").evaluate("h => getComputedStyle(h).direction")
    assert heading == "rtl"
    for path, where in (
        ("", 'bdi[dir="ltr"]'),
        ("info/iom-rean", "main .phone bdi"),
        ("ask/", 'main bdi[dir="ltr"]'),
    ):
        person.visit(path)
        numbers = [e for e in person.page.locator(where).all() if e.is_visible()]
        assert any("-" in each.inner_text() or " " in each.inner_text() for each in numbers), path
        for number in numbers:
            assert number.evaluate(_LEFT_TO_RIGHT), number.inner_text()
    person.ask("iom_support", iom(None, "ar"))
    person.send()
    assert person.page.locator(".receipt-code").evaluate(_LEFT_TO_RIGHT) == 16


def test_the_receipt_on_paper_is_the_receipt(applicant: Applicants) -> None:
    person = applicant("nl")
    person.ask("iom_support", iom(None))
    person.send()
    page = person.page
    assert page.locator("[data-print]").is_visible()
    page.emulate_media(media="print")
    for hidden in ("header.band", "nav.places", "footer.foot", "[data-print]", "main form"):
        assert not page.locator(hidden).first.is_visible(), hidden
    for shown in (".receipt-code", ".qr", "h1"):
        assert page.locator(shown).first.is_visible(), shown


def test_an_answer_on_paper_is_its_text(applicant: Applicants) -> None:
    person = applicant("ar")
    person.visit("info/iom-rean")
    person.page.emulate_media(media="print")
    assert person.page.locator("article h1").is_visible()
    assert not person.page.locator("header.band").is_visible()
    assert not person.page.locator("footer.foot").is_visible()


@pytest.mark.parametrize(
    ("tag", "typed", "slug"),
    [
        ("ar", "محامي", "advocaat"),
        ("ar", "المحامى", "advocaat"),  # a final ya without its dots
        ("ar", "مهله المغادره", "vertrektermijn"),  # ha for ta marbuta
        ("ar", "وِسَاطَة", "bemiddelingsverzoek"),  # vowel marks
        ("ar", "وسـاطة", "bemiddelingsverzoek"),  # tatweel
        ("ar", "وساطظ", "bemiddelingsverzoek"),  # a typing error
        ("ar", "افوكاتو", "advocaat"),
        ("nl", "advokaat", "advocaat"),
        ("nl", "ambasade", "contact-met-ambassade"),
        ("en", "lawier", "advocaat"),
    ],
)
def test_search_while_one_types(applicant: Applicants, tag: str, typed: str, slug: str) -> None:
    person = applicant(tag)
    person.visit("search")
    page = person.page
    page.evaluate("window.stillTheSamePage = true")
    with page.expect_response(lambda answer: "/search?" in answer.url) as found:
        page.locator("#q").press_sequentially(typed, delay=5)
    fragment = found.value.text()
    assert "<html" not in fragment
    check_fragment(fragment)
    first = page.locator("#results .results a").first
    first.wait_for()
    hits = [a.get_attribute("href") for a in page.locator("#results .results a").all()]
    assert f"/{tag}/info/{slug}" in hits[:3]
    assert page.evaluate("window.stillTheSamePage")
    assert page.locator("#q").input_value() == typed


@pytest.mark.parametrize(
    ("tag", "typed", "slug"),
    [("ar", "وساطه", "bemiddelingsverzoek"), ("nl", "advokaat", "advocaat")],
)
def test_search_without_a_script(applicant: Applicants, tag: str, typed: str, slug: str) -> None:
    person = applicant(tag, javascript=False)
    person.visit("")
    person.fill({"q": typed})
    person.press("Search")
    assert person.at("search")
    hits = [a.get_attribute("href") for a in person.page.locator("#results .results a").all()]
    assert f"/{tag}/info/{slug}" in hits[:3]
    assert person.page.locator("#q").input_value() == typed
