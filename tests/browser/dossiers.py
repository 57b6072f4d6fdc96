"""People of the demo's caseload, another one for each test, so that no two tests share a case."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from portal.caseload import importing
from portal.caseload.importing import Row

SEEDED = 60
"""The demo makes cases of its own for people at the top of the file; nobody here is one of them."""
TEAMS = ("Team Assen", "Team Utrecht", "Team Eindhoven")


@dataclass
class Caseload:
    """The demo's caseload file, and who of it was taken already."""

    path: Path
    _taken: set[str] = field(default_factory=set)

    def take(self, procedure: str) -> Row:
        """Somebody with a supervisor, at an ordinary centre, with this state of the procedure."""
        return self._take(lambda row: row.team in TEAMS and row.procedure == procedure)

    def take_of(self, supervisor: str, procedure: str = "") -> Row:
        """Somebody of this supervisor, called as at the demo's identity provider."""
        return self._take(
            lambda row: sign_in_name(row) == supervisor and procedure in ("", row.procedure)
        )

    def _take(self, fits: Callable[[Row], bool]) -> Row:
        rows, _ = importing.read_file(self.path)
        row = next(
            each
            for each in rows[SEEDED:]
            if each.supervisor and fits(each) and each.v_number not in self._taken
        )
        self._taken.add(row.v_number)
        return row


def sign_in_name(row: Row) -> str:
    """How the row's supervisor is called at the demo's identity provider."""
    return row.supervisor.partition("@")[0]
