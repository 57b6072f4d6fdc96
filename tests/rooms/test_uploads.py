"""Photos and papers: before sending, after sending, at the desk, and what the database holds."""

import random
import tempfile
import threading
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa

from portal.cases.attachments import NewFile
from portal.cases.kinds import KINDS
from portal.cases.models import Attachment, Case
from portal.files import limits
from portal.intake import multipart, receiving, uploads, visits
from portal.intake.models import DraftFile
from portal.vault import VaultError
from tests.rooms.desk.at_the_desk import (
    change,
    log_of,
)  # fmt: skip
from tests.support import samples
from tests.support.clamd import EICAR, clamd
from tests.support.files import attached, content_of, files_of
from tests.support.samples import CANARY
from tests.support.visitor import Visitor
from tests.support.world import MEDIATION, QUESTION, World, make_world

pytestmark = pytest.mark.both_databases


DRAFT = "/en/ask/mediation/files"
FOLLOW = "/en/follow/case/files"


def upload(
    visitor: Visitor, *files: bytes, page: str = DRAFT, item: str = "identity", name: str = "p.jpg"
) -> int:
    """Send files with the form of a page; the status of the first answer."""
    if str(visitor.page.url.path if visitor._page else "") != page:
        visitor.get(page)
    csrf = visitor.form(page).values["csrf"][0]
    parts = [("file", (name, each)) for each in files]
    answer = visitor.client.post(
        page, data={"csrf": csrf, "item": item}, files=parts or [("file", ("", b""))],
        follow_redirects=False,
    )  # fmt: skip
    if answer.status_code == 303:
        visitor.get(answer.headers["location"])
    else:
        visitor._seen(answer)
    return answer.status_code


