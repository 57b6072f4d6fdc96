"""A day of an editor: what is missing, two texts beside their Dutch, and both signed off."""

import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from shutil import copy

from playwright.sync_api import Locator, Page

from portal import ROOT
from portal.content import reviews
from portal.i18n import live_languages
from tests.browser.inspection import inspect
from tests.browser.member import Member

Members = Callable[..., Member]
SLUG = "iom-rean"
NARROWEST = 320


def test_an_editor_reads_beside_the_dutch_and_signs_off(member: Members, tmp_path: Path) -> None:
    editor = member("editor-1", "/desk/texts/")
    page = editor.page
    rows = page.locator("table.figures tbody tr")
    assert rows.count() == len(live_languages()) - 1
    inspect(page)
    editor.touch(rows.locator('a[href="/desk/texts/ar"]'))
    inspect(page)
    editor.touch(page.locator(f'a[href="/desk/texts/ar/articles/{SLUG}"]'))
    _side_by_side(page)
    inspect(page)
    article = _taken(page, "main form button", tmp_path / "article.patch")
    _applies(article, tmp_path / "one", {SLUG})

    editor.touch(page.locator(".back a"))
    editor.follow("Read them beside the Dutch")
    _side_by_side(page)
    inspect(page)
    while not page.locator('[name="read"]').count():  # what is missing can't be signed off
        editor.follow("Next")
    editor.press("Sign off what is ticked, as a patch")
    assert editor.reads("Tick what you read and found right, at least one text.")
    inspect(page)
    ids = _ids(page)[:2]
    for each in ids:
        page.check(f'[name="read"][value="{each}"]')
    texts = _taken(page, "main form button", tmp_path / "texts.patch")
    signed = _applies(texts, tmp_path / "two", {reviews.INTERFACE})
    assert set(ids) <= signed[reviews.INTERFACE].keys()
    before = page.url
    editor.follow("Next")
    assert page.url != before
    assert not set(ids) & set(_ids(page))


def _ids(page: Page) -> list[str]:
    """The texts that can be ticked here."""
    return [each.get_attribute("value") or "" for each in page.locator('[name="read"]').all()]


def _side_by_side(page: Page) -> None:
    """Dutch and translation on one line on this screen; below each other on the smallest."""
    both = page.locator(".comparison .beside, .comparison.beside").first.locator("> [lang]")
    assert [each.get_attribute("dir") for each in both.all()] == ["ltr", "rtl"]
    assert _top(both.nth(0)) == _top(both.nth(1))
    size = page.viewport_size
    assert size
    page.set_viewport_size({"width": NARROWEST, "height": size["height"]})
    assert _top(both.nth(0)) < _top(both.nth(1))
    page.set_viewport_size(size)


def _top(part: Locator) -> float:
    box = part.bounding_box()
    assert box
    return box["y"]


def _taken(page: Page, button: str, into: Path) -> Path:
    """The file that this button gives."""
    with page.expect_download() as download:
        page.locator(button).last.click()
    assert download.value.suggested_filename.endswith(".patch")
    download.value.save_as(into)
    return into


def _applies(patch: Path, tree: Path, keys: set[str]) -> dict[str, dict[str, object]]:
    """Apply it as those do who keep the texts: what is signed off for Arabic afterwards."""
    (tree / "locales").mkdir(parents=True)
    if (ROOT / reviews.NAME).exists():
        copy(ROOT / reviews.NAME, tree / reviews.NAME)
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    subprocess.run(["git", "apply", str(patch)], cwd=tree, check=True)
    text = (tree / reviews.NAME).read_text("utf-8")
    assert "Editor 1" in text
    found = tomllib.loads(text)["ar"]
    assert keys <= found.keys()
    return found
