"""A form with files, read into memory alone.

Starlette's own reader writes files of more than a megabyte to a temporary folder, in the clear.
Here nothing touches a disk: what is over the limits is counted and dropped as it arrives, so a form
of any size costs 25 MB at most, and its sender gets a page that says what was too large.
"""

from dataclasses import dataclass, field

import python_multipart
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from portal.files.limits import ALL_TOGETHER, LARGEST, MOST_FILES, TOO_LARGE, TOO_MUCH, Refused
from portal.i18n import N_

MOST_FIELDS = 8
LONGEST_FIELD = 200
LARGEST_BODY = MOST_FILES * LARGEST + 64 * 1024
"""What is read, and mostly dropped, before the form is refused as a whole."""
UNREADABLE = N_("The form did not arrive whole. Please choose your files again.")


@dataclass
class ReceivedFile:
    """A file of a form. `problem` is a msgid when it was too large to be kept."""

    name: str
    content: bytearray = field(default_factory=bytearray)
    problem: str = ""


@dataclass
class Received:
    """What a form held. `broken`: it couldn't be read to its end, or had too many parts."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[ReceivedFile] = field(default_factory=list)
    broken: bool = False


async def receive(request: Request) -> Received:
    """Read the form of this request. What isn't a form with files is as an empty one."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 100:
        return Received()
    reader = _Reader()
    try:
        parser = python_multipart.MultipartParser(
            boundary,
            {
                "on_part_begin": reader.begin,
                "on_header_field": reader.header_name,
                "on_header_value": reader.header_value,
                "on_header_end": reader.header_end,
                "on_headers_finished": reader.headers_finished,
                "on_part_data": reader.data,
                "on_part_end": reader.end,
            },
        )
        async for chunk in request.stream():
            parser.write(chunk)
        parser.finalize()
    except (FormParserError, Refused):
        reader.received.broken = True
    return reader.received


class _Reader:
    """The callbacks of the parser, part by part."""

    def __init__(self) -> None:
        self.received = Received()
        self.kept = 0

    def begin(self) -> None:
        self.name = b""
        self.value = b""
        self.headers: dict[bytes, bytes] = {}
        self.field = ""
        self.text = bytearray()
        self.file: ReceivedFile | None = None

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self.name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self.value += data[start:end]

    def header_end(self) -> None:
        self.headers[self.name.lower()] = self.value
        self.name = self.value = b""

    def headers_finished(self) -> None:
        _, options = parse_options_header(self.headers.get(b"content-disposition", b""))
        self.field = options.get(b"name", b"").decode("utf-8", "replace")[:LONGEST_FIELD]
        if b"filename" not in options:
            if len(self.received.fields) >= MOST_FIELDS:
                raise Refused(UNREADABLE)
            return
        self.file = ReceivedFile(options[b"filename"].decode("utf-8", "replace"))
        if len(self.received.files) > 2 * MOST_FILES:
            raise Refused(UNREADABLE)

    def data(self, data: bytes, start: int, end: int) -> None:
        length = end - start
        if self.file is None:
            if len(self.text) + length > LONGEST_FIELD:
                raise Refused(UNREADABLE)
            self.text += data[start:end]
        elif not self.file.problem:
            if len(self.file.content) + length > LARGEST:
                self._drop(self.file, TOO_LARGE)
            elif self.kept + length > ALL_TOGETHER:
                self._drop(self.file, TOO_MUCH)
            else:
                self.file.content += data[start:end]
                self.kept += length

    def _drop(self, file: ReceivedFile, problem: str) -> None:
        self.kept -= len(file.content)
        file.content = bytearray()
        file.problem = problem

    def end(self) -> None:
        if self.file is None:
            self.received.fields[self.field] = self.text.decode("utf-8", "replace")
        elif self.file.name or self.file.content or self.file.problem:
            self.received.files.append(self.file)  # a field that was left empty is none
