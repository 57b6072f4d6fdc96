"""`source_sha`: which Dutch text a translation was made from, written when that is settled."""

import re
import shutil
import subprocess
from collections.abc import Collection
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Message

from portal.catalogues.files import forms, messages, po_file, read
from portal.catalogues.sources import Key
from portal.content import interface, reviews
from portal.content.interface import Interface
from portal.content.reviews import INTERFACE, Reviews
from portal.content.sheets import all_translations
from portal.i18n import LOCALES, all_languages, dutch_day
from portal.information.articles import SOURCE, source_hash

_MARK = re.compile(r"^source_sha = \"[^\"\n]*\"$", re.MULTILINE)
_VERSIONS_SEEN = 50


def mark_current(
    slugs: Collection[str], tags: Collection[str], locales: Path = LOCALES
) -> list[Path]:
    """Record that translations say what the Dutch says now; the files that changed.

    Without slugs all articles and the interface texts, without tags all languages. Raises
    ValueError for a slug or a language that isn't there, and for a file without `source_sha`.
    """
    if unknown := set(tags) - all_languages().keys():
        raise ValueError(f"no such language: {', '.join(sorted(unknown))}")
    changed = []
    root = locales.parent
    names = [slug for slug in slugs if slug != INTERFACE]
    if not slugs:
        names = [path.stem for path in sorted(_dutch("*", locales))]
    for slug in names:
        digest = source_hash(_dutch_text(slug, locales))
        for path in all_translations(root, slug):
            if not tags or path.parent.parent.name in tags:
                changed += [path] if _write(path, digest) else []
    if not slugs or INTERFACE in slugs:
        interface = Interface(root)
        changed += [
            po_file(root, tag, "public")
            for tag in _with_catalogue(root)
            if (not tags or tag in tags) and interface.mark_current(tag)
        ]
    return changed


def _with_catalogue(root: Path) -> list[str]:
    """The languages that have a public catalogue, but the source."""
    return [
        tag for tag in all_languages() if tag != SOURCE and po_file(root, tag, "public").exists()
    ]


def sign_off(
    tag: str, slugs: Collection[str], by: str, locales: Path = LOCALES, on: date | None = None
) -> list[Path]:
    """Write a reader's sign-off to reviews.toml; the files that changed.

    Raises ValueError for a language or an article that isn't there, and for nobody's name.
    """
    if tag not in all_languages() or tag == SOURCE:
        raise ValueError(f"no such language to sign off: {tag}")
    if not by.strip():
        raise ValueError("who signs off? give --by")
    root, day = locales.parent, on or dutch_day()
    entries = {
        slug: interface.sign_off(interface.Interface(root).lines(tag), by, day)
        if slug == INTERFACE
        else reviews.article_entry(root, tag, slug, by, day)
        for slug in slugs
    }
    before = reviews.read(root)
    after = reviews.with_entries(before, tag, entries)
    if after == before:
        return []
    reviews.write(root, after)
    return [root / reviews.NAME]


def touch_minor(slug: str, locales: Path = LOCALES) -> list[Path]:
    """After a typo fix in the Dutch: carry over what was current before; the files that changed.

    Translations that were already stale stay so. Sign-offs in reviews.toml that named the text
    before the fix name the one after it. Raises ValueError when the text before is not known.
    """
    if slug == INTERFACE:
        return _touch_interface(locales)
    after = source_hash(_dutch_text(slug, locales))
    before = _hash_before(locales / SOURCE / "articles" / f"{slug}.md", after)
    changed = []
    for path in [*all_translations(locales.parent, slug), locales / "reviews.toml"]:
        text = path.read_text("utf-8") if path.exists() else ""
        if before in text:
            path.write_text(text.replace(before, after), "utf-8")
            changed.append(path)
    return changed


