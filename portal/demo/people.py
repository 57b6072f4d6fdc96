"""A person of the demo."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody to sign in as. `group` is the heading under which their button stands."""

    sub: str
    name: str
    email: str
    roles: tuple[str, ...]
    organisation: str
    locale: str
    group: str
