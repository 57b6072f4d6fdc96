"""The one letter about local consultation: that it takes place, and nothing of what was said."""

from portal.cases.writing import Letter
from portal.i18n import N_

CONSULTATION_LETTERS = (
    Letter(
        "consulting",
        N_("We are consulting other organisations"),
        (
            N_("Your supervisor (regievoerder) is consulting other organisations."),
            N_("You do not have to do anything now. The answer will come here."),
            N_("Do you have a question about this? Write it here, or ask it in a talk."),
        ),
    ),
)
"""Staff choose to send it; it has no blanks, so nothing can slip into it (domain.md §2C)."""
