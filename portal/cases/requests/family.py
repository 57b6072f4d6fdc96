"""Steps about the family that a request is for too: an adult decides for themselves."""

from portal.cases.fields import Field, Option
from portal.cases.steps import Step, When
from portal.i18n import N_

family_included = Field(
    "family_included",
    "radio",
    N_("Choose what fits"),
    options=(
        Option("no", N_("Only for me")),
        Option("yes", N_("Also for my husband, wife, partner or children")),
    ),
)
family = Field(
    "family",
    "group",
    N_("Family member"),
    options=(),
    most=10,
    add=N_("Add another family member"),
    fields=(
        Field("family_name", "text", N_("Family name")),
        Field("given_names", "text", N_("First names"), required=False),
        Field("birth_date", "date", N_("Date of birth"), required=False),
        Field(
            "relation",
            "radio",
            N_("Who is this?"),
            options=(
                Option("partner", N_("My husband, wife or partner")),
                Option("child", N_("My child under 18")),
                Option("adult", N_("Another adult of my family")),
            ),
        ),
        Field(
            "consents",
            "radio",
            N_("Does this person agree?"),
            help=N_(
                "An adult decides for themselves. Is the person not beside you? Choose the second "
                "answer: then nothing is asked in their name."
            ),
            options=(
                Option("yes", N_("Yes, this person is here and agrees, or is my child")),
                Option("no", N_("This person has not said yes yet")),
                Option("apart", N_("This person wants something else")),
            ),
        ),
    ),
)

FAMILY = Step("family-too", N_("Is this also for your family?"), (family_included,))
MEMBERS = Step(
    "family",
    N_("Who else is it for?"),
    (family,),
    when=When("family_included", ("yes",)),
)
