"""Laws for the repository itself: what may lie in it, and what must never."""

import hashlib
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

# Written in pieces, so that this file keeps the laws it checks.
MACHINE_PATH = re.compile(
    r"(?<![\w.~])/(?:" + "|".join(["work", "home", "root", "Users"]) + r")/\w"
)
REGISTRY = re.compile(
    "|".join(
        [
            r"pypi\." + "org",
            r"python" + r"hosted\.",
            r"registry\." + r"(?:npmjs|yarnpkg)\.",
            r"deb\." + r"debian\.",
            "art" + "ifactory",
            r"/simple/?\s*$",
        ]
    ),
    re.IGNORECASE | re.MULTILINE,
)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|pragma: *no *" + "cover")


@cache
def files() -> tuple[Path, ...]:
    """All that is in the repository or would be with the next commit."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in listing.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """Name and content of each text file that people wrote."""
    found = []
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content and path.parent != ROOT / "static" / "vendor":
            found.append((path.relative_to(ROOT).as_posix(), content.decode()))
    return tuple(found)


def lines_with(pattern: re.Pattern[str], under: str = "") -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts()
        if name.startswith(under)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_path_of_anybodys_machine():
    assert lines_with(MACHINE_PATH) == []


def test_no_package_registry_is_named():
    assert lines_with(REGISTRY) == []


def test_nothing_is_left_for_later():
    unfinished = [
        line for room in ("portal/", "templates/") for line in lines_with(UNFINISHED, room)
    ]
    assert unfinished == []


@pytest.mark.parametrize(
    "name",
    [
        "requirements/tools.txt",
        "requirements/main.txt",
        "requirements/test.txt",
        "tests/node/package-lock.json",
    ],
)
def test_lock_files_hold_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert re.search(r"sha(?:256|512)", text)


def test_each_python_package_is_pinned_with_a_hash():
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        packages = re.split(r"\n(?=\S)", re.sub(r"(?m)^ *#.*\n?", "", lock.read_text()))
        for package in filter(str.strip, packages):
            assert re.match(r"[\w.-]+(?:\[\w+\])?==\S+", package), package
            assert "--hash=sha256:" in package, package


def test_the_vendored_htmx_is_the_published_one():
    vendored = sorted((ROOT / "static" / "vendor").glob("htmx-*.min.js"))
    package = ROOT / "tests" / "node" / "node_modules" / "htmx.org"
    version = re.search(r'"version": *"([^"]+)"', (package / "package.json").read_text())
    assert version
    assert [path.name for path in vendored] == [f"htmx-{version[1]}.min.js"]
    assert _digest(vendored[0]) == _digest(package / "dist" / "htmx.min.js")
    assert _digest(ROOT / "static" / "vendor" / "htmx-LICENSE") == _digest(package / "LICENSE")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_translations_are_compiled_in_memory_alone():
    assert [path for path in files() if path.suffix == ".mo"] == []


def test_no_database_no_key_and_no_log_is_kept():
    forbidden = {".db", ".db-wal", ".db-shm", ".pem", ".key", ".log", ".sqlite"}
    assert [path for path in files() if path.suffix in forbidden] == []


@pytest.mark.parametrize("command", ["run", ".ci/run"])
def test_the_commands_can_be_started(command):
    path = ROOT / command
    assert path.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", path], check=True)