def count(world: World, table: Any) -> int:
    return world.db.read_now(lambda s: s.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def heavy(seed: int) -> bytes:
    """A PDF of nine megabytes that nothing makes smaller."""
    document = pikepdf.new()
    document.add_blank_page()
    noise = random.Random(seed).randbytes(9 * limits.MEGABYTE)
    document.pages[0].Contents = document.make_stream(noise)
    return samples.written(document, compress_streams=False)


def put_draft(world: World, visitor: Visitor, kind: str, answers: dict[str, Any]) -> None:
    """The answers of all steps at once, as if each page had been sent."""
    token = visitor.client.cookies["visit"]
    steps = tuple(step.key for step in KINDS[kind].path(answers))
    draft = visits.Draft(answers, steps)
    world.db.write_now(visits.save_draft, token, kind, draft, datetime.now(UTC))


def send_draft(world: World, visitor: Visitor, kind: str) -> str:
    """Read back and send: the id of the case."""
    visitor.get(f"/en/ask/check?kind={kind}")
    assert visitor.page.url.path == "/en/ask/check", visitor.page.url
    visitor.submit(form="check")
    assert visitor.page.url.path == "/en/ask/sent"
    newest = sa.select(Case.id).order_by(Case.created.desc()).limit(1)
    return world.db.read_now(lambda s: s.scalars(newest).one())


def reader_of(world: World, code: str) -> Visitor:
    reader = world.visitor()
    reader.get("/en/follow")
    reader.submit({"code": code})
    assert reader.page.url.path == "/en/follow/case"
    return reader


# Before sending ------------------------------------------------------------------------------


def test_files_wait_with_the_draft_and_go_with_the_request(world: World) -> None:
    visitor = world.visitor()
    assert upload(visitor, samples.jpeg(), samples.heic(), item="identity") == 303
    assert upload(visitor, samples.loaded_pdf(), item="attempt_proof") == 303
    page = visitor.page.text
    assert page.count("A paper that shows who you are</dt>") == 2
    assert "Proof that you tried it yourself" in page
    assert "PDF, 1 page" in page
    assert (count(world, DraftFile), count(world, Attachment)) == (3, 0)
    put_draft(world, visitor, "mediation", MEDIATION)
    visitor.get("/en/ask/check")
    assert visitor.page.text.count("A paper that shows who you are") == 2
    case_id = send_draft(world, visitor, "mediation")
    assert count(world, DraftFile) == 0
    files = files_of(world, case_id)
    assert sorted((f.item, f.format) for f in files) == [
        ("attempt_proof", "pdf"), ("identity", "jpeg"), ("identity", "jpeg"),
    ]  # fmt: skip
    for file in files:
        assert not file.for_embassy
        content = content_of(world, file.id)
        assert len(content) == file.size
        assert CANARY.encode() not in content


def test_sending_twice_attaches_once(world: World) -> None:
    visitor = world.visitor()
    upload(visitor, samples.jpeg(), page="/en/ask/question/files", item="other")
    put_draft(world, visitor, "question", QUESTION)
    visitor.get("/en/ask/check?kind=question")
    form = visitor.form("check")
    visitor.send(form, {})
    visitor.send(form, {})
    assert (count(world, Case), count(world, Attachment)) == (1, 1)


def test_the_same_file_twice_is_one_and_can_be_taken_away(world: World) -> None:
    visitor = world.visitor()
    upload(visitor, samples.jpeg(), samples.jpeg())
    upload(visitor, samples.jpeg())
    assert count(world, DraftFile) == 1
    visitor.submit(form="remove")
    assert "The file was taken away" in visitor.page.text
    assert count(world, DraftFile) == 0


def test_another_visit_sees_and_removes_nothing(world: World) -> None:
    owner, other = world.visitor(), world.visitor()
    upload(owner, samples.jpeg())
    file_id = owner.form("remove").values["file"][0]
    upload(other, samples.png())
    other.post(f"{DRAFT}/remove", {"csrf": other.form().values["csrf"][0], "file": file_id})
    assert count(world, DraftFile) == 2
    other.get(DRAFT)
    assert file_id not in other.page.text


def test_files_end_with_the_visit(world: World) -> None:
    visitor = world.visitor()
    upload(visitor, samples.jpeg())
    visitor.post("/en/end")
    assert count(world, DraftFile) == 0


def test_kinds_that_need_no_papers_take_none(world: World) -> None:
    visitor = world.visitor()
    for kind in ("iom_support", "appointment", "nothing", "medical"):
        assert visitor.get(f"/en/ask/{kind}/files").status_code == 404
        assert visitor.post(f"/en/ask/{kind}/files").status_code == 404


def test_on_a_shared_screen_nothing_is_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = world.visitor()
    visitor.get(DRAFT)
    form = visitor.form()
    for room in (uploads, receiving):
        monkeypatch.setattr(room, "is_kiosk", lambda _request: True)
    visitor.get(DRAFT)
    assert "Bring your papers to the talk" in visitor.page.text
    assert 'type="file"' not in visitor.page.text
    answer = visitor.client.post(
        DRAFT, data={"csrf": form.values["csrf"][0], "item": "identity"},
        files=[("file", ("a.jpg", samples.jpeg()))],
    )  # fmt: skip
    assert answer.status_code == 403
    assert count(world, DraftFile) == 0


@pytest.mark.parametrize(("tag", "size"), [("nl", "1,5 MB"), ("en", "1.5 MB"), ("ar", "1.5")])
def test_sizes_are_written_as_the_reader_writes_them(world: World, tag: str, size: str) -> None:
    visitor = world.visitor()
    visitor.get(DRAFT)
    token = visitor.client.cookies["visit"]
    file = NewFile("identity", "jpeg", 1, bytes(3 * limits.MEGABYTE // 2), "digest")
    world.db.write_now(uploads._keep_in_draft, token, "mediation", file, datetime.now(UTC))
    page = visitor.get(DRAFT.replace("/en/", f"/{tag}/")).text
    assert f'<bdi dir="ltr">{size}' in page
    case_id, _ = world.send("mediation", MEDIATION)
    world.route()
    attached(world, case_id, bytes(3 * limits.MEGABYTE // 2))
    desk = world.signed_in("supervisor-assen-1").get(f"/desk/cases/{case_id}").text
    assert '<bdi dir="ltr">1,5 MB</bdi>' in desk


# Refusals ------------------------------------------------------------------------------------

BAD = {
    "nothing in it": (b"", limits.EMPTY),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', limits.UNKNOWN),
    "html": (b"<!doctype html><script>alert(1)</script>", limits.UNKNOWN),
    "gifar": (samples.saved(samples.picture(), "GIF") + samples.archive(), limits.UNKNOWN),
    "html before a pdf": (b"<html></html>" + samples.pdf(), limits.UNKNOWN),
    "half a photo": (samples.jpeg()[:300], limits.BROKEN),
    "pixel bomb": (samples.claimed_size(60_000, 60_000), limits.TOO_MANY_PIXELS),
    "locked": (
        samples.pdf(encryption=pikepdf.Encryption(user="x", owner="y")), limits.LOCKED,
    ),
    "many pages": (samples.pdf(51), limits.TOO_MANY_PAGES),
    "one byte too large": (samples.jpeg() + bytes(limits.LARGEST + 1 - len(samples.jpeg())),
                           limits.TOO_LARGE),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_a_reason_and_the_portal_goes_on(world: World, name: str) -> None:
    content, reason = BAD[name]
    visitor = world.visitor()
    assert upload(visitor, content, name="photo.jpg") == 422
    assert reason in visitor.page.text
    assert "photo.jpg" in visitor.page.text
    assert visitor.form(DRAFT).values["item"] == ["identity"]  # what was chosen stays chosen
    assert count(world, DraftFile) == 0
    assert upload(visitor, samples.jpeg()) == 303  # alive, and the way on is the same form
    assert count(world, DraftFile) == 1


def test_good_files_beside_a_bad_one_are_kept(world: World) -> None:
    visitor = world.visitor()
    assert upload(visitor, samples.jpeg(), b"nothing", samples.png()) == 422
    assert visitor.page.text.count(limits.UNKNOWN) == 1
    assert count(world, DraftFile) == 2


def test_twelve_files_and_no_more(world: World) -> None:
    visitor = world.visitor()
    files = [samples.jpeg(samples.picture((20 + n, 20))) for n in range(13)]
    assert upload(visitor, *files[:12]) == 303
    assert "as many files as we can take" in visitor.page.text
    csrf = visitor.form().values["csrf"][0]
    answer = visitor.client.post(
        DRAFT, data={"csrf": csrf, "item": "identity"}, files=[("file", ("a.jpg", files[12]))]
    )
    assert answer.status_code == 422
    assert limits.TOO_MANY_FILES in answer.text
    assert count(world, DraftFile) == 12


def test_twenty_five_megabytes_and_no_more(world: World) -> None:
    visitor = world.visitor()
    assert upload(visitor, heavy(1), heavy(2)) == 303
    assert upload(visitor, heavy(3)) == 422
    assert limits.TOO_MUCH in visitor.page.text
    assert count(world, DraftFile) == 2
    assert upload(visitor, samples.jpeg()) == 303


def test_a_form_of_26_megabytes_gets_a_page(world: World) -> None:
    visitor = world.visitor()
    part = samples.jpeg() + bytes(9 * limits.MEGABYTE)
    assert upload(visitor, part, part + b"1", part + b"2", samples.png()) == 422
    assert visitor.page.text.count(limits.TOO_MUCH) == 1
    assert count(world, DraftFile) == 3  # the two that fitted, and the small one after it


def test_a_larger_form_is_cut_off_and_other_routes_keep_their_limit(world: World) -> None:
    visitor = world.visitor()
    visitor.get(DRAFT)
    csrf = visitor.form().values["csrf"][0]
    headers = {"content-type": "multipart/form-data; boundary=x",
               "content-length": str(multipart.LARGEST_BODY + 1)}  # fmt: skip
    answer = visitor.client.post(DRAFT, content=b"x", headers=headers)
    assert answer.status_code == 413
    for path in (f"{DRAFT}/remove", "/en/ask/question", "/en/follow", "/en/ask/check"):
        answer = visitor.client.post(path, data={"csrf": csrf, "text": "x" * 70_000})
        assert answer.status_code == 413, path


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--",
         "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + b"y" * 900 + b"\r\n--x--",
         "multipart/form-data; boundary=x"),
        (b"nonsense", "multipart/form-data; boundary=x"),
        (b"a=b", "multipart/form-data"),
        (b"a=b", "multipart/form-data; boundary=" + "y" * 5000),
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"", ""),
        (b"--x\r\n" + b"A: b\r\n" * 9000 + b"\r\n", "multipart/form-data; boundary=x"),
        (b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % n
                  for n in range(99)) + b"--x--", "multipart/form-data; boundary=x"),
        (b"".join(b'--x\r\nContent-Disposition: form-data; name="f"; filename="%d"\r\n\r\n1\r\n' % n
                  for n in range(99)) + b"--x--", "multipart/form-data; boundary=x"),
    ],
)  # fmt: skip
def test_forms_that_are_none_get_a_page(world: World, body: bytes, kind: str) -> None:
    visitor = world.visitor()
    visitor.post(DRAFT, content=body, headers={"content-type": kind})
    assert visitor.page.status_code == 422
    assert "Not everything was kept" in visitor.page.text
    assert count(world, DraftFile) == 0


def test_a_form_of_another_visit_keeps_nothing(world: World) -> None:
    stranger, visitor = world.visitor(), world.visitor()
    stranger.get(DRAFT)
    visitor.get(DRAFT)
    answer = visitor.client.post(
        DRAFT, data={"csrf": stranger.form().values["csrf"][0], "item": "identity"},
        files=[("file", ("a.jpg", samples.jpeg()))],
    )  # fmt: skip
    assert answer.status_code == 422
    assert count(world, DraftFile) == 0


def test_names_of_files_turn_nothing_around(world: World) -> None:
    visitor = world.visitor()
    upload(visitor, b"x", name="\u202egpj.exe<script>")
    assert "\u202e" not in visitor.page.text
    assert "<script>" not in visitor.page.text.split("error-summary", 1)[1].split("</ul>")[0]


def test_nothing_touches_the_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, lambda *_, **__: pytest.fail("a temporary file"))
    visitor = world.visitor()
    assert upload(visitor, samples.jpeg() + bytes(3 * limits.MEGABYTE), samples.pdf()) == 303


