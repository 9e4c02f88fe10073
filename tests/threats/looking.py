"""What an attack must leave as it is: every ticket but for what was said on it, and everybody outside."""

from __future__ import annotations

from tests.stories.example import Json
from tests.stories.world import World

SAID = ("messages", "events", "letters", "mails", "updated_at", "not_sent", "links")
OURS = ("anna@example.com", "ben@example.com", "cleo@example.com")


def dump(desk: World) -> list[Json]:
    """Every ticket, but for the words on it, and for others that mention it."""
    numbers = sorted(each["number"] for each in desk.tickets())
    return [{key: value for key, value in desk.ticket(number).items() if key not in SAID} for number in numbers]


def outside(desk: World) -> list[str]:
    """Letters since this was last asked that went to others than agents, acknowledgements aside."""
    return [
        each
        for each in desk.new_letters()
        if each.rpartition(" ")[2] not in OURS and not each.startswith("acknowledged")
    ]
