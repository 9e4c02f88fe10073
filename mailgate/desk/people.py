"""People: who wrote or is written to, the customer group they belong to, and the names agents go by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import sqlalchemy as sa

from mailgate.desk import tickets
from mailgate.mail.message import Address
from mailgate.rules.customers import customer_group_of
from mailgate.settings.model import Settings
from mailgate.settings.scalars import any_language, lower_ascii
from mailgate.store.db import Tx
from mailgate.store.lookup import KEYS, Lookup, Questions
from mailgate.store.prepared import Prepared
from mailgate.store.tables import OtherAddress, table_of
from mailgate.store.tables import Person as PersonRow

PERSON, OTHER_ADDRESS = table_of(PersonRow), table_of(OtherAddress)


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
_OTHER_ADDRESS = Lookup(
    sa.select(OTHER_ADDRESS.c.email, OTHER_ADDRESS.c.person).where(OTHER_ADDRESS.c.email.in_(KEYS)),
    OTHER_ADDRESS.c.email,
    lambda tx, row: int(row.person),
)
_NEW = Prepared(sa.insert(PERSON), with_id=True)
_NAME = Prepared(sa.update(PERSON).where(PERSON.c.id == sa.bindparam("of")).values(name=sa.bindparam("name")))


def _of_row(tx: Tx, row: sa.Row[Any]) -> Person:
    """The person with customer group and what follows from it as the configuration says today: the row may be older."""
    settings, values = tx.settings, dict(zip(_NAMES, row, strict=True))
    email, language = values["email"] or "", values["language"]
    if not email:
        return Person(**{**values, "email": email})
    today = _by_configuration(settings, email)
    name = values["name"] or _name_of_ours(settings, email)
    said = {"email": email, "name": name, "language": language or _language(settings, email)}
    return Person(**{**values, **today, **said})


def _name_of_ours(settings: Settings, email: str) -> str | None:
    """One of us goes by his name also where he writes without it: his address stands in no letter (CONTRACT 5)."""
    agent = settings.agent_at(email)
    return settings.agents[agent].name if agent else None


def in_full(settings: Settings, person: Person) -> str:
    """Name and address, each once; of one of us the name alone."""
    shown, email = person.shown, person.email
    return shown if shown == email or not email or settings.agent_at(email) else f"{shown} ({email})"


def customers_of(settings: Settings, email: str) -> tuple[str | None, bool]:
    """The customer group of an address, and whether it is one of our own people's."""
    name = customer_group_of(settings, email)
    group = settings.customer_groups[name] if name else None
    return name, group.internal if group else settings.agent_at(email) is not None


def _by_configuration(settings: Settings, email: str) -> dict[str, Any]:
    return dict(zip(("customer_group", "internal"), customers_of(settings, email), strict=True))


def _language(settings: Settings, email: str) -> str | None:
    """Of somebody who has not said his own: an agent's, else that of the customer group."""
    agent, group = settings.agent_at(email), customer_group_of(settings, email)
    own = settings.agents[agent].language if agent else None
    return own or (settings.customer_groups[group].language if group else None)


_BY_ID = Lookup(_ALL.where(PERSON.c.id.in_(KEYS)), PERSON.c.id, _of_row)
_BY_EMAIL = Lookup(_ALL.where(PERSON.c.email.in_(KEYS)), PERSON.c.email, _of_row)


def asked(sender: Address | None) -> Questions:
    """What is asked of the desk about whoever writes."""
    emails = (lower_ascii(sender.email),) if sender else ()
    return {_OTHER_ADDRESS: emails, _BY_EMAIL: emails}


def by_id(tx: Tx, person: int) -> Person:
    """The person of that id, who exists."""
    found = tx.found(_BY_ID, person)
    assert found, f"person {person} vanished"
    return found[0]


def foresee(tx: Tx, persons: Iterable[int]) -> None:
    """Ask at once about all whom somebody will ask about one by one."""
    tx.found(_BY_ID, *persons)


def all_with_address(tx: Tx) -> Iterator[Person]:
    """Everybody whose address we know, in the order they came."""
    return (_of_row(tx, row) for row in tx.all(_ALL.where(PERSON.c.email.is_not(None)).order_by(PERSON.c.id)))


def by_email(tx: Tx, email: str) -> Person | None:
    """The person of that address, or None."""
    other = other_address_of(tx, email)
    if other:
        return by_id(tx, other)
    for person in tx.found(_BY_EMAIL, lower_ascii(email)):
        tx.knows(_BY_ID, person.id, [person])
        return person
    return None


def other_address_of(tx: Tx, email: str) -> int | None:
    """Whose further address this is, as an agent has said."""
    return next(iter(tx.found(_OTHER_ADDRESS, lower_ascii(email))), None)


def is_of(tx: Tx, person: Person, email: str) -> bool:
    """Does he write from this address?"""
    return lower_ascii(email) == person.email or other_address_of(tx, email) == person.id


def are_one(tx: Tx, one: Person, other: Person) -> bool:
    """The same person, perhaps once under an address of which we only learned later that it is his too."""
    return one.id == other.id or is_of(tx, one, other.email) or is_of(tx, other, one.email)


def known_as(tx: Tx, address: Address) -> Person:
    """The person behind an address; entered with name and customer group where new."""
    email = lower_ascii(address.email)
    known = by_email(tx, email)
    if known and (known.name or not address.name):
        return known
    if known:
        tx.run(_NAME, {"of": known.id, "name": address.name})
        return replace(known, name=address.name)
    return _new(tx, email, address.name or None)


def _new(tx: Tx, email: str, name: str | None) -> Person:
    """Entered, and known from now on as if somebody had asked."""
    today, name = _by_configuration(tx.settings, email), name or _name_of_ours(tx.settings, email)
    number = tx.new_id(PERSON)
    tx.later(_NEW, {"id": number, "email": email, "name": name, **today})
    person = Person(number, email, name, **today, language=_language(tx.settings, email))
    tx.knows(_BY_ID, number, [person])
    tx.knows(_BY_EMAIL, email, [person])
    tx.knows(tickets.OTHERS, number, ())
    return person


def without_address(tx: Tx, name: str | None) -> int:
    """A new person of whom no address is known: an end customer."""
    number = tx.new_id(PERSON)
    tx.later(_NEW, {"id": number, "name": name})
    return number


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
