"""The figures of performance.md that one quick run can give, each beside its budget.

A measurement, not a test: nothing is asserted, for the machine may be busy with other things.
Clients and server share its cores, so requests a second are a lower bound.
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from portal.cases import receipt
from portal.vault import load_keys
from tests.bench.wire import Connection, page_weight, rate_of, spread, time_of
from tests.support.free_port import free_port
from tests.support.portal_server import ROOT, PortalServer, start_demo

PAGES = {
    "home": "/ar/",
    "article": "/ar/info/iom-rean",
    "form step": "/ar/ask/iom_support",
    "search": "/ar/search?q=%D9%88%D8%B3%D8%A7%D8%B7%D9%87",
}
BLOCKS, LOADS = 14_600, 40_000
SENDS = 32
AT_ONCE = 8
STARTS = 5
QUESTION = (
    {"urgent": "none"},
    {"sender_role": "self"},
    {"question_text": "Wie is mijn regievoerder?"},
    {"talk_lang": "Nederlands"},
    {"family_name": "Applicant of the benchmark"},
    {"birth_date.day": "2", "birth_date.month": "4", "birth_date.year": "1999"},
    {"v_number_unknown": "yes"},
    {},
    {"location_type": "rather_not"},
    {"contact_channel": "code"},
    {"statement_read": "yes"},
)


def run() -> None:
    print("Bytes are on the wire, brotli where the server offers it, headers included.\n")
    print(f"{'what':<48}{'here':>14}   goal")
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        server = start_demo(Path(folder) / "data")
        try:
            time.sleep(3)  # until it has packed its pages as small as they get
            _weights(server)
            _times(server)
            _memory(server, "after reading")
            _sends(server)
            _memory(server, f"after {SENDS} sends")
        finally:
            server.stop()
        _starts(Path(folder))


def _say(what: str, figure: str, goal: str = "") -> None:
    print(f"{what:<48}{figure:>14}   {goal}".rstrip(), flush=True)


def _weights(server: PortalServer) -> None:
    connection = Connection(server.base_url)
    for name in ("home", "article", "form step"):
        blocks, loads = page_weight(connection, PAGES[name])
        _say(f"{name}: bytes that block (HTML, styles)", f"{blocks:,} B", f"≤ {BLOCKS:,} B")
        _say(f"{name}: bytes with all that it loads", f"{loads:,} B", f"≤ {LOADS:,} B")
    connection.close()


def _times(server: PortalServer) -> None:
    connection = Connection(server.base_url)
    for name, path in PAGES.items():
        middle, slow = time_of(connection, path)
        _say(f"{name}: server time, median of 200", f"{middle:.2f} ms")
        _say(f"{name}: 99th percentile", f"{slow:.2f} ms")
        _say(
            f"{name}: {AT_ONCE} connections",
            f"{rate_of(server.base_url, path, AT_ONCE):,.0f} /s",
        )
    found = connection.get(PAGES["home"]).header("etag")
    again = f"If-None-Match: {found[0]}\r\n" if found else ""
    took = []
    for _ in range(200):
        start = time.perf_counter()
        connection.get(PAGES["home"], again)
        took.append((time.perf_counter() - start) * 1000)
    _say("home, known already (304): median of 200", f"{median(took):.2f} ms")
    connection.close()


def _derivation(server: PortalServer) -> float:
    """Milliseconds of a core that one receipt code costs by itself."""
    keys = load_keys(server.data / "keys.toml")
    took = []
    for _ in range(8):
        code = receipt.new_code()
        start = time.process_time()
        keys.public.stretch(code)
        took.append((time.process_time() - start) * 1000)
    return median(took)


def _sends(server: PortalServer) -> None:
    """Complete sendings of requests that stand ready to be sent."""
    ready = [_written(server.base_url) for _ in range(SENDS)]
    one_by_one, together = ready[: SENDS // 2], ready[SENDS // 2 :]
    before = _cpu(server)
    took = [_send(server.base_url, *each) for each in one_by_one]
    spent = (_cpu(server) - before) * 1000 / len(one_by_one)
    derivation = _derivation(server)
    middle, slow = spread(took)
    _say("receipt code: key derivation alone, of a core", f"{derivation:.0f} ms")
    _say("send: median of 16, one by one", f"{middle:.0f} ms")
    _say("send: slowest of 16", f"{slow:.0f} ms")
    _say(
        "send and routing: time of a core",
        f"{spent:.0f} ms",
        f"≤ {derivation * 1.25:.0f} ms (1.25 × the derivation)",
    )
    times: list[float] = []
    threads = [
        threading.Thread(target=lambda each=each: times.append(_send(server.base_url, *each)))
        for each in together
    ]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(together) / (time.monotonic() - start)
    middle, slow = spread(times)
    _say("send: 16 at once", f"{rate:.1f} /s", f"{1000 / derivation:.1f} /s by the derivation")
    _say("send: 16 at once, median and slowest", f"{middle:.0f}, {slow:.0f} ms", "slowest ≤ 3 ×")


def _written(base_url: str) -> tuple[str, bytes]:
    """(cookies, the form of the check page) of a request with all its answers."""
    connection = Connection(base_url)
    page = connection.get("/nl/ask/question")
    jar = "; ".join(each.partition(";")[0] for each in page.header("set-cookie"))
    cookie = f"Cookie: {jar}\r\n"
    for answers in QUESTION:
        html = page.text
        action = re.search(r'<form method="post" action="([^"]+)" class="ask"', html)
        token = re.search(r'name="csrf" value="([^"]+)"', html)
        if not (action and token):
            raise RuntimeError("no form where a step was expected")
        form = urlencode({"csrf": token[1], **answers}).encode()
        moved = connection.post(action[1], form, cookie)
        if moved.status != 303:
            raise RuntimeError(f"{action[1]} answered {moved.status}")
        page = connection.get(moved.header("location")[0], cookie)
    connection.close()
    fields = re.findall(r'name="(csrf|submission)" value="([^"]+)"', page.text)
    return cookie, urlencode(fields).encode()


def _send(base_url: str, cookie: str, form: bytes) -> float:
    connection = Connection(base_url)
    start = time.perf_counter()
    answer = connection.post("/nl/ask/check?kind=question", form, cookie)
    took = (time.perf_counter() - start) * 1000
    connection.close()
    if not (answer.status == 303 and answer.header("location")[0].endswith("/ask/sent")):
        raise RuntimeError(f"a send was answered with {answer.status}")
    return took


def _cpu(server: PortalServer) -> float:
    """Seconds of a core that the server has used."""
    stat = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def _memory(server: PortalServer, when: str) -> None:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    if found:
        _say(f"memory {when}", f"{int(found[1]) / 1024:.0f} MB", "≤ 150 MB")


def _starts(folder: Path) -> None:
    data = folder / "again"
    start_demo(data).stop()
    for name, command, times in (
        ("portal demo, kept data", [sys.executable, "-m", "portal"], STARTS),
        ("./run demo, kept data", [str(ROOT / "run")], 3),
        ("./run demo, new data", [str(ROOT / "run")], 3),
    ):
        new = [str(folder / f"new-{n}") for n in range(times)]
        took = [_start(command, each) for each in (new if "new" in name else [str(data)] * times)]
        _say(f"start to the first page: {name}", f"{median(took):.2f} s", "≤ 1.5 s")


def _start(command: list[str], data: str) -> float:
    """Seconds from the start of the process to the first page."""
    port = free_port()
    start = time.perf_counter()
    process = subprocess.Popen(
        [*command, "demo", "--port", str(port), "--data", data],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - start < 30 and process.poll() is None:
            try:
                connection = Connection(f"http://127.0.0.1:{port}")
            except OSError:
                time.sleep(0.005)
                continue
            status = connection.get("/nl/").status
            connection.close()
            if status == 200:
                return time.perf_counter() - start
        raise RuntimeError(f"{command[0]} gave no page")
    finally:
        process.terminate()
        process.wait(timeout=10)
