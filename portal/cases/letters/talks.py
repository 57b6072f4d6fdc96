"""The letters about a talk. Staff write them on the pages of talks, never as a loose message.

What they promise is little: whether a woman or a man interprets is asked for, not certain, and
nobody is told that a talk is obligatory (domain.md §1 A3, §4).
"""

from portal.cases.fields import Option
from portal.cases.writing import Blank, Letter
from portal.i18n import N_

_INTERPRETER = (
    Option("there", N_("An interpreter is there.")),
    Option("phone", N_("An interpreter helps by phone.")),
    Option("none", N_("There is no interpreter.")),
)
_GENDER = (
    Option("woman", N_("We ask for a woman to interpret. It is not always possible.")),
    Option("man", N_("We ask for a man to interpret. It is not always possible.")),
)
_WAYS = (
    Option("place", N_("You meet at this place:")),
    Option("phone", N_("By telephone")),
    Option("video", N_("By video")),
)
_COMPANY = (
    Option("lawyer", N_("We expect your lawyer too.")),
    Option("guardian", N_("We expect your guardian too.")),
    Option("someone", N_("We expect the person you trust too.")),
)
_BLANKS = (  # without a label: the desk has words of its own for it
    Blank("day", N_("Day of the talk"), "date"),
    Blank("time", N_("Time"), "time"),
    Blank("minutes", "", "text"),
    Blank("way", "", "choice", _WAYS),
    Blank("place", N_("Place"), "text", required=False),
    Blank("interpreter", N_("Interpreter"), "choice", _INTERPRETER),
    Blank("talk_lang", "", "text", required=False),
    Blank("gender", "", "choice", _GENDER, required=False),
    Blank("company", "", "choices", _COMPANY, required=False),
)
HELD_BLANKS = _BLANKS[:4]
"""What is kept of a talk that was never proposed here."""
_ABOUT = (
    N_("Day: %(day)s"),
    N_("Time: %(time)s"),
    N_("Number of minutes: %(minutes)s"),
    "%(way)s",
    "%(place)s",
    "%(interpreter)s",
    N_("Language: %(talk_lang)s"),
    "%(gender)s",
    "%(company)s",
    N_("You may bring your lawyer, your guardian or somebody you trust."),
    N_("On this page you can say that you can come, or ask for another time."),
)

TALK_LETTERS = (
    Letter(
        "talk_proposed",
        N_("A day for a talk"),
        (N_("Your supervisor (regievoerder) proposes this talk:"), *_ABOUT),
        _BLANKS,
        offered=False,
    ),
    Letter(
        "talk_changed",
        N_("Another proposal for your talk"),
        (N_("Your supervisor (regievoerder) now proposes this:"), *_ABOUT),
        _BLANKS,
        offered=False,
    ),
    Letter(
        "talk_cancelled",
        N_("Your talk does not take place"),
        (
            N_("This talk was cancelled:"),
            N_("Day: %(day)s"),
            N_("Time: %(time)s"),
            N_("You do not have to come. Do you still want to talk? Write it here."),
        ),
        (
            Blank("day", N_("Day of the talk"), "date"),
            Blank("time", N_("Time"), "time"),
        ),
        offered=False,
    ),
    # What was sent before talks had pages of their own; it is still read in every language.
    Letter(
        "meeting",
        N_("A talk is planned"),
        (
            N_("Day: %(day)s"),
            N_("Time: %(time)s"),
            N_("Place: %(place)s"),
            "%(interpreter)s",
            N_("You may bring your lawyer, your guardian or somebody you trust."),
            N_("This day is not possible for you? Write it here."),
        ),
        (
            Blank("day", N_("Day of the talk"), "date"),
            Blank("time", N_("Time"), "time"),
            Blank("place", N_("Place"), "text"),
            Blank("interpreter", N_("Interpreter"), "choice", _INTERPRETER),
        ),
        offered=False,
    ),
)
