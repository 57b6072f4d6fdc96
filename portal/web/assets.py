"""Files of static/ in memory, under addresses that hold their hash and so may be kept for good."""

import hashlib
import mimetypes
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from portal import ROOT
from portal.web.prepared import SMALL, Prepared, prepare

STATIC = ROOT / "static"
FOREVER = "public, max-age=31536000, immutable"
_NAMED = re.compile(r'url\("([^":]+)"\)')
"""A file of static/ that a style sheet names: it is loaded under its address with the hash."""
SERVED = {".css", ".js", ".svg", ".woff2", ".png", ".ico"}


class Assets:
    """`url("portal.css")` is the address of a file; `get(address)` its prepared answer."""

    def __init__(self, headers: Iterable[tuple[str, str]], folder: Path = STATIC) -> None:
        self._urls: dict[str, str] = {}
        self._prepared: dict[str, Prepared] = {}
        self._kinds: dict[str, str] = {}
        self._headers = headers = list(headers)
        files = sorted(p for p in folder.rglob("*") if p.suffix in SERVED)
        for path in sorted(files, key=lambda p: p.suffix == ".css"):  # they name the others
            name = path.relative_to(folder).as_posix()
            body = path.read_bytes()
            if path.suffix == ".css":
                body = _NAMED.sub(
                    lambda match: f'url("{self.url(match[1])}")', body.decode()
                ).encode()
            digest = hashlib.sha256(body).hexdigest()[:12]
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            text = kind.startswith("text/") or kind.endswith(("javascript", "svg+xml"))
            content_type = f"{kind}; charset=utf-8" if text else kind
            self._urls[name] = f"/static/{digest}/{name}"
            self._prepared[self._urls[name]] = prepare(body, content_type, headers, cache=FOREVER)
            self._kinds[self._urls[name]] = content_type

    def url(self, name: str) -> str:
        """Raises KeyError for a file that isn't there, so that a typing error fails a test."""
        return self._urls[name]

    def warm(self) -> None:
        """Compress every file again as small as it gets. Runs in a thread."""
        for address, ready in list(self._prepared.items()):
            body, kind = ready.variants[""][1], self._kinds[address]
            self._prepared[address] = prepare(
                body, kind, self._headers, cache=FOREVER, quality=SMALL
            )

    def get(self, path: str, /) -> Prepared | None:
        return self._prepared.get(path)


@cache
def open_assets(headers: tuple[tuple[str, str], ...]) -> Assets:
    """Once in a process, for the same headers."""
    return Assets(headers)
