"""Steps about the person, which every kind asks (domain.md §3A)."""

from portal.cases.fields import NO, YES, Field, Option, Plain
from portal.cases.steps import Advice, Step, Underage, Unless, When
from portal.i18n import N_

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
sender_role = Field(
    "sender_role",
    "radio",
    N_("Choose what fits"),
    options=(
        Option("self", N_("For myself")),
        Option("lawyer", N_("For my client: I am a lawyer")),
        Option("guardian", N_("For a child: I am the guardian (Nidos)")),
        Option("family", N_("For somebody of my family")),
        Option("helper", N_("For somebody I help")),
    ),
)
sender_name = Field("sender_name", "text", N_("Your name"))
sender_reach = Field(
    "sender_reach", "text", N_("Your telephone number or e-mail address"), maxlength=200
)
sender_mandate = Field(
    "sender_mandate",
    "radio",
    N_("May you act for this person?"),
    help=N_(
        "The request waits until this has been checked. The person gets the code all the same."
    ),
    options=(
        Option("paper", N_("Yes, and I can show it on paper")),
        Option("told", N_("Yes, the person asked me")),
        Option("no", N_("Not yet")),
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
family_name = Field(
    "family_name", "text", N_("Family name"), plain=Plain(N_("What is your family name?"))
)
given_names = Field(
    "given_names",
    "text",
    N_("First names"),
    help=N_("Do you have one name only? Leave this empty."),
    required=False,
    plain=Plain(N_("What are your first names?")),
)
birth_date = Field(
    "birth_date",
    "date",
    N_("Date of birth"),
    help=N_(
        "Day, month and year, as on your letters. Do you know only the year? Then fill in the year."
    ),
    replaced_by="birth_date_unknown",
    plain=Plain(
        N_("On which day were you born?"),
        N_("Day, month and year. Do you know only the year? Then fill in the year."),
    ),
)
birth_date_unknown = Field(
    "birth_date_unknown", "tick", N_("I do not know when I was born"), required=False
)
minor_alone = Field(
    "minor_alone",
    "radio",
    N_("Are you here without your parents?"),
    options=(YES, NO),
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
    options=(
        Option("stateless", N_("Stateless: no country sees me as its citizen")),
        Option("unknown", N_("I do not know, or something else")),
    ),
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
    plain=Plain(N_("What is the name of the town or the centre?")),
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
    plain=Plain(N_("What is the number, the address or the name?")),
)
contact_safe = Field(
    "contact_safe",
    "radio",
    N_("Is it safe for you if we get in touch this way?"),
    help=N_("Think of somebody who could read along or pick up the phone."),
    options=(YES, NO),
    plain=Plain(N_("Is it safe for you if we call or write to you?")),
)
contact_times = Field(
    "contact_times",
    "text",
    N_("When is it safe to get in touch?"),
    help=N_("You may leave this empty."),
    required=False,
    maxlength=200,
)
statement_read = Field(
    "statement_read",
    "tick",
    N_("I understand: this is not a decision about my stay"),
    help=N_(
        "Your supervisor (regievoerder) reads this request. It becomes part of your file at DT&V."
    ),
    plain=Plain(
        N_("I understand: this does not say if I may stay here"),
        N_("Your supervisor (regievoerder) reads what you write. DT&V keeps it."),
    ),
)

URGENT = Step(
    "urgent",
    N_("Is something happening right now?"),
    (urgent,),
    lead=N_("This site is not an emergency line. Nobody reads it at night or at the weekend."),
    advice=Advice(
        "urgent",
        When("urgent", ("flight", "health", "danger")),
        N_("Call somebody now"),
        (
            N_("This site may be too slow for you. Please call first."),
            N_("Will you be put on a plane soon? Call your lawyer now."),
            N_("Are you ill? Call your doctor or the nurse of your centre."),
        ),
        "warning",
        links=(("safety", N_("Help when someone threatens or forces you")),),
        phones=("emergency_phone",),
    ),
)
SENDER = Step("sender", N_("For whom do you ask this?"), (sender_role,))
MANDATE = Step(
    "mandate",
    N_("Who are you?"),
    (sender_name, sender_reach, sender_mandate),
    lead=N_("The questions after this are about the person for whom you ask."),
    when=Unless("sender_role", ("self",)),
)
LANGUAGE = Step("language", N_("Which language do you want to speak?"), (talk_lang, interpreter))
NAME = Step(
    "name",
    N_("What is your name?"),
    (family_name, given_names),
    lead=N_("Write your name as it is on the letters of the IND. Your own script is fine too."),
)
BIRTH = Step("birth", N_("When were you born?"), (birth_date, birth_date_unknown))
ALONE = Step(
    "alone",
    N_("Are you under eighteen?"),
    (minor_alone,),
    when=Underage(),
    advice=Advice(
        "minor",
        When("minor_alone", ("yes",)),
        N_("You do not have to do this alone"),
        (
            N_(
                "You have a guardian of Nidos. A guardian helps you and may be there in every talk."
            ),
            N_(
                "You may ask your guardian to help you with this request. You may also go on alone."
            ),
            N_("A specialist for young people reads your request."),
        ),
        "safe",
        links=(("info/alleenstaande-kinderen", N_("If you are under 18 and here alone")),),
    ),
)
V_NUMBER = Step(
    "v-number",
    N_("What is your V-number?"),
    (v_number, v_number_unknown),
    lead=N_("With this number your request finds your own supervisor (regievoerder)."),
    plain=Plain(help=N_("This number helps us to find the person who helps you.")),
)
NATIONALITY = Step("nationality", N_("What is your nationality?"), (nationality,))
LOCATION = Step("location", N_("Where do you live now?"), (location_type, place))
CONTACT = Step(
    "contact",
    N_("How may we reach you?"),
    (contact_channel,),
    lead=N_("You can always read the answer on this site, with the code you get at the end."),
    plain=Plain(help=N_("You can always read the answer here. You need your code for it.")),
)
REACH = Step(
    "reach",
    N_("Where can we reach you?"),
    (contact_target, contact_safe, contact_times),
    when=When("contact_channel", ("phone", "email", "post", "lawyer")),
)
STATEMENT = Step("statement", N_("Before you send"), (statement_read,))

BEGIN = (URGENT, SENDER, MANDATE)
WHO = (NAME, BIRTH, ALONE, V_NUMBER)
ABOUT_YOU = (LANGUAGE, *WHO, NATIONALITY, LOCATION, CONTACT, REACH)
"""All steps about the person, in the order in which they are asked."""
