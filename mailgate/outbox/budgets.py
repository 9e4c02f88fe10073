"""How many automatic letters may leave: the budgets of `limits.acknowledgements`, counted over table `sent`.

The letter is counted first and the sums are asked afterwards, in the transaction that causes the letter: whoever adds
the row that is one too many takes it back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import sqlalchemy as sa

from mailgate.settings.site import Acknowledgements
from mailgate.store.db import Tx
from mailgate.store.tables import Sent, table_of
from mailgate.trust.organisation import organisation

SENT = table_of(Sent)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

_DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
"""Providers that ignore dots in the local part, and the one name of both their domains."""


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `most` letters within `period` to the same mailbox or domain, or in all."""

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


def spend(tx: Tx, address: str, template: str, ticket: int | None, *, proven: bool) -> str | None:
    """Count one letter. Returns None where every budget has room, else which one has none; then nothing is counted."""
    mailbox = mailbox_of(address)
    domain = domain_of(mailbox)
    row = {"at": tx.now, "mailbox": mailbox, "domain": domain, "template": template, "ticket": ticket, "proven": proven}
    inserted = tx.execute(_COUNT, row).inserted_primary_key
    assert inserted is not None
    if why := _exceeded(tx, mailbox, domain, proven):
        tx.execute(sa.delete(SENT).where(SENT.c.id == inserted[0]))
    return why


def _exceeded(tx: Tx, mailbox: str, domain: str, proven: bool) -> str | None:
    sums = _sums(tx, mailbox, domain)
    limit = tx.settings.limits.acknowledgements
    for name, budget in zip(_NAMES, BUDGETS, strict=True):
        if budget.unproven and proven:
            continue
        if sums[name] > (most := budget.most(limit)):
            return f"budget used up: {most} {budget.words}"
    return None


def _sums(tx: Tx, mailbox: str, domain: str) -> dict[str, int]:
    """What each budget counts now. Two queries, each over an index: this mailbox's day, and everybody's hour."""
    since = {_since(period): tx.now - period for period in (MINUTE, HOUR, DAY)}
    own = tx.first(_OWN, {"mailbox": mailbox, **since})
    everybody = tx.first(_EVERYBODY, {"domain": domain, **since})
    assert own is not None
    assert everybody is not None
    return {**own._mapping, **everybody._mapping}


def _since(period: timedelta) -> str:
    return f"since_{period.total_seconds():.0f}"


def _after(period: timedelta) -> sa.ColumnElement[bool]:
    return SENT.c.at > sa.bindparam(_since(period))


def _sum(name: str, budget: Budget) -> sa.ColumnElement[int]:
    conditions = [_after(budget.period)]
    if budget.unproven:
        conditions.append(SENT.c.proven.is_(False))
    if budget.of == "domain":
        conditions.append(SENT.c.domain == sa.bindparam("domain"))
    return sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0)).label(name)


# Built once: they run for every mail that is acknowledged.
_NAMES = tuple(f"budget_{position}" for position in range(len(BUDGETS)))
_COUNT = sa.insert(SENT)
_OWN = sa.select(
    *(_sum(name, budget) for name, budget in zip(_NAMES, BUDGETS, strict=True) if budget.of == "mailbox")
).where(SENT.c.mailbox == sa.bindparam("mailbox"), _after(DAY))
_EVERYBODY = sa.select(
    *(_sum(name, budget) for name, budget in zip(_NAMES, BUDGETS, strict=True) if budget.of != "mailbox")
).where(_after(HOUR))