def test_too_many_at_once_are_asked_to_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "RECEIVING", threading.BoundedSemaphore(1))
    receiving.RECEIVING.acquire()
    visitor = world.visitor()
    visitor.get(DRAFT)
    answer = visitor.client.post(
        DRAFT, data={"csrf": visitor.form().values["csrf"][0], "item": "identity"},
        files=[("file", ("a.jpg", samples.jpeg()))],
    )  # fmt: skip
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert receiving.BUSY in answer.text
    receiving.RECEIVING.release()
    assert upload(visitor, samples.jpeg()) == 303


# The scanner ---------------------------------------------------------------------------------


@pytest.fixture
def scanned(database_url: str, tmp_path: Any) -> Any:
    """A portal with a scanner: (world, scanner)."""
    with clamd() as scanner:
        made = make_world(database_url, tmp_path, clamd=scanner.address)
        yield made, scanner
        made.close()


def test_a_virus_is_not_kept(scanned: Any) -> None:
    world, scanner = scanned
    visitor = world.visitor()
    assert upload(visitor, samples.jpeg() + EICAR) == 422
    assert limits.VIRUS in visitor.page.text
    assert count(world, DraftFile) == 0
    assert upload(visitor, samples.jpeg()) == 303
    assert len(scanner.seen) == 2


