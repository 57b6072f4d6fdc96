"""The text of a PDF as a reader copies it: glyphs back to characters, by each font's own table."""

import re
from io import BytesIO
from typing import Any

import pikepdf


def pdf_text(pdf: bytes) -> str:
    """In the order in which glyphs were set: right-to-left text may come backwards."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return "\n".join(_page_text(page) for page in document.pages)


def fonts_of(pdf: bytes) -> set[str]:
    with pikepdf.open(BytesIO(pdf)) as document:
        return {
            str(font.BaseFont).partition("+")[2]
            for page in document.pages
            for font in page.Resources.get("/Font", {}).values()
        }


def _page_text(page: Any) -> str:
    tables = {name: _table(font) for name, font in page.Resources.get("/Font", {}).items()}
    table: dict[int, str] = {}
    parts: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "Tf":
            table = tables[str(operands[0])]
        elif name == "ET":
            parts.append("\n")
        elif name in ("Tj", "TJ"):
            for piece in operands[0] if name == "TJ" else operands:
                if isinstance(piece, pikepdf.String):
                    codes = bytes(piece)
                    parts += [
                        table.get(int.from_bytes(codes[at : at + 2]), "�")
                        for at in range(0, len(codes), 2)
                    ]
    return "".join(parts)


def _table(font: Any) -> dict[int, str]:
    """Code to characters, from the font's ToUnicode."""
    text = font.ToUnicode.read_bytes().decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        for code, characters in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(characters).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        for row in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            first, last, start = (int(each, 16) for each in row)
            found |= {code: chr(start + code - first) for code in range(first, last + 1)}
    return found
