"""Who is told: `letters:` of service.yaml, turned into people. The first audience that exists gets the letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailgate.desk.retired import is_at_work
from mailgate.desk.tickets import Ticket
from mailgate.rules.access import TicketView, group_sees, is_kept_from, sees
from mailgate.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Reader:
    """One of us who gets a letter: the address it goes to, whose token it carries, the language it is in."""

    email: str
    name: str
    person: str
    """Agent id; for a notify address or an admin who is no agent, the address."""
    language: str
    role: str = "agent"
    group: str | None = None
    """For a notify address: members of this group may answer."""
    stands_in_for: str | None = None
    """The agent whose letter it is, who is away."""


def of_agent(settings: Settings, agent: str) -> Reader:
    """The agent at the registered address."""
    person = settings.agents[agent]
    return Reader(person.email, person.name, agent, person.language or settings.site.language)


def told(settings: Settings, letter: str, ticket: Ticket, view: TicketView, *, actor: str) -> tuple[Reader, ...]:
    """Who gets this letter about the ticket; `actor` (as in an event) is never told about what he did. `view`: what
    rights on the ticket depend on; nobody is told of what he may not see."""
    audiences: tuple[str, ...] = getattr(settings.letters, letter)
    if audiences and letter in ("new_ticket", "new_message") and _waits_for_coordinator(settings, ticket):
        audiences = ("coordinator",)
    found = (list(_members(settings, audience, ticket, view)) for audience in audiences)
    readers: list[Reader] = next((each for each in found if each), [])
    if audiences and letter == "new_message" and _is_in_charge(settings, ticket):
        readers.append(of_agent(settings, str(ticket.coordinator)))
    return tuple(reader for reader in _each_once(readers) if not is_actor(settings, reader, actor))


def all_of(settings: Settings, audiences: tuple[str, ...], ticket: Ticket, view: TicketView) -> tuple[Reader, ...]:
    """Everybody whom any of these audiences names, each once."""
    return tuple(_each_once(each for name in audiences for each in _members(settings, name, ticket, view)))


def named(settings: Settings, addresses: tuple[str, ...], ticket: Ticket, view: TicketView) -> tuple[Reader, ...]:
    """The readers behind addresses that a rule tells besides; members of the ticket's group may answer there. A rule
    may name an agent of other groups, but none who is kept from such tickets."""
    agents = ((address, settings.agent_at(address)) for address in addresses)
    readers = (
        of_agent(settings, agent)
        if agent
        else Reader(address, "", address.lower(), settings.site.language, group=ticket.group)
        for address, agent in agents
        if agent is None or not is_kept_from(settings, agent, view)
    )
    return tuple(_each_once(readers))


def wants(settings: Settings, reader: Reader, letter: str) -> bool:
    """Whether he has not muted this letter."""
    agent = settings.agents.get(reader.person)
    return agent is None or letter not in agent.mute


def _waits_for_coordinator(settings: Settings, ticket: Ticket) -> bool:
    """He alone is told until he accepts it or gives it to somebody (CONTRACT 4, coordinated)."""
    node = settings.category_nodes.get(ticket.category)
    given = ticket.group or is_at_work(settings, ticket.assignee)
    return bool(node and node.coordinated and not given and is_at_work(settings, ticket.coordinator))


def _is_in_charge(settings: Settings, ticket: Ticket) -> bool:
    """The coordinator has accepted it, and nobody handles it yet: what he asked is answered to him."""
    nobodys = not is_at_work(settings, ticket.assignee)
    return nobodys and ticket.coordinator_accepted_at is not None and is_at_work(settings, ticket.coordinator)


def is_actor(settings: Settings, reader: Reader, actor: str) -> bool:
    """Also where he wrote as a reporter."""
    role, _, who = actor.partition(":")
    return reader.person == (settings.agent_at(who) or who if role == "person" else who)


def _members(settings: Settings, audience: str, ticket: Ticket, view: TicketView) -> Iterator[Reader]:
    if audience == "assignee" and is_at_work(settings, ticket.assignee):
        yield of_agent(settings, str(ticket.assignee))
    elif audience == "coordinator" and is_at_work(settings, ticket.coordinator):
        yield of_agent(settings, str(ticket.coordinator))
    elif audience == "group" and not is_at_work(settings, ticket.assignee) and ticket.group in settings.groups:
        for member in settings.groups[ticket.group].members:
            if sees(settings, member, view):
                yield of_agent(settings, member)
    elif audience == "notify":
        node = settings.category_nodes.get(ticket.category)
        group = ticket.group or (node.group if node else None)
        if node and node.notify and (group is None or group_sees(settings, group, view)):
            yield Reader(node.notify, "", node.notify.lower(), settings.site.language, group=group)
    elif audience == "admins":
        yield from admins(settings)


def admins(settings: Settings) -> tuple[Reader, ...]:
    """Whom `site.admins` names, each once; they need not be agents."""
    agents = ((email, settings.agent_at(email)) for email in settings.site.admins)
    return tuple(
        _each_once(
            of_agent(settings, agent) if agent else Reader(email, "", email.lower(), settings.site.language, "admin")
            for email, agent in agents
        )
    )


def _each_once(readers: Iterable[Reader]) -> Iterator[Reader]:
    return iter({reader.email.lower(): reader for reader in readers}.values())
