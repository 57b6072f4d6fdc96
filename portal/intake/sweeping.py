"""Forgetting what is over, also when nobody comes back to find out."""

import threading
from datetime import UTC, datetime

from portal.db import Database
from portal.intake import later, visits
from portal.logs import log

EVERY = 60
"""Seconds. A kiosk forgets after three minutes: then it must soon be gone from the disk too."""
CHORES = (visits.purge, later.purge)


class Sweeper:
    """A thread beside the public door. Several may sweep at once: wiping twice is harmless."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopping.wait(EVERY):
            self.sweep(datetime.now(UTC))

    def sweep(self, now: datetime) -> None:
        """Each chore in a transaction of its own; one that fails keeps no other from its work."""
        for chore in CHORES:
            try:
                self._db.write_now(chore, now)
            except Exception as error:  # whatever it is, there is a next minute
                log.error("sweep", error=type(error).__name__)
