"""People: who wrote or is written to, the customer group they belong to, and the names agents go by."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import sqlalchemy as sa

from mailgate.mail.message import Address
from mailgate.rules.customers import customer_group_of
from mailgate.settings.model import Settings
from mailgate.settings.scalars import any_language, lower_ascii
from mailgate.store.db import Tx
from mailgate.store.tables import Person as PersonRow
from mailgate.store.tables import table_of

PERSON = table_of(PersonRow)


@dataclass(frozen=True, slots=True)
class Person:
    """CONTRACT 3, person. `email` is lower case; empty for an end customer whose address nobody told us."""

    id: int
    email: str
    name: str | None = None
    phone: str | None = None
    company: str | None = None
    department: str | None = None
    customer_group: str | None = None
    internal: bool = False
    language: str | None = None

    @property
    def shown(self) -> str:
        """The name, else the address."""
        return self.name or self.email or self.phone or ""


_NAMES = tuple(field.name for field in fields(Person))
_ALL = sa.select(*(PERSON.c[name] for name in _NAMES))


def _of_row(row: sa.Row[Any]) -> Person:
    values = dict(zip(_NAMES, row, strict=True))
    return Person(**{**values, "email": values["email"] or ""})


def by_id(tx: Tx, person: int) -> Person:
    """The person of that id, who exists."""
    row = tx.first(_ALL.where(PERSON.c.id == person))
    assert row is not None, f"person {person} vanished"
    return _of_row(row)


def by_email(tx: Tx, email: str) -> Person | None:
    """The person of that address, or None."""
    row = tx.first(_ALL.where(PERSON.c.email == lower_ascii(email)))
    return _of_row(row) if row else None


def known_as(tx: Tx, address: Address) -> Person:
    """The person behind an address; entered with name and customer group where new."""
    email = lower_ascii(address.email)
    known = by_email(tx, email)
    if known and (known.name or not address.name):
        return known
    if known:
        tx.execute(sa.update(PERSON).where(PERSON.c.id == known.id).values(name=address.name))
        return replace(known, name=address.name)
    group = customer_group_of(tx.settings, email)
    of_group = tx.settings.customer_groups[group] if group else None
    values: dict[str, Any] = {
        "email": email,
        "name": address.name or None,
        "customer_group": group,
        "internal": of_group.internal if of_group else tx.settings.agent_at(email) is not None,
        "language": of_group.language if of_group else None,
    }
    new = tx.execute(sa.insert(PERSON).values(**values)).inserted_primary_key
    assert new is not None
    return Person(id=int(new[0]), **values)


def without_address(tx: Tx, name: str | None) -> int:
    """A new person of whom no address is known: an end customer."""
    new = tx.execute(sa.insert(PERSON).values(name=name)).inserted_primary_key
    assert new is not None
    return int(new[0])


def describe(tx: Tx, person: int, values: dict[str, str | None], *, believed: bool) -> dict[str, str]:
    """Enter what is said about a person, and return what is new. A mail that is only claimed fills gaps; it never
    changes what we know: an agent may call that number."""
    known = by_id(tx, person)
    said = {name: value for name, value in values.items() if value and value != getattr(known, name)}
    new = {name: value for name, value in said.items() if believed or not getattr(known, name)}
    if new:
        tx.execute(sa.update(PERSON).where(PERSON.c.id == person).values(**new))
    return new


def names(tx: Tx, reporter: int | None) -> tuple[str, ...]:
    """Names that stand in mails of agents without being commands: ours, our groups', the reporter's."""
    settings = tx.settings
    ours = [each.name for each in settings.agents.values()] + list(settings.agents)
    groups = [name for group in settings.groups.values() for name in any_language(group.name)] + list(settings.groups)
    person = by_id(tx, reporter).name if reporter else None
    return (*ours, *groups, *((person,) if person else ()))


def agent_name(settings: Settings, agent: str | None) -> str:
    """The name of an agent; empty for nobody."""
    return settings.agents[agent].name if agent and agent in settings.agents else (agent or "")


def is_formal(settings: Settings, person: Person | None) -> bool:
    """The form of address for this person."""
    group = settings.customer_groups.get(person.customer_group or "") if person else None
    form = (group.form_of_address if group else None) or settings.site.form_of_address
    return form == "formal"
