"""What sort of mail this is: a table of questions, asked in order; the first yes wins, and its words are the reason.

A new sort of mail is one row here, one word in `Sort`, and one file in `handlers/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """DESIGN 9."""

    loop = "loop"
    duplicate = "duplicate"
    bounce = "bounce"
    auto_reply = "auto_reply"
    held = "held"
    statement = "statement"
    command = "command"
    agent_reply = "agent_reply"
    reply = "reply"
    new_ticket = "new_ticket"


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found out about a mail before it is sorted. Texts are proofs in words; None means no."""

    own_letter: str | None = None
    """A letter of ours came back, or it has passed too many hops."""
    duplicate_of: int | None = None
    """The first arrival of the same bytes for other recipients."""
    replay_of: int | None = None
    """The proven mail of an agent that this is once more."""
    bounce: str | None = None
    bounce_proof: str | None = None
    """Our token in the return path, or a Message-ID of ours in the report."""
    to_bounce_address: bool = False
    auto_reply: str | None = None
    from_ourselves: str | None = None
    """From names an address of ours, though the letter is none of ours."""
    rule_drops: str | None = None
    rule_holds: str | None = None
    statement: str | None = None
    """Its token is that of a request for a statement, to this person."""
    agent: str | None = None
    """The agent who wrote it, by his address; None where the token says he writes in another role."""
    agent_token: bool = False
    """He used his own token."""
    trusted: bool = False
    """At least aligned or token."""
    ticket: int | None = None
    commands: bool = False
    """There are command lines, or near misses of them."""
    only_describing: bool = False
    """All commands only describe the ticket that this mail opens."""
    matched_by: str = ""
    released: bool = False
    """An admin let it go on though it was held."""


Question = Callable[[Findings], str | None]


def _loop(it: Findings) -> str | None:
    return it.own_letter


def _duplicate(it: Findings) -> str | None:
    if it.duplicate_of:
        return f"the same mail as M-{it.duplicate_of}, for other recipients"
    return f"M-{it.replay_of} once more: an agent's mail is carried out once" if it.replay_of else None


def _bounce(it: Findings) -> str | None:
    return f"{it.bounce}; {it.bounce_proof}" if it.bounce and it.bounce_proof else None


def _unproven_bounce(it: Findings) -> str | None:
    if it.bounce and not it.released:
        return f"{it.bounce}, but nothing proves that it is about a letter of ours"
    return None


def _auto_reply(it: Findings) -> str | None:
    if it.auto_reply:
        return it.auto_reply
    return "sent to a bounce address, which only takes delivery reports" if it.to_bounce_address else None


def _held(it: Findings) -> str | None:
    if it.released:
        return None
    if it.commands and it.agent and not it.ticket and not it.trusted:
        return f"commands in the name of {it.agent}, without ticket and without proof"
    return it.rule_drops or it.rule_holds or it.from_ourselves


def _statement(it: Findings) -> str | None:
    return f"the statement that {it.statement} was asked for" if it.statement and it.ticket else None


def _command(it: Findings) -> str | None:
    if not (it.agent and it.commands):
        return None
    if it.ticket:
        return f"commands of {it.agent} on #{it.ticket}"
    return None if it.only_describing else f"commands of {it.agent}"


def _agent_reply(it: Findings) -> str | None:
    if it.agent and it.ticket:
        return f"{it.agent} writes on #{it.ticket} ({it.matched_by})"
    # A letter without a ticket, such as help, takes commands only (CONTRACT 6): what else is written there opens none.
    return f"{it.agent} answers a letter of ours" if it.agent and it.agent_token else None


def _reply(it: Findings) -> str | None:
    return f"belongs to #{it.ticket}: {it.matched_by}" if it.ticket else None


QUESTIONS: tuple[tuple[Sort, Question], ...] = (
    (Sort.loop, _loop),
    (Sort.duplicate, _duplicate),
    (Sort.bounce, _bounce),
    (Sort.held, _unproven_bounce),
    (Sort.auto_reply, _auto_reply),
    (Sort.held, _held),
    (Sort.statement, _statement),
    (Sort.command, _command),
    (Sort.agent_reply, _agent_reply),
    (Sort.reply, _reply),
    (Sort.new_ticket, lambda it: "nothing else: a request"),
)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The sort of a mail, and why."""

    sort: Sort
    why: str


def sort_of(findings: Findings) -> Sorted:
    """Ask in order; the last question always says yes."""
    return next(Sorted(sort, why) for sort, question in QUESTIONS if (why := question(findings)))
