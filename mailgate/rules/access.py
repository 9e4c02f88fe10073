"""Who sees a ticket, who may act on it, and how well proven a mail must be for a command (CONTRACT 7)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from mailgate.rules.vocabulary import VOCABULARY, lookup
from mailgate.rules.written import Command
from mailgate.settings.model import Settings
from mailgate.settings.people import Group
from mailgate.settings.scalars import ENOUGH_TRUST


@dataclass(frozen=True, slots=True)
class TicketView:
    """What rights depend on. Ids throughout; `customer_group` is the reporter's."""

    category: str
    group: str | None = None
    assignee: str | None = None
    coordinator: str | None = None
    former: frozenset[str] = frozenset()
    """Agents who were assignee or coordinator, or have or had a part or a statement of it."""
    customer_group: str | None = None
    hidden: bool = False
    """Only those who have to do with it themselves may know of it."""


@dataclass(frozen=True, slots=True)
class Right:
    """Whether somebody may, and why (not). What somebody may not see is to him as if it did not exist."""

    ok: bool
    why: str


UNKNOWN = "there is no such ticket"


def sees(settings: Settings, agent: str, ticket: TicketView) -> bool:
    """Whether the agent may know of the ticket."""
    person = settings.agents.get(agent)
    if person is None or not person.active:
        return False
    if ticket.hidden or is_involved(agent, ticket):
        return is_involved(agent, ticket)
    if _sees_by_groups(settings, agent, ticket):
        return True
    return person.admin and _is_nobodys(settings, ticket)


def sees_everything(settings: Settings, agent: str) -> bool:
    """Whether there is no ticket, but for hidden parts, that the agent may not know of."""
    person, mine = settings.agents[agent], groups_of(settings, agent).values()
    is_open_to_all = not any(node.readers for node in settings.category_nodes.values())
    serves_all = not mine or not all(group.customer_groups for group in mine)
    return person.active and person.sees == "all" and is_open_to_all and serves_all


def is_kept_from(settings: Settings, agent: str, ticket: TicketView) -> bool:
    """Whether the agent may not know of the ticket even where somebody names him: for others than its category's
    readers, or for those whose groups serve other customers."""
    if ticket.hidden or is_involved(agent, ticket):
        return not is_involved(agent, ticket)
    mine = groups_of(settings, agent).values()
    return not _may_read_category(settings, agent, ticket) or not _serves_any(mine, ticket)


def group_sees(settings: Settings, name: str, ticket: TicketView) -> bool:
    """Whether a group may know of the ticket, as a mailbox that all its members read."""
    node, group = settings.category_nodes.get(ticket.category), settings.groups.get(name)
    reads = not (node and node.readers) or name in node.readers
    return group is not None and reads and _serves(group, ticket) and not ticket.hidden


def may_act(settings: Settings, agent: str, ticket: TicketView) -> Right:
    """Whether the agent may change the ticket or speak for us on it. Describing the ticket that one's own mail opens
    needs no right; that is the caller's to know.
    """
    if not sees(settings, agent, ticket):
        return Right(False, UNKNOWN)
    if agent == ticket.assignee:
        return Right(True, f"{agent} is assigned")
    if agent == ticket.coordinator:
        return Right(True, f"{agent} coordinates it")
    if groups := _groups_in_charge(settings, agent, ticket):
        return Right(True, f"{agent} is a member of {next(iter(groups))}")
    if settings.agents[agent].admin and _is_nobodys(settings, ticket):
        return Right(True, f"no group has it, and {agent} is an admin")
    return Right(False, "only the assignee, the coordinator and members of its group may change this ticket")


def is_involved(agent: str, ticket: TicketView) -> bool:
    """He has or had to do with the ticket himself."""
    return agent in (ticket.assignee, ticket.coordinator) or agent in ticket.former


def groups_of(settings: Settings, agent: str) -> dict[str, Group]:
    """The active groups the agent is a member or the coordinator of."""
    return {name: settings.groups[name] for name in settings.groups_of(agent) if settings.groups[name].active}


