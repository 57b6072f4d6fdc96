"""The answers a request can hold: one declaration each, used by every kind that asks them.

Sources: domain.md §3A (common block), §3C (IOM), §3E (mediation). We never ask for the asylum
story, religion, sexuality, a diagnosis, a criminal record or the people left behind.
"""

from dataclasses import dataclass
from typing import Literal

from portal.i18n import N_

Widget = Literal[
    "text", "textarea", "number", "radio", "checkboxes", "tick", "date", "country", "v_number"
]


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    help: str = ""


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


YES, NO = Option("yes", N_("Yes")), Option("no", N_("No"))
UNKNOWN = Option("unknown", N_("I do not know"))

urgent = Field(
    "urgent",
    "radio",
    N_("Choose what fits"),
    options=(
        Option("none", N_("No, nothing urgent")),
        Option("flight", N_("I have to fly very soon")),
        Option("health", N_("I am very ill, or somebody of my family is")),
        Option("danger", N_("I am in danger")),
    ),
)
talk_lang = Field(
    "talk_lang",
    "text",
    N_("Language, and dialect if you wish"),
    help=N_("For example: Arabic, Tigrinya, Kurmanji."),
)
interpreter = Field(
    "interpreter_gender",
    "radio",
    N_("Who should interpret?"),
    required=False,
    options=(
        Option("none", N_("It does not matter")),
        Option("woman", N_("A woman")),
        Option("man", N_("A man")),
    ),
)
family_name = Field("family_name", "text", N_("Family name"))
given_names = Field(
    "given_names",
    "text",
    N_("First names"),
    help=N_("Do you have one name only? Leave this empty."),
    required=False,
)
birth_date = Field(
    "birth_date",
    "date",
    N_("Date of birth"),
    help=N_(
        "Day, month and year, as on your letters. Do you know only the year? Then fill in the year."
    ),
)
v_number = Field(
    "v_number",
    "v_number",
    N_("V-number"),
    help=N_("Ten digits. It is on the letters of the IND and on your card."),
    maxlength=40,
    inputmode="numeric",
    replaced_by="v_number_unknown",
)
v_number_unknown = Field(
    "v_number_unknown",
    "tick",
    N_("I do not know my V-number, or I do not have one"),
    help=N_("That is no problem. You can go on."),
    required=False,
)
nationality = Field(
    "nationality",
    "country",
    N_("Nationality"),
    help=N_("You may leave this empty."),
    required=False,
)
location_type = Field(
    "location_type",
    "radio",
    N_("Kind of place"),
    required=False,
    options=(
        Option("azc", N_("Asylum seekers' centre (azc)")),
        Option("family_location", N_("Family location (GL)")),
        Option("vbl", N_("Freedom-restricting location (VBL)")),
        Option("emergency", N_("Emergency shelter")),
        Option("closed_family", N_("Closed family facility (GGV)")),
        Option("detention", N_("Detention centre")),
        Option("municipal", N_("Shelter of a municipality")),
        Option("private", N_("With family, friends or on my own")),
        Option("other", N_("Somewhere else")),
        Option("rather_not", N_("I would rather not say")),
    ),
)
place = Field(
    "place",
    "text",
    N_("Town or name of the centre"),
    help=N_("For example: Assen. You may leave this empty."),
    required=False,
)
contact_channel = Field(
    "contact_channel",
    "radio",
    N_("Choose one way"),
    options=(
        Option("code", N_("Only on this site, with my code")),
        Option("phone", N_("By telephone")),
        Option("email", N_("By e-mail")),
        Option("post", N_("By letter")),
        Option("lawyer", N_("Through my lawyer")),
        Option("centre", N_("Through the COA or my guardian")),
    ),
)
contact_target = Field(
    "contact_target",
    "text",
    N_("Telephone number, e-mail address, address, or name of your lawyer"),
    maxlength=200,
)
contact_safe = Field(
    "contact_safe",
    "radio",
    N_("Is it safe for you if we get in touch this way?"),
    help=N_("Think of somebody who could read along or pick up the phone."),
    options=(YES, NO),
)
statement_read = Field(
    "statement_read",
    "tick",
    N_("I understand: this is not a decision about my stay"),
    help=N_(
        "Your supervisor (regievoerder) reads this request. It becomes part of your file at DT&V."
    ),
)

