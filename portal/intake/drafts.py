"""A request that isn't sent yet, as its visit keeps it."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from portal.cases.sharing.assisting import Helper


@dataclass(frozen=True)
class Later:
    """Where a copy of a draft waits for its code (portal.intake.later); empty: there is none."""

    code: str = ""
    lookup: str = ""
    """Hexadecimal."""
    until: str = ""


@dataclass(frozen=True)
class Draft:
    """A request that isn't sent yet. `done` are the keys of the steps that were answered."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    submission: str = field(default_factory=lambda: secrets.token_hex(16))
    later: Later = Later()
    typed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By the key of a step that was left half-way: what stood in its fields, right or wrong. It is
    shown again, and is never an answer."""
    helper: Helper = field(default_factory=Helper)
    """Who of an organisation sits beside the person; empty: nobody."""

    def answered(self, step: str, answers: Mapping[str, Any]) -> "Draft":
        done = self.done if step in self.done else (*self.done, step)
        typed = {key: each for key, each in self.typed.items() if key != step}
        return replace(self, answers={**self.answers, **answers}, done=done, typed=typed)

    def left(self, step: str, typed: Mapping[str, Any]) -> "Draft":
        """With a step half-way: it has to be answered before anything is sent."""
        done = tuple(key for key in self.done if key != step)
        return replace(self, typed={**self.typed, step: typed}, done=done)

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Draft":
        later = Later(**plain.get("later", {}))
        done, typed = tuple(plain["done"]), plain.get("typed", {})
        helper = Helper.from_plain(plain.get("helper", {}))
        return cls(plain["answers"], done, plain["submission"], later, typed, helper)
