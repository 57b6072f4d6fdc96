"""Every kind of request. Adding one is one declaration in `requests/` and its place here."""

from portal.cases.fields import Field
from portal.cases.requests.changes import (
    CONTACT_CHANGE,
    DOCUMENTS_BACK,
    REPRESENTATIVE,
    WITHDRAW,
)
from portal.cases.requests.mediation import MEDIATION
from portal.cases.requests.situation import MEDICAL, RECEPTION_TERM, THIRD_COUNTRY
from portal.cases.requests.support import IOM_SUPPORT, NGO_SUPPORT
from portal.cases.requests.talks import APPOINTMENT, INTERPRETER, QUESTION
from portal.cases.steps import Kind
from portal.i18n import N_

GROUPS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    (N_("Talk and ask"), (QUESTION, APPOINTMENT, INTERPRETER)),
    (N_("Going back or on"), (IOM_SUPPORT, NGO_SUPPORT, MEDIATION, THIRD_COUNTRY)),
    (N_("Your situation"), (MEDICAL, RECEPTION_TERM, DOCUMENTS_BACK)),
    (N_("Change something"), (CONTACT_CHANGE, REPRESENTATIVE, WITHDRAW)),
)
"""As people choose: a plain heading, and what stands below it."""
KINDS = {kind.key: kind for _, kinds in GROUPS for kind in kinds}


def field_of(kind: Kind, name: str) -> Field:
    return next(field for step in kind.steps for field in step.fields if field.name == name)
