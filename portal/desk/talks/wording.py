"""The desk's words for talks: about the person, not to them."""

from collections.abc import Mapping

from portal.i18n import N_

STATES: Mapping[str, tuple[str, str]] = {
    "proposed": (N_("Proposed, not answered yet"), "waiting"),
    "confirmed": (N_("The person can come"), "active"),
    "other_asked": (N_("The person asks for another time"), "attention"),
    "cancelled": (N_("Cancelled"), "done"),
    "held": (N_("Took place"), "done"),
}
"""(text, tone of its badge)"""
WAYS: Mapping[str, str] = {
    "place": N_("At a place"),
    "phone": N_("By telephone"),
    "video": N_("By video"),
}
FIXED: Mapping[int, str] = {
    1: N_("Talk 1: shortly after the refusal"),
    2: N_("Talk 2: when the day of the hearing is known"),
    3: N_("Talk 3: after the appeal was dismissed"),
}
"""The fixed talks of a dossier (domain.md §1, A3)."""
EVENTS: Mapping[str, str] = {
    "talk_proposed": N_("proposed a talk on %(date)s"),
    "talk_changed": N_("changed the proposal: the talk is on %(date)s"),
    "talk_cancelled": N_("cancelled the talk of %(date)s"),
    "talk_held": N_("wrote down that the talk of %(date)s took place"),
    "talk_confirmed": N_("can come to the talk of %(date)s"),
    "talk_other_asked": N_("asked for another time than the talk of %(date)s"),
}
WRONG: Mapping[str, str] = {
    "past": N_("This moment is over. Choose one that is still to come."),
    "weekend": N_("This day is in the weekend. Choose a working day."),
    "holiday": N_("This day is a public holiday. Choose a working day."),
    "to_come": N_("This moment is still to come."),
    "far": N_("This day is too far away. Look at the year again."),
    "no_such_time": N_("On this day the clock skips this hour. Choose another time."),
    "minutes": N_("Fill in a number of minutes from 5 to 480."),
    "no_place": N_("Fill in where the person should come."),
}
"""What `WrongPlan.why` means."""
LABELS: Mapping[str, tuple[str, str]] = {
    "minutes": (N_("How many minutes"), ""),
    "way": (N_("In which way"), ""),
    "place": (
        N_("Where, or how"),
        N_(
            "The address and the room, or how the person is called. The person reads it as you "
            "write it. Do not write their telephone number here."
        ),
    ),
    "talk_lang": (
        N_("Language and dialect of the interpreter"),
        N_("As the person wrote it in the request, if they did."),
    ),
    "gender": (
        N_("A woman or a man to interpret"),
        N_("The person reads that it is asked for, and that it is not certain."),
    ),
    "company": (N_("Who comes along, as far as you know"), ""),
}
"""(label, help) of the blanks of a talk's letter that have words of the desk."""
