"""Files made anew: what stays, what goes, what is refused, and what opening one can't do to us."""

import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from portal import ROOT
from portal.files import clamd as scanner
from portal.files import limits
from portal.files import rework as parent
from portal.files.documents import without_remarks
from portal.files.limits import Refused, format_of
from portal.files.rework import Clean, rework
from tests.support import samples
from tests.support.clamd import EICAR, clamd
from tests.support.samples import CANARY


def refusal(received: bytes) -> str:
    with pytest.raises(Refused) as refused:
        rework(received)
    return refused.value.args[0]


def outcome(received: bytes) -> str:
    """ "clean", or why not."""
    try:
        rework(received)
    except Refused as refused:
        return refused.args[0]
    return "clean"


def colour(image: Image.Image, x: int, y: int) -> Any:
    return image.getpixel((x, y))


def opened(clean: Clean) -> Image.Image:
    image = Image.open(BytesIO(clean.content))
    image.load()
    return image


PHOTOS: dict[str, Callable[..., bytes]] = {
    "jpeg": samples.jpeg,
    "png": samples.png,
    "heic": samples.heic,
}


@pytest.mark.parametrize("kind", PHOTOS)
def test_a_photo_becomes_a_jpeg_without_remarks(kind: str) -> None:
    received = PHOTOS[kind]()
    assert CANARY.encode() in received
    clean = rework(received)
    assert (clean.format, clean.pages) == ("jpeg", 1)
    assert CANARY.encode() not in clean.content
    image = opened(clean)
    assert (image.format, dict(image.getexif())) == ("JPEG", {})
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    red, blue = colour(image, 3, 3), colour(image, image.width - 3, image.height - 3)
    assert red[0] > 180 > 60 > red[2]
    assert blue[2] > 180 > 60 > blue[0]


@pytest.mark.parametrize("kind", ["jpeg", "heic"])
def test_a_photo_stands_upright(kind: str) -> None:
    on_its_side = PHOTOS[kind](samples.picture((64, 48)), orientation=6)  # to be turned clockwise
    image = opened(rework(on_its_side))
    assert image.size == (48, 64)
    assert colour(image, 45, 3)[0] > 180  # what was above left is above right now


@pytest.mark.parametrize("kind", PHOTOS)
def test_twelve_megapixels_are_made_small(kind: str) -> None:
    received = PHOTOS[kind](samples.scene((4000, 3000)))
    assert format_of(received) == kind
    assert len(received) < limits.LARGEST
    image = opened(rework(received))
    assert image.size == (2400, 1800)


