"""Support to return: from IOM, from an NGO, or from DT&V's own programme (domain.md §3C, §3D).

Three equal choices: many supervisors know only one of them (004:981).
"""

from portal.cases.fields import NO, UNKNOWN, YES, Field, Option, Plain
from portal.cases.requests.about import ABOUT_YOU, BEGIN, STATEMENT
from portal.cases.requests.family import FAMILY, MEMBERS
from portal.cases.steps import Kind, Step, When
from portal.i18n import N_
from portal.register import choices

goal = Field(
    "goal",
    "radio",
    N_("Choose what fits"),
    options=(
        Option("information", N_("Information"), N_("Asking obliges you to nothing.")),
        Option("talk", N_("A talk with somebody of the organisation")),
        Option("prepare", N_("Help to prepare an application")),
    ),
)
destination_known = Field(
    "destination_known",
    "radio",
    N_("Choose what fits"),
    options=(
        Option("origin", N_("To the country I come from")),
        Option("other", N_("To another country")),
        Option("unknown", N_("I do not know yet")),
    ),
)
destination = Field(
    "destination",
    "country",
    N_("Country"),
    help=N_("You may leave this empty."),
    required=False,
)
document_state = Field(
    "document_state",
    "radio",
    N_("Passport or other travel document"),
    plain=Plain(N_("A passport, or another paper to travel with")),
    options=(
        Option("valid", N_("Yes, it is valid")),
        Option("expired", N_("Yes, but it has expired")),
        Option("none", N_("No")),
        Option("with_authorities", N_("DT&V or the police has it")),
        UNKNOWN,
    ),
)
adults = Field(
    "adults",
    "number",
    N_("Adults, with you"),
    inputmode="numeric",
    maxlength=2,
    plain=Plain(N_("How many adults?")),
)
children = Field(
    "children",
    "number",
    N_("Children"),
    required=False,
    inputmode="numeric",
    maxlength=2,
    plain=Plain(N_("How many children? Count yourself too.")),
)
support_wishes = Field(
    "support_wishes",
    "checkboxes",
    N_("Choose all that fit"),
    required=False,
    options=(
        Option("travel", N_("The journey")),
        Option("papers", N_("Papers")),
        Option("housing", N_("A place to live")),
        Option("work", N_("Work or a small business")),
        Option("school", N_("School or training")),
        Option("care", N_("Medical care")),
        Option("family", N_("Finding my family")),
        Option("other", N_("Something else")),
    ),
)
special_needs = Field(
    "special_needs",
    "checkboxes",
    N_("Choose all that fit"),
    help=N_("There is extra support. We do not ask which illness."),
    required=False,
    options=(
        Option("illness", N_("Illness or disability")),
        Option("pregnant", N_("Pregnancy")),
        Option("minor_alone", N_("I am under 18 and here without my parents")),
        Option("elderly", N_("Old age")),
    ),
)
earlier_return_help = Field(
    "earlier_return_help",
    "radio",
    N_("Support from IOM or the Netherlands, in the past years"),
    options=(YES, NO, UNKNOWN),
)
contact_by = Field(
    "contact_by",
    "radio",
    N_("Choose what you like best"),
    options=(
        Option("self", N_("I call IOM myself")),
        Option("iom", N_("IOM calls me")),
        Option("supervisor", N_("My supervisor (regievoerder) arranges it")),
    ),
)
share_with_iom = Field(
    "share_with_iom",
    "tick",
    N_("My supervisor may give this request to IOM"),
    help=N_("Without this tick nothing goes to IOM. You can change your mind later."),
    required=False,
)
programme = Field(
    "programme",
    "radio",
    N_("Choose what fits"),
    options=(
        Option("ngo", N_("An aid organisation (NGO)")),
        Option("eurp", N_("The European programme EURP, through DT&V")),
        UNKNOWN,
    ),
)
ngo_choice = Field(
    "ngo_choice",
    "radio",
    N_("Choose one, or let us help"),
    options=(
        Option("help", N_("Help me choose")),
        *(Option(key, name) for key, name in choices().items()),
    ),
)
region = Field(
    "region", "text", N_("Region or town to which you want to go"), required=False, maxlength=200
)
plan_idea = Field(
    "plan_idea",
    "textarea",
    N_("What would you like to do there?"),
    help=N_("You may leave this empty. Wishes are welcome."),
    required=False,
    maxlength=1000,
)
skills = Field("skills", "text", N_("What can you do well?"), required=False, maxlength=300)
share_with_ngo = Field(
    "share_with_ngo",
    "tick",
    N_("My supervisor may give this request to the organisation that I chose"),
    help=N_("Without this tick nothing goes to it. You can change your mind later."),
    required=False,
)

_PLANS = (
    Step("destination", N_("Where do you want to go?"), (destination_known, destination)),
    Step("documents", N_("Do you have a passport?"), (document_state,)),
    Step("travellers", N_("Who travels with you?"), (adults, children)),
    FAMILY,
    MEMBERS,
    Step("wishes", N_("What do you need help with?"), (support_wishes,)),
    Step(
        "needs",
        N_("Is there something we should think of?"),
        (special_needs,),
        plain=Plain(N_("Do you need special help?")),
    ),
    Step(
        "before",
        N_("Did you have return support before?"),
        (earlier_return_help,),
        plain=Plain(N_("Did somebody help you to go back before?")),
    ),
)

IOM_SUPPORT = Kind(
    "iom_support",
    N_("Help from IOM to return"),
    N_("Information, a ticket, papers, or help with a new start. Asking obliges you to nothing."),
    "globe",
    (
        *BEGIN,
        Step(
            "goal",
            N_("What would you like from IOM?"),
            (goal,),
            plain=Plain(help=N_("IOM helps people who want to go back. Asking is not a promise.")),
        ),
        *_PLANS,
        Step(
            "call",
            N_("Who makes the first contact with IOM?"),
            (contact_by, share_with_iom),
            lead=N_("You may also go to IOM yourself, without DT&V."),
            plain=Plain(N_("Who calls first: you or IOM?")),
        ),
        *ABOUT_YOU,
        STATEMENT,
    ),
)

NGO_SUPPORT = Kind(
    "ngo_support",
    N_("Help from an aid organisation to return"),
    N_("A new start with an NGO or with the European programme. Asking obliges you to nothing."),
    "hands",
    (
        *BEGIN,
        Step("goal", N_("What would you like?"), (goal,)),
        Step("programme", N_("Which kind of help?"), (programme,)),
        Step(
            "organisation",
            N_("Which organisation?"),
            (ngo_choice, share_with_ngo),
            lead=N_("Each organisation decides itself whom it can help, and in which countries."),
            when=When("programme", ("ngo", "unknown")),
        ),
        Step("plan", N_("What is your idea?"), (region, plan_idea, skills)),
        *_PLANS,
        *ABOUT_YOU,
        STATEMENT,
    ),
)
