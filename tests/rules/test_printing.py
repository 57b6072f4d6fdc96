"""PDFs: every script shaped, each line in its direction, and no empty box without a word."""

import io
import json
from typing import Any

import hypothesis
import pytest
import typst
from hypothesis import strategies as st
from PIL import Image

from portal.cases.workflow import NEXT
from portal.desk.export.printing import FONTS, TEMPLATE, as_pdf, direction, lines_of
from portal.i18n import live_languages, translate
from tests.support.pdf_text import fonts_of, pdf_text


def document(text: str) -> dict[str, Any]:
    return {
        "lang": "nl",
        "title": "Zaak",
        "footer": "AB12-CD34",
        "notice": "Gemaakt.",
        "missing": "Ontbreekt: %(signs)s.",
        "sections": [
            {"title": "Deel", "items": [{"label": "L", "meta": "m", "lines": lines_of(text)}]}
        ],
    }


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("السفارة AB12", "rtl"),
        ("AB12 السفارة", "ltr"),
        ("12 – سڵاو", "rtl"),
        ("ሰላም", "ltr"),
        ("", "ltr"),
        ("123 …", "ltr"),
    ],
)
def test_a_line_has_the_direction_of_its_first_letter(line: str, way: str) -> None:
    assert direction(line) == way


def test_overrides_controls_and_halves_of_signs_are_taken_out() -> None:
    lines = lines_of("a\u202eb\u202c\x00\x1b\nc\ud800d\r\n\ne")
    assert [line["text"] for line in lines] == ["ab", "cd", "", "e"]


@pytest.mark.parametrize("tag", [language.tag for language in live_languages()])
def test_every_language_is_printed_without_a_box(tag: str) -> None:
    text = translate(tag, NEXT["in_progress"])
    pdf = as_pdf(document(text))
    assert "Ontbreekt" not in pdf_text(pdf)
    assert "�" not in pdf_text(pdf)


def test_arabic_letters_are_joined() -> None:
    """Joined letters are other glyphs than those that stand alone."""

    def glyphs(text: str) -> set[str]:
        return {c for c in pdf_text(as_pdf(document(text))) if "\u0600" < c < "\u0700"}

    def drawn(text: str) -> bytes:
        return picture(document(text)).tobytes()

    assert glyphs("سلام") == glyphs("س\u200cل\u200cا\u200cم") == set("سلام")
    assert drawn("سلام") != drawn("س\u200cل\u200cا\u200cم")


def picture(what: dict[str, Any]) -> Image.Image:
    """The first page as a picture, grey."""
    data = {"fonts": FONTS, "signs": [], "warning": "", **what}
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, sys_inputs={"data": json.dumps(data)})
    png, _ = compiler.compile_with_warnings(format="png", ppi=72)
    first = png[0] if isinstance(png, list) else png
    assert first is not None
    return Image.open(io.BytesIO(first)).convert("L")


def ink(image: Image.Image) -> tuple[int, int]:
    """Dark points in the left and in the right half, below the head of the page."""
    width, height = image.size
    dark = image.point(lambda value: 255 if value < 128 else 0)
    halves = (
        dark.crop((0, height // 5, width // 2, height - 80)),
        dark.crop((width // 2, height // 5, width, height - 80)),
    )
    left, right = (half.histogram()[255] for half in halves)
    return left, right


def test_right_to_left_lines_begin_on_the_right() -> None:
    left, right = ink(picture(document("\n".join(["السفارة"] * 20))))
    assert right > 100 > left - 100
    assert right > left
    left, right = ink(picture(document("\n".join(["ambassade"] * 20))))
    assert left > right


def test_a_sign_without_a_font_is_named_on_the_first_page() -> None:
    pdf = as_pdf(document("Hallo \U0001f9d1\u200d\U0001f680 \U000e0041 ሰላም"))
    assert "Ontbreekt: U+" in pdf_text(pdf)
    assert "Hallo" in pdf_text(pdf)


def test_a_machine_without_fonts_says_so() -> None:
    pdf = as_pdf(document("Hallo ሰላም 我"), system_fonts=False)
    text = pdf_text(pdf).replace("\n", " ")
    assert "Hallo" in text
    for sign in "ሰላም我":
        assert f"U+{ord(sign):04X}" in text
    assert not [font for font in fonts_of(pdf) if font.startswith("Noto")]


def test_a_thousand_lines_are_all_there() -> None:
    text = "\n".join(f"regel {number} van de brief" for number in range(1000))
    found = pdf_text(as_pdf(document(text)))
    assert all(f"regel {number} van de brief" in found for number in range(1000))


def test_a_word_without_end_and_markup_are_only_text() -> None:
    found = pdf_text(as_pdf(document("x" * 3000 + "\n#{panic()} #set text(1pt) = kop\n- lijst")))
    assert found.replace("\n", "").count("x") >= 3000
    assert "#{panic()} #set text(1pt) = kop" in found
    assert "- lijst" in found


@hypothesis.settings(max_examples=60)
@hypothesis.given(st.text(st.characters(codec=None), max_size=300))
def test_whatever_was_written_is_set(text: str) -> None:
    assert as_pdf(document(text)).startswith(b"%PDF")
