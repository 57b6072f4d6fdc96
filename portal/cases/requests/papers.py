"""Papers that a person has at hand: after the step that says so, the way to add photos of them."""

from portal.cases.fields import Option
from portal.cases.steps import Advice, AnyOf, When
from portal.i18n import N_

HERE = Option("here", N_("Here it is: I add a photo"))
BRING = Option("bring", N_("I will bring it to the talk"))
NONE = Option("none", N_("I do not have it"))


def add_photos(kind: str, *fields: str) -> Advice:
    """The advice that follows when one of `fields` was answered with HERE."""
    return Advice(
        "add-photos",
        AnyOf(tuple(When(field, (HERE.value,)) for field in fields)),
        N_("Photos and papers"),
        (N_("You can add your photos now, or later before you send."),),
        "info",
        links=((f"ask/{kind}/files", N_("Add a photo or a paper, or take one away")),),
    )
