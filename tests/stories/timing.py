"""An incident with promises, the clock on the wall in Berlin, and what can be seen of its light."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from mailgate.desk import reckoning, tickets
from mailgate.desk.finding import Wanted, conditions
from tests.stories.example import Json
from tests.stories.world import ERIKA, World

BERLIN = ZoneInfo("Europe/Berlin")
PROMISING: Json = {
    "kinds": {
        "incident": {
            "yellow_after": "4h",
            "red_after": "8h",
            "response": "2h",
            "solution": "1d",
            "calendar": "office",
            "urgent": {"solution": "4h"},
        }
    },
    "calendars": {"office": {"holidays": "DE-BY", "closed": ["2026-12-24"]}},
    "rules": [{"name": "VPN", "when": {"subject": "vpn"}, "then": {"kind": "incident"}}],
    "customer_groups": {
        "partners": {"name": "Partners", "match": "*@partner.example", "promises": {"response": "1h", "solution": "5h"}}
    },
    "reminders": [],
}
"""An incident of Monday, 10:00 in Berlin: first answer by 12:00, yellow at 15:00, solution by Tuesday, 10:00, red at
11:00."""


def incident(desk: World, sender: str = ERIKA, at: str | None = None) -> World:
    """Somebody reports one."""
    if at:
        set_to(desk, at)
    desk.write(sender, "VPN down", "Nothing works.")
    return desk


def set_to(desk: World, at: str) -> None:
    """It is that time in Berlin, such as `2026-11-23 10:00`."""
    desk.clock.at = datetime.fromisoformat(at).replace(tzinfo=BERLIN).astimezone(UTC)


def there(moment: str | None) -> str | None:
    """A moment of a document, as the clock in Berlin shows it: `11-24 10:00`."""
    return datetime.fromisoformat(moment).astimezone(BERLIN).isoformat(" ", "minutes")[5:16] if moment else None


def light_at(desk: World, at: str, number: int = 1001) -> str:
    """The colour at that time; it must be found by it too, in all ways in which one asks."""
    set_to(desk, at)
    colour: str = desk.ticket(number)["light"]
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        for asked in ("green", "yellow", "red", "off"):
            found = {each.number for each in tickets.select(tx, *conditions(Wanted("all", light=asked), tx.now))}
            assert (number in found) == (asked == colour), f"{colour} is found as {asked}"
    return colour


def moments(desk: World, number: int = 1001) -> tuple[str | None, ...]:
    """When a first answer and a solution are due, and when the light turns, as the clock in Berlin shows it."""
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        found = tickets.loaded(tx, number)
    due = (found.response_due, found.solution_due, found.yellow_at, found.red_at)
    return tuple(there(each.isoformat()) if each else None for each in due)


def reckon(desk: World) -> int:
    """The clock looks whether the configuration is another one; returns how many tickets it went through."""
    done = 0
    while True:
        with desk.store.reading(desk.settings, desk.clock.now()) as tx:
            sweep = reckoning.look(desk.store, tx)
        if sweep is None:
            return done
        with desk.turns.turn(), desk.store.transaction(desk.settings, desk.clock.now()) as tx:
            done += sweep(tx)
