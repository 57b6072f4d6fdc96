"""The information room over HTTP: prepared pages, search, and what may not be in either."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import brotli
import pytest
from starlette.applications import Starlette
from starlette.convertors import CONVERTOR_TYPES, StringConvertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from portal import facts
from portal.i18n import live_languages
from portal.information import library as library_module
from portal.information.library import Information, open_information
from portal.settings import Settings
from portal.templating import Templates
from portal.web.assets import Assets
from portal.web.headers import security_headers
from portal.web.prepared import Front
from tests.support.html_validator import html_errors

if "lang" not in CONVERTOR_TYPES:
    register_url_convertor("lang", StringConvertor())

from portal.information.routes import routes  # its route needs the convertor

SETTINGS = Settings.from_environment({"PORTAL_PUBLIC_URL": "https://portal.example"})
HEADERS = security_headers(SETTINGS)
ASSETS = Assets(HEADERS)
TEMPLATES = Templates(ASSETS.url)
PAGE_BYTES_AT_MOST = 8_000


@pytest.fixture(scope="module")
def information() -> Information:
    return open_information(TEMPLATES, HEADERS)


@pytest.fixture(scope="module")
def client(information: Information) -> Iterator[TestClient]:
    front = Middleware(Front, sources=(information.library, ASSETS))
    app = Starlette(routes=routes, middleware=[front])
    app.state.information = information
    app.state.services = SimpleNamespace(templates=TEMPLATES)
    with TestClient(app, "https://portal.example") as client:
        yield client


def test_every_page_is_valid_small_and_the_same_for_everybody(
    client: TestClient, information: Information
):
    for path in information.library.paths():
        answer = client.get(path, headers={"Accept-Encoding": "br"})
        assert answer.status_code == 200, path
        assert answer.headers["content-encoding"] == "br"
        assert answer.headers["cache-control"] == "no-cache"
        assert "set-cookie" not in answer.headers
        assert int(answer.headers["content-length"]) < PAGE_BYTES_AT_MOST, path
        assert len(re.findall("<h1", answer.text)) == 1, path
        assert "\ue000" not in answer.text, path
        assert html_errors(answer.text) == (), path


def test_links_between_the_answers_lead_somewhere(client: TestClient, information: Information):
    known = set(information.library.paths())
    for path in known:
        for link in re.findall(
            r'href="(/[a-zA-Z-]+/(?:info/|safety|privacy|access)[^"#]*)', client.get(path).text
        ):
            assert link in known, f"{link} on {path}"


def test_a_page_that_has_not_changed_is_not_sent_again(client: TestClient):
    first = client.get("/en/safety")
    again = client.get("/en/safety", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_unknown_answer_is_left_to_the_router(client: TestClient):
    assert client.get("/en/info/nothing-here").status_code == 404


def test_every_language_has_the_same_addresses(information: Information):
    paths = information.library.paths()
    inner = {
        each.tag: {p.removeprefix(f"/{each.tag}/") for p in paths if p.startswith(f"/{each.tag}/")}
        for each in live_languages()
    }
    assert all(addresses == inner["nl"] for addresses in inner.values())
    assert set(paths[: len(inner)]) == {f"/{tag}/" for tag in inner}


def test_a_translation_that_nobody_checked_says_so_and_has_its_dutch(
    client: TestClient, information: Information
):
    article = next(a for a in information.shelf.articles.values() if a.lang == "en")
    page = client.get(f"/en/info/{article.slug}").text
    dutch = information.shelf.articles["nl", article.slug]
    assert ("notice-draft" in page) == (article.state != "reviewed")
    assert '<div lang="nl" dir="ltr">' in page
    assert dutch.title in page
    assert "notice-draft" not in client.get(f"/nl/info/{article.slug}").text


def test_an_answer_that_a_language_lacks_names_those_that_have_it(information: Information):
    articles = {k: a for k, a in information.shelf.articles.items() if k != ("ar", "advocaat")}
    shelf = replace(information.shelf, articles=articles)
    library = library_module.Library(shelf, TEMPLATES, HEADERS)
    page = _html(library, "/ar/info/advocaat")
    assert page.index('href="/nl/info/advocaat"') < page.index('href="/en/info/advocaat" lang')
    assert 'lang="en" dir="ltr"' in _html(library, "/ar/info/")


def test_a_page_that_was_asked_for_becomes_as_small_as_it_gets(information: Information):
    library = library_module.Library(information.shelf, TEMPLATES, HEADERS)
    body = _html(library, "/nl/").encode()
    first = library.get("/nl/")
    library.close()
    library.pack()
    found = library.get("/nl/")
    assert first
    assert found
    assert len(found.variants["br"][1]) == len(brotli.compress(body, quality=11))
    assert len(first.variants["br"][1]) > len(found.variants["br"][1])
    assert found.etag == first.etag
    assert list(library._prepared) == ["/nl/"]  # nobody has asked for another


def test_a_fact_that_expires_overnight_disappears(
    information: Information, monkeypatch: pytest.MonkeyPatch
):
    library = library_module.Library(information.shelf, TEMPLATES, HEADERS)
    phone = str(facts.all_facts()["iom_phone"].value)
    assert phone in _html(library, "/nl/info/iom-rean")
    last_year = date(date.today().year - 1, 1, 1)
    later = {key: replace(each, review_by=last_year) for key, each in facts.all_facts().items()}
    monkeypatch.setattr(facts, "all_facts", lambda: later)
    assert phone in _html(library, "/nl/info/iom-rean")  # the day isn't over
    library._day_ends = 0.0
    page = _html(library, "/nl/info/iom-rean")
    assert phone not in page
    assert 'class="facts"' not in page


def _html(library: library_module.Library, path: str) -> str:
    found = library.get(path)
    assert found
    return found.variants[""][1].decode()


def test_search_answers_with_a_page_and_with_a_fragment(client: TestClient):
    page = client.get("/nl/search", params={"q": "regievorder"})
    assert html_errors(page.text) == ()
    assert 'href="/nl/info/wie-is-mijn-regievoerder"' in page.text
    part = client.get("/nl/search", params={"q": "regievorder"}, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert 'href="/nl/info/wie-is-mijn-regievoerder"' in part.text
    assert "HX-Request" in part.headers["vary"]


def test_an_empty_or_fruitless_search_has_a_way_on(client: TestClient):
    empty = client.get("/en/search").text
    fruitless = client.get("/en/search?q=xqzxqzxqz").text
    assert "/en/info/#hulp" in empty
    assert "No answer found" not in empty
    assert "No answer found" in fruitless
    assert "/en/info/#hulp" in fruitless
    assert "/en/ask/" in fruitless
    assert html_errors(empty) == html_errors(fruitless) == ()


@pytest.mark.parametrize(
    "query",
    [
        "q=%00%ff%fe",
        "q=%ed%a0%80",
        "q=%22%3Cscript%3E",
        "q=a&q=b",
        "q=" + "x" * 5000,
        "%",
        "q=AND*(",
    ],
)
def test_any_bytes_can_be_searched(client: TestClient, query: str):
    answer = client.get(f"/ar/search?{query}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert html_errors(answer.text) == ()


def test_the_question_is_given_back_in_its_own_direction(client: TestClient):
    page = client.get("/nl/search", params={"q": 'مساعدة "x"'}).text
    assert 'value="مساعدة &#34;x&#34;" dir="auto"' in page
