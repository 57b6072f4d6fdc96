"""What the portal tells a person about an organisation that they let see their request.

Why an organisation can't help is one of a few fixed texts, which are translated; what it writes
besides goes to the supervisor alone.
"""

from collections.abc import Mapping

from portal.cases.fields import Option
from portal.cases.writing import Blank, Letter
from portal.i18n import N_

DECLINED: Mapping[str, str] = {
    "full": N_("It has no room to help more people at this time."),
    "place": N_("It does not work where you live, or where you want to go."),
    "programme": N_("What you ask does not fit what it can do."),
    "other": N_("Your supervisor can tell you why."),
}
"""Why an organisation declines: fixed texts, as for a supervisor (domain.md §3B)."""
_NEWS = (
    Option("accepted", N_("It wants to help you, and will get in touch with you.")),
    Option("in_contact", N_("It is in contact with you.")),
    Option("no_contact", N_("It could not reach you. Look at how we may reach you.")),
    Option("helped", N_("It has helped you.")),
    Option("ended", N_("Its help has ended. It cannot see this request any more.")),
    *(Option(f"declined_{code}", text) for code, text in DECLINED.items()),
)
_ORGANISATION = Blank("organisation", "", "text")
"""Filled by the portal alone, so nobody reads a label of it."""

PARTNER_LETTERS = (
    Letter(
        "consent_asked",
        N_("May an organisation see your request?"),
        (
            N_("Your supervisor thinks that this organisation may be able to help you:"),
            "%(organisation)s",
            N_("It sees nothing yet. Say yes or no on this page."),
            N_("If you say no, your supervisor goes on with your request as before."),
        ),
        (_ORGANISATION,),
        automatic=True,
    ),
    Letter(
        "passed_on",
        N_("An organisation can see your request now"),
        (
            N_("You agreed, so your supervisor has asked this organisation to help you:"),
            "%(organisation)s",
            N_("It decides itself whether it can help. You read its answer here."),
            N_("You can stop this at any time, on this site, with your code."),
        ),
        (_ORGANISATION,),
        automatic=True,
    ),
    Letter(
        "passed_on_outside",
        N_("Your supervisor asks an organisation to help you"),
        (
            N_("You agreed, so your supervisor has asked this organisation to help you:"),
            "%(organisation)s",
            N_("It sees nothing on this site. It decides itself whether it can help you."),
            N_("Do you not want this any more? Write it to your supervisor here."),
        ),
        (_ORGANISATION,),
        automatic=True,
    ),
    Letter(
        "partner_news",
        N_("News from an organisation"),
        (
            "%(organisation)s",
            "%(news)s",
            N_("Your supervisor sees this too. You can always write to your supervisor here."),
        ),
        (_ORGANISATION, Blank("news", "", "choice", _NEWS)),
        automatic=True,
    ),
)
