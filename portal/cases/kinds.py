"""What people can ask for. Adding a kind is one declaration here, plus its translations.

A kind is a tuple of steps; a step is one thought on one page; a field is one answer. The texts are
msgids of the `public` domain: the applicant fills them in, reads them back, and the desk shows the
same labels in Dutch. Sources of the fields: domain.md §3A, §3C, §3E.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from portal.cases import fields as f
from portal.cases.fields import Field, Option
from portal.i18n import N_

Answers = Mapping[str, Any]
PENDING = ("yes", "unknown")


@dataclass(frozen=True)
class When:
    """Holds when the answer to `field` is, or contains, one of `values`."""

    field: str
    values: tuple[str, ...]

    def holds(self, answers: Answers) -> bool:
        answer = answers.get(self.field)
        given = answer if isinstance(answer, list) else [answer]
        return any(value in given for value in self.values)


@dataclass(frozen=True)
class Advice:
    """A page after a step: what to know or do first. `becomes` turns the request into another."""

    key: str
    when: When
    title: str
    paragraphs: tuple[str, ...]
    tone: Literal["lawyer", "warning", "info"]
    links: tuple[tuple[str, str], ...] = ()
    """(address inside the language, text)."""
    phones: tuple[str, ...] = ()
    """Keys of facts to call now."""
    becomes: str = ""


@dataclass(frozen=True)
class Step:
    key: str
    title: str
    fields: tuple[Field, ...]
    lead: str = ""
    when: When | None = None
    advice: Advice | None = None

    def applies(self, answers: Answers) -> bool:
        return self.when is None or self.when.holds(answers)


@dataclass(frozen=True)
class Kind:
    key: str
    title: str
    summary: str
    icon: str
    steps: tuple[Step, ...]
    embassy: bool = False
    """Could lead to contact with an embassy, so the guard of domain.md §2D-1 holds."""

    def path(self, answers: Answers) -> tuple[Step, ...]:
        """The steps that apply to these answers, in order."""
        return tuple(step for step in self.steps if step.applies(answers))

    def kept(self, answers: Answers) -> dict[str, Any]:
        """The answers of the steps that apply; the rest is dropped, never stored."""
        names = [field.name for step in self.path(answers) for field in step.fields]
        return {name: answers[name] for name in names if name in answers}

    def guard(self, answers: Answers) -> Advice | None:
        """The advice that turns this request into another one, if an answer asks for it."""
        for step in self.path(answers):
            if step.advice and step.advice.becomes and step.advice.when.holds(answers):
                return step.advice
        return None


URGENT = Step(
    "urgent",
    N_("Is something happening right now?"),
    (f.urgent,),
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
LANGUAGE = Step(
    "language", N_("Which language do you want to speak?"), (f.talk_lang, f.interpreter)
)
NAME = Step(
    "name",
    N_("What is your name?"),
    (f.family_name, f.given_names),
    lead=N_("Write your name as it is on the letters of the IND. Your own script is fine too."),
)
BIRTH = Step("birth", N_("When were you born?"), (f.birth_date,))
V_NUMBER = Step(
    "v-number",
    N_("What is your V-number?"),
    (f.v_number, f.v_number_unknown),
    lead=N_("With this number your request finds your own supervisor (regievoerder)."),
)
NATIONALITY = Step("nationality", N_("What is your nationality?"), (f.nationality,))
LOCATION = Step("location", N_("Where do you live now?"), (f.location_type, f.place))
CONTACT = Step(
    "contact",
    N_("How may we reach you?"),
    (f.contact_channel,),
    lead=N_("You can always read the answer on this site, with the code you get at the end."),
)
REACH = Step(
    "reach",
    N_("Where can we reach you?"),
    (f.contact_target, f.contact_safe),
    when=When("contact_channel", ("phone", "email", "post", "lawyer")),
)
STATEMENT = Step("statement", N_("Before you send"), (f.statement_read,))

ABOUT_YOU = (LANGUAGE, NAME, BIRTH, V_NUMBER, NATIONALITY, LOCATION, CONTACT, REACH)

IOM_SUPPORT = Kind(
    "iom_support",
    N_("Help from IOM to return"),
    N_("Information, a ticket, papers, or help with a new start. Asking obliges you to nothing."),
    "globe",
    (
        URGENT,
        Step("goal", N_("What would you like from IOM?"), (f.goal,)),
        Step("destination", N_("Which country do you want to go to?"), (f.destination,)),
        Step("documents", N_("Do you have a passport?"), (f.document_state,)),
        Step("travellers", N_("Who travels with you?"), (f.adults, f.children)),
        Step("wishes", N_("What do you need help with?"), (f.support_wishes,)),
        Step("needs", N_("Is there something we should think of?"), (f.special_needs,)),
        Step("before", N_("Did you have return support before?"), (f.earlier_return_help,)),
        Step(
            "call",
            N_("Who makes the first contact with IOM?"),
            (f.contact_by, f.share_with_iom),
            lead=N_("You may also go to IOM yourself, without DT&V."),
        ),
        *ABOUT_YOU,
        STATEMENT,
    ),
)

MEDIATION = Kind(
    "mediation",
    N_("Help to get a travel document (bemiddelingsverzoek)"),
    N_("You tried at your embassy and it failed. You ask DT&V to help."),
    "document",
    (
        URGENT,
        Step(
            "procedure",
            N_("Is a case of yours still open?"),
            (f.procedure_pending,),
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
            (f.attempt_made,),
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
        Step(
            "tried",
            N_("What did you try?"),
            (f.attempt_where, f.attempt_when, f.attempt_result, f.attempt_proof),
        ),
        Step("target", N_("Which country could give you a document?"), (f.target_country,)),
        Step(
            "identity",
            N_("Which papers do you have?"),
            (f.identity_docs, f.identity_docs_where),
            lead=N_("Copies and expired papers count too. No papers is also an answer."),
        ),
        Step(
            "bring",
            N_("What can you bring to the talk?"),
            (f.photos_mode, f.handwritten_statement),
        ),
        Step("identity-told", N_("The identity you gave"), (f.claimed_identity_same,)),
        *ABOUT_YOU,
        Step(
            "decides",
            N_("Who decides?"),
            (f.read_who_decides, f.willing_full_cooperation),
            lead=N_(
                "DT&V mediates and advises. The IND decides about a permit. This request gives "
                "no right to stay or to shelter."
            ),
        ),
        STATEMENT,
    ),
    embassy=True,
)

QUESTION = Kind(
    "question",
    N_("Ask a question"),
    N_("In your own words and your own language. Your supervisor answers here."),
    "question",
    (
        URGENT,
        Step("question", N_("What would you like to know?"), (f.question_text,)),
        *ABOUT_YOU,
        STATEMENT,
    ),
)

APPOINTMENT = Kind(
    "appointment",
    N_("Ask for a talk"),
    N_("With your supervisor, at your place, by phone or by video. You need not say why."),
    "talk",
    (
        URGENT,
        Step("topic", N_("What would you like to talk about?"), (f.talk_topic,)),
        Step("way", N_("How would you like to talk?"), (f.talk_way, f.talk_days)),
        Step("with", N_("Who should be there?"), (f.talk_with, f.talk_staff)),
        *ABOUT_YOU,
        STATEMENT,
    ),
)

KINDS = {kind.key: kind for kind in (IOM_SUPPORT, MEDIATION, APPOINTMENT, QUESTION)}


def field_of(kind: Kind, name: str) -> Field:
    return next(field for step in kind.steps for field in step.fields if field.name == name)


def option_label(field: Field, value: str) -> str:
    return next((option.label for option in field.options if option.value == value), value)


__all__ = ["KINDS", "Advice", "Kind", "Option", "Step", "When", "field_of", "option_label"]
