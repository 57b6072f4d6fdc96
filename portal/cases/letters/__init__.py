"""The letters to the applicant: templates in every language, filled by staff or by the portal.

They hold no name, no V-number and nothing medical, because the page that shows them has none. A
letter that is to say something else gets another key: what was sent is written again by its key in
the language of whoever reads it later.
"""

from collections.abc import Mapping
from typing import Any

from portal.cases.fields import Option
from portal.cases.letters.consultation import CONSULTATION_LETTERS
from portal.cases.letters.mediation import MEDIATION_LETTERS
from portal.cases.letters.partners import PARTNER_LETTERS
from portal.cases.letters.talks import TALK_LETTERS
from portal.cases.workflow import REASONS
from portal.cases.writing import Blank, Letter, LetterError, Written, read_blanks, write
from portal.i18n import N_

_NEEDED = (
    Option("attempt_proof", N_("A paper that shows that you asked at your embassy")),
    Option("identity", N_("Copies of your identity papers")),
    Option("photos", N_("Passport photos")),
    Option("statement", N_("A statement in your own handwriting and language")),
    Option("decision", N_("The date of your last decision or court ruling")),
    Option("lawyer", N_("The name of your lawyer")),
    Option("address", N_("Where you live now")),
    Option("v_number", N_("Your V-number")),
)
_REASONS = tuple(Option(code, text) for code, text in REASONS.items())
_ASKED = (
    Option("contact", N_("With your code, somebody asked to change how we reach you.")),
    Option("withdraw", N_("With your code, somebody asked to withdraw this request.")),
)
_UNDONE = (
    Option("contact", N_("The change was undone. We reach you in the same way as before.")),
    Option("withdraw", N_("The withdrawal was undone. Your supervisor goes on with your request.")),
    Option(
        "stopped",
        N_("Your supervisor stopped the change. We reach you in the same way as before."),
    ),
)
_NOT_UNDONE = (
    Option("nothing", N_("Nothing of this request was passed on from this site.")),
    Option("iom", N_("With your consent it was given to IOM. Tell IOM yourself that you stop.")),
    Option(
        "passed_on",
        N_("What was passed on before, with your consent, cannot be called back from here."),
    ),
    Option("steps", N_("Steps that DT&V has taken already cannot be called back from here.")),
)