goal = Field(
    "goal",
    "radio",
    N_("Choose what fits"),
    options=(
        Option("information", N_("Information"), N_("Asking obliges you to nothing.")),
        Option("talk", N_("A talk with somebody of IOM")),
        Option("prepare", N_("Help to prepare an application")),
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
    options=(
        Option("valid", N_("Yes, it is valid")),
        Option("expired", N_("Yes, but it has expired")),
        Option("none", N_("No")),
        Option("with_authorities", N_("DT&V or the police has it")),
        UNKNOWN,
    ),
)
adults = Field("adults", "number", N_("Adults, with you"), inputmode="numeric", maxlength=2)
children = Field(
    "children",
    "number",
    N_("Children"),
    required=False,
    inputmode="numeric",
    maxlength=2,
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

procedure_pending = Field(
    "procedure_pending", "radio", N_("Choose what fits"), options=(YES, NO, UNKNOWN)
)
attempt_made = Field(
    "attempt_made",
    "radio",
    N_("Choose what fits"),
    options=(Option("yes", N_("Yes")), Option("no", N_("No, not yet"))),
)
attempt_where = Field(
    "attempt_where",
    "radio",
    N_("Where did you ask?"),
    options=(
        Option("embassy", N_("Embassy")),
        Option("consulate", N_("Consulate")),
        Option("iom", N_("With the help of IOM")),
        Option("other", N_("Somewhere else")),
    ),
)
attempt_when = Field(
    "attempt_when", "text", N_("When was that?"), help=N_("About when is enough."), required=False
)
attempt_result = Field(
    "attempt_result",
    "textarea",
    N_("What was the answer?"),
    help=N_("Write in your own language, in your own words."),
    maxlength=1500,
)
attempt_proof = Field(
    "attempt_proof",
    "radio",
    N_("Do you have a paper that shows it?"),
    options=(
        Option("bring", N_("Yes, I will bring it to the talk")),
        Option("none", N_("No")),
    ),
)
target_country = Field(
    "target_country",
    "country",
    N_("Country"),
    help=N_("The country of your nationality, or where you lived before."),
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
photos_mode = Field(
    "photos_mode",
    "radio",
    N_("Passport photos"),
    help=N_("You do not send photos on this site."),
    options=(Option("bring", N_("I will bring them")), Option("help", N_("I need help with this"))),
)
handwritten_statement = Field(
    "handwritten_statement",
    "radio",
    N_("A statement in your own handwriting and language"),
    options=(Option("bring", N_("I will bring it")), Option("help", N_("I need help with this"))),
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
question_text = Field(
    "question_text",
    "textarea",
    N_("Your question"),
    help=N_("Any language. Please do not write about your reasons for asylum."),
    maxlength=1500,
)

talk_topic = Field(
    "talk_topic",
    "radio",
    N_("Choose what fits"),
    help=N_("You need not write more than this."),
    options=(
        Option("departure", N_("Leaving the Netherlands")),
        Option("papers", N_("Papers")),
        Option("family", N_("My family")),
        Option("health", N_("Health")),
        Option("private", N_("Something private")),
        Option("other", N_("Something else")),
    ),
)
talk_way = Field(
    "talk_way",
    "radio",
    N_("Choose what you like best"),
    options=(
        Option("here", N_("At the place where I live")),
        Option("phone", N_("By telephone")),
        Option("video", N_("By video")),
        Option("any", N_("It does not matter")),
    ),
)
talk_days = Field(
    "talk_days",
    "text",
    N_("Days or times that suit you"),
    help=N_("You may leave this empty."),
    required=False,
    maxlength=200,
)
talk_with = Field(
    "talk_with",
    "radio",
    N_("Does somebody come with you?"),
    required=False,
    options=(
        Option("nobody", N_("Nobody")),
        Option("lawyer", N_("My lawyer")),
        Option("guardian", N_("My guardian")),
        Option("someone", N_("Somebody I trust")),
    ),
)
talk_staff = Field(
    "talk_staff",
    "radio",
    N_("With whom would you like to talk?"),
    required=False,
    options=(
        Option("none", N_("It does not matter")),
        Option("woman", N_("A woman")),
        Option("man", N_("A man")),
    ),
)
