"""Editors: how far each language is, texts beside the Dutch, and a sign-off that can be applied."""

import subprocess
import tomllib
from datetime import date
from pathlib import Path

import pytest

from portal import ROOT
from portal.content import reviews
from portal.content.interface import Interface, digest
from portal.content.marks import sign_off
from portal.editors import views
from portal.i18n import live_languages
from portal.information.articles import load
from tests.house.test_routes import csrf_of
from tests.support.world import World

ON = date(2026, 11, 22)


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> World:
    """The texts are files: one database is enough."""
    from tests.support.world import make_world

    return make_world(sqlite_url, tmp_path)


def test_an_editor_sees_every_language_and_reads_beside_the_dutch(world: World) -> None:
    editor = world.signed_in("editor-1")
    page = editor.get("/desk/texts/").text
    for each in live_languages():
        assert (f'href="/desk/texts/{each.tag}"' in page) == (each.tag != "nl")
    page = editor.get("/desk/texts/ar").text
    assert "/desk/texts/ar/articles/iom-rean" in page
    page = editor.get("/desk/texts/ar/articles/iom-rean").text
    assert 'lang="nl"' in page
    assert 'lang="ar" dir="rtl"' in page
    page = editor.get("/desk/texts/ar/interface?page=2").text
    assert page.count('name="read"') == len(_to_sign("ar", 2))
    for wrong in ("nl", "xx", "ar/articles/none", "ar/articles/..%2F..%2Ffacts"):
        assert editor.client.get(f"/desk/texts/{wrong}").status_code == 404, wrong
    for page in ("0", "99999999", "-1", "x", "9999"):
        assert editor.get(f"/desk/texts/ar/interface?page={page}").status_code == 200


def test_a_sign_off_is_a_patch_that_git_applies(world: World, tmp_path: Path) -> None:
    editor = world.signed_in("editor-1")
    form = {"csrf": csrf_of(editor)}
    answer = editor.client.post("/desk/texts/ar/articles/iom-rean", data=form)
    assert answer.headers["content-type"].startswith("text/x-diff")
    ids = _to_sign("ar", views.interface("ar", 1)["last"])[:2]
    both = editor.client.post("/desk/texts/ar/interface", data={**form, "read": [*ids, "x"]})
    for number, (text, keys) in enumerate(
        ((answer.text, {"iom-rean"}), (both.text, {"interface"}))
    ):
        tree = tmp_path / str(number)
        (tree / "locales").mkdir(parents=True)
        if (ROOT / reviews.NAME).exists():
            (tree / reviews.NAME).write_text((ROOT / reviews.NAME).read_text("utf-8"))
        (tree / "p.patch").write_text(text)
        subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
        subprocess.run(["git", "apply", "p.patch"], cwd=tree, check=True)
        found = tomllib.loads((tree / reviews.NAME).read_text("utf-8"))["ar"]
        assert keys <= found.keys()
        if "interface" in keys:
            assert set(ids) <= found["interface"].keys()
            assert "x" not in found["interface"]
    page = editor.client.post("/desk/texts/ar/interface?page=9999", data=form)
    assert page.status_code == 422  # nothing was ticked: nothing is signed, and that is said
    assert f'href="#r-{_to_sign("ar", 9999)[0]}"' in page.text


def _to_sign(tag: str, number: int) -> list[str]:
    """The ids of a page's texts that are translated: what is missing can't be signed off."""
    return [each.id for each in views.interface(tag, number)["lines"] if each.state != "missing"]


def test_what_changed_in_the_dutch_is_shown() -> None:
    changes = views._words_changed("U krijgt twee dagen.", "U krijgt drie dagen.")
    assert changes == [("same", "U krijgt"), ("gone", "twee"), ("new", "drie"), ("same", "dagen.")]
    assert views._aligned(["Een oud stuk tekst.", "Iets anders"], ["Een oud stuk.", "Zzz"]) == [
        "Een oud stuk tekst.",
        "",
    ]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The real texts in nl, en and ar, in a repository of their own, with all marks set."""
    from shutil import copytree

    for name in ("locales", "templates", "portal"):
        copytree(ROOT / name, tmp_path / name)
    git = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "texts"]):
        subprocess.run([*git, *command], cwd=tmp_path, check=True)
    return tmp_path


def test_a_changed_dutch_word_makes_every_language_stale_and_a_minor_one_none(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Articles and interface texts alike (issue "Sixteen languages", last line)."""
    from portal.content.marks import mark_current, touch_minor

    locales = project / "locales"
    mark_current([], [], locales)
    others = [each.tag for each in live_languages() if each.tag != "nl"]
    stale = Interface(project)
    assert not [line for tag in others for line in stale.lines(tag) if line.state == "stale"]

    article = locales / "nl" / "articles" / "iom-rean.md"
    article.write_text(article.read_text("utf-8").replace("gratis", "kosteloos", 1), "utf-8")
    po = locales / "nl" / "LC_MESSAGES" / "public.po"
    po.write_text(
        po.read_text("utf-8").replace('msgstr "Wie helpt"', 'msgstr "Wie u helpt"'), "utf-8"
    )

    def states() -> set[str]:
        shelf = load(locales)
        return {shelf.articles[tag, "iom-rean"].state for tag in others} | {
            line.state for tag in others for line in Interface(project).lines(tag)
            if line.text.msgid == "Who helps"
        }  # fmt: skip

    assert states() == {"stale"}
    assert touch_minor("iom-rean", locales)
    assert touch_minor("interface", locales)
    assert states() == {"draft"}


def test_a_sign_off_holds_until_one_of_the_two_texts_changes(project: Path) -> None:
    from portal.content.marks import mark_current

    locales = project / "locales"
    mark_current([], ["ar"], locales)
    assert sign_off("ar", ["iom-rean", "interface"], "Editor 1", locales, ON)
    assert not sign_off("ar", ["iom-rean", "interface"], "Editor 1", locales, ON)
    assert load(locales).articles["ar", "iom-rean"].state == "reviewed"
    lines = Interface(project).lines("ar")
    assert {line.state for line in lines} <= {"reviewed", "missing"}
    line = next(line for line in lines if line.text.msgid == "Who helps")
    assert line.on == ON
    po = locales / "ar" / "LC_MESSAGES" / "public.po"
    po.write_text(po.read_text("utf-8").replace(line.words[0], line.words[0] + "؟"), "utf-8")
    assert [x.state for x in Interface(project).lines("ar") if x.id == line.id] == ["draft"]
    for tag, slugs, by in (
        ("nl", ["iom-rean"], "x"),
        ("ar", ["none"], "x"),
        ("ar", ["klacht"], " "),
    ):
        with pytest.raises(ValueError, match=r"no such|who signs"):
            sign_off(tag, slugs, by, locales, ON)
    assert digest("a", "b") != digest("ab")
