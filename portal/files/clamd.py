"""Asks clamd whether there is a virus in a file: its INSTREAM conversation, over TCP or a socket.

The file goes over the connection; clamd needs no access to anything of ours. When it can't be asked
or gives no clear answer, nothing is kept: a check that is set up is never skipped.
"""

import socket
from contextlib import closing

from portal.files.limits import SCANNER_AWAY, VIRUS, Refused
from portal.logs import log

CHUNK = 64 * 1024
PATIENCE = 20.0
"""Seconds for each step of the conversation."""
LONGEST_ANSWER = 4096


class Unclear(Exception):
    """clamd answered, and neither yes nor no."""


def scan(address: str, content: bytes) -> None:
    """Return when clamd finds nothing; raises Refused.

    `address` is "host:port" or the path of a socket; empty: no scanner is set up, nothing is asked.
    """
    if not address:
        return
    try:
        with closing(_connect(address)) as connection:
            answer = _converse(connection, content)
        found = _is_found(answer)
    except (OSError, Unclear) as error:
        log.error("scanner failed", error=type(error).__name__)
        raise Refused(SCANNER_AWAY) from error
    if found:
        log.warning("virus found")
        raise Refused(VIRUS)


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(PATIENCE)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)


def _converse(connection: socket.socket, content: bytes) -> bytes:
    """`z` asks for answers that end in NUL. Each chunk has its length before it; 0 is the end."""
    connection.sendall(b"zINSTREAM\0")
    for at in range(0, len(content), CHUNK):
        chunk = content[at : at + CHUNK]
        connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
    connection.sendall(bytes(4))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        more = connection.recv(LONGEST_ANSWER)
        if not more:
            break
        answer += more
    return answer


def _is_found(answer: bytes) -> bool:
    """`stream: OK`, or `stream: <name> FOUND`; anything else, like a size limit, is no answer."""
    words = answer.rstrip(b"\0\n")
    if words == b"stream: OK":
        return False
    if words.startswith(b"stream: ") and words.endswith(b" FOUND"):
        return True
    raise Unclear
