"""People: who wrote or is written to, the customer group they belong to, and the names agents go by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import sqlalchemy as sa

from mailgate.mail.message import Address
from mailgate.rules.customers import customer_group_of
from mailgate.settings.model import Settings
from mailgate.settings.scalars import any_language, lower_ascii
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
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
_BY_ID = Prepared(_ALL.where(PERSON.c.id == sa.bindparam("id")))
_BY_EMAIL = Prepared(_ALL.where(PERSON.c.email == sa.bindparam("email")))
_NEW = Prepared(sa.insert(PERSON).returning(PERSON.c.id))


def _of_row(tx: Tx, row: sa.Row[Any]) -> Person:
    """The person with customer group and what follows from it as the configuration says today: the row may be older."""
    settings, values = tx.settings, dict(zip(_NAMES, row, strict=True))
    email, language = values["email"] or "", values["language"]
    if not email:
        return Person(**{**values, "email": email})
    today = _by_configuration(settings, email)
    return Person(**{**values, **today, "email": email, "language": language or _language(settings, email)})


def _by_configuration(settings: Settings, email: str) -> dict[str, Any]:
    name = customer_group_of(settings, email)
    group = settings.customer_groups[name] if name else None
    return {
        "customer_group": name,
        "internal": group.internal if group else settings.agent_at(email) is not None,
    }


def _language(settings: Settings, email: str) -> str | None:
    """Of somebody who has not said his own: an agent's, else that of the customer group."""
    agent, group = settings.agent_at(email), customer_group_of(settings, email)
    own = settings.agents[agent].language if agent else None
    return own or (settings.customer_groups[group].language if group else None)


def by_id(tx: Tx, person: int) -> Person:
    """The person of that id, who exists."""
    found = tx.one(_BY_ID, {"id": person}, _of_row)
    assert found is not None, f"person {person} vanished"
    return found


def all_with_address(tx: Tx) -> Iterator[Person]:
    """Everybody whose address we know, in the order they came."""
    return (_of_row(tx, row) for row in tx.all(_ALL.where(PERSON.c.email.is_not(None)).order_by(PERSON.c.id)))


def by_email(tx: Tx, email: str) -> Person | None:
    """The person of that address, or None."""
    return tx.one(_BY_EMAIL, {"email": lower_ascii(email)}, _of_row)


def known_as(tx: Tx, address: Address) -> Person:
    """The person behind an address; entered with name and customer group where new."""
    email = lower_ascii(address.email)
    known = by_email(tx, email)
    if known and (known.name or not address.name):
        return known
    if known:
        tx.execute(sa.update(PERSON).where(PERSON.c.id == known.id).values(name=address.name))
        return replace(known, name=address.name)
    values = {"email": email, "name": address.name or None, **_by_configuration(tx.settings, email)}
    return by_id(tx, tx.add(_NEW, values))


def without_address(tx: Tx, name: str | None) -> int:
    """A new person of whom no address is known: an end customer."""
    return int(tx.add(_NEW, {"name": name}))


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
