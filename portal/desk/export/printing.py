"""A case as PDF, set by Typst, which shapes every script.

What people wrote goes in as data and is never read as markup. Where this machine has no font for a
sign, the PDF says so on its first page and names it: no box without a word.
"""

import json
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any

from portal import ROOT
from portal.desk.forms import clean

TEMPLATE = ROOT / "templates" / "desk" / "export.typ"
FONTS = (
    "Noto Sans", "Noto Sans Arabic", "Noto Naskh Arabic", "Noto Sans Ethiopic",
    "Noto Serif Ethiopic", "Noto Sans CJK SC", "Droid Sans Fallback", "DejaVu Sans",
)  # fmt: skip
"""Tried in this order; what none of them has is looked for in every font of the machine."""
LONGEST = 200_000
MOST_SIGNS = 500
"""So many different signs are looked at, at the most, when some are missing."""
_ONE_AT_A_TIME = threading.Lock()
"""Setting a page takes all of a core; several at once would slow the desk."""


def lines_of(text: object) -> list[dict[str, str]]:
    """Each line with its own direction, that of its first letter, as browsers do for dir=auto.

    Overrides of the direction and controls are taken out once more: old rows live on.
    """
    cleaned = clean(str(text), LONGEST)
    return [{"text": line, "dir": direction(line)} for line in cleaned.split("\n")]


def direction(line: str) -> str:
    for c in line:
        kind = unicodedata.bidirectional(c)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def as_pdf(document: Mapping[str, Any], *, system_fonts: bool = True) -> bytes:
    """Set a document. Shape: `lang`, `title`, `footer`, `notice`, `missing` (a text with
    `%(signs)s`) and `sections`: each `title` and `items` of `label`, `meta`, `lines` (`lines_of`).
    """
    with _ONE_AT_A_TIME:
        pdf = _set({**document, "warning": ""}, system_fonts=system_fonts)
        if not _missing_on_pages(pdf):
            return pdf
        signs = _missing_signs(document, system_fonts=system_fonts)
        warning = document["missing"] % {"signs": ", ".join(signs)}
        return _set({**document, "warning": warning}, system_fonts=system_fonts)


def _set(document: Mapping[str, Any], *, system_fonts: bool) -> bytes:
    import typst  # heavy, and only who exports needs it

    inputs = {"data": json.dumps({"fonts": FONTS, "signs": [], **document})}
    compiler = typst.Compiler(
        TEMPLATE, root=TEMPLATE.parent, font_paths=_fonts(system_fonts), sys_inputs=inputs
    )
    pdf, _ = compiler.compile_with_warnings(format="pdf")
    assert isinstance(pdf, bytes)  # noqa: S101 - one file, as no output was named
    return pdf


@cache
def _fonts(system_fonts: bool) -> Any:
    """The machine's fonts, read once in a process."""
    import typst

    return typst.Fonts(include_system_fonts=system_fonts)


def _missing_signs(document: Mapping[str, Any], *, system_fonts: bool) -> list[str]:
    """The signs that no font has, by code: each is set on a page of its own."""
    texts = _texts(document)
    signs = sorted({c for text in texts for c in text if ord(c) > 0x7E and not c.isspace()})
    pdf = _set({**document, "signs": signs[:MOST_SIGNS], "warning": ""}, system_fonts=system_fonts)
    return [f"U+{ord(signs[number]):04X}" for number in _missing_on_pages(pdf)]


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts(each)


def _missing_on_pages(pdf: bytes) -> list[int]:
    """The pages, from 0, that show glyph 0 of a font: the box for a sign that it doesn't have."""
    import pikepdf

    with pikepdf.open(BytesIO(pdf)) as document:
        return [number for number, page in enumerate(document.pages) if _shows_nothing(page)]


def _shows_nothing(page: Any) -> bool:
    import pikepdf

    wide = False
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "Tf":
            wide = page.Resources.Font[operands[0]].Subtype == "/Type0"
        elif wide and name in ("Tj", "TJ"):
            parts = operands[0] if name == "TJ" else operands
            codes = b"".join(bytes(p) for p in parts if isinstance(p, pikepdf.String))
            if b"\0\0" in (codes[at : at + 2] for at in range(0, len(codes), 2)):
                return True
    return False
