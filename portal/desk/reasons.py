"""Why a case came to whom it came: one sentence for each reason code of routing."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.desk.wording import FLAGS, named, say
from portal.i18n import N_

SENTENCES: Mapping[str, str] = {
    "match": N_("The V-number and the date of birth belong to one dossier."),
    "name_differs": N_("The dossier has quite another name. Check who this is at the first talk."),
    "override": N_(
        "The dossier says: %(flag)s. Such requests go to the specialists of %(team)s first."
    ),
    "no_special_team": N_(
        "The dossier says: %(flag)s. There is no team for that, so it stays with the team of the "
        "dossier."
    ),
    "dossier_closed": N_("There is a dossier with these data, but it is closed."),
    "team_unknown": N_("The team of the dossier does not work here any more."),
    "team_empty": N_("Nobody works in %(team)s at this time."),
    "no_supervisor": N_("The dossier names no supervisor."),
    "supervisor_gone": N_("The supervisor of the dossier does not work here any more."),
    "absent_no_deputy": N_("The supervisor is absent and nobody stands in: the team has it."),
    "not_trained": N_(
        "The supervisor is absent and who stands in is in no trained group: the team has it."
    ),
    "deputy": N_("The supervisor is absent, so this goes to who stands in."),
    "moved": N_("The person says to live in another place now: %(team)s serves it."),
    "split_off": N_(
        "It was split off from the request of a family that %(team)s has. Check who this is at the "
        "first talk."
    ),
    "trained_group": N_("This request stays within the trained group %(team)s."),
    "no_trained_team": N_(
        "This request is for a trained group alone, and there is none. Show it to nobody else."
    ),
    "medical_task": N_("Health matters on the journey: DIA/Bijzonder Vertrek has a task in this."),
    "mandate_hold": N_(
        "Somebody sent this for the person. Check the mandate first; until then nothing is done in "
        "the person's name."
    ),
    "several_dossiers": N_("More than one dossier fits these data."),
    "birth_date_differs": N_(
        "A dossier has this V-number, but another date of birth. Check who this is at the first "
        "talk."
    ),
    "v_number_unknown_here": N_(
        "No dossier has this V-number. Check who this is at the first talk."
    ),
    "no_v_number": N_("The person gave no V-number. Check who this is at the first talk."),
    "says_minor_alone": N_(
        "The person says to be under 18 and without parents: %(team)s specialises in that."
    ),
    "place_kind": N_("The person lives in a place of a kind that %(team)s serves."),
    "place": N_("The person lives in a place that %(team)s serves."),
    "place_unknown": N_("No team is known for the place where the person lives."),
    "ilc": N_("So the intake desk (ILC) has it: please find out who should have it."),
    "no_ilc": N_("There is no intake desk (ILC), so %(team)s has it for now."),
    "unreadable": N_(
        "The portal could not open this request with its keys. Tell the administrators at once."
    ),
}
"""A sentence for every code of portal.cases.routing, and `unreadable` of the worker."""


def reasons(tag: str, detail: Mapping[str, Any], teams: Mapping[str, str]) -> list[str]:
    """The reasons of a `routed` event as sentences; `teams` maps ids to names."""
    return [_sentence(tag, reason, teams) for reason in _listed(detail.get("reasons"))]


def _sentence(tag: str, reason: Mapping[str, Any], teams: Mapping[str, str]) -> str:
    values = dict(reason.get("values") or {})
    if "team" in values:
        values["team"] = teams.get(values["team"], values["team"])
    if "flag" in values:
        values["flag"] = named(tag, FLAGS, values["flag"])
    return say(tag, SENTENCES.get(reason["code"], reason["code"]), values)


def _listed(found: Any) -> Sequence[Mapping[str, Any]]:
    return found if isinstance(found, list) else ()