@pytest.mark.parametrize(
    ("mode", "saved_as"),
    [("L", "JPEG"), ("CMYK", "JPEG"), ("1", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("RGBA", "PNG")],
)
def test_every_mode_of_a_picture_is_readable(mode: str, saved_as: str) -> None:
    image = opened(rework(samples.saved(samples.picture().convert(mode), saved_as)))
    assert image.mode in ("L", "RGB")
    assert image.size == (60, 40)


def test_what_one_could_see_through_is_white() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert opened(rework(samples.saved(clear, "PNG"))).getpixel((5, 5)) == (255, 255, 255)
    with_colour_key = samples.saved(Image.new("RGB", (20, 20)), "PNG", transparency=(0, 0, 0))
    assert opened(rework(with_colour_key)).getpixel((5, 5)) == (255, 255, 255)


def test_sixteen_bits_of_gray_stay_gray() -> None:
    gray = Image.new("I;16", (20, 20), 128 * 256)
    assert opened(rework(samples.saved(gray, "PNG"))).getpixel((5, 5)) == 128


def test_the_same_file_gives_the_same_bytes() -> None:
    for received in (samples.jpeg(), samples.loaded_pdf()):
        assert rework(received) == rework(received)


def test_a_pdf_keeps_its_pages_and_nothing_else() -> None:
    received = samples.loaded_pdf()
    assert received.count(CANARY.encode()) > 3
    clean = rework(received)
    for word in (CANARY, "JavaScript", "OpenAction", "EmbeddedFile", "Launch", "cmd.exe", "/AA"):
        assert word.encode() not in clean.content
    document = pikepdf.open(BytesIO(clean.content))
    assert set(document.Root.keys()) == {"/Type", "/Pages"}
    assert "/Info" not in document.trailer
    page = document.pages[0]
    assert "/Annots" not in page.obj
    photo = page.obj.Resources.XObject.Photo
    assert set(photo.keys()) & {"/Metadata", "/Filter"} == {"/Filter"}
    assert Image.open(BytesIO(photo.read_raw_bytes())).size == (60, 40)
    assert any(  # what was stamped on the page is still seen
        b"FILLED-IN" in each.read_bytes() for each in document.objects
        if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Form"
    )  # fmt: skip


def test_a_pdf_of_fifty_pages_and_no_more() -> None:
    assert rework(samples.pdf(50)).pages == 50
    assert refusal(samples.pdf(51)) == limits.TOO_MANY_PAGES
    assert refusal(samples.written(pikepdf.new())) == limits.BROKEN


def test_a_locked_pdf_is_refused_and_one_that_opens_is_unlocked() -> None:
    locked = samples.pdf(encryption=pikepdf.Encryption(user="secret", owner="other"))
    assert refusal(locked) == limits.LOCKED
    for revision in (2, 3, 4, 6):
        lock = pikepdf.Encryption(
            user="", owner="other", R=revision, aes=revision > 3, metadata=revision > 3
        )
        clean = rework(samples.pdf(encryption=lock))
        assert not pikepdf.open(BytesIO(clean.content)).is_encrypted


POLYGLOTS = {
    "jpeg and zip": samples.jpeg() + samples.archive(),
    "png and zip": samples.png() + samples.archive(),
    "jpeg and html": samples.jpeg() + b"<script>alert('CANARY-9f3b')</script>",
    "pdf and zip": samples.pdf() + samples.archive(),
    "pdf and html": samples.pdf() + b"<html>CANARY-9f3b</html>",
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_a_second_file_behind_the_first_is_gone(name: str) -> None:
    clean = rework(POLYGLOTS[name])
    assert b"PK\3\4" not in clean.content
    assert CANARY.encode() not in clean.content


STRANGERS = {
    "html before a pdf": b"<html><script>alert(1)</script></html>\n" + samples.pdf(),
    "gif": samples.saved(samples.picture(), "GIF"),
    "gifar": samples.saved(samples.picture(), "GIF") + samples.archive(),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "zip": samples.archive(),
    "tiff": samples.saved(samples.picture(), "TIFF"),
    "webp": samples.saved(samples.picture(), "WEBP"),
    "avif": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + bytes(200),
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "program": b"MZ\x90\0" + bytes(200),
    "one byte": b"\xff",
}


@pytest.mark.parametrize("name", STRANGERS)
def test_other_kinds_are_not_even_opened(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "_ask_child", lambda _received: pytest.fail("it was opened"))
    assert refusal(STRANGERS[name]) == limits.UNKNOWN


@pytest.mark.parametrize("kind", [*PHOTOS, "pdf"])
def test_half_a_file_is_refused(kind: str) -> None:
    whole = (PHOTOS | {"pdf": samples.loaded_pdf})[kind]()
    for part in (20, len(whole) // 3):
        assert refusal(whole[:part]) == limits.BROKEN


def test_sizes_have_borders() -> None:
    assert refusal(b"") == limits.EMPTY
    just_fits = samples.jpeg() + bytes(limits.LARGEST - len(samples.jpeg()))
    assert rework(just_fits).format == "jpeg"
    assert refusal(just_fits + b"\0") == limits.TOO_LARGE


def test_a_bomb_is_refused_by_its_header() -> None:
    started = time.monotonic()
    assert refusal(samples.claimed_size(60_000, 60_000)) == limits.TOO_MANY_PIXELS
    assert refusal(samples.claimed_size(7_750, 7_750)) == limits.TOO_MANY_PIXELS
    assert refusal(samples.claimed_size(7_740, 7_740)) == limits.BROKEN  # small enough to be tried
    assert time.monotonic() - started < 15


def test_a_pdf_bomb_is_stopped() -> None:
    document = pikepdf.new()
    document.add_blank_page()
    bomb = document.make_stream(bytes(400 * limits.MEGABYTE))
    document.pages[0].Contents = pikepdf.Array([bomb] * 40)
    started = time.monotonic()
    assert outcome(samples.written(document)) in ("clean", limits.TOO_HEAVY, limits.BROKEN)
    assert time.monotonic() - started < parent.PATIENCE + 5


@settings(max_examples=60)
@given(st.binary(max_size=600))
def test_random_bytes_are_refused(noise: bytes) -> None:
    assert refusal(noise) in (limits.EMPTY, limits.UNKNOWN, limits.BROKEN)


@settings(max_examples=40)
@given(
    st.sampled_from([*PHOTOS, "pdf"]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_damaged_files_give_a_clean_file_or_a_reason(
    kind: str, damage: list[tuple[int, int]]
) -> None:
    file = bytearray(WHOLE[kind])
    for where, byte in damage:
        file[where % len(file)] = byte
    assert outcome(bytes(file)) in {"clean", *limits.FROM_THE_CHILD, limits.UNKNOWN}


WHOLE = {kind: make() for kind, make in PHOTOS.items()} | {"pdf": samples.loaded_pdf()}


def in_the_child(code: str) -> subprocess.CompletedProcess[str]:
    """Run a line as something that broke out of a decoder would."""
    return subprocess.run(
        [sys.executable, "-c", f"from portal.files import child\n{code}"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "deed",
    [
        "open('/etc/hostname')",
        "import socket; socket.socket()",
        "import os; os.dup(0)",
        "bytearray(2_000_000_000)",
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))"
        " if __import__('os').getuid() else open('/')",
    ],
)
def test_the_child_has_an_empty_room(deed: str) -> None:
    free = in_the_child(deed.replace("open('/')", "print()"))
    assert free.returncode == 0, free.stderr
    locked = in_the_child(f"import socket, os, resource\nchild.lock()\n{deed}")
    assert locked.returncode == 1
    assert "Error" in locked.stderr


def test_the_child_has_little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    locked = in_the_child("child.SECONDS = 1\nchild.lock()\nwhile True: pass")
    assert locked.returncode < 0  # killed by the system
    monkeypatch.setattr(parent, "PATIENCE", 0.01)
    assert refusal(samples.jpeg()) == limits.TOO_HEAVY


@pytest.mark.parametrize(
    "answer",
    [b"", b"clean", b"clean jpeg 1\n<html>", b"clean html 1\n<html>", b"clean pdf x\n%PDF-1.7",
     b"refused <script>", b"\xff\xfe\n", b"clean jpeg -1\n\xff\xd8\xff"],
)  # fmt: skip
def test_a_child_that_lies_is_not_believed(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "_ask_child", lambda _received: answer)
    assert refusal(samples.jpeg()) == limits.BROKEN


@given(st.binary(max_size=300))
def test_remarks_are_cut_from_any_bytes(noise: bytes) -> None:
    for received in (noise, b"\xff\xd8" + noise, b"\xff\xd8\xff\xe1" + noise):
        assert len(without_remarks(received)) <= len(received)


# The scanner ---------------------------------------------------------------------------------


def scanned(address: str, content: bytes) -> str:
    try:
        scanner.scan(address, content)
    except Refused as refused:
        return refused.args[0]
    return ""


def test_clamd_finds_what_it_knows() -> None:
    long = samples.jpeg() * 400
    with clamd() as server:
        assert scanned(server.address, samples.jpeg()) == ""
        assert scanned(server.address, EICAR) == limits.VIRUS
        assert scanned(server.address, long + EICAR) == limits.VIRUS
        assert server.seen == [samples.jpeg(), EICAR, long + EICAR]
    assert len(long) > 2 * scanner.CHUNK


def test_clamd_on_a_socket_of_the_file_system(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("c") / "clamd"
    with clamd(path) as server:
        assert scanned(server.address, EICAR) == limits.VIRUS
    assert scanned(str(path.with_name("none")), b"x") == limits.SCANNER_AWAY


@pytest.mark.parametrize(
    "answer",
    [b"INSTREAM size limit exceeded. ERROR\0", b"UNKNOWN COMMAND\0", b"stream: OK FOUNDX\0",
     b"x" * 9000, b"\0", b"stream: OK\nstream: OK\0"],
)  # fmt: skip
def test_no_clear_answer_is_no_yes(answer: bytes) -> None:
    with clamd() as server:
        server.answer = answer
        assert scanned(server.address, b"x") == limits.SCANNER_AWAY


def test_a_scanner_that_is_down_lets_nothing_through() -> None:
    with clamd() as server:
        address = server.address
    assert scanned(address, samples.jpeg()) == limits.SCANNER_AWAY


def test_without_a_scanner_nothing_is_asked() -> None:
    assert scanned("", EICAR) == ""
