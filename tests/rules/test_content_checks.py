"""Checks of articles and facts, and the marks that say what a translation was made from."""

import argparse
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from portal.content import articles, checks, commands, dutch, figures, marks
from portal.content.outline import outline
from portal.content.sheets import read_desk
from portal.facts import Fact, all_facts
from portal.information.articles import source_hash

pytestmark = pytest.mark.usefixtures("three_languages")
TODAY = date(2026, 11, 21)
BODY = {
    "nl": "U krijgt hulp. Lees [meer hulp](info:hulp).\n\n## Wat nu?\n\n- Bel iemand.\n- Wacht.",
    "en": "You get help. Read [more help](info:hulp).\n\n## What now?\n\n- Call a lawyer.\n- Wait.",
    "ar": "تحصل على مساعدة. اقرأ [المزيد](info:hulp).\n\n## ماذا الآن؟\n\n- اتصل بمحام.\n- انتظر.",
}
TITLE = {"nl": "Krijg ik hulp?", "en": "Do I get help?", "ar": "هل أحصل على مساعدة؟"}
FACT = """
[days]
value = 28
unit = "days"
as_of = 2026-01-01
source = "000:1"
review_by = 2027-05-21
owner = "content"
"""

Project = Callable[..., Path]


def article_path(root: Path, tag: str, slug: str = "hulp") -> Path:
    return root / "locales" / tag / "articles" / f"{slug}.md"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Writes a whole project with one article; `nl="…"` and so on replace its bodies."""

    def write(facts: str = "", head: str = "", sources: str = '["000:1"]', **bodies: str) -> Path:
        (tmp_path / "templates").mkdir(exist_ok=True)
        (tmp_path / "portal").mkdir(exist_ok=True)
        for tag in TITLE:
            text = f'+++\ntitle = "{TITLE[tag]}"\nsummary = "{TITLE[tag]}"\nkeywords = []\n'
            if tag == "nl":
                text += 'topic = "hulp"\norder = 10\naudience = ["V"]\nrelated = []\n'
                text += f'icon = "hands"\nsources = {sources}\n'
            else:
                text += 'source_sha = ""\nstate = "draft"\n'
            path = article_path(tmp_path, tag)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text}{head}+++\n{bodies.get(tag, BODY[tag])}\n", "utf-8")
        (tmp_path / "locales" / "facts.toml").write_text(facts, "utf-8")
        marks.mark_current([], [], tmp_path / "locales")
        return tmp_path

    return write


def problems(root: Path) -> list[str]:
    found, _ = articles.of_all(read_desk(root))
    return [str(problem) for problem in found]


def fact_faults(root: Path) -> list[str]:
    found, _ = figures.of_facts(root, read_desk(root), TODAY)
    return [problem.message for problem in found]


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Tester", "-c", "user.email=tester@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def test_a_good_article_has_no_problem(project: Project) -> None:
    assert problems(project()) == []


def test_every_live_language_must_have_it(project: Project) -> None:
    root = project()
    article_path(root, "ar").unlink()
    assert problems(root) == [
        "locales/ar/articles/hulp.md:0: missing: the Dutch article has no translation"
    ]


def test_a_translation_without_dutch_is_a_problem(project: Project) -> None:
    root = project()
    shutil.copy(article_path(root, "en"), article_path(root, "en", "other"))
    assert problems(root) == [
        "locales/en/articles/other.md:0: there is no Dutch article of this name"
    ]


def test_a_file_that_cannot_be_read_is_a_problem(project: Project) -> None:
    root = project()
    article_path(root, "en").write_text("no front matter")
    assert any("front matter" in problem for problem in problems(root))


@pytest.mark.parametrize(
    ("tag", "body", "line", "fault"),
    [
        ("nl", BODY["nl"] + "\n\nEr zijn 3 gesprekken.", 19, "the figure 3 must be a fact"),
        ("ar", BODY["ar"] + "\n\nهناك ٣ محادثات", 15, "the figure ٣ must be a fact"),
        ("en", BODY["en"] + "\n\nA <b>bold</b> word.", 15, "HTML in a text"),
        ("en", BODY["en"] + "\n\nA word &nbsp;", 15, "HTML in a text"),
        ("ar", BODY["ar"] + "\u200f", 13, "an invisible direction mark"),
        ("en", BODY["en"].replace("## What now?", "What now?"), 8, "headings differ: 0 for 1"),
        ("en", BODY["en"].replace("\n- Wait.", ""), 8, "list items differ: 1 for 2"),
        ("en", BODY["en"].replace("info:hulp", "info:geld"), 8, "link info:hulp is missing"),
        ("en", BODY["en"].replace("info:hulp", "info:geld"), 8, "link info:geld is not in the"),
        ("en", BODY["en"] + ' {{ fact("days") }}', 8, "fact days is not in the Dutch"),
        ("en", BODY["en"] * 3, 8, "times as long as the Dutch"),
        ("ar", BODY["en"], 8, "not written in the script of Arabic"),
        ("en", BODY["en"] + " Bel uw advocaat niet.", 8, "Dutch outside brackets: uw, niet"),
        ("nl", BODY["nl"] + "\nU bent illegaal.", 18, "avoid 'illegaal'"),
        ("nl", BODY["nl"] + "\n\nAnders wordt u ziek.", 19, "avoid 'Anders wordt u'"),
        ("nl", BODY["nl"] + "\n\nDe DT&V helpt.", 19, "DT&V is not explained"),
        ("nl", BODY["nl"] + "\n\n" + "woord " * 21 + ".", 19, "a sentence of 21 words"),
        ("nl", "\n\n".join(["woord " * 16 + "."] * 3), 12, "16.0 words on average"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 36 else "",
)
def test_faults_of_a_text(project: Project, tag: str, body: str, line: int, fault: str) -> None:
    root = project(**{tag: body})
    place = f"locales/{tag}/articles/hulp.md:{line}: "
    assert any(p.startswith(place) and fault in p for p in problems(root)), problems(root)


def test_article_64_is_a_name(project: Project) -> None:
    root = project(
        nl=BODY["nl"] + " Dat is artikel 64.",
        en=BODY["en"] + " That is article 64 (artikel 64).",
        ar=BODY["ar"] + " هذه المادة 64 (artikel 64).",
    )
    assert problems(root) == []


def test_dutch_in_brackets_is_the_word_on_the_letter(project: Project) -> None:
    assert problems(project(en=BODY["en"] + " Ask (Vraag het uw regievoerder).")) == []


def test_a_dutch_article_names_its_source(project: Project) -> None:
    assert any("names no source" in problem for problem in problems(project(sources="[]")))


def test_an_empty_mark_is_a_problem_and_a_stale_one_a_warning(project: Project) -> None:
    root = project()
    dutch_file, english = article_path(root, "nl"), article_path(root, "en")
    dutch_file.write_text(dutch_file.read_text("utf-8") + "\n\n## Nog iets\n", "utf-8")
    found, warnings = articles.of_all(read_desk(root))
    assert found == []
    assert sorted({w.file.split("/")[1] for w in warnings}) == ["ar", "en"]
    assert any("stale" in w.message for w in warnings)
    assert any("headings differ" in w.message for w in warnings)
    digest = source_hash(dutch_file.read_text("utf-8"))
    marks.mark_current(["hulp"], ["en"], root / "locales")
    assert f'source_sha = "{digest}"' in english.read_text("utf-8")
    english.write_text(english.read_text("utf-8").replace(digest, ""), "utf-8")
    assert any("source_sha is empty" in problem for problem in problems(root))


@pytest.mark.parametrize(
    "text",
    [
        "De Dienst Terugkeer en Vertrek (DT&V) helpt.",
        "Vraag het DT&V (Dienst Terugkeer en Vertrek).",
        "De hulp heet REAN.",
        "## GL: gezinslocatie",
        "## Geld van EURP\n\nEURP is een programma voor hulp.",
        "IOM, dat is de Internationale Organisatie voor Migratie.",
    ],
)
def test_explained_abbreviations(text: str) -> None:
    assert list(dutch.faults(text)) == []


def test_outline_counts_lists_apart() -> None:
    found = outline("- a\n- b\n  more of b\n\ntext\n\n- c\n\n## D\n")
    assert found.lists == (2, 1)
    assert found.headings == (2,)


@pytest.mark.parametrize(
    ("facts", "body", "fault"),
    [
        ("", ' {{ fact("days") }}', "no fact 'days' in facts.toml"),
        (FACT, "", "days: nothing uses this fact"),
        (FACT.replace('source = "000:1"\n', ""), "", "days: has no source"),
        (FACT.replace("as_of = 2026-01-01\n", ""), "", "days: has no as_of"),
        (FACT.replace("2026-01-01", '"then"'), "", "days: as_of must be a date"),
        (FACT.replace('"days"', '"miles"'), "", "days: unknown unit 'miles'"),
        (FACT + "colour = 1\n", "", "days: unknown keys colour"),
        ("days = 28", "", "days: must be a table"),
    ],
)
def test_faults_of_facts(project: Project, facts: str, body: str, fault: str) -> None:
    root = project(facts, **{tag: text + body for tag, text in BODY.items()})
    assert fault in fact_faults(root)


def test_facts_that_cannot_be_read(project: Project) -> None:
    root = project("days = ")
    assert len(fact_faults(root)) == 1
    (root / "locales" / "facts.toml").unlink()
    assert fact_faults(root) == ["missing"]


def test_facts_are_used_by_templates_and_code_too(project: Project) -> None:
    root = project(FACT + FACT.replace("[days]", "[weeks]"))
    (root / "templates" / "a.html").write_text('{{ _("%(n)s", n=fact("days")) }}')
    (root / "portal" / "a.py").write_text('render_fact("weeks", tag)')
    assert fact_faults(root) == []


def test_an_expired_fact_is_a_warning(project: Project) -> None:
    root = project(FACT.replace("2027-05-21", "2026-11-20"))
    (root / "templates" / "a.html").write_text('{{ fact("days") }}')
    found, warnings = figures.of_facts(root, read_desk(root), TODAY)
    assert found == []
    assert [str(warning) for warning in warnings] == [
        "locales/facts.toml:2: days: review_by 2026-11-20 is past; not shown"
    ]


def test_a_typo_fix_keeps_what_was_current(project: Project) -> None:
    root = project()
    dutch_file = article_path(root, "nl")
    before = source_hash(dutch_file.read_text("utf-8"))
    reviews = root / "locales" / "reviews.toml"
    reviews.write_text(f'[ar.hulp]\nsource_sha = "{before}"\n', "utf-8")
    english = article_path(root, "en")
    english.write_text(english.read_text("utf-8").replace(before, "0" * 64), "utf-8")
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Before")
    dutch_file.write_text(dutch_file.read_text("utf-8").replace("Wacht", "Wacht even"), "utf-8")
    after = source_hash(dutch_file.read_text("utf-8"))

    changed = marks.touch_minor("hulp", root / "locales")

    assert changed == [article_path(root, "ar"), reviews]
    assert after in article_path(root, "ar").read_text("utf-8")
    assert after in reviews.read_text("utf-8")
    assert "0" * 64 in english.read_text("utf-8")
    assert marks.touch_minor("hulp", root / "locales") == []


def test_a_typo_fix_without_a_text_before_is_refused(project: Project) -> None:
    root = project()
    git(root, "init", "--quiet")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "Empty")
    with pytest.raises(ValueError, match="no earlier text of hulp"):
        marks.touch_minor("hulp", root / "locales")


def test_marks_name_what_is_wrong(project: Project) -> None:
    locales = project() / "locales"
    with pytest.raises(ValueError, match="no such article: other"):
        marks.mark_current(["other"], [], locales)
    with pytest.raises(ValueError, match="no such language: xx"):
        marks.mark_current([], ["xx"], locales)
    path = article_path(locales.parent, "en")
    path.write_text(path.read_text("utf-8").replace("source_sha", "sha"), "utf-8")
    with pytest.raises(ValueError, match="no line source_sha"):
        marks.mark_current([], ["en"], locales)
    assert marks.mark_current([], ["ar"], locales) == []


def test_check_brings_all_together(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(FACT, **{tag: text + ' {{ fact("days") }}' for tag, text in BODY.items()})
    missing = checks.check(root, TODAY)
    assert {p.message for p in missing.problems} == {"missing; run: portal content update"}
    checks.catalogues.update(root)
    fact = Fact("days", 28, "days", TODAY, "000:1", TODAY, "content")
    monkeypatch.setattr("portal.facts.all_facts", lambda: {"days": fact})
    assert checks.check(root, TODAY) == checks.Findings((), ())
    # What only the loader of the public pages sees stops the start, so it stops the check too.
    path = article_path(root, "nl")
    path.write_text(path.read_text("utf-8").replace('topic = "hulp"', 'topic = "other"'), "utf-8")
    assert "there is no topic 'other'" in checks.check(root, TODAY).problems[0].message


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    commands.add_parser(parser.add_subparsers(dest="command"))
    return commands.run(parser.parse_args(["content", *arguments]))


def test_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status") == 0
    assert "source of" in capsys.readouterr().out
    assert run("hash", "no-such-article") == 2
    assert capsys.readouterr().err == "portal content: no such article: no-such-article\n"


def test_check_command_tells_by_its_exit_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = checks.Problem("a.md", 3, "wrong")
    for findings, code, shown in (
        (checks.Findings((), (problem,)), 0, "a.md:3: wrong (warning)\n"),
        (checks.Findings((problem,), ()), 1, "a.md:3: wrong\n"),
    ):
        monkeypatch.setattr(checks, "check", lambda found=findings: found)
        assert run("check") == code
        assert capsys.readouterr().out == shown


def test_all_facts_have_what_is_asked() -> None:
    assert all(fact.source and fact.as_of and fact.owner for fact in all_facts().values())


def test_spellings_of_a_neighbour_and_missing_letters_are_found(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = {"avoided": {"ar": ["مساعدة", "گ"]}, "own_letters": {"ar": "ق"}}
    monkeypatch.setattr(articles, "glossary", lambda: rules)
    found = [each.message for each in articles.of_all(read_desk(project()))[0]]
    assert "مساعدة is not a spelling of Arabic" in found
    assert not any("گ" in each for each in found)
    long = BODY["ar"].replace("اقرأ", "طالع") + "\n\n" + "تحصل على ذلك دائما. " * 20
    found = [each.message for each in articles.of_all(read_desk(project(ar=long)))[0]]
    assert "has none of the letters of Arabic: ق" in found


def test_the_glossary_has_the_same_terms_in_every_language() -> None:
    found = articles.glossary()
    tables = {tag: terms for tag, terms in found.items() if tag not in ("avoided", "own_letters")}
    assert len(tables) >= 1
    assert len({frozenset(terms) for terms in tables.values()}) == 1
    assert all(all(terms.values()) for terms in tables.values())
