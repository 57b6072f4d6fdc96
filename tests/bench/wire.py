"""A plain HTTP/1.1 client: bytes as they are on the wire, time as the server takes it."""

import re
import socket
import threading
import time
from dataclasses import dataclass
from statistics import median
from urllib.parse import urljoin, urlsplit

import brotli

from tests.support.page_lint import elements

BLOCKING = ("stylesheet",)
"""Kinds of <link> that a browser waits for before it shows the page; scripts here are deferred."""


@dataclass(frozen=True)
class Answer:
    """An answer with its size: status line, headers and compressed body."""

    status: int
    head: str
    body: bytes
    size: int

    @property
    def text(self) -> str:
        coded = "content-encoding: br" in self.head.lower()
        return (brotli.decompress(self.body) if coded else self.body).decode()

    def header(self, name: str) -> list[str]:
        return re.findall(rf"(?im)^{name}:\s*(.*?)\r?$", self.head)


class Connection:
    """One kept-alive connection to one server."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self.host = f"{parts.hostname}:{parts.port}"
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, headers: str = "") -> Answer:
        return self.ask(f"GET {path} HTTP/1.1\r\n{headers}", b"")

    def post(self, path: str, form: bytes, headers: str = "") -> Answer:
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        length = f"Content-Length: {len(form)}\r\n"
        return self.ask(f"POST {path} HTTP/1.1\r\n{headers}{kind}{length}", form)

    def ask(self, head: str, body: bytes) -> Answer:
        own = f"Host: {self.host}\r\nAccept-Encoding: br\r\n\r\n"
        self._socket.sendall((head + own).encode() + body)
        return self._answer()

    def close(self) -> None:
        self._socket.close()

    def _answer(self) -> Answer:
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, rest = got.partition(b"\r\n\r\n")
        text = head.decode("latin-1")
        if text[9:12] == "304":
            return Answer(304, text, b"", len(head) + 4)
        if length := re.search(r"(?im)^content-length: (\d+)", text):
            while len(rest) < int(length[1]):
                rest += self._more()
            return Answer(int(text[9:12]), text, rest, len(head) + 4 + len(rest))
        while not rest.endswith(b"0\r\n\r\n"):  # in chunks
            rest += self._more()
        return Answer(int(text[9:12]), text, _joined(rest), len(head) + 4 + len(rest))

    def _more(self) -> bytes:
        got = self._socket.recv(65536)
        if not got:
            raise ConnectionError("the server closed the connection")
        return got


def _joined(chunks: bytes) -> bytes:
    body = b""
    while chunks:
        size, _, chunks = chunks.partition(b"\r\n")
        body += chunks[: int(size, 16)]
        chunks = chunks[int(size, 16) + 2 :]
        if size == b"0":
            break
    return body


def page_weight(connection: Connection, path: str) -> tuple[int, int]:
    """Bytes on the wire of a first view: (what blocks: HTML and styles, all that it loads)."""
    page = connection.get(path)
    blocking = everything = page.size
    for element in elements(page.text):
        address = element.get("href") if element.tag == "link" else element.get("src")
        if element.tag not in ("link", "script", "img") or not address:
            continue
        size = connection.get(urljoin(path, address)).size
        everything += size
        blocking += size if element.get("rel") in BLOCKING else 0
    return blocking, everything


def time_of(connection: Connection, path: str, times: int = 200) -> tuple[float, float]:
    """Milliseconds of `times` requests one after the other: (median, 99th percentile)."""
    for _ in range(10):
        connection.get(path)
    return spread([_timed(connection, path) for _ in range(times)])


def _timed(connection: Connection, path: str) -> float:
    start = time.perf_counter()
    connection.get(path)
    return (time.perf_counter() - start) * 1000


def spread(took: list[float]) -> tuple[float, float]:
    """(median, 99th percentile)."""
    return median(took), sorted(took)[max(0, int(len(took) * 0.99) - 1)]


def rate_of(base_url: str, path: str, connections: int = 8, seconds: float = 1.5) -> float:
    """Requests a second of so many connections at once."""
    counts = [0] * connections
    end = time.monotonic() + seconds

    def ask(number: int) -> None:
        connection = Connection(base_url)
        while time.monotonic() < end:
            connection.get(path)
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(connections)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - start)
