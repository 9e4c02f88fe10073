"""Who is away, and who stands in: read for rights, letters and assignments; written by `#away` and `#back` alone.

The deputy of a deputy who is away himself stands in for both. Nothing here knows of tickets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.desk.retired import is_at_work
from mailgate.outbox import phrases
from mailgate.outbox.sentences import sentence
from mailgate.rules.hours import local_in, wall_clock_in
from mailgate.sentence import Sentence
from mailgate.settings.model import Settings
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Absence as AbsenceRow
from mailgate.store.tables import table_of

ABSENCE = table_of(AbsenceRow)
_NOW = Prepared(sa.select(ABSENCE).where(ABSENCE.c.begins <= sa.bindparam("now"), ABSENCE.c.ends > sa.bindparam("now")))
_OF_AGENT = Prepared(
    sa.select(ABSENCE)
    .where(ABSENCE.c.agent == sa.bindparam("agent"), ABSENCE.c.ends > sa.bindparam("now"))
    .order_by(ABSENCE.c.begins)
)
_SAID = Prepared(sa.insert(ABSENCE))
_END = Prepared(sa.update(ABSENCE).where(ABSENCE.c.id == sa.bindparam("of")).values(ends=sa.bindparam("now")))
_TOLD = Prepared(sa.update(ABSENCE).where(ABSENCE.c.id == sa.bindparam("of")).values(told_at=sa.bindparam("now")))
_FORGET = Prepared(sa.delete(ABSENCE).where(ABSENCE.c.id == sa.bindparam("of")))


@dataclass(frozen=True, slots=True)
class Absence:
    """One absence: from `begins` until just before `ends`, in UTC."""

    id: int
    agent: str
    begins: datetime
    ends: datetime
    deputy: str | None
    at: datetime
    """When it was said."""
    told_at: datetime | None = None
    """When whoever stands in got the list of what there is to do."""

    def days(self, settings: Settings) -> tuple[date, date]:
        """First and last day, where the agent is."""
        zone = zone_of(settings, self.agent)
        return local_in(zone, self.begins)[0], local_in(zone, self.ends - timedelta(microseconds=1))[0]


def of_row(row: sa.Row[Any]) -> Absence:
    """An absence from its row."""
    return Absence(row.id, row.agent, row.begins, row.ends, row.deputy, row.at, row.told_at)


def zone_of(settings: Settings, agent: str) -> str:
    """The time zone an agent lives by."""
    return settings.agents[agent].timezone or settings.site.timezone


def now_away(tx: Tx) -> dict[str, Absence]:
    """Whoever is away at this moment, by agent."""
    return {row.agent: of_row(row) for row in tx.all(_NOW, {"now": tx.now})}


def is_away(tx: Tx, agent: str | None) -> bool:
    """Whether this agent is away now."""
    return agent is not None and agent in now_away(tx)


def deputy_of(tx: Tx, agent: str) -> str | None:
    """Who stands in for somebody who is away: his deputy, else the deputy of that one; None where nobody does."""
    away, asked = now_away(tx), {agent}
    found = away[agent].deputy if agent in away else None
    while found in away and found not in asked:
        asked.add(found)
        found = away[found].deputy
    return found if is_at_work(tx.settings, found) and found not in away else None


def present(tx: Tx, agent: str | None) -> str | None:
    """The agent, or who stands in for him; None where nobody does, or nobody was named."""
    return deputy_of(tx, agent) if agent is not None and is_away(tx, agent) else agent


def nobody_there(tx: Tx, agent: str) -> Sentence:
    """Why somebody who is away without a deputy gets nothing new."""
    (_, last), name = now_away(tx)[agent].days(tx.settings), tx.settings.agents[agent].name
    return sentence("refused.away", name=name, day=phrases.day_sentence(last))


def stands_in_for(tx: Tx, agent: str) -> frozenset[str]:
    """Those who are away now and whose deputy this agent is."""
    return frozenset(absent for absent in now_away(tx) if deputy_of(tx, absent) == agent)


def to_come(tx: Tx, agent: str) -> list[Absence]:
    """What he has said of the time from now on, the earliest first."""
    return [of_row(row) for row in tx.all(_OF_AGENT, {"agent": agent, "now": tx.now})]


# -- what `#away` and `#back` write ------------------------------------------------------------------------------------


def say(tx: Tx, agent: str, first: date, last: date, deputy: str | None) -> tuple[Absence, list[Absence]]:
    """He is away from the first to the last day; returns that, and what it takes the place of."""
    zone = zone_of(tx.settings, agent)
    begins, ends = (wall_clock_in(zone, day, timedelta()) for day in (first, last + timedelta(days=1)))
    replaced = [each for each in to_come(tx, agent) if each.begins < ends and begins < each.ends]
    told = next((each.told_at for each in replaced if each.told_at and each.deputy == deputy), None)
    for each in replaced:
        _give_way(tx, each, min(begins, tx.now))
    row = {"agent": agent, "begins": begins, "ends": ends, "deputy": deputy, "at": tx.now, "told_at": told}
    tx.run(_SAID, row)
    said = next(each for each in to_come(tx, agent) if each.begins == begins)
    return said, replaced


def _give_way(tx: Tx, one: Absence, moment: datetime) -> None:
    """Another takes its place. The days that he has been away already stay, for what he is told when he is back."""
    if one.begins < moment:
        tx.run(_END, {"of": one.id, "now": moment})
    else:
        tx.run(_FORGET, {"of": one.id})


def is_told(tx: Tx, number: int) -> None:
    """Whoever stands in has the list of what there is to do."""
    tx.run(_TOLD, {"of": number, "now": tx.now})


def called_off(tx: Tx, agent: str, at: datetime) -> Absence | None:
    """The absence that he said at that moment is ended, or never comes; None where it does not stand any more."""
    found = next((each for each in to_come(tx, agent) if each.at == at), None)
    if found is not None and found.begins <= tx.now:
        tx.run(_END, {"of": found.id, "now": tx.now})
    elif found is not None:
        tx.run(_FORGET, {"of": found.id})
    return found


def back(tx: Tx, agent: str) -> Absence | None:
    """He is here: ends the absence that is on, else takes back the one he said last. None where there is none."""
    known = to_come(tx, agent)
    if found := next((each for each in known if each.begins <= tx.now), None):
        tx.run(_END, {"of": found.id, "now": tx.now})
    elif found := max(known, key=lambda each: (each.at, each.id), default=None):
        tx.run(_FORGET, {"of": found.id})
    return found
