"""Who is told: `letters:` of service.yaml, turned into people. The first audience that exists gets the letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailgate.desk.tickets import Ticket
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


def of_agent(settings: Settings, agent: str) -> Reader:
    """The agent at the registered address."""
    person = settings.agents[agent]
    return Reader(person.email, person.name, agent, person.language or settings.site.language)


def told(settings: Settings, letter: str, ticket: Ticket, *, actor: str) -> tuple[Reader, ...]:
    """Who gets this letter about the ticket; `actor` (as in an event) is never told about what he did."""
    audiences: tuple[str, ...] = getattr(settings.letters, letter)
    node = settings.category_nodes.get(ticket.category)
    if letter == "new_ticket" and node and node.coordinated and ticket.coordinator and not ticket.assignee:
        audiences = ("coordinator",)
    for audience in audiences:
        if readers := list(_members(settings, audience, ticket)):
            return tuple(reader for reader in _each_once(readers) if f"agent:{reader.person}" != actor)
    return ()


def _members(settings: Settings, audience: str, ticket: Ticket) -> Iterator[Reader]:
    if audience == "assignee" and _is_active(settings, ticket.assignee):
        yield of_agent(settings, str(ticket.assignee))
    elif audience == "coordinator" and _is_active(settings, ticket.coordinator):
        yield of_agent(settings, str(ticket.coordinator))
    elif audience == "group" and ticket.assignee is None and ticket.group in settings.groups:
        for member in settings.groups[ticket.group].members:
            if _is_active(settings, member):
                yield of_agent(settings, member)
    elif audience == "notify":
        node = settings.category_nodes.get(ticket.category)
        if node and node.notify:
            yield Reader(node.notify, "", node.notify.lower(), settings.site.language, group=ticket.group or node.group)
    elif audience == "admins":
        yield from _admins(settings)


def _admins(settings: Settings) -> Iterator[Reader]:
    for email in settings.site.admins:
        agent = settings.agent_at(email)
        yield of_agent(settings, agent) if agent else Reader(email, "", email.lower(), settings.site.language, "admin")


def _is_active(settings: Settings, agent: str | None) -> bool:
    return agent is not None and agent in settings.agents and settings.agents[agent].active


def _each_once(readers: Iterable[Reader]) -> Iterator[Reader]:
    return iter({reader.email.lower(): reader for reader in readers}.values())
