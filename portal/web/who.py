"""Who may enter a route, written at the route itself, so that a test can list them all.

Names: `anyone`; `code` (who holds a receipt code); `provider` (the identity provider, by a token
that it signed); and the roles of `portal.staff.models.ROLES`.
"""

from collections.abc import Callable
from typing import TypeVar

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


def who(*names: str) -> Callable[[Endpoint], Endpoint]:
    """Declare who may enter: sets `endpoint.who`, a frozenset. Guarding is the endpoint's work.

    Raises ValueError without a name: a route that nobody may enter is a mistake.
    """
    if not names:
        raise ValueError("who() needs at least one name")

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.who = frozenset(names)  # ty: ignore[missing-attribute]
        return endpoint

    return declare
