"""Changes: how to reach you, who acts for you, papers back, withdrawing (domain.md §3F)."""

from portal.cases.fields import NO, YES, Field, Option
from portal.cases.requests.about import (
    ABOUT_YOU,
    BEGIN,
    LANGUAGE,
    LOCATION,
    NATIONALITY,
    STATEMENT,
    WHO,
)
from portal.cases.steps import Advice, Kind, Step, When
from portal.i18n import N_

old_reach = Field(
    "old_reach",
    "text",
    N_("How could we reach you until now?"),
    help=N_("You may leave this empty."),
    required=False,
    maxlength=200,
)
moved = Field("moved", "radio", N_("Did you also move to another place?"), options=(YES, NO))
which_reference = Field(
    "which_reference",
    "text",
    N_("Number of your request, if you know it"),
    help=N_("Two times four letters and digits. It is not your code."),
    required=False,
    maxlength=20,
)
withdraw_what = Field(
    "withdraw_what",
    "radio",
    N_("What do you want to withdraw?"),
    options=(
        Option("all", N_("The whole request")),
        Option("part", N_("A part of it")),
    ),
)
withdraw_why = Field(
    "withdraw_why",
    "textarea",
    N_("Which part, or why?"),
    help=N_("You may leave this empty."),
    required=False,
    maxlength=1000,
)
which_documents = Field(
    "which_documents",
    "checkboxes",
    N_("Which papers?"),
    options=(
        Option("passport", N_("Passport")),
        Option("id_card", N_("Identity card")),
        Option("birth", N_("Birth certificate")),
        Option("other", N_("Something else")),
    ),
)
taken_where = Field(
    "taken_where",
    "text",
    N_("Who took them, and where?"),
    help=N_("For example: the police at the airport, or DT&V at the centre."),
    required=False,
    maxlength=200,
)
representative_change = Field(
    "representative_change",
    "radio",
    N_("Choose what fits"),
    options=(
        Option("add", N_("Somebody begins to act for me")),
        Option("remove", N_("Somebody no longer acts for me")),
    ),
)
representative_role = Field(
    "representative_role",
    "radio",
    N_("Who is it?"),
    options=(
        Option("lawyer", N_("A lawyer")),
        Option("guardian", N_("A guardian (Nidos)")),
        Option("family", N_("Somebody of my family")),
        Option("helper", N_("Somebody who helps me")),
    ),
)
representative_name = Field("representative_name", "text", N_("Name"))
representative_reach = Field(
    "representative_reach",
    "text",
    N_("Telephone number or e-mail address"),
    required=False,
    maxlength=200,
)

CONTACT_CHANGE = Kind(
    "contact_change",
    N_("Change how we can reach you"),
    N_("A new telephone number, address or place to live."),
    "phone",
    (
        *BEGIN,
        Step(
            "old",
            N_("What changes?"),
            (old_reach, moved),
            lead=N_("This does not replace your duty to report to the COA or the police."),
        ),
        *ABOUT_YOU,
        STATEMENT,
    ),
)

WITHDRAW = Kind(
    "withdraw",
    N_("Withdraw a request"),
    N_("Do you have your code? Then you can do this at “Follow”, at once."),
    "exit",
    (
        *BEGIN,
        Step("what", N_("Which request?"), (which_reference, withdraw_what, withdraw_why)),
        LANGUAGE,
        *WHO,
        LOCATION,
        STATEMENT,
    ),
)

DOCUMENTS_BACK = Kind(
    "documents_back",
    N_("Ask for your papers back"),
    N_("DT&V or the police has your passport or another paper."),
    "letter",
    (
        *BEGIN,
        Step("which", N_("Which papers do you want back?"), (which_documents, taken_where)),
        *ABOUT_YOU,
        STATEMENT,
    ),
)

REPRESENTATIVE = Kind(
    "representative",
    N_("Say who acts for you"),
    N_("A lawyer, a guardian or somebody who helps you: begin or stop."),
    "scale",
    (
        *BEGIN,
        Step(
            "who-acts",
            N_("Who acts for you?"),
            (
                representative_change,
                representative_role,
                representative_name,
                representative_reach,
            ),
            advice=Advice(
                "checked",
                When("representative_change", ("add",)),
                N_("This is checked first"),
                (
                    N_("Your supervisor checks it before this person hears anything."),
                    N_("You keep your own code, and can always take it back."),
                ),
                "info",
            ),
        ),
        LANGUAGE,
        *WHO,
        NATIONALITY,
        LOCATION,
        STATEMENT,
    ),
)
