"""Another country, health, more time in reception (domain.md §3F)."""

from portal.cases.fields import NO, UNKNOWN, YES, Field, Option
from portal.cases.requests.about import ABOUT_YOU, BEGIN, STATEMENT
from portal.cases.requests.family import FAMILY, MEMBERS
from portal.cases.requests.papers import BRING, HERE, NONE, add_photos
from portal.cases.steps import Advice, Kind, Step, When
from portal.i18n import N_

other_country = Field("other_country", "country", N_("Country"))
country_basis = Field(
    "country_basis",
    "radio",
    N_("Why can you go there?"),
    options=(
        Option("permit", N_("I have a residence permit there")),
        Option("permit_past", N_("I had a residence permit there")),
        Option("nationality", N_("I have the nationality of that country")),
        Option("spouse", N_("My husband, wife or partner lives there")),
        Option("visa", N_("I have a visa")),
        Option("other", N_("Something else")),
    ),
)
country_proof = Field(
    "country_proof",
    "radio",
    N_("Do you have a paper that shows it?"),
    options=(HERE, BRING, NONE),
)
health_hinders = Field(
    "health_hinders",
    "tick",
    N_("I, or somebody of my family, has a health problem that matters for travelling"),
    help=N_("Do not write which illness it is. A doctor talks about that with you, not this site."),
)
in_treatment = Field(
    "in_treatment", "radio", N_("Is there a doctor who treats it?"), options=(YES, NO)
)
needs_medicine = Field(
    "needs_medicine",
    "radio",
    N_("Is medicine needed on the journey?"),
    options=(YES, NO, UNKNOWN),
)
lawyer_knows = Field(
    "lawyer_knows",
    "radio",
    N_("Does your lawyer know about it?"),
    options=(YES, NO, Option("no_lawyer", N_("I have no lawyer"))),
)
planned_step = Field(
    "planned_step",
    "textarea",
    N_("Which step are you taking, or planning?"),
    help=N_("For example: an appointment at the embassy, or a ticket."),
    maxlength=1000,
)
letter_date = Field(
    "letter_date",
    "text",
    N_("Which date is on your letter?"),
    help=N_("You may leave this empty. It stays a note of yours: this site counts no days."),
    required=False,
)

THIRD_COUNTRY = Kind(
    "third_country",
    N_("Go to another country"),
    N_("You want to go to a country that is not your own, and can be let in there."),
    "plane",
    (
        *BEGIN,
        Step(
            "country",
            N_("To which country?"),
            (other_country, country_basis, country_proof),
            lead=N_("You must be able to show that the country lets you in. That is often hard."),
            advice=add_photos("third_country", "country_proof"),
        ),
        FAMILY,
        MEMBERS,
        *ABOUT_YOU,
        STATEMENT,
    ),
)

MEDICAL = Kind(
    "medical",
    N_("Health and travelling"),
    N_("You are ill or pregnant and worry about the journey. You need not say which illness."),
    "health",
    (
        *BEGIN,
        Step("health", N_("What should we know?"), (health_hinders, in_treatment, needs_medicine)),
        Step(
            "lawyer",
            N_("Your lawyer"),
            (lawyer_knows,),
            advice=Advice(
                "article-64",
                When("lawyer_knows", ("yes", "no", "no_lawyer")),
                N_("Talk to your lawyer and your doctor"),
                (
                    N_(
                        "A lawyer can ask the IND to let you stay for now because of your health "
                        "(article 64). The IND decides about that."
                    ),
                    N_("Go on seeing your doctor. This request does not replace a doctor."),
                    N_(
                        "Your supervisor (regievoerder) also looks at it when reading this request."
                    ),
                ),
                "lawyer",
                links=(
                    ("info/ziek-op-reis", N_("What if I am ill?")),
                    ("info/advocaat", N_("How do I find a lawyer?")),
                ),
            ),
        ),
        *ABOUT_YOU,
        STATEMENT,
    ),
)

RECEPTION_TERM = Kind(
    "reception_term",
    N_("More time in reception"),
    N_("You are taking serious steps to leave, and need more time. Nobody can promise it."),
    "clock",
    (
        *BEGIN,
        Step("step", N_("What are you doing now?"), (planned_step, letter_date)),
        *ABOUT_YOU,
        STATEMENT,
    ),
)