def _sees_by_groups(settings: Settings, agent: str, ticket: TicketView) -> bool:
    sees = settings.agents[agent].sees
    if sees == "own" or not _may_read_category(settings, agent, ticket):
        return False
    if sees == "all":
        return _serves_any(groups_of(settings, agent).values(), ticket)
    return bool(_groups_in_charge(settings, agent, ticket))


def _groups_in_charge(settings: Settings, agent: str, ticket: TicketView) -> dict[str, Group]:
    """The agent's groups that have the ticket or its category, and serve its reporter."""
    in_charge = set(_charged(settings, ticket))
    mine = groups_of(settings, agent).items()
    return {name: group for name, group in mine if name in in_charge and _serves(group, ticket)}


def _charged(settings: Settings, ticket: TicketView) -> Iterator[str]:
    if ticket.group:
        yield ticket.group
    node = settings.category_nodes.get(ticket.category)
    if node and node.group:
        yield node.group


def _is_nobodys(settings: Settings, ticket: TicketView) -> bool:
    """No group has it, or none of which anybody may see it: the admins are told then, so they have to be able to give
    it to somebody."""
    groups = [settings.groups[name] for name in _charged(settings, ticket) if name in settings.groups]
    people = {agent for group in groups for agent in (*group.members, group.coordinator) if agent in settings.agents}
    return not any(settings.agents[agent].active and _sees_by_groups(settings, agent, ticket) for agent in people)


def _may_read_category(settings: Settings, agent: str, ticket: TicketView) -> bool:
    node = settings.category_nodes.get(ticket.category)
    return not (node and node.readers) or not groups_of(settings, agent).keys().isdisjoint(node.readers)


def _serves_any(groups: Collection[Group], ticket: TicketView) -> bool:
    """One of these groups that may see reporters of this kind is enough; somebody without any group sees all."""
    return not groups or any(_serves(group, ticket) for group in groups)


def _serves(group: Group, ticket: TicketView) -> bool:
    return not group.customer_groups or ticket.customer_group in group.customer_groups


# -- how well proven a mail must be ------------------------------------------------------------------------------------

ALIGNED_OR_TOKEN = ("aligned", "token", "proven", "signed")

HARMLESS = frozenset({"note", "list", "show", "history", "report", "help", "drop"})
"""A note; what is answered to the registered address alone; throwing away a mail that has changed nothing."""

LOOKING_ON = frozenset({"watch", "unwatch"})
"""Commands that change nothing of a ticket: whoever may see it may give them."""

DESCRIBING = frozenset(
    {"priority", "kind", "category", "tag", "due", "wanted", "from", "customer", "phone", "company", "department"}
    | {"channel", "time"}
)
"""Commands that only describe the ticket which the mail opens."""


def _needs(command: str) -> tuple[str, ...]:
    if command in HARMLESS:
        return ALIGNED_OR_TOKEN
    # What is asked back is done by the token of the letter that asked: a mail that could be proven is not asked back.
    if command == "yes":
        return ENOUGH_TRUST["token"]
    return ENOUGH_TRUST["proven"]


NEEDS: dict[str, tuple[str, ...]] = {entry.name: _needs(entry.name) for entry in VOCABULARY}
"""Command → levels of trust that are enough for it, without `commands:` of people.yaml. Plain words to somebody outside
need what `answer` needs.
"""


def is_enough(settings: Settings, level: str, commands: Collection[Command]) -> bool:
    """Whether a mail of this level may give these commands, of which there is at least one."""
    return bool(commands) and all(level in needed(settings, each.name) for each in commands)


def needed(settings: Settings, command: str, *, opening: bool = False) -> tuple[str, ...]:
    """The levels of trust that are enough for a command. `opening`: it describes the ticket that this mail opens."""
    overridden = {entry.name: level for word, level in settings.commands.items() if (entry := lookup(word.lstrip("#")))}
    if command in overridden:
        return ENOUGH_TRUST[overridden[command]]
    if opening and command in DESCRIBING:
        return ALIGNED_OR_TOKEN
    return NEEDS.get(command, ENOUGH_TRUST["proven"])  # `M-17`, a decision about a held mail, is in no table
