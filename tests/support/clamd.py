"""A small stand-in for clamd: speaks INSTREAM over a real socket and knows one virus, EICAR's."""

import socket
import socketserver
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

EICAR = (
    rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!" + b"$H+H*"
)  # in parts, so that no scanner takes this file for a virus
LARGEST = 12 * 1024 * 1024


class _Conversation(socketserver.BaseRequestHandler):
    server: Any

    def handle(self) -> None:
        if self._exactly(10) != b"zINSTREAM\0":
            self.request.sendall(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while length := int.from_bytes(self._exactly(4), "big"):
            content += self._exactly(length)
            if len(content) > LARGEST:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.seen.append(content)
        self.request.sendall(self.server.answer or self._judged(content))

    def _judged(self, content: bytes) -> bytes:
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"

    def _exactly(self, length: int) -> bytes:
        found = b""
        while len(found) < length:
            more = self.request.recv(length - len(found))
            if not more:
                raise ConnectionError("the other side went away")
            found += more
        return found


class Clamd(socketserver.ThreadingTCPServer):
    """`seen` is what was asked about; `answer`, when given, is said instead of a judgement."""

    daemon_threads = True

    def __init__(self, path: Path | None = None) -> None:
        self.seen: list[bytes] = []
        self.answer = b""
        if path:
            self.address_family = socket.AF_UNIX
        super().__init__(str(path) if path else ("127.0.0.1", 0), _Conversation)  # ty: ignore[invalid-argument-type]
        self.address = str(path) if path else "127.0.0.1:{1}".format(*self.server_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of ours."""


@contextmanager
def clamd(path: Path | None = None) -> Generator[Clamd]:
    """A running stand-in, on TCP or on the socket at `path`."""
    with Clamd(path) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
