"""How many automatic letters may leave: the budgets of `limits.acknowledgements`, counted over table `sent`.

They are asked and counted in the transaction that causes the letter, and only one writes at a time. What everybody got
in the last hour is asked once in a transaction and then counted on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import sqlalchemy as sa

from mailgate.settings.site import Acknowledgements
from mailgate.store.db import Tx
from mailgate.store.lookup import KEYS, Lookup, Questions, as_row
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Sent, table_of
from mailgate.trust.organisation import organisation

SENT = table_of(Sent)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

_DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
"""Providers that ignore dots in the local part, and the one name of both their domains."""


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `most` letters within `period` to the same mailbox or domain, or in all: those two within an hour."""

    of: Literal["mailbox", "domain", "total"]
    period: timedelta
    unproven: bool
    """Binds and counts only letters that answer a mail which is merely claimed."""
    most: Callable[[Acknowledgements], int]
    words: str


BUDGETS = (
    Budget("mailbox", DAY, True, lambda limit: limit.per_mailbox_day_unproven, "unproven, to this mailbox in a day"),
    Budget("domain", HOUR, True, lambda limit: limit.per_domain_hour_unproven, "unproven, to this domain in an hour"),
    Budget("total", HOUR, True, lambda limit: limit.total_per_hour_unproven, "unproven, in all in an hour"),
    Budget("mailbox", MINUTE, False, lambda limit: limit.per_mailbox_minute, "to this mailbox in a minute"),
    Budget("mailbox", DAY, False, lambda limit: limit.per_mailbox_day, "to this mailbox in a day"),
    Budget("total", HOUR, False, lambda limit: limit.total_per_hour, "in all in an hour"),
)


def mailbox_of(address: str) -> str:
    """The mailbox behind an address: lower case, without +tag, without the dots that its provider ignores."""
    local, _, domain = address.strip().lower().rpartition("@")
    local, domain = local.partition("+")[0], domain.rstrip(".")
    if domain in _DOTLESS:
        return f"{local.replace('.', '')}@{_DOTLESS[domain]}"
    return f"{local}@{domain}"


def domain_of(mailbox: str) -> str:
    """The organisation's domain: thousand subdomains of one registered name share one budget."""
    domain = mailbox.rpartition("@")[2]
    return organisation(domain) or domain


def spend(
    tx: Tx, address: str, template: str, ticket: int | None, *, proven: bool, is_paced: bool = False
) -> str | None:
    """Count one letter. Returns None where every budget has room, else which one has none; then nothing is counted.
    `is_paced`: it comes at a pace of its own, which the budget of a minute does not bind."""
    mailbox = mailbox_of(address)
    domain = domain_of(mailbox)
    if why := _exceeded(tx, mailbox, domain, proven, is_paced):
        return why
    row = {"at": tx.now, "mailbox": mailbox, "domain": domain, "template": template, "ticket": ticket, "proven": proven}
    tx.later(_COUNT, row)
    _count(tx.once(_hour), domain, proven, 1)
    return None


def is_minute_full(tx: Tx, address: str) -> bool:
    """Whether this mailbox has got all that it may get within a minute."""
    place, budget = next((at, each) for at, each in enumerate(BUDGETS) if (each.of, each.period) == ("mailbox", MINUTE))
    own = next(iter(tx.found(_OWN, mailbox_of(address))), None)
    given = getattr(own, _NAMES[place]) if own else 0
    return given >= budget.most(tx.settings.limits.acknowledgements)


def asked(mailboxes: tuple[str, ...]) -> Questions:
    """What `spend` asks of the desk about these."""
    return {_OWN: mailboxes}


def _exceeded(tx: Tx, mailbox: str, domain: str, proven: bool, is_paced: bool) -> str | None:
    own = next(iter(tx.found(_OWN, mailbox)), None)
    hour = tx.once(_hour)
    limit = tx.settings.limits.acknowledgements
    for name, budget in zip(_NAMES, BUDGETS, strict=True):
        if (budget.unproven and proven) or (budget.period is MINUTE and is_paced):
            continue
        counted = (getattr(own, name) if own else 0) if budget.of == "mailbox" else hour[_whose(budget, domain)]
        if counted + 1 > (most := budget.most(limit)):
            return f"budget used up: {most} {budget.words}"
    return None


Hour = Counter[tuple[str, bool]]
"""Letters by domain, empty for all of them; True: only those to the unproven."""


def _hour(tx: Tx) -> Hour:
    found = Hour()
    for row in tx.all(_EVERYBODY, {"since": tx.now - HOUR}):
        _count(found, row.domain, row.proven, row.letters)
    tx.on_turn(_has_room_still)
    return found


def _has_room_still(tx: Tx) -> bool:
    """Others have spent as well since we looked, ahead of our turn."""
    spent, limit = _hour(tx), tx.settings.limits.acknowledgements
    tx.once(_hour).update(spent - tx.once(_hour))
    shared = [each for each in BUDGETS if each.of != "mailbox"]
    return not any(
        spent[domain, unproven] > budget.most(limit)
        for budget in shared
        for domain, unproven in spent
        if (domain, unproven) == _whose(budget, domain)
    )


def _count(hour: Hour, domain: str, proven: bool, letters: int) -> None:
    for unproven in (False,) if proven else (False, True):
        hour[domain, unproven] += letters
        hour["", unproven] += letters


def _whose(budget: Budget, domain: str) -> tuple[str, bool]:
    return domain if budget.of == "domain" else "", budget.unproven


def _since(period: timedelta) -> str:
    return f"since_{period.total_seconds():.0f}"


def _sum(name: str, budget: Budget) -> sa.ColumnElement[int]:
    after = SENT.c.at > sa.bindparam(_since(budget.period))
    conditions = sa.and_(after, SENT.c.proven.is_(False)) if budget.unproven else after
    return sa.func.sum(sa.case((conditions, 1), else_=0)).label(name)


_NAMES = tuple(f"budget_{position}" for position in range(len(BUDGETS)))
_COUNT = Prepared(sa.insert(SENT))
_OWN = Lookup(
    sa.select(
        SENT.c.mailbox,
        *(_sum(name, budget) for name, budget in zip(_NAMES, BUDGETS, strict=True) if budget.of == "mailbox"),
    )
    .where(SENT.c.mailbox.in_(KEYS), SENT.c.at > sa.bindparam(_since(DAY)))
    .group_by(SENT.c.mailbox),
    SENT.c.mailbox,
    as_row,
    also=lambda tx: {_since(period): tx.now - period for period in (MINUTE, DAY)},
)
_EVERYBODY = Prepared(
    sa.select(SENT.c.domain, SENT.c.proven, sa.func.count().label("letters"))
    .where(SENT.c.at > sa.bindparam("since"))
    .group_by(SENT.c.domain, SENT.c.proven),
    drifts=True,
)
