"""How far a translation is, as the desk says before a letter is sent."""

from pathlib import Path

import pytest

from portal import ROOT
from portal.cases.letters import LETTERS
from portal.catalogues.standing import digest, standing
from portal.content.interface import Interface
from portal.desk.translated import STATES, state_of_letter

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def entry(msgid: str, text: str, mark: str = "") -> str:
    return (f"# nl {mark}\n" if mark else "") + f'msgid "{msgid}"\nmsgstr "{text}"\n\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for tag, body in (
        ("nl", entry("A", "Een") + entry("B", "Twee") + entry("C", "Drie") + entry("D", "Vier")),
        ("fr", entry("A", "Un", digest("Een")) + entry("B", "Deux", digest("Twee, vroeger"))
               + entry("C", "") + entry("D", "Quatre")),
    ):  # fmt: skip
        path = tmp_path / "locales" / tag / "LC_MESSAGES" / "public.po"
        path.parent.mkdir(parents=True)
        path.write_text(HEAD + body, "utf-8")
    return tmp_path


def sign(root: Path, text: str) -> None:
    key = digest(repr((None, "A")))
    line = f'"{key}" = {{ sha = "{digest("Een", text)}", on = 2026-11-20, by = "x" }}'
    (root / "locales/reviews.toml").write_text(f"[fr.interface]\n{line}\n", "utf-8")


def test_the_text_that_needs_most_care_says_how_far_it_is(root: Path) -> None:
    assert standing("fr", ["A"], root) == "draft"
    assert standing("fr", ["A", "D"], root) == "unmarked"
    assert standing("fr", ["A", "B", "D"], root) == "stale"
    assert standing("fr", ["A", "B", "C"], root) == "missing"
    assert standing("fr", ["nowhere"], root) == "missing"
    assert standing("nl", ["nowhere"], root) == "reviewed"


def test_a_sign_off_holds_for_these_very_words(root: Path) -> None:
    sign(root, "Un")
    assert standing("fr", ["A"], root) == "reviewed"
    sign(root, "Une")
    assert standing("fr", ["A"], root) == "draft"
    (root / "locales/reviews.toml").write_text("[broken", "utf-8")
    assert standing("fr", ["A"], root) == "draft"


def test_it_says_what_the_editors_pages_say() -> None:
    lines = {x.text.msgid: x.state for x in Interface(ROOT).lines("ar") if not x.text.context}
    titles = [letter.title for letter in LETTERS.values()]
    assert {title: standing("ar", [title]) for title in titles} == {
        title: lines[title] for title in titles
    }


def test_every_state_has_words_and_dutch_needs_none() -> None:
    letter = LETTERS["reading"]
    assert state_of_letter(letter, {}, "nl", "en") == ""
    assert state_of_letter(letter, {}, "ar", "en") in {STATES["draft"], STATES["reviewed"]}