def _touch_interface(locales: Path) -> list[Path]:
    """The same for interface texts: those whose Dutch differs from the recorded version's."""
    root = locales.parent
    path = po_file(root, SOURCE, "public")
    texts = Interface(root)
    with TemporaryDirectory() as folder:
        old = Path(folder) / path.name
        old.write_text(_git(_git_program(), path, "show", f"HEAD:./{path.name}"), "utf-8")
        before = messages(read(old, SOURCE))
    pairs = [(forms(before[key]), forms(now)) for key, now in texts.dutch.items() if key in before]
    changed = {interface.digest(*was): interface.digest(*now) for was, now in pairs if was != now}
    if not changed:
        raise ValueError("no Dutch interface text differs from its recorded version")
    signed = reviews.read(root)
    done = []
    for tag in _with_catalogue(root):
        kept = [each for each in texts.lines(tag) if each.state == "stale"]
        if texts.carry_over(tag, changed):
            done.append(po_file(root, tag, "public"))
            signed = _carried(signed, tag, texts, {each.id for each in kept}, before)
    if signed != reviews.read(root):
        reviews.write(root, signed)
        done.append(root / reviews.NAME)
    return done


def _carried(
    signed: Reviews, tag: str, texts: Interface, ids: set[str], before: dict[Key, Message]
) -> Reviews:
    """Sign-offs of texts that only a typo made stale, made out to the Dutch as it is now."""
    mine = signed.get(tag, {}).get(INTERFACE, {})
    moved = {
        each.id: {**mine[each.id], "sha": interface.digest(*each.dutch, *each.words)}
        for each in texts.lines(tag)
        if each.id in ids
        and each.state == "draft"
        and mine.get(each.id, {}).get("sha")
        == interface.digest(*forms(before[each.text.key]), *each.words)
    }
    return reviews.with_entries(signed, tag, {INTERFACE: moved}) if moved else signed


def _dutch(name: str, locales: Path) -> list[Path]:
    return list((locales / SOURCE / "articles").glob(f"{name}.md"))


def _dutch_text(slug: str, locales: Path) -> str:
    found = _dutch(slug, locales)
    if not found:
        raise ValueError(f"no such article: {slug}")
    return found[0].read_text("utf-8")


def _write(path: Path, digest: str) -> bool:
    old = path.read_text("utf-8")
    new, count = _MARK.subn(f'source_sha = "{digest}"', old, count=1)
    if not count:
        raise ValueError(f"{path.name}: the front matter has no line source_sha")
    if new != old:
        path.write_text(new, "utf-8")
    return new != old


def _hash_before(path: Path, after: str) -> str:
    """The hash of the newest recorded version that says something else than the file says now."""
    git = _git_program()
    commits = _git(git, path, "log", f"-{_VERSIONS_SEEN}", "--format=%H", "--", path.name).split()
    for commit in commits:
        try:
            before = source_hash(_git(git, path, "show", f"{commit}:./{path.name}"))
        except ValueError:
            continue  # a version that was not readable was the base of no translation
        if before != after:
            return before
    raise ValueError(f"no earlier text of {path.stem} is recorded; nothing to carry over")


def dutch_at(slug: str, digest: str, locales: Path = LOCALES) -> str | None:
    """The recorded Dutch text of an article with this hash; None when nobody knows it any more."""
    path = locales / SOURCE / "articles" / f"{slug}.md"
    try:
        git = _git_program()
        commits = _git(git, path, "log", f"-{_VERSIONS_SEEN}", "--format=%H", "--", path.name)
        for commit in commits.split():
            text = _git(git, path, "show", f"{commit}:./{path.name}")
            if source_hash(text) == digest:
                return text
    except (ValueError, OSError):
        pass
    return None


def _git_program() -> str:
    if git := shutil.which("git"):
        return git
    raise ValueError("git is needed to know the text before the fix")


def _git(git: str, path: Path, *arguments: str) -> str:
    done = subprocess.run(
        [git, *arguments], cwd=path.parent, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ValueError(f"git: {done.stderr.strip().splitlines()[0]}")
    return done.stdout
