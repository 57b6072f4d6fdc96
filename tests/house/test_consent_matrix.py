"""Every address of a shared case, for its own and another organisation, in every state of consent.

Own, foreign, consented and withdrawn (security.md T4, R1, R2): what isn't allowed to see answers as
what doesn't exist; what may be seen and not written to says so.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.cases.sharing import consents
from tests.house.test_routes import ROUTES, csrf_of, enter
from tests.rooms.partners.at_the_partners import IOM, NGO, allow, sent
from tests.support.world import World

ADDRESSES = sorted(
    (method, template)
    for method, template in ROUTES
    if template.startswith("/partners/") and "{id}" in template
)
Give = Callable[[World, str], None]


def nothing(_world: World, _case_id: str) -> None:
    """The person never said anything."""


def purposes(*given: str) -> Give:
    return lambda world, case_id: _allow(world, case_id, *given)


def _allow(world: World, case_id: str, *given: str) -> None:
    allow(world, case_id, *given)


def run_out(world: World, case_id: str) -> None:
    allow(world, case_id, *consents.KEYS, expires=datetime.now(UTC) - timedelta(seconds=1))


def withdrawn(world: World, case_id: str) -> None:
    consent_id = allow(world, case_id, *consents.KEYS)
    world.db.write_now(consents.stop, case_id, consent_id, datetime.now(UTC))


def mandate_unsure(world: World, case_id: str) -> None:
    allow(world, case_id, *consents.KEYS)

    def hold(session: Session) -> None:
        session.get_one(Case, case_id).mandate_hold = True

    world.db.write_now(hold)


STATES: dict[str, tuple[Give, bool, bool]] = {
    "nothing": (nothing, False, False),
    "see": (purposes("see"), True, False),
    "write": (purposes("write"), True, True),
    "receive": (purposes("receive"), True, False),
    "all": (purposes(*consents.KEYS), True, True),
    "run out": (run_out, False, False),
    "withdrawn": (withdrawn, False, False),
    "mandate unsure": (mandate_unsure, False, False),
}
"""(what the person did, may the organisation open the case, may it write)"""


def test_the_matrix_has_every_purpose_and_address() -> None:
    assert set(consents.KEYS) <= set(STATES)
    assert len(ADDRESSES) >= 3


@pytest.mark.parametrize("state", STATES)
def test_an_organisation_enters_what_the_person_allows(world: World, state: str) -> None:
    give, opens, writes = STATES[state]
    case_id, _ = sent(world)
    give(world, case_id)
    for who in (NGO, IOM):
        visitor = world.signed_in(who)
        form = {"csrf": csrf_of(visitor), "version": "0", "text": "Kanarie", "nonce": "0" * 32}
        for method, template in ADDRESSES:
            path = template.format(id=case_id)
            data = form if method == "POST" else None
            status, _ = enter(visitor, method, path, data)
            where = f"{who}, {state}: {method} {template}: {status}"
            if who == IOM or not opens:
                assert status == 404, where
            elif method == "GET":
                assert status == 200, where
            elif template.endswith("/write"):
                assert status == (303 if writes else 409), where
            else:  # nobody asked it for help: there is no such question
                assert status == 404, where


def test_on_the_list_stands_what_can_be_opened(world: World) -> None:
    cases = {}
    for state, (give, opens, _) in STATES.items():
        case_id, _ = sent(world)
        give(world, case_id)
        cases[case_id] = (state, opens)
    seen = world.signed_in(NGO).client.get("/partners/").text
    for case_id, (state, opens) in cases.items():
        assert (case_id in seen) is opens, state
    foreign = world.signed_in(IOM).client.get("/partners/").text
    assert not [state for case_id, (state, _) in cases.items() if case_id in foreign]
