"""A fault in a text, with the place where a person can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault. `file` is relative to the project; line 0 means the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"
