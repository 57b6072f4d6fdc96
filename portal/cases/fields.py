"""What an answer is: its widget, label, help and rules. `requests/` declares them.

We never ask for the asylum story, religion, sexuality, a diagnosis, a criminal record or the people
left behind (domain.md §3A).
"""

from dataclasses import dataclass, replace
from typing import Literal

from portal.i18n import N_

Widget = Literal[
    "text",
    "textarea",
    "number",
    "radio",
    "checkboxes",
    "tick",
    "date",
    "country",
    "v_number",
    "group",
    "hidden",
]
"""`group` repeats its own `fields`; `hidden` is set by the portal, never by a form."""


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    help: str = ""


@dataclass(frozen=True)
class Plain:
    """The same in the shortest words, for a young reader (A2, "you"); what is empty stays.

    Of a step `label` is the title and `help` the lead.
    """

    label: str = ""
    help: str = ""


AS_IT_IS = Plain()


@dataclass(frozen=True)
class Field:
    """One answer. `label` and `help` are msgids; `label` "" = the step's title asks it already."""

    name: str
    widget: Widget
    label: str
    help: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    maxlength: int = 100
    inputmode: str = ""
    replaced_by: str = ""
    """A tick that may stand instead of this answer ("I don't know")."""
    fields: tuple["Field", ...] = ()
    most: int = 1
    """How many times a group may be filled in."""
    add: str = ""
    """What the button says that adds one more to a group."""
    plain: Plain = AS_IT_IS

    def plainly(self) -> "Field":
        """The same question in plain words."""
        return replace(
            self, label=self.plain.label or self.label, help=self.plain.help or self.help
        )


YES, NO = Option("yes", N_("Yes")), Option("no", N_("No"))
UNKNOWN = Option("unknown", N_("I do not know"))