def test_no_scanner_no_file(scanned: Any, capsys: pytest.CaptureFixture[str]) -> None:
    world, scanner = scanned
    visitor = world.visitor()
    visitor.get(DRAFT)
    scanner.answer = b"INSTREAM size limit exceeded. ERROR\0"
    assert upload(visitor, samples.jpeg()) == 422
    scanner.server_close()
    scanner.shutdown()
    assert upload(visitor, samples.jpeg()) == 422
    assert limits.SCANNER_AWAY in visitor.page.text
    assert count(world, DraftFile) == 0
    said = capsys.readouterr()
    assert (said.out + said.err).count("scanner failed") == 2


# After sending -------------------------------------------------------------------------------


def test_files_are_added_with_the_code_and_never_read_back(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    reader = reader_of(world, code)
    reader.get("/en/follow/case")
    assert FOLLOW in reader.page.text
    assert upload(reader, samples.jpeg(), page=FOLLOW, item="other") == 303
    assert upload(reader, samples.jpeg(), page=FOLLOW, item="other") == 303
    assert len(files_of(world, case_id)) == 1
    assert log_of(world, case_id).count("file_added") == 1
    assert "Another paper" in reader.page.text
    assert "remove" not in reader.page.text.split("<main", 1)[1].split("</main>")[0].replace(
        "is removed", ""
    )
    file_id = files_of(world, case_id)[0].id
    assert file_id not in reader.page.text
    assert reader.get(f"{FOLLOW}/{file_id}").status_code == 404
    other = reader_of(world, world.send("question", QUESTION)[1])
    other.get(FOLLOW)
    assert "No photos or papers yet" in other.page.text


def test_a_file_answers_a_question_of_the_desk(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    world.route()
    change(world, sa.update(Case).where(Case.id == case_id).values(state="info_needed"))
    upload(reader_of(world, code), samples.jpeg(), page=FOLLOW, item="other")
    assert log_of(world, case_id)[-2:] == ["file_added", "answer"]


def test_a_closed_request_takes_no_files(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    reader = reader_of(world, code)
    reader.get(FOLLOW)
    csrf = reader.form().values["csrf"][0]
    change(world, sa.update(Case).where(Case.id == case_id).values(state="done", open=False))
    reader.client.post(
        FOLLOW, data={"csrf": csrf, "item": "other"}, files=[("file", ("a.jpg", samples.jpeg()))]
    )
    reader.get(FOLLOW)
    assert 'type="file"' not in reader.page.text
    assert files_of(world, case_id) == ()


def test_a_case_has_room_for_twelve(world: World) -> None:
    case_id, code = world.send("question", QUESTION)
    for number in range(11):
        attached(world, case_id, bytes([number]))
    reader = reader_of(world, code)
    pictures = [samples.jpeg(samples.picture((20 + n, 20))) for n in range(2)]
    assert upload(reader, *pictures, page=FOLLOW, item="other") == 422
    assert limits.TOO_MANY_FILES in reader.page.text
    assert len(files_of(world, case_id)) == 12


# In the database -----------------------------------------------------------------------------


def every_byte(world: World) -> bytes:
    """All cells of all tables."""
    found = []

    def collect(session: sa.orm.Session) -> None:
        for table in sa.inspect(session.connection()).get_table_names():
            for row in session.execute(sa.text(f'SELECT * FROM "{table}"')):  # noqa: S608
                found.extend(c if isinstance(c, bytes) else str(c).encode() for c in row)

    world.db.read_now(collect)
    return b"\n".join(found)


def test_everything_is_sealed(world: World) -> None:
    document = pikepdf.new()
    document.add_blank_page()
    document.pages[0].Contents = document.make_stream(b"% " + CANARY.encode() * 9)
    file = samples.written(document, compress_streams=False)
    visitor = world.visitor()
    upload(visitor, file, item="identity", name=f"{CANARY}.pdf")
    held = every_byte(world)
    for word in (CANARY, "%PDF", "identity", "mediation"):
        assert word.encode() not in held
    put_draft(world, visitor, "mediation", MEDIATION)
    case_id = send_draft(world, visitor, "mediation")
    held = every_byte(world)
    for word in (CANARY, "%PDF", "identity"):
        assert word.encode() not in held
    (line,) = files_of(world, case_id)
    assert content_of(world, line.id).startswith(b"%PDF")


def test_sealed_bytes_open_in_their_own_place_alone(world: World) -> None:
    case_id, _ = world.send("question", QUESTION)
    one, two = attached(world, case_id, b"one"), attached(world, case_id, b"two")

    def swap(session: sa.orm.Session) -> None:
        a, b = session.get_one(Attachment, one), session.get_one(Attachment, two)
        a.content, b.content = b.content, a.content
        a.file_key, b.file_key = b.file_key, a.file_key

    world.db.write_now(swap)
    with pytest.raises(VaultError):
        content_of(world, one)
