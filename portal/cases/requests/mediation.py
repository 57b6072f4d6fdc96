"""The mediation request (bemiddelingsverzoek), with its bundle of papers (domain.md §3E)."""

from portal.cases.fields import NO, UNKNOWN, YES, Field, Option
from portal.cases.requests.about import ABOUT_YOU, BEGIN, STATEMENT
from portal.cases.requests.family import FAMILY, MEMBERS
from portal.cases.requests.papers import BRING, HERE, NONE, add_photos
from portal.cases.steps import Advice, Kind, Step, When
from portal.i18n import N_

PENDING = ("yes", "unknown")

procedure_pending = Field(
    "procedure_pending", "radio", N_("Choose what fits"), options=(YES, NO, UNKNOWN)
)
attempt_made = Field(
    "attempt_made",
    "radio",
    N_("Choose what fits"),
    options=(Option("yes", N_("Yes")), Option("no", N_("No, not yet"))),
)
own_attempts = Field(
    "own_attempts",
    "group",
    N_("Attempt"),
    most=8,
    add=N_("Add another attempt"),
    fields=(
        Field(
            "where",
            "radio",
            N_("Where did you ask?"),
            options=(
                Option("embassy", N_("Embassy")),
                Option("consulate", N_("Consulate")),
                Option("iom", N_("With the help of IOM")),
                Option("other", N_("Somewhere else")),
            ),
        ),
        Field(
            "when",
            "text",
            N_("When was that?"),
            help=N_("About when is enough."),
            required=False,
        ),
        Field(
            "result",
            "textarea",
            N_("What was the answer?"),
            help=N_("Write in your own language, in your own words."),
            maxlength=1500,
        ),
    ),
)
target_countries = Field(
    "target_countries",
    "group",
    N_("Country"),
    most=4,
    add=N_("Add another country"),
    fields=(
        Field(
            "country",
            "country",
            N_("Country"),
            help=N_("The country of your nationality, or where you lived before."),
        ),
    ),
)
identity_docs = Field(
    "identity_docs",
    "checkboxes",
    N_("Choose all that fit"),
    options=(
        Option("passport", N_("Passport")),
        Option("id_card", N_("Identity card")),
        Option("birth", N_("Birth certificate")),
        Option("family_book", N_("Marriage certificate or family book")),
        Option("diploma", N_("School papers or diplomas")),
        Option("driving", N_("Driving licence or military papers")),
        Option("other", N_("Something else")),
        Option("none", N_("No papers")),
    ),
)
identity_docs_where = Field(
    "identity_docs_where",
    "text",
    N_("Where are these papers?"),
    help=N_("For example: with me, with my family, with DT&V."),
    required=False,
    maxlength=200,
)
attempt_proof = Field(
    "attempt_proof",
    "radio",
    N_("A paper that shows that you tried"),
    help=N_("For example a letter of the embassy."),
    options=(HERE, BRING, NONE),
)
identity_copies = Field(
    "identity_copies",
    "radio",
    N_("Copies of papers that show who you are"),
    options=(HERE, BRING, NONE),
)
photos_mode = Field(
    "photos_mode",
    "radio",
    N_("Passport photos, in colour"),
    help=N_("You do not send photos of your face on this site."),
    options=(BRING, NONE),
)
handwritten_statement = Field(
    "handwritten_statement",
    "radio",
    N_("A statement in your own handwriting and language"),
    options=(HERE, BRING, NONE),
)
missing_because = Field(
    "missing_because",
    "textarea",
    N_("Is something missing? Write why"),
    help=N_("You may leave this empty. Your supervisor can help you with it."),
    required=False,
    maxlength=1000,
)
claimed_identity_same = Field(
    "claimed_identity_same",
    "radio",
    N_("Is your name and birth date the same as you told the IND?"),
    help=N_("Is something different? Talk to your lawyer first. You need not explain it here."),
    required=False,
    options=(YES, NO, Option("lawyer", N_("I want to talk about this with my lawyer"))),
)
read_who_decides = Field("read_who_decides", "tick", N_("I have read who decides"))
willing_full_cooperation = Field(
    "willing_full_cooperation",
    "tick",
    N_("I want to work together with DT&V on this"),
    help=N_("You are not sure? Leave it empty. Your supervisor talks about it with you first."),
    required=False,
)

MEDIATION = Kind(
    "mediation",
    N_("Help to get a travel document (bemiddelingsverzoek)"),
    N_("You tried at your embassy and it failed. You ask DT&V to help."),
    "document",
    (
        *BEGIN,
        Step(
            "procedure",
            N_("Is a case of yours still open?"),
            (procedure_pending,),
            lead=N_("Think of the IND, the court, or a new request for asylum or a permit."),
            advice=Advice(
                "pending",
                When("procedure_pending", PENDING),
                N_("Talk to your lawyer first"),
                (
                    N_("While a case of yours may be open, this site starts no mediation."),
                    N_("Nothing goes to your embassy. This protects you."),
                    N_("Talk to your lawyer first. You do not have to stop any case to ask this."),
                    N_(
                        "You can save this as a question. Your supervisor (regievoerder) reads "
                        "it and answers you."
                    ),
                ),
                "lawyer",
                links=(
                    ("info/advocaat", N_("How do I find a lawyer?")),
                    ("info/lp-formulier-tijdens-beroep", N_("What happens with the LP form?")),
                    ("info/bemiddelingsverzoek", N_("When can I ask for mediation?")),
                ),
                becomes="question",
            ),
        ),
        Step(
            "attempt",
            N_("Did you try it yourself?"),
            (attempt_made,),
            lead=N_("Did you ask your embassy or consulate for a travel document?"),
            advice=Advice(
                "no-attempt",
                When("attempt_made", ("no",)),
                N_("First try it yourself"),
                (
                    N_("DT&V mediates after you have tried it yourself."),
                    N_("Ask your embassy for a travel document. Ask for the answer on paper."),
                    N_("IOM can help you with this, for free."),
                    N_(
                        "What you filled in is kept for a while. Choose “Continue later” and come "
                        "back when you have tried it."
                    ),
                    N_(
                        "You can save this as a question. Your supervisor (regievoerder) can "
                        "tell you how to begin."
                    ),
                ),
                "info",
                links=(
                    ("info/bemiddelingsverzoek", N_("When can I ask for mediation?")),
                    ("info/iom-rean", N_("What does IOM do?")),
                ),
                becomes="question",
            ),
        ),
        Step("tried", N_("What did you try?"), (own_attempts,)),
        Step("target", N_("Which country could give you a document?"), (target_countries,)),
        Step(
            "identity",
            N_("Which papers do you have?"),
            (identity_docs, identity_docs_where),
            lead=N_("Copies and expired papers count too. No papers is also an answer."),
        ),
        Step(
            "bundle",
            N_("The papers for your request"),
            (
                attempt_proof,
                identity_copies,
                photos_mode,
                handwritten_statement,
                missing_because,
            ),
            lead=N_("You need not have everything. You can also bring it later."),
            advice=add_photos(
                "mediation", "attempt_proof", "identity_copies", "handwritten_statement"
            ),
        ),
        Step("identity-told", N_("The identity you gave"), (claimed_identity_same,)),
        FAMILY,
        MEMBERS,
        *ABOUT_YOU,
        Step(
            "decides",
            N_("Who decides?"),
            (read_who_decides, willing_full_cooperation),
            lead=N_(
                "DT&V mediates and advises. The IND decides about a permit. This request gives "
                "no right to stay or to shelter."
            ),
        ),
        STATEMENT,
    ),
    embassy=True,
)
