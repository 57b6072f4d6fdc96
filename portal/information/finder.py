"""Which help could fit me? At most six questions, all of them optional; nothing is stored.

It never decides and never says that somebody gets nothing: it lays IOM, an aid organisation and
the programme of DT&V side by side, with what fits, why, and what each needs (004:981, 004:1541).
What it says stands in domain.md §2D, §3C, §3D; each organisation decides itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.i18n import N_

Answers = Mapping[str, frozenset[str]]
"""The chosen option keys of each question; a question without an answer is left out."""


@dataclass(frozen=True)
class Question:
    """`options` are (key, msgid); `several` allows more than one."""

    key: str
    text: str
    options: tuple[tuple[str, str], ...]
    several: bool = False


UNKNOWN = ("unknown", N_("I do not know"))
QUESTIONS = (
    Question(
        "wish",
        N_("What do you want help with?"),
        (
            ("travel", N_("The journey")),
            ("papers", N_("Papers")),
            ("start", N_("Work, training or a new start")),
            ("care", N_("Medical care")),
            ("talk", N_("First only information")),
        ),
        several=True,
    ),
    Question(
        "to",
        N_("Where would you go?"),
        (
            ("origin", N_("To the country I come from")),
            ("other", N_("To another country")),
            ("unknown", N_("I do not know yet")),
        ),
    ),
    Question(
        "passport",
        N_("Do you have a passport?"),
        (
            ("valid", N_("Yes, it is valid")),
            ("expired", N_("Yes, but it has expired")),
            ("none", N_("No")),
            ("authorities", N_("DT&V or the police has it")),
        ),
    ),
    Question(
        "case",
        N_("Is there still a case of yours at the IND or a court?"),
        (("yes", N_("Yes")), ("no", N_("No")), UNKNOWN),
    ),
    Question(
        "before",
        N_("Did IOM or the Netherlands help you to return before?"),
        (("yes", N_("Yes")), ("no", N_("No")), UNKNOWN),
    ),
    Question(
        "special",
        N_("Does something of this fit you?"),
        (
            ("minor", N_("I am under 18 and here without my parents")),
            ("ill", N_("Illness, disability or pregnancy")),
            ("dublin", N_("I have a letter that says another European country decides (Dublin)")),
        ),
        several=True,
    ),
)


@dataclass(frozen=True)
class Line:
    """One sentence about a way. `when` is "question:option|option", of which one was chosen;
    empty: it always holds."""

    text: str
    when: str = ""

    def holds(self, answers: Answers) -> bool:
        question, _, options = self.when.partition(":")
        return not question or not answers.get(question, frozenset()).isdisjoint(options.split("|"))


@dataclass(frozen=True)
class Way:
    """One of the three ways to support: what it can do, what it needs or what to know before.

    `ask` is a page below `/<lang>/`, `read` an answer.
    """

    key: str
    title: str
    who: str
    icon: str
    fits: tuple[Line, ...]
    needs: tuple[Line, ...]
    ask: str
    read: str


EVERYWHERE = (
    Line(N_("You can use one programme for a new start, not two at the same time.")),
    Line(N_("Is there still a case of yours? Talk with your lawyer first."), "case:yes|unknown"),
    Line(N_("You are under 18: your guardian goes along with you."), "special:minor"),
)
WAYS = (
    Way(
        "iom",
        N_("IOM"),
        N_("An international organisation. You can call them without DT&V."),
        "plane",
        fits=(
            Line(N_("Free advice in your own language.")),
            Line(N_("The journey: IOM can arrange the ticket."), "wish:travel"),
            Line(N_("Papers: IOM helps with papers for the journey."), "wish:papers"),
            Line(N_("A new start: there is support for some countries. Ask IOM."), "wish:start"),
            Line(N_("Illness or pregnancy: there is extra support. Tell it early."), "wish:care"),
            Line(N_("Illness or pregnancy: there is extra support. Tell it early."), "special:ill"),
        ),
        needs=(
            Line(N_("You want to leave for good, and you cannot pay for the journey yourself.")),
            Line(N_("Bring the papers that you have, also old ones."), "passport:none|expired"),
            Line(N_("IOM can ask DT&V for your passport."), "passport:authorities"),
            Line(N_("Another country: you show that you may stay there for good."), "to:other"),
            Line(
                N_("Helped before? Within %(iom_repeat_period)s IOM often cannot help. Ask them."),
                "before:yes|unknown",
            ),
            Line(N_("A Dublin letter: ask IOM what is possible for you."), "special:dublin"),
            *EVERYWHERE,
        ),
        ask="ask/iom_support",
        read="iom-rean",
    ),
    Way(
        "ngo",
        N_("An aid organisation"),
        N_("For example VluchtelingenWerk. It does not belong to the government."),
        "hands",
        fits=(
            Line(N_("Somebody who thinks with you about your plan.")),
            Line(N_("A new start: several organisations help to prepare it."), "wish:start"),
            Line(N_("First only information: asking obliges you to nothing."), "wish:talk"),
        ),
        needs=(
            Line(N_("Each organisation decides itself whom it can help.")),
            Line(N_("A Dublin letter: ask the organisation what is possible."), "special:dublin"),
            *EVERYWHERE,
        ),
        ask="ask/ngo_support",
        read="ngo-hulp",
    ),
    Way(
        "eurp",
        N_("DT&V, with the European programme (EURP)"),
        N_("Your supervisor (regievoerder) asks for it together with you."),
        "people",
        fits=(
            Line(N_("Help in your country: when you arrive, and in the time after that.")),
            Line(N_("A new start: things that you need for it, mostly not money."), "wish:start"),
            Line(N_("Care: DT&V can arrange care on the journey and a doctor there."), "wish:care"),
            Line(N_("Papers: DT&V can mediate, after you tried your embassy."), "wish:papers"),
        ),
        needs=(
            Line(N_("Not for every country. Your supervisor (regievoerder) knows which.")),
            Line(N_("Another country: you show that you may enter it. Often hard."), "to:other"),
            *EVERYWHERE,
        ),
        ask="ask/ngo_support",
        read="welke-ondersteuning",
    ),
)


def read(given: Mapping[str, list[str]]) -> Answers:
    """What a form says, as far as the questions know it; anything else is passed over."""
    found = {}
    for question in QUESTIONS:
        known = {key for key, _ in question.options}
        chosen = [each for each in given.get(question.key, []) if each in known]
        if chosen:
            found[question.key] = frozenset(chosen if question.several else chosen[:1])
    return found


def said(lines: Iterable[Line], answers: Answers) -> list[str]:
    """The sentences that hold, each once."""
    return list(dict.fromkeys(line.text for line in lines if line.holds(answers)))
