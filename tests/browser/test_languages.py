"""Every public page in every language, at the width of the smallest phone.

In each run all pages of a language of each script are measured: nothing is wider than the screen,
and no letter is a box because a font lacks it. Some that differ in kind are looked at with axe too;
at night all of them are, in all languages.
Screenshots of what axe saw stay in pytest's temporary folder, by language.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from portal.i18n import Language, live_languages
from portal.information.articles import open_shelf
from tests.support.chromium import Device, axe
from tests.support.portal_server import PortalServer

LOOKED_AT = ("", "info/vbl-gl-ggv-lvv", "process")
KINDS = ("info/", "safety", "facts", "privacy", "accessibility", "search?q=IOM", "follow",
         "finder", "organisations", "figures", "ask/")  # fmt: skip
SMALLEST = {"width": 320, "height": 640}

BOXES = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 40;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const face = getComputedStyle(document.body).fontFamily;
  const drawn = (letter) => {
    pen.clearRect(0, 0, 40, 40);
    pen.font = `24px ${face}`;
    pen.fillText(letter, 4, 30);
    return pen.getImageData(0, 0, 40, 40).data.join();
  };
  const box = drawn("\\u0378");
  const letters = new Set(document.body.innerText.match(/[^\\s\\u0000-\\u007f]/gu) || []);
  const seen = (letter) => /\\p{L}|\\p{N}|\\p{P}/u.test(letter);
  return [...letters].filter((letter) => seen(letter) && drawn(letter) === box);
}"""
"""The letters of the page that are drawn just as one that Unicode doesn't have."""

NEXT = """async (address) => {
  const html = await (await fetch(address)).text();
  const next = new DOMParser().parseFromString(html, "text/html");
  document.querySelector("main").replaceWith(next.querySelector("main"));
  return [document.documentElement.scrollWidth, next.documentElement.dir];
}"""
"""Puts the text of another answer into the page: quicker than loading it, and laid out the same."""

languages = pytest.mark.parametrize("tongue", live_languages(), ids=lambda each: each.tag)
BY_DAY = ("nl", "ar", "ti", "ru", "ckb", "zh-Hans")
"""Each script, and Sorani for its own letters; the other languages are walked at night."""
by_day = pytest.mark.parametrize(
    "tongue",
    [
        pytest.param(each, id=each.tag, marks=[] if each.tag in BY_DAY else [pytest.mark.nightly])
        for each in live_languages()
    ],
)


@by_day
def test_every_page_fits_the_smallest_phone_and_shows_every_letter(
    phone: Device, demo_server: PortalServer, tongue: Language, tmp_path: Path
) -> None:
    page = phone.page(locale=tongue.tag, viewport=SMALLEST)
    here = f"{demo_server.base_url}/{tongue.tag}"
    wrong = []
    for path in (*KINDS, *LOOKED_AT):
        page.goto(f"{here}/{path}")
        wrong += _measured(path, page.evaluate("document.documentElement.scrollWidth"))
        wrong += [f"{path}: no font shows {letter}" for letter in page.evaluate(BOXES)]
        assert page.locator("html").get_attribute("dir") == tongue.dir
        if path in LOOKED_AT:
            wrong += _looked_at(page, path, tmp_path)
    page.goto(f"{here}/info/iom-rean")
    for slug in open_shelf().slugs:
        width, direction = page.evaluate(NEXT, f"{here}/info/{slug}")
        wrong += _measured(slug, width)
        wrong += [f"{slug}: no font shows {letter}" for letter in page.evaluate(BOXES)]
        assert direction == tongue.dir
    assert wrong == []


@pytest.mark.nightly
@languages
def test_axe_finds_nothing_on_any_page(
    phone: Device, demo_server: PortalServer, tongue: Language, tmp_path: Path
) -> None:
    page = phone.page(locale=tongue.tag)
    wrong = []
    for path in (*KINDS, *(f"info/{slug}" for slug in open_shelf().slugs)):
        page.goto(f"{demo_server.base_url}/{tongue.tag}/{path}")
        wrong += _looked_at(page, path, tmp_path)
    assert wrong == []


def _measured(path: str, width: int) -> list[str]:
    return [f"{path}: {width} points wide"] if width > SMALLEST["width"] else []


def _looked_at(page: Page, path: str, folder: Path) -> list[str]:
    name = path.strip("/").replace("/", "-").partition("?")[0] or "home"
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    return [f"{path}: {finding}" for finding in axe(page)]
