"""Which files hold interface texts, to which domain each belongs, and the msgids in them."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract_from_file
from jinja2 import Environment, TemplateSyntaxError, nodes

from portal import ROOT, register
from portal.catalogues.problems import Problem

KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "translate": (2,),  # portal.i18n.translate(tag, message)
}
MESSAGE_ARGUMENT = {"translate": 1, "pgettext": 1, "npgettext": 1}
"""Where the msgid stands, counted from 0, in calls that don't begin with it."""

_JINJA = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "silent": "false",  # a broken template must not vanish from the catalogue without a word
    "trim_blocks": "true",
    "lstrip_blocks": "true",
}
_PUBLIC_TEMPLATES = (
    "layouts/public.html",
    "layouts/error.html",
    "components/",
    "information/",
    "intake/",
    "errors/",
)
_DESK_TEMPLATES = ("layouts/staff.html", "desk/", "staff/", "partners/", "editors/")
_DESK_CODE = ("desk", "staff", "partners", "editors")
REGISTER = "locales/organisations.toml"
_OUTSIDE = "demo"
"""The demo is for people who try the portal; nothing of it is served to a reader."""

Key = tuple[str | None, str | tuple[str, str]]
"""Context and msgid; the msgid of a plural is (one, many)."""


@dataclass(frozen=True)
class Text:
    """One msgid and every place that uses it, as (file, line) in order."""

    key: Key
    places: tuple[tuple[str, int], ...]
    comments: tuple[str, ...]

    @property
    def context(self) -> str | None:
        return self.key[0]

    @property
    def msgid(self) -> str | tuple[str, str]:
        return self.key[1]


class SourceError(Exception):
    """A template can't be read; the message names file and line."""


def domain_of(path: str) -> str | None:
    """ "public", "desk" or None (no interface texts) for a path below the project's root.

    Raises SourceError for a template that belongs to no domain: its texts would get lost.
    """
    top, _, rest = path.partition("/")
    if top == "templates":
        if rest.startswith(_PUBLIC_TEMPLATES):
            return "public"
        if rest.startswith(_DESK_TEMPLATES):
            return "desk"
        if rest.startswith(_OUTSIDE):
            return None
        raise SourceError(f"{path}:0: belongs to no domain; see portal/catalogues/sources.py")
    room = rest.partition("/")[0].removesuffix(".py")
    if room == _OUTSIDE:
        return None
    return "desk" if room in _DESK_CODE else "public"


def source_files(root: Path) -> list[Path]:
    """Templates, then code, each in the order of their names."""
    return sorted((root / "templates").rglob("*.html")) + sorted((root / "portal").rglob("*.py"))


def collect(root: Path = ROOT) -> dict[str, dict[Key, Text]]:
    """Every text of each domain, in the order of the sources.

    A text that the public side has too is left out of "desk", which falls back to "public".
    Raises SourceError for a template that doesn't parse.
    """
    found: dict[str, dict[Key, list[tuple[tuple[str, int], list[str]]]]] = {
        "public": {},
        "desk": {},
    }
    for path in source_files(root):
        name = path.relative_to(root).as_posix()
        domain = domain_of(name)
        if domain is None:
            continue
        for line, msgid, comments, context in _extract(path, name):
            key = (context, msgid if isinstance(msgid, str) else (msgid[0], msgid[1]))
            found[domain].setdefault(key, []).append(((name, line), comments))
    for line, msgid in _of_register(root):
        found["public"].setdefault((None, msgid), []).append(((REGISTER, line), []))
    for key in found["public"]:
        found["desk"].pop(key, None)
    return {domain: _texts(uses) for domain, uses in found.items()}


def _of_register(root: Path) -> Iterator[tuple[int, str]]:
    """The texts of the register of organisations, with their lines."""
    path = root / REGISTER
    lines = path.read_text("utf-8").split("\n") if path.exists() else []
    for row in tomllib.loads("\n".join(lines)).values():
        for key in register.TEXTS:
            if text := row.get(key):
                start = f"{key} = "
                yield (
                    next(
                        n
                        for n, each in enumerate(lines, 1)
                        if each.startswith(start) and text in each
                    ),
                    text,
                )


def _extract(path: Path, name: str) -> list[tuple]:
    template = path.suffix == ".html"
    try:
        return extract_from_file(
            "jinja2.ext:babel_extract" if template else "python",
            path,
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
            options=_JINJA if template else {"encoding": "utf-8"},
            strip_comment_tags=True,
        )
    except TemplateSyntaxError as error:
        raise SourceError(f"{name}:{error.lineno}: {error.message}") from error


def _texts(uses: dict[Key, list[tuple[tuple[str, int], list[str]]]]) -> dict[Key, Text]:
    # A msgid used once alone and once with a plural is one entry in a PO file: the plural.
    plural = {(context, msgid[0]) for context, msgid in uses if isinstance(msgid, tuple)}
    return {
        key: Text(
            key=key,
            places=tuple(place for place, _ in places),
            comments=tuple(dict.fromkeys(" ".join(c) for _, c in places if c)),
        )
        for key, places in uses.items()
        if isinstance(key[1], tuple) or key not in plural
    }


def unreadable_texts(root: Path = ROOT) -> list[Problem]:
    """Calls such as `_(f"…")` and `_("a" + b)`: extraction passes over them in silence."""
    problems: list[Problem] = []
    for path in source_files(root):
        name = path.relative_to(root).as_posix()
        if domain_of(name) is None:
            continue
        source = path.read_text("utf-8")
        lines = _glued_in_python(source) if path.suffix == ".py" else _glued_in_template(source)
        problems += [
            Problem(name, line, "a text for translation must be one constant string")
            for line in lines
        ]
    return problems


def _glued_in_python(source: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        word = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        position = MESSAGE_ARGUMENT.get(word, 0)
        if word not in KEYWORDS or len(node.args) <= position:
            continue
        message = node.args[position]
        formatted = (
            isinstance(message, ast.Call)
            and isinstance(message.func, ast.Attribute)
            and message.func.attr == "format"
        )
        if formatted or isinstance(message, ast.JoinedStr | ast.BinOp):
            yield node.lineno


def _glued_in_template(source: str) -> Iterator[int]:
    glued = (nodes.Concat, nodes.Add, nodes.Mod)
    for node in Environment(extensions=["jinja2.ext.i18n"]).parse(source).find_all(nodes.Call):  # noqa: S701
        word = node.node.name if isinstance(node.node, nodes.Name) else ""
        position = MESSAGE_ARGUMENT.get(word, 0)
        if (
            word in KEYWORDS
            and len(node.args) > position
            and isinstance(node.args[position], glued)
        ):
            yield node.lineno
