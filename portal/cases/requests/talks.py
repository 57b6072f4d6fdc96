"""Talks, questions, an interpreter (domain.md §3F)."""

from portal.cases.fields import NO, YES, Field, Option, Plain
from portal.cases.requests.about import ABOUT_YOU, BEGIN, LANGUAGE, STATEMENT
from portal.cases.steps import Kind, Step
from portal.i18n import N_

question_text = Field(
    "question_text",
    "textarea",
    N_("Your question"),
    help=N_("Any language. Please do not write about your reasons for asylum."),
    maxlength=1500,
    plain=Plain(help=N_("Write in your own language. Do not write why you asked for asylum.")),
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
from_safety = Field("from_safety", "hidden", "", required=False, options=(YES,))
talk_way = Field(
    "talk_way",
    "radio",
    N_("Choose what you like best"),
    options=(
        Option("here", N_("At the place where I live")),
        Option("elsewhere", N_("Somewhere else")),
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
reading = Field(
    "reading",
    "radio",
    N_("How do you like to get information?"),
    options=(
        Option("read", N_("I read well")),
        Option("simple", N_("In short and simple texts")),
        Option("told", N_("I would rather have it told to me")),
    ),
)
senses = Field(
    "senses",
    "checkboxes",
    N_("Do you need help with hearing or seeing?"),
    required=False,
    options=(
        Option("hearing", N_("With hearing")),
        Option("seeing", N_("With seeing")),
    ),
)
same_for_all = Field(
    "same_for_all", "radio", N_("Should this hold for all your talks?"), options=(YES, NO)
)

APPOINTMENT = Kind(
    "appointment",
    N_("Ask for a talk"),
    N_("With your supervisor, at your place, by phone or by video. You need not say why."),
    "talk",
    (
        *BEGIN,
        Step("topic", N_("What would you like to talk about?"), (talk_topic, from_safety)),
        Step("way", N_("How would you like to talk?"), (talk_way, talk_days)),
        Step("with", N_("Who should be there?"), (talk_with, talk_staff)),
        *ABOUT_YOU,
        STATEMENT,
    ),
)

QUESTION = Kind(
    "question",
    N_("Ask a question"),
    N_("In your own words and your own language. Your supervisor answers here."),
    "question",
    (
        *BEGIN,
        Step(
            "question",
            N_("What would you like to know?"),
            (question_text,),
            plain=Plain(N_("What do you want to know?")),
        ),
        *ABOUT_YOU,
        STATEMENT,
    ),
)

INTERPRETER = Kind(
    "interpreter",
    N_("Tell which interpreter you need"),
    N_("Your language and dialect, a woman or a man, and how you like to get information."),
    "people",
    (
        *BEGIN,
        LANGUAGE,
        Step("reading", N_("What helps you to understand?"), (reading, senses, same_for_all)),
        *(step for step in ABOUT_YOU if step is not LANGUAGE),
        STATEMENT,
    ),
)
