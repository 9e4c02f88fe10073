"""Who has to do with a ticket: `#from` (who reported), `#customer` (the end customer), `#cc` (who reads along), and
`#conceal` and `#reveal`: whether the reporter may see how it is handled."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mailgate.desk import beside, partners, people, reporting
from mailgate.desk.case import Case
from mailgate.desk.conversation import MESSAGE
from mailgate.desk.people import OTHER_ADDRESS, PERSON, Person
from mailgate.desk.reporting import MOST_READERS, PARTICIPANT
from mailgate.errors import RefusedCommand
from mailgate.mail.message import Address
from mailgate.outbox.sentences import sentence
from mailgate.rules import details
from mailgate.rules.arguments import Unclear

# -- who reported ------------------------------------------------------------------------------------------------------


def reported_by(case: Case, args: str) -> None:
    """Somebody else has reported it. Where he wrote with the reporter's token, he is the reporter, with one more
    address (CONTRACT 7)."""
    address = details.mailbox(args)
    _not_ours(case, address.email)
    if people.is_of(case.tx, case.reporter, address.email):
        raise RefusedCommand(sentence("refused.from.same", number=case.ticket.number, name=case.reporter.shown))
    if _used_his_token(case, address.email):
        _one_more_address(case, address.email)
    else:
        partners.not_to_end_customer(case.tx, case.agent, case.ticket, [address.email])
        _somebody_else(case, people.known_as(case.tx, address))


def _used_his_token(case: Case, email: str) -> bool:
    his = (MESSAGE.c.ticket == case.ticket.number, MESSAGE.c.token_of == case.reporter.email, MESSAGE.c.sender == email)
    return case.tx.first(sa.select(MESSAGE.c.id).where(*his).limit(1)) is not None


def _one_more_address(case: Case, email: str) -> None:
    if case.tx.settings.agent_at(email):
        raise RefusedCommand(sentence("refused.from.agent", value=email))
    row, reporter = {"email": email, "person": case.reporter.id}, case.reporter
    if people.other_address_of(case.tx, email) is not None:
        raise RefusedCommand(sentence("refused.from.taken", value=email))
    beside.add(case.tx, case.ticket.number, case.actor, "from", OTHER_ADDRESS, row, added=email)
    case.did("done.from.address", undo="#undo", value=email, name=reporter.shown)


def _somebody_else(case: Case, person: Person) -> None:
    before = case.reporter
    if person.email in reporting.readers(case.tx, case.ticket):
        _goes(case, person.email)
    case.apply("from", reporter=person.id, detail={"from": person.email, "instead_of": before.email})
    undo = "#undo" if case.tx.settings.agent_at(before.email) else f"#from {before.email}"
    case.did("done.from", undo=undo, value=people.in_full(case.tx.settings, person))
    case.tell_workers("change.from", value=person.shown)


# -- the end customer --------------------------------------------------------------------------------------------------


def customer(case: Case, args: str) -> None:
    """Behind a partner stands somebody else; he is never written to."""
    said = details.customer(args)
    _not_ours(case, said.email)
    before = people.by_id(case.tx, case.ticket.end_customer) if case.ticket.end_customer else None
    person = people.known_as(case.tx, Address(said.name, said.email))
    _enter(case, person, {"name": said.name, "phone": said.phone, "company": said.company})
    case.apply("customer", end_customer=person.id, detail={"customer": said.name})
    undo = f"#customer {before.name} <{before.email}>" if before and before.name and before.email else "#undo"
    case.did("done.customer", undo=undo, value=f"{said.name} ({said.email})")


def _enter(case: Case, person: Person, said: dict[str, str | None]) -> None:
    """What an agent says of somebody counts, also against what we knew."""
    new = {name: value for name, value in said.items() if value and value != getattr(person, name)}
    if new:
        before = {name: getattr(person, name) for name in new}
        number, key = case.ticket.number, {"id": person.id}
        beside.alter(case.tx, number, case.actor, "customer_data", PERSON, key, before, new)


# -- who reads along ---------------------------------------------------------------------------------------------------


def read_along(case: Case, args: str) -> None:
    """`+addr -addr`: people outside who get our words too."""
    back = list[str]()
    for each in details.mailboxes(args):
        email = each.address.email
        reads = email in reporting.readers(case.tx, case.ticket)
        if each.goes:
            _goes(case, email if reads else _does_not_read(case, email))
            back.insert(0, f"+{email}")
        elif not reads:
            _comes(case, each.address)
            back.insert(0, f"-{email}")
    now = reporting.readers(case.tx, case.ticket)
    undo = f"#cc {' '.join(back)}" if back else None
    case.did("done.cc" if now else "done.cc.none", undo=undo, value=", ".join(now))


def _comes(case: Case, address: Address) -> None:
    tx, email = case.tx, address.email
    _not_ours(case, email)
    if tx.settings.agent_at(email):
        raise RefusedCommand(sentence("refused.cc.agent", value=email))
    if people.is_of(tx, case.reporter, email):
        raise RefusedCommand(sentence("refused.cc.reporter", value=email, number=case.ticket.number))
    partners.not_to_end_customer(tx, case.agent, case.ticket, [email])
    if len(reporting.readers(tx, case.ticket)) >= MOST_READERS:
        raise RefusedCommand(sentence("refused.cc.many", number=case.ticket.number, most=MOST_READERS))
    people.known_as(tx, address)
    beside.add(tx, case.ticket.number, case.actor, "cc", PARTICIPANT, _row(case, email), added=email)


def _goes(case: Case, email: str) -> None:
    beside.drop(case.tx, case.ticket.number, case.actor, "cc", PARTICIPANT, _row(case, email), removed=email)


def _does_not_read(case: Case, email: str) -> str:
    some = reporting.readers(case.tx, case.ticket)
    key = "refused.cc.not" if some else "refused.cc.nobody"
    why = sentence(key, value=email, number=case.ticket.number, some=", ".join(some))
    raise Unclear(why, [f"-{each}" for each in some])


def _row(case: Case, email: str) -> dict[str, Any]:
    return {"ticket": case.ticket.number, "role": "cc", "who": email, "proven": False}


def _not_ours(case: Case, email: str) -> None:
    if case.tx.settings.target(email):
        raise RefusedCommand(sentence("refused.ours", value=email))


# -- what the reporter may see -----------------------------------------------------------------------------------------


def conceal(case: Case, args: str) -> None:
    """The reporter sees nothing of the handling but what is said to him."""
    before = case.ticket.visible
    case.apply("conceal", visible=False)
    case.did("done.conceal", undo="#reveal" if before else None, name=case.reporter.shown)


def reveal(case: Case, args: str) -> None:
    """The reporter may see the handling; never notes and statements."""
    before = case.ticket.visible
    case.apply("reveal", visible=True)
    case.did("done.reveal", undo=None if before else "#conceal", name=case.reporter.shown)
