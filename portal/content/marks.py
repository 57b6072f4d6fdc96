"""`source_sha`: which Dutch text a translation was made from, written when that is settled."""

import re
import shutil
import subprocess
from collections.abc import Collection
from pathlib import Path

from portal.content.sheets import all_translations
from portal.i18n import LOCALES, all_languages
from portal.information.articles import SOURCE, source_hash

_MARK = re.compile(r"^source_sha = \"[^\"\n]*\"$", re.MULTILINE)
_VERSIONS_SEEN = 50


def mark_current(
    slugs: Collection[str], tags: Collection[str], locales: Path = LOCALES
) -> list[Path]:
    """Record that translations say what the Dutch says now; the files that changed.

    Without slugs all articles, without tags all languages. Raises ValueError for a slug or a
    language that isn't there, and for a file without `source_sha`.
    """
    if unknown := set(tags) - all_languages().keys():
        raise ValueError(f"no such language: {', '.join(sorted(unknown))}")
    changed = []
    names = slugs or [path.stem for path in sorted(_dutch("*", locales))]
    for slug in names:
        digest = source_hash(_dutch_text(slug, locales))
        for path in all_translations(locales.parent, slug):
            if not tags or path.parent.parent.name in tags:
                changed += [path] if _write(path, digest) else []
    return changed


def touch_minor(slug: str, locales: Path = LOCALES) -> list[Path]:
    """After a typo fix in the Dutch: carry over what was current before; the files that changed.

    Translations that were already stale stay so. Sign-offs in reviews.toml that named the text
    before the fix name the one after it. Raises ValueError when the text before is not known.
    """
    after = source_hash(_dutch_text(slug, locales))
    before = _hash_before(locales / SOURCE / "articles" / f"{slug}.md", after)
    changed = []
    for path in [*all_translations(locales.parent, slug), locales / "reviews.toml"]:
        text = path.read_text("utf-8") if path.exists() else ""
        if before in text:
            path.write_text(text.replace(before, after), "utf-8")
            changed.append(path)
    return changed


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
    git = shutil.which("git")
    if not git:
        raise ValueError("git is needed to know the text before the fix")
    commits = _git(git, path, "log", f"-{_VERSIONS_SEEN}", "--format=%H", "--", path.name).split()
    for commit in commits:
        try:
            before = source_hash(_git(git, path, "show", f"{commit}:./{path.name}"))
        except ValueError:
            continue  # a version that was not readable was the base of no translation
        if before != after:
            return before
    raise ValueError(f"no earlier text of {path.stem} is recorded; nothing to carry over")


def _git(git: str, path: Path, *arguments: str) -> str:
    done = subprocess.run(
        [git, *arguments], cwd=path.parent, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ValueError(f"git: {done.stderr.strip().splitlines()[0]}")
    return done.stdout
