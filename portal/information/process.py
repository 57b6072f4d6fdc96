"""The way from decision to departure, as /process draws it.

It shows what is usual (domain.md §2B, §2C; 001:95-135; 004:655-725); where somebody is on it, only
their own letters tell. Texts are msgids of "public"; `%(…)s` in them names a fact.
"""

from dataclasses import dataclass

from portal.i18n import N_


@dataclass(frozen=True)
class Station:
    """One stop on the way. `here` says by what somebody knows that they are at this stop."""

    key: str
    icon: str
    title: str
    here: str
    happens: tuple[str, ...]
    helps: str
    rights: str
    slugs: tuple[str, ...]


@dataclass(frozen=True)
class Point:
    """A condition or a check: a title, one sentence, and where to read more."""

    title: str
    text: str
    slug: str = ""


STATIONS = (
    Station(
        "decision",
        "letter",
        N_("You get a decision"),
        N_("You have a letter from the IND that says no to your request."),
        (
            N_("The Immigration and Naturalisation Service (IND) decides. DT&V does not."),
            N_("The letter is often also the return decision (terugkeerbesluit)."),
        ),
        N_("Your lawyer reads the letter with you."),
        N_("You may ask a judge to look at the decision. Ask your lawyer how much time you have."),
        ("terugkeerbesluit", "advocaat"),
    ),
    Station(
        "first-talk",
        "talk",
        N_("The first talk with DT&V"),
        N_("You have an invitation from the Repatriation and Departure Service (DT&V)."),
        (
            N_("You meet your supervisor (regievoerder). That person listens and explains."),
            N_("You hear what the decision means and which help there is."),
        ),
        N_("You can ask for an interpreter. Your lawyer or guardian may come with you."),
        N_("You may ask everything, and you may say what you are afraid of."),
        ("vertrekgesprek-inhoud", "wie-is-mijn-regievoerder"),
    ),
    Station(
        "court",
        "scale",
        N_("The judge looks at your case"),
        N_("Your lawyer has asked a judge to look at the decision (beroep)."),
        (
            N_("Often you may wait for the judge in the Netherlands. Your letters say so."),
            N_("When the day in court is known, there is a second talk with DT&V."),
        ),
        N_("Your lawyer speaks for you."),
        N_("As long as the judge has not decided, DT&V sends nothing to an embassy."),
        ("lp-formulier-tijdens-beroep", "drie-gesprekken"),
    ),
    Station(
        "ruling",
        "document",
        N_("The judge decides"),
        N_("You have the judge's decision (uitspraak)."),
        (
            N_("If the judge agrees with you, your lawyer tells you what comes next."),
            N_("If not, there is a third talk with DT&V, about how you can leave."),
        ),
        N_("Your lawyer tells you what the decision means, and whether you can do more."),
        N_("New facts? Tell your lawyer first. The IND decides about them."),
        ("drie-gesprekken", "opnieuw-asiel"),
    ),
    Station(
        "time",
        "clock",
        N_("Time to leave by yourself"),
        N_("Your decision names a number of days, and they have begun."),
        (
            N_("How long? Often: %(departure_period)s. Sometimes: %(departure_period_none)s."),
            N_("Your own decision says how much time you have."),
        ),
        N_("Your supervisor (regievoerder) makes a plan with you."),
        N_("You can talk with IOM or another organisation, also without DT&V."),
        ("vertrektermijn", "plicht-om-te-vertrekken"),
    ),
    Station(
        "prepare",
        "hands",
        N_("You prepare your journey, with help"),
        N_("You are looking for papers, a ticket, or a plan for a new start."),
        (
            N_("IOM, an aid organisation or a programme of DT&V can help. You choose."),
            N_("No passport? Then you try your embassy first. DT&V can mediate after that."),
        ),
        N_("IOM, aid organisations, your supervisor (regievoerder)."),
        N_("Asking for information obliges you to nothing."),
        ("welke-ondersteuning", "laissez-passer"),
    ),
    Station(
        "leave",
        "plane",
        N_("You leave the Netherlands"),
        N_("You have papers and a date for your journey."),
        (
            N_("You can travel by yourself, on an ordinary flight."),
            N_("DT&V looks whether you have the papers and the medicine that you need."),
        ),
        N_("IOM can help you at the airport."),
        N_("With IOM you can change your mind until you leave."),
        ("iom-rean", "controles-voor-vertrek"),
    ),
)

CONDITIONS = (
    Point(
        N_("The law allows it"),
        N_("There is no case left for which you may wait in the Netherlands."),
    ),
    Point(N_("DT&V knows where you are"), N_("You are there on the day of the journey.")),
    Point(
        N_("You are in detention"),
        N_("That is a last step. A judge looks at it, and you get a lawyer."),
        "plicht-om-te-vertrekken",
    ),
    Point(
        N_("There is a travel document"),
        N_("A passport, or a replacement document (laissez-passer) of your country."),
        "laissez-passer",
    ),
)
"""All four at the same time, before somebody can be removed (001:100-130)."""

CHECKS = (
    Point(
        N_("Are you too ill to travel?"),
        N_("Then leaving can be put off (article 64). A doctor gives advice, the IND decides."),
        "artikel-64",
    ),
    Point(
        N_("Can you not leave, through no fault of yours?"),
        N_(
            "If everything was tried and it did not work, a permit may be possible (buiten schuld)."
        ),
        "buiten-schuld",
    ),
    Point(
        N_("Is your situation very distressing?"),
        N_("The supervisor (regievoerder) can report that. The IND decides."),
        "schrijnend",
    ),
    Point(
        N_("Does somebody force you or use you?"),
        N_("Then there is help, also without a residence permit."),
        "mensenhandel",
    ),
)
"""The four mandatory checks (toetsingsmomenten; 004:672-720)."""