LETTERS = {
    letter.key: letter
    for letter in (
        Letter(
            "reading",
            N_("Your request is being worked on"),
            (
                N_("A supervisor (regievoerder) has read your request and is working on it."),
                N_("You do not have to do anything now. The answer will come here."),
            ),
        ),
        Letter(
            "info_needed",
            N_("We need to know more"),
            (
                N_("To go on with your request, your supervisor needs this:"),
                "%(needed)s",
                N_("You can write it here, or bring it to a talk. There is time: take it calmly."),
                N_("You cannot get something? Write that too. It is also an answer."),
            ),
            (Blank("needed", N_("What is needed"), "choices", _NEEDED),),
        ),
        Letter(
            "iom_contact",
            N_("How to reach IOM"),
            (
                N_("You can go to IOM yourself. IOM is not a part of the Dutch government."),
                N_("Telephone: %(iom_phone)s"),
                N_("IOM speaks many languages. The talk is free and obliges you to nothing."),
            ),
            facts=("iom_phone",),
        ),
        Letter(
            "iom_referred",
            N_("Your request is with IOM"),
            (
                N_("You gave your consent, so your supervisor has passed your request to IOM."),
                N_("IOM gets in touch with you. IOM itself decides how it can help."),
                N_("You can also call IOM yourself: %(iom_phone)s"),
                N_("You can change your mind until you leave."),
            ),
            facts=("iom_phone",),
            automatic=True,  # sharing.outside sends it, with the consent that it speaks of
        ),
        Letter(
            "mediation_started",
            N_("DT&V takes up your request for mediation"),
            (
                N_("DT&V will try to help you get a travel document (bemiddelingsverzoek)."),
                N_("Your supervisor tells you each step first, and when your embassy is asked."),
                N_("DT&V advises. The IND decides about a permit."),
            ),
        ),
        Letter(
            "not_now",
            N_("This is not possible now"),
            (
                "%(reason)s",
                N_("When this changes, you can ask again. Nothing that you sent is lost."),
                N_("You do not agree? Talk to your lawyer. You can also make a complaint."),
            ),
            (Blank("reason", N_("Reason"), "choice", _REASONS),),
        ),
        Letter(
            "own_words",
            N_("A message from your supervisor"),
            (
                N_("Your supervisor wrote this message in Dutch. It is not translated."),
                N_("You do not understand it? Ask for a talk with an interpreter."),
            ),
        ),
        Letter(
            "mediation_held",
            N_("First talk to your lawyer"),
            (
                N_("Our records say that a case of yours may still be open."),
                N_("So no mediation starts, and nothing goes to your embassy. This protects you."),
                N_(
                    "Your request is saved as a question. A supervisor (regievoerder) reads it "
                    "and answers you here."
                ),
                N_("Talk to your lawyer first. You do not have to stop any case to ask this."),
            ),
            automatic=True,
        ),
        Letter(
            "change_announced",
            N_("A change was asked for"),
            (
                "%(change)s",
                N_("It happens on %(day)s at %(time)s. Until then nothing changes."),
                N_("Was it not you, or do you want it differently? Press “Undo” on this page."),
                N_("Look here again before that day: perhaps we cannot tell you in another way."),
            ),
            (
                Blank("change", N_("Change"), "choice", _ASKED),
                Blank("day", N_("Day"), "date"),
                Blank("time", N_("Time"), "time"),
            ),
            automatic=True,
        ),
        Letter(
            "change_undone",
            N_("Nothing changes"),
            (
                "%(change)s",
                N_("Was this not you? Write it here, or tell it in a talk."),
            ),
            (Blank("change", N_("Change"), "choice", _UNDONE),),
            automatic=True,
        ),
        Letter(
            "contact_changed",
            N_("We reach you in another way now"),
            (
                N_("Your supervisor (regievoerder) sees the new way. This site never shows it."),
                N_("You can always read the answers here too, with your code."),
                N_("Do you live somewhere else now? Tell the COA or the AVIM yourself."),
            ),
            automatic=True,
        ),
        Letter(
            "withdrawn",
            N_("Your request is withdrawn"),
            (
                N_("Your supervisor (regievoerder) stops working on this request."),
                N_("What withdrawing does not undo:"),
                "%(not_undone)s",
                N_("It changes nothing in your other requests, or at the IND or the court."),
                N_("You can always ask again."),
            ),
            (Blank("not_undone", N_("Not undone"), "choices", _NOT_UNDONE),),
            automatic=True,
        ),
        Letter(
            "rerouted",
            N_("Another supervisor has your request"),
            (
                N_("Your place, your team or your supervisor at DT&V has changed."),
                N_("So another supervisor (regievoerder) has your request now."),
                N_("Nothing that you sent is lost. You do not have to do anything."),
                N_("Is this wrong? Write it here."),
            ),
            automatic=True,
        ),
        Letter(
            "mandate_check",
            N_("Somebody sent this request in your name"),
            (
                N_("The request has arrived. A lawyer, a guardian or a helper sent it for you."),
                N_("We first check that you want this. Until then we do nothing in your name."),
                N_("You do not want this? Write it here, or tell it in a talk."),
            ),
            automatic=True,
        ),
        *TALK_LETTERS,
        *MEDIATION_LETTERS,
        *CONSULTATION_LETTERS,
        *PARTNER_LETTERS,
    )
}


def content_of(key: str, values: Mapping[str, Any], tag: str, own: str = "") -> dict[str, Any]:
    """What is kept of a letter: its blanks, and as it was read in Dutch and in one language."""
    texts = {each: write(LETTERS[key], values, each) for each in dict.fromkeys(("nl", tag))}
    return {
        "letter": key,
        "values": dict(values),
        "texts": {each: {"title": w.title, "text": w.text} for each, w in texts.items()},
        "own": own,
    }


def in_language(content: Mapping[str, Any], tag: str) -> Written:
    """A kept letter for somebody who reads this language, whoever it was sent for.

    In Dutch when the letter isn't one of today's any more.
    """
    texts = content["texts"]
    if tag in texts:
        return Written(tag, **texts[tag])
    try:
        letter = LETTERS[content["letter"]]
        return write(letter, read_blanks(letter, content.get("values", {})), tag)
    except (KeyError, LetterError):
        return Written("nl", **texts["nl"])
