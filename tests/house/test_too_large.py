"""A form that is larger than the portal takes: a page like any other, and nothing for the log."""

from collections.abc import Iterator

import pytest

from portal.files.limits import LARGEST
from portal.i18n import live_languages, translate
from portal.web.body import LARGEST_BODY
from portal.web.headers import security_headers
from tests.support.samples import jpeg
from tests.support.world import QUESTION, World

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOO_MUCH = b"text=" + b"x" * LARGEST_BODY


def in_pieces() -> Iterator[bytes]:
    """Sent without a Content-Length, so that nobody knows before how much it will be."""
    yield from (TOO_MUCH[n : n + 9000] for n in range(0, len(TOO_MUCH), 9000))


@pytest.mark.parametrize("pieces", [False, True], ids=["announced", "in pieces"])
def test_it_is_a_page_in_the_readers_language(
    world: World, pieces: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    visitor = world.visitor()
    for tag in (each.tag for each in live_languages()):
        for path in ("ask/question", "ask/question/later", "ask/check", "follow", "end"):
            content = in_pieces() if pieces else TOO_MUCH
            page = visitor.post(f"/{tag}/{path}", content=content, headers=FORM)
            if path == "end":  # nothing of this form is read, so it may be of any size
                assert page.status_code == 200
                continue
            assert page.status_code == 413
            assert f'<html lang="{tag}"' in page.text
            assert translate(tag, "This is too large") in page.text
            assert page.headers["Cache-Control"] == "no-store"
            for name, value in security_headers(world.settings):
                assert page.headers[name] == value
    assert "error" not in capsys.readouterr().out.lower()


def test_a_page_of_a_case_says_so_too(world: World) -> None:
    _, code = world.send("question", QUESTION)
    visitor = world.visitor()
    visitor.get("/nl/follow")
    visitor.submit({"code": code})
    page = visitor.post("/nl/follow/case", content=TOO_MUCH, headers=FORM)
    assert page.status_code == 413
    assert '<html lang="nl"' in page.text


def test_just_as_much_as_is_taken_is_read(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/en/ask/question")
    begin = f"csrf={visitor.form().values['csrf'][0]}&urgent=none&x=".encode()
    whole = begin + b"x" * (LARGEST_BODY - len(begin))
    assert visitor.post("/en/ask/question", content=whole, headers=FORM).status_code == 200
    assert visitor.post("/en/ask/question", content=whole + b"x", headers=FORM).status_code == 413


@pytest.mark.parametrize("length", ["-1", "x", "٣", "1" * 5000, ""])
def test_an_odd_length_is_no_way_round(world: World, length: str) -> None:
    headers = {**FORM, "Content-Length": length.encode()}
    page = world.visitor().post("/en/ask/question", content=in_pieces(), headers=headers)
    assert page.status_code == 413


def test_uploads_may_be_larger_and_have_an_end_too(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/nl/ask/question/files")
    form = visitor.form("files")
    parts = [("file", ("p.jpg", jpeg())), ("file", ("q.jpg", b"x" * (LARGEST_BODY * 4)))]
    data = {"csrf": form.values["csrf"][0], "item": "other"}
    kept = visitor.post("/nl/ask/question/files", data, files=parts)
    assert kept.status_code == 422  # one is no picture, and the page says which
    assert "q.jpg" in kept.text
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": f"{LARGEST}00"}
    page = visitor.post("/nl/ask/question/files", content=b"x", headers=headers)
    assert page.status_code == 413
    assert translate("nl", "This is too large") in page.text
