"""The portal as people meet it: a process of its own on 127.0.0.1."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.free_port import free_port

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30
"""Seconds until the first page, on a busy machine."""


@dataclass(frozen=True)
class PortalServer:
    """A running portal. `base_url` has no slash at its end; `log` is all that it printed."""

    base_url: str
    data: Path
    log: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it as a service manager would: ask, and insist after ten seconds."""
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_demo(data: Path) -> PortalServer:
    """`portal demo` on a free port, with its data in `data`."""
    port = free_port()
    return _start(["demo", "--port", str(port), "--data", str(data)], port, data, {}, said="Ctrl-C")


def start_portal(data: Path, settings: dict[str, str], port: int | None = None) -> PortalServer:
    """`portal serve` with `settings` (PORTAL_…) on `port` or a free one.

    Fix the port with `free_port()` when a setting has to name it, as PORTAL_PUBLIC_URL does.
    """
    port = port or free_port()
    command = ["serve", "--host", "127.0.0.1", "--port", str(port)]
    settings = {"PORTAL_DATA_DIR": str(data), **settings}
    settings.setdefault("PORTAL_PUBLIC_URL", f"http://127.0.0.1:{port}")
    return _start(command, port, data, settings)


def _start(
    command: list[str], port: int, data: Path, settings: dict[str, str], said: str = ""
) -> PortalServer:
    """`said`: what it prints when all is there, and not the first page alone."""
    base_url = f"http://127.0.0.1:{port}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    # Beside the data directory, not in it: what is in there is the portal's own.
    log = data.with_name(f"{data.name}.log")
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal", *command],
            cwd=ROOT,
            env={**clean, **settings},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    server = PortalServer(base_url, data, log, process)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if answers(base_url + "/nl/") and said in log.read_text():
            return server
        time.sleep(0.05)
    server.stop()
    raise RuntimeError(f"portal {command[0]} gave no page:\n{log.read_text()[-4000:]}")


def answers(url: str) -> bool:
    """Whether a server on this machine answers an address with 200 by now."""
    place = urlsplit(url)  # httpx2 reads all certificates of the system for each new client
    connection = HTTPConnection(place.netloc, timeout=2)
    try:
        connection.request("GET", place.path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
