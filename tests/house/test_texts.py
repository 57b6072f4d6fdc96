"""Laws for texts: all checks of `portal content check`, and no bare text on any public page.

For the second, every interface text is put into ⟦brackets⟧ by a catalogue that is made from the
collected msgids. What stands outside brackets was never marked for translation, or never
collected. Content is allowed: articles, facts, names of languages and countries, what was typed.
"""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from portal import ROOT, catalogues
from portal.catalogues.sources import collect
from portal.content import articles, figures
from portal.content.sheets import read_desk
from portal.i18n import all_languages, language_names, territories, translations
from portal.information.library import Information, open_information
from portal.information.rendering import with_facts
from portal.register import register
from portal.settings import Settings
from portal.templating import Templates, environment
from portal.vault import new_keys
from tests.house.bare_text import TAG, bare_texts, in_brackets
from tests.house.walk import Walk

NAMES = {each.name for each in register().values()}
"""Names of organisations that a page writes as they are in every language."""


def _write_pseudo_catalogue(path: Path, domain: str) -> None:
    catalogue = Catalog(locale=TAG)
    for text in collect()[domain].values():
        single = isinstance(text.msgid, str)
        string = in_brackets(text.msgid) if single else tuple(map(in_brackets, text.msgid))
        catalogue.add(text.msgid, string=string, context=text.context)
    file = BytesIO()
    write_po(file, catalogue)
    path.write_bytes(file.getvalue())


@pytest.fixture(scope="module")
def pseudo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """English becomes ⟦English⟧ everywhere in this process."""
    folder = tmp_path_factory.mktemp("pseudo")
    for domain in ("public", "desk"):
        _write_pseudo_catalogue(folder / f"{domain}.po", domain)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.i18n.po_path", lambda tag, domain: folder / f"{domain}.po")
        _forget()
        yield
    _forget()


def _forget() -> None:
    translations.cache_clear()
    environment.cache_clear()


@pytest.fixture(scope="module")
def information(pseudo: None) -> Information:
    return open_information(Templates(lambda name: f"/static/{name}"), [])


@pytest.fixture(scope="module")
def allowed(information: Information) -> set[str]:
    """Content on any page: titles and summaries, and names of languages and countries."""
    names = NAMES | {each.name for each in all_languages().values()}
    names |= {name for _, name in territories(TAG)} | set(language_names(TAG).values())
    written = information.shelf.articles.values()
    return names.union(*((each.title, each.summary) for each in written))


def _without_article(html: str, path: str, information: Information) -> str:
    """The page around an article's own text."""
    slug = path.rpartition("/")[2]
    if slug not in information.shelf.slugs:
        return html
    article = information.shelf.nearest(TAG, slug)
    return html.replace(with_facts(article.html, article.lang, date.today()), "")


def test_the_reader_sees_bare_text_and_only_that() -> None:
    html = """<html lang="en"><head><title>Mine · ⟦Site⟧</title>
    <meta name="description" content="Told"></head>
    <body><p>⟦Call <a href="/"><bdi>me</bdi> now</a>.⟧ 112</p><p>Bare <b>word</b></p>
    <p lang="nl">Nederlands <i>ook</i></p><input type="submit" value="Send" placeholder="⟦x⟧">
    <img src="/a" alt="Picture"><p dir="auto">typed</p><br><svg><title>Icon</title></svg>After
    <button aria-label="⟦Close⟧" type="button" value="no text">⟦x⟧, ⟦y⟧</button></body></html>"""
    assert bare_texts(html, {"Mine"}) == ["Told", "Bare", "word", "Send", "Picture", "After"]


def test_the_walk_sends_forms_empty_and_filled() -> None:
    async def start(request: Request) -> Response:
        return HTMLResponse("""<a href="/en/end">End</a><a href="/nl/">Other</a>
            <a href="/en/gone">Gone</a>
            <form method="post" action="/en/send"><input type="hidden" name="csrf" value="c">
            <input type="radio" name="kind" value="a"><input type="radio" name="kind" value="b">
            <input name="born.year"><textarea name="text"></textarea>
            <select name="land"><option value="">-</option><option value="x">X</option></select>
            <button name="go" value="on">Go</button></form>""")

    async def send(request: Request) -> Response:
        form = await request.form()
        words = ",".join(f"{name}={value}" for name, value in form.multi_items())
        return RedirectResponse(f"/en/sent/{words}", 303)

    async def sent(request: Request) -> Response:
        return HTMLResponse("<p>Thanks</p>")

    routes = [
        Route("/en/", start),
        Route("/en/send", send, methods=["POST"]),
        Route("/en/sent/{words}", sent),
    ]
    with TestClient(Starlette(routes=routes)) as client:
        walk = Walk(client, under="/en/", choice=-1, avoid=("/en/end",))
        reached = [path for path, _ in walk.pages("/en/")]
    assert walk.dead_ends == ["/en/gone: 404"]
    assert reached == [
        "/en/",
        "/en/sent/go=on,csrf=c",
        "/en/sent/go=on,csrf=c,kind=b,born.year=1990,text=Voorbeeld,land=x",
    ]


def test_no_bare_text_on_any_information_page(information: Information, allowed: set[str]) -> None:
    library = information.library
    paths = [path for path in library.paths() if path.startswith(f"/{TAG}/")]
    assert len(paths) > len(information.shelf.slugs)
    bare = {}
    for path in paths:
        page = library.get(path)
        assert page is not None
        html = _without_article(page.variants[""][1].decode(), path, information)
        if found := bare_texts(html, allowed):
            bare[path] = found
    assert bare == {}


@pytest.mark.parametrize("choice", [0, 1, -1], ids=["first", "second", "last"])
def test_no_bare_text_on_the_way_of_a_request(
    request: pytest.FixtureRequest,
    information: Information,
    allowed: set[str],
    tmp_path: Path,
    choice: int,
) -> None:
    app = pytest.importorskip("portal.app")
    settings = Settings(
        data_dir=tmp_path,
        database_url=request.getfixturevalue("sqlite_url"),
        public_url="http://127.0.0.1:8000",
        keys_file=tmp_path / "keys.toml",
        door="public",
    )
    bare: dict[str, list[str]] = {}
    reached = set()
    with TestClient(app.create_app(settings, new_keys()), settings.public_url) as client:
        walk = Walk(client, under=f"/{TAG}/", choice=choice, avoid=(f"/{TAG}/end",))
        pages = list(walk.pages(f"/{TAG}/"))
        following = Walk(client, f"/{TAG}/follow", choice, walk.code)
        pages += following.pages(f"/{TAG}/follow")
        pages += Walk(client, f"/{TAG}/end").pages(f"/{TAG}/end")
    for path, html in pages:
        reached.add(path.removeprefix(f"/{TAG}/"))
        if found := bare_texts(_without_article(html, path, information), allowed):
            bare[path] = found
    assert bare == {}
    assert reached >= {"search", "ask/", "ask/iom_support", "ask/check", "ask/sent"}
    assert reached >= {"ask/mediation", "follow", "follow/case", "end"}
    assert walk.dead_ends + following.dead_ends == []


def test_interface_texts_are_complete() -> None:
    _none(catalogues.check())


def test_articles_keep_the_rules() -> None:
    problems, _ = articles.of_all(read_desk(ROOT))
    _none(problems)


def test_facts_keep_the_rules() -> None:
    problems, _ = figures.of_facts(ROOT, read_desk(ROOT), date.today())
    _none(problems)


def _none(problems: list[catalogues.Problem]) -> None:
    assert not problems, "\n" + "\n".join(map(str, problems))
