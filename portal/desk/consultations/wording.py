"""The desk's words for local consultation."""

from collections.abc import Mapping

from portal.cases.consultation.shapes import Action
from portal.desk.wording import named, say
from portal.i18n import N_

OUTCOMES: Mapping[str, str] = {
    "end_reception": N_("Reception ends"),
    "longer_azc": N_("Longer in the azc, for departure is very near"),
    "restricted": N_("Freedom-restricting location (VBL) or family location (GL)"),
    "detention": N_("Detention"),
    "other": N_("Something else"),
    "postponed": N_("Postponed to a later consultation"),
}
OUTCOME_HELP: Mapping[str, str] = {
    "detention": N_("A last resort, when nothing lighter is enough. The court checks it."),
}
DISSENTS: Mapping[str, str] = {
    "nobody": N_("It was asked, and nobody spoke against it"),
    "somebody": N_("Somebody spoke against it"),
}
ORGANISATIONS: Mapping[str, str] = {
    "dtv": "DT&V",
    "coa": "COA",
    "avim": "AVIM",
    "ind": "IND",
    "iom": "IOM",
    "nidos": "Nidos",
    "dji": "DJI",
    "kmar": "KMar",
    "other": N_("another organisation"),
}


def organisations(tag: str, codes: tuple[str, ...]) -> str:
    """Their names, one after the other."""
    return ", ".join(named(tag, ORGANISATIONS, code) for code in codes)


def owner_of(tag: str, action: Action) -> str:
    """Who does it: a name, or an organisation."""
    return action.owner or named(tag, ORGANISATIONS, action.organisation)


def outcome_of(tag: str, content: Mapping[str, str]) -> str:
    """What was recommended, in words; "" when nothing was."""
    outcome = content.get("outcome", "")
    return say(tag, OUTCOMES.get(outcome, outcome))
