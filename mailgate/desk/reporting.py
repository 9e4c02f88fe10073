"""Who a ticket is about: data of the reporter from rules, the end customer from lines of the mail, who reads along."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mailgate.desk import change, people
from mailgate.desk.people import Person
from mailgate.desk.tickets import Ticket
from mailgate.mail.message import Address
from mailgate.rules.end_customer import EndCustomer, read_end_customer
from mailgate.rules.outcome import Outcome
from mailgate.rules.route import Route
from mailgate.store.db import Tx
from mailgate.store.lookup import KEYS, Lookup
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Participant, table_of

PARTICIPANT = table_of(Participant)
_READERS = Lookup(
    sa.select(PARTICIPANT.c.ticket, PARTICIPANT.c.who)
    .where(PARTICIPANT.c.ticket.in_(KEYS), PARTICIPANT.c.role == "cc")
    .order_by(PARTICIPANT.c.who),
    PARTICIPANT.c.ticket,
    lambda tx, row: str(row.who),
)
_READS_ALONG = Prepared(sa.insert(PARTICIPANT))
MOST_READERS = 10
"""Who reads along on one ticket (CONTRACT 8)."""


def describe_reporter(tx: Tx, ticket: Ticket, said: Route | Outcome, actor: str, *, believed: bool) -> None:
    """Company, department and phone, as a rule says."""
    values = {"company": said.company, "department": said.department, "phone": said.phone}
    if new := people.describe(tx, ticket.reporter, values, believed=believed):
        change.record(tx, ticket.number, actor, "reporter_data", **new)


def read_along(tx: Tx, ticket: Ticket, addresses: tuple[str, ...], actor: str) -> None:
    """These addresses get agents' words too; never an address of ours or the reporter's own."""
    if not addresses:
        return
    known = set(readers(tx, ticket))
    for email in addresses:
        person = people.known_as(tx, Address("", email))
        if person.email in known or person.id == ticket.reporter or tx.settings.target(person.email):
            continue
        if len(known) >= MOST_READERS:
            change.record(tx, ticket.number, actor, "refused", command="cc", why=f"{MOST_READERS} read along already")
            break
        known.add(person.email)
        tx.later(_READS_ALONG, {"ticket": ticket.number, "role": "cc", "who": person.email})
        change.record(tx, ticket.number, actor, "cc", added=person.email)
    tx.knows(_READERS, ticket.number, sorted(known))


def readers(tx: Tx, ticket: Ticket) -> list[str]:
    """The addresses of those who read along."""
    return tx.found(_READERS, ticket.number)


def nobody_reads_along(tx: Tx, ticket: Ticket) -> None:
    """It was just opened: that has not to be asked."""
    tx.knows(_READERS, ticket.number, ())


def read_lines(tx: Tx, ticket: Ticket, text: str, actor: str) -> Ticket:
    """Where the reporter's customer group asks for end customers: what the first lines of his mail say about one. What
    is known already stays."""
    asked = _is_asked(tx, people.by_id(tx, ticket.reporter))
    said = read_end_customer(text) if asked else None
    if said is None:
        return ticket
    columns: dict[str, Any] = {}
    if said.number and not ticket.foreign_number:
        columns["foreign_number"] = said.number
    if said.is_somebody:
        columns["end_customer"] = _end_customer(tx, ticket, said, actor)
    changed = {name: value for name, value in columns.items() if getattr(ticket, name) != value}
    person = people.by_id(tx, columns["end_customer"]).shown if "end_customer" in changed else None
    return change.apply(tx, ticket, actor, "customer", detail={"customer": person}, **changed) if changed else ticket


def missing(tx: Tx, ticket: Ticket, reporter: Person) -> tuple[str, ...]:
    """What his partner has not said yet of the end customer, where he is asked: of `customer`, `phone`, `number`."""
    if not _is_asked(tx, reporter):
        return ()
    customer = people.by_id(tx, ticket.end_customer) if ticket.end_customer else None
    known = {
        "customer": customer and (customer.name or customer.email),
        "phone": customer and customer.phone,
        "number": ticket.foreign_number,
    }
    return tuple(name for name, value in known.items() if not value)


def _is_asked(tx: Tx, reporter: Person) -> bool:
    group = tx.settings.customer_groups.get(reporter.customer_group or "")
    return group is not None and group.end_customer == "ask"


def _end_customer(tx: Tx, ticket: Ticket, said: EndCustomer, actor: str) -> int:
    """The person, entered where new. What a partner writes fills gaps; it never changes what we know of somebody."""
    known = people.by_id(tx, ticket.end_customer) if ticket.end_customer else None
    if known is None and said.email:
        known = people.known_as(tx, Address(said.name or "", said.email))
    person = known.id if known else people.without_address(tx, said.name)
    values = {"name": said.name, "phone": said.phone, "company": said.company, "department": said.department}
    new = people.describe(tx, person, values, believed=False)
    if ticket.end_customer and new:
        change.record(tx, ticket.number, actor, "customer_data", **new)
    return person
