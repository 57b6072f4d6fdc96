"""Who works in the place of somebody who is away. Pure."""

from collections.abc import Mapping


def deputy_of(member_id: str, away: Mapping[str, str | None]) -> str | None:
    """Themselves, their deputy, or the deputy's deputy; None when all of these are away.

    `away` are today's absent with their deputies.
    """
    who: str | None = member_id
    asked: set[str] = set()
    while who and who in away:
        asked.add(who)
        who = away[who]
        if who in asked:
            return None
    return who
