"""Where letters go by one configuration: which relay is asked first, which next, and how alerts leave another way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from mailgate import log
from mailgate.errors import Permanent, Temporary
from mailgate.outbox.answers import FOLLOWS, Answer, Kind, best_of, clean, in_words
from mailgate.outbox.finishing import Finishing
from mailgate.outbox.relays import from_address
from mailgate.outbox.roads import Errand, Road
from mailgate.outbox.wire import unfit
from mailgate.settings.model import Settings
from mailgate.store.trouble import is_trouble_of_the_machine

_NO_SECOND_WAY = (Kind.TAKEN, Kind.UNSENDABLE, Kind.SEVERED, Kind.SILENT, Kind.BACK, Kind.LAPSED)
"""It has left, may have left, or can not leave at all."""

A_MOMENT = timedelta(seconds=10)
"""Until there is room again, or the store answers."""

_log = log.get("outbox.ways")


@dataclass(frozen=True, slots=True)
class Ways:
    """The roads to all relays, in the order in which they are tried; `alert_roads` are for alerts alone."""

    settings: Settings
    roads: tuple[Road, ...]
    alert_roads: tuple[Road, ...]
    finishing: Finishing

    @property
    def every(self) -> tuple[Road, ...]:
        """All of them."""
        return (*self.alert_roads, *self.roads)

    @property
    def is_open(self) -> bool:
        """Some relay can be used now."""
        return any(road.is_open for road in self.every)

    async def deliver(self, errand: Errand) -> Answer:
        """Carry a letter out; what goes wrong is an answer too."""
        letter = errand.letter
        if why := unfit(letter.to) or (letter.envelope_from and unfit(letter.envelope_from)):
            return Answer(Kind.UNSENDABLE, clean(why))
        sender = from_address(letter.header)
        roads = [road for road in self.roads if road.way.carries(sender)]
        if letter.template == "alert" and self.alert_roads:
            return await _carry_apart(errand, self.alert_roads, roads)
        if not roads:
            return Answer(Kind.UNSENDABLE, f"no relay of delivery.relays carries letters from {clean(sender)}")
        return await _carry(errand, roads)


async def _carry(errand: Errand, roads: Iterable[Road]) -> Answer:
    """Over the first relay that can be used now, else wait for the one that can be used first."""
    later: list[Answer] = []
    for road in roads:
        answer = await _ask(road, errand)
        if not FOLLOWS[answer.kind].next_relay:
            return answer
        later.append(answer)
    return best_of(later)


async def _carry_apart(errand: Errand, apart: Iterable[Road], roads: list[Road]) -> Answer:
    """An alert: another way than the one that broke, and the ordinary ones where that does not take it either."""
    first = await _carry(errand, apart)
    if first.kind in _NO_SECOND_WAY or not roads:
        return first
    second = await _carry(errand, roads)
    return second if second.kind in _NO_SECOND_WAY else best_of((first, second))


async def _ask(road: Road, errand: Errand) -> Answer:
    try:
        return await road.carry(errand)
    except Exception as wrong:  # noqa: BLE001  # loop of the outbox: one bad letter must not stop the others
        return _instead_of_an_answer(errand, wrong)


def _instead_of_an_answer(errand: Errand, wrong: Exception) -> Answer:
    """What becomes of a letter whose carrying failed in us."""
    if errand.handed_over:
        _log.error("a letter failed while it was handed over", letter=errand.letter.id, exc_info=wrong)
        return Answer(Kind.SEVERED, clean(f"{type(wrong).__name__} while it was handed over: {wrong}"))
    if isinstance(wrong, Temporary | OSError | sa.exc.OperationalError) or is_trouble_of_the_machine(wrong):
        return Answer(Kind.WAITING, f"it can not be put together now: {in_words(wrong)}", A_MOMENT)
    if not isinstance(wrong, Permanent):
        _log.error("a letter can not be put together", letter=errand.letter.id, exc_info=wrong)
    return Answer(Kind.UNSENDABLE, clean(f"it can not be put together: {wrong}"))
