"""html-validate, started once for each test process and then fed page after page."""

import atexit
import json
import subprocess
from functools import cache
from typing import IO

from tests.support.node import FOLDER, NODE


@cache
def _validator() -> tuple[IO[str], IO[str]]:
    process = subprocess.Popen(
        [NODE, "validate.mjs"],
        cwd=FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def end() -> None:
        process.communicate(timeout=10)  # closes its input, which is how it knows to stop

    atexit.register(end)
    return process.stdin, process.stdout


@cache
def html_errors(html: str) -> tuple[str, ...]:
    """What html-validate's "standard" preset finds in a whole page, one line each."""
    questions, answers = _validator()
    questions.write(json.dumps(html) + "\n")
    questions.flush()
    return tuple(json.loads(answers.readline()))
