"""The guides: who can help, the way to departure, which help could fit, all numbers."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from portal import facts, register
from portal.cases.kinds import KINDS
from portal.i18n import language, live_languages, translate
from portal.information import finder, guides, process
from portal.information.articles import Shelf, open_shelf
from portal.information.library import Library, open_information
from portal.settings import Settings
from portal.templating import Templates
from portal.web.assets import open_assets
from portal.web.headers import security_headers
from tests.support.page_lint import check_fragment, check_page
from tests.support.world import World

TODAY = date(2026, 11, 22)
TAGS = [each.tag for each in live_languages()]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return open_shelf()


def test_every_organisation_names_what_exists(shelf: Shelf) -> None:
    for each in register.register().values():
        assert each.source, each.key
        assert set(each.facts) <= facts.all_facts().keys(), each.key
        room, _, name = each.page.partition("/")
        assert room in ("", "safety") or name in (KINDS if room == "ask" else shelf.slugs), each.key
    assert {"vluchtelingenwerk", "goedwerk"} <= register.choices().keys()


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('group = "return"\ncolour = "red"', "colour"),
        ('group = "nowhere"\nas_of = 2026-01-01\nname = "A"\nsource = "x"\ndoes = "B"', "nowhere"),
        ('group = "return"', "missing"),
    ],
)
def test_a_wrong_entry_says_what_is_wrong(
    entry: str, fault: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "organisations.toml"
    file.write_text(f"[somebody]\n{entry}\n")
    monkeypatch.setattr(register, "FILE", file)
    with pytest.raises(ValueError, match=rf"somebody: .*{fault}"):
        register.register.__wrapped__()


@pytest.fixture(scope="module")
def library() -> Library:
    headers = security_headers(
        Settings.from_environment({"PORTAL_PUBLIC_URL": "https://x.example"})
    )
    assets = open_assets(tuple(headers))
    return open_information(Templates(assets.url), headers).library


def _page(library: Library, path: str) -> str:
    found = library.get(path)
    assert found
    html = found.variants[""][1].decode()
    check_page(html)
    return html


@pytest.mark.parametrize("tag", TAGS)
def test_the_way_is_drawn_and_told_in_every_language(library: Library, tag: str) -> None:
    page = _page(library, f"/{tag}/process")
    assert page.count('class="stop"') == len(process.STATIONS)
    numbers = re.findall(r'class="d-number" x="(\d+)"', page)[: len(process.STATIONS)]
    places = [int(x) for x in numbers]
    leftwards = language(tag).dir == "rtl"
    assert places == sorted(places, reverse=leftwards)
    for point in (*process.CONDITIONS, *process.CHECKS):
        assert translate(tag, point.title) in unescape(page)
    assert "%(" not in page


def test_every_answer_that_the_guides_name_exists(shelf: Shelf) -> None:
    named = {slug for each in process.STATIONS for slug in each.slugs}
    named |= {point.slug for point in (*process.CONDITIONS, *process.CHECKS) if point.slug}
    named |= {way.read for way in finder.WAYS}
    assert named <= set(shelf.slugs)


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        question.key: st.frozensets(st.sampled_from([key for key, _ in question.options]))
        for question in finder.QUESTIONS
    },
)
REFUSALS = re.compile(
    r"\b(not? (allowed|possible|help for you)|refuse|you cannot get|reject)", re.I
)


@given(ANSWERS)
def test_whatever_is_answered_three_ways_stay_open(answers: Mapping[str, frozenset[str]]) -> None:
    for way in finder.WAYS:
        fits, needs = finder.said(way.fits, answers), finder.said(way.needs, answers)
        assert fits, way.key
        assert len(set(fits)) == len(fits)
        assert not [text for text in (*fits, *needs) if REFUSALS.search(text)]
        if {"yes", "unknown"} & answers.get("case", frozenset()):
            assert any("lawyer" in text for text in needs)


def test_there_are_at_most_six_questions_and_each_condition_can_be_met() -> None:
    options = {q.key: {key for key, _ in q.options} for q in finder.QUESTIONS}
    assert len(options) <= 6
    for way in finder.WAYS:
        for line in (*way.fits, *way.needs):
            question, _, wanted = line.when.partition(":")
            assert not question or set(wanted.split("|")) <= options[question], line


@pytest.mark.parametrize("tag", ["nl", "ar"])
def test_the_finder_keeps_nothing(world: World, tag: str) -> None:
    visitor = world.visitor()
    before = _rows(world)
    form = {"wish": ["travel", "start", "\u202e"], "case": "unknown", "x": "y", "to": "nowhere"}
    page = visitor.client.post(f"/{tag}/finder", data=form)
    assert page.status_code == 200
    check_page(page.text)
    assert page.text.count('id="way-') == len(finder.WAYS)
    assert 'value="travel" checked' in page.text
    assert "nowhere" not in page.text
    assert page.headers["cache-control"] == "no-store"
    part = visitor.client.post(f"/{tag}/finder", data=form, headers={"HX-Request": "true"})
    check_fragment(part.text)
    assert part.text.strip() in page.text
    assert not visitor.client.cookies
    assert _rows(world) == before


def _rows(world: World) -> int:
    def count(session: Any) -> int:
        tables = sa.inspect(session.connection()).get_table_names()
        return sum(session.scalar(sa.text(f"select count(*) from {name}")) for name in tables)  # noqa: S608

    return world.db.read_now(count)


def test_every_number_stands_on_its_page_until_it_is_too_old(
    shelf: Shelf, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(library, "/nl/facts")
    for fact in facts.all_facts().values():
        assert f'id="{fact.key}"' in page
    old = {
        key: replace(f, review_by=f.as_of - timedelta(1)) for key, f in facts.all_facts().items()
    }
    monkeypatch.setattr(facts, "all_facts", lambda: old)
    figures = guides.facts_page(shelf, "nl", TODAY)["figures"]
    assert all(figure["expired"] for figure in figures)
