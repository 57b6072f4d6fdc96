"""The register of organisations, `locales/organisations.toml`: who can help, how to reach them.

Shown as /organisations, offered in a request for support, and beside a case at the desk. Only what
the sources carry (domain.md §3C, §3D, A11). Texts in it are msgids of "public".
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from portal.i18n import LOCALES, N_

FILE = LOCALES / "organisations.toml"


@dataclass(frozen=True)
class Group:
    """A heading of the register; `title` is a msgid."""

    key: str
    title: str


GROUPS = (
    Group("return", N_("If you think about going back")),
    Group("law", N_("If you need a lawyer or advice about your rights")),
    Group("safety", N_("If someone forces or threatens you")),
    Group("children", N_("If you are under 18 and here without your parents")),
    Group("shelter", N_("If you need a place to live")),
    Group("dtv", N_("If you have a question or a complaint about DT&V")),
)
TEXTS = ("does", "whom", "where", "reach")
"""The keys of an entry whose value readers see: msgids."""


@dataclass(frozen=True)
class Organisation:
    """One entry. `facts` are keys of facts.toml with a phone number or an address; `languages` are
    CLDR codes of the languages its own people speak; `helps` are wishes of a request for support
    (portal.cases.requests.support) that it says it can help with; `choice` says that a request can
    name it; `refer` that a supervisor can pass a request on to it; `without_dtv` that a person can
    go there without DT&V knowing."""

    key: str
    name: str
    group: str
    source: str
    as_of: date
    does: str
    whom: str = ""
    where: str = ""
    reach: str = ""
    name_lang: str = "nl"
    facts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    choice: bool = False
    refer: bool = False
    without_dtv: bool = True
    page: str = ""
    """A page of the portal that leads to it, after `/<lang>/`."""


@cache
def register() -> Mapping[str, Organisation]:
    """All organisations by key, in the order of the file. Raises ValueError for a wrong entry."""
    groups = {group.key for group in GROUPS}
    found: dict[str, Organisation] = {}
    for key, row in tomllib.loads(FILE.read_text("utf-8")).items():
        values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in row.items()}
        try:
            found[key] = Organisation(key=key, **values)
        except TypeError as error:
            raise ValueError(f"{FILE.name}: {key}: {error}") from error
        if found[key].group not in groups:
            raise ValueError(f"{FILE.name}: {key}: there is no group {found[key].group!r}")
    return found


def choices() -> Mapping[str, str]:
    """Key and name of the organisations that a request for support can name."""
    return {each.key: each.name for each in register().values() if each.choice}


def entry_of(name: str, kind: str) -> Organisation | None:
    """The entry of an organisation with an account: IOM's by its kind, another's by its name."""
    entries = register()
    if kind == "iom":
        return entries.get("iom")
    return next((entry for entry in entries.values() if entry.name == name), None)
