"""The process in which files of strangers are opened: little memory, little time, nothing else.

Reads a file from standard input and writes one line and the clean file to standard output. After
its imports it can open no file and no connection and start no process; what breaks out of a decoder
finds an empty room. (Limits on processes don't hold for root, which should run no portal.)
"""

import resource
import sys

from portal.files.limits import ALL_TOGETHER, BROKEN, TOO_HEAVY, Refused, format_of

MEMORY = 1024 * 1024 * 1024
"""Addresses, not pages: 60 million pixels need about 700 MB of them."""
SECONDS = 10


def main() -> None:
    received = sys.stdin.buffer.read()
    kind = format_of(received)
    try:
        if kind == "pdf":
            from portal.files.documents import clean_document, wake

            wake()
            lock()
            content, pages = clean_document(received)
        else:
            from portal.files.images import clean_image

            lock()
            kind, content, pages = "jpeg", clean_image(received, kind), 1
        answer = f"clean {kind} {pages}\n".encode() + content
    except Refused as refusal:
        answer = f"refused {refusal}\n".encode()
    except (MemoryError, RecursionError):
        answer = f"refused {TOO_HEAVY}\n".encode()
    except Exception:  # what a decoder died of is told by no page and no log
        answer = f"refused {BROKEN}\n".encode()
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def lock() -> None:
    """Give up what opening a file doesn't need. There is no way back."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, ALL_TOGETHER),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
