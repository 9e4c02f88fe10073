"""One handler per sort of mail: three to ten calls into the desk. Handlers do not know each other."""

from __future__ import annotations

from collections.abc import Callable

from mailgate.handlers import (
    agent_reply,
    auto_reply,
    bounce,
    command,
    duplicate,
    held,
    loop,
    new_ticket,
    reply,
    statement,
)
from mailgate.incoming import Incoming, Outcome
from mailgate.rules.sort import Sort
from mailgate.store.db import Tx

Handler = Callable[[Tx, Incoming], Outcome]

HANDLERS: dict[Sort, Handler] = {
    Sort.loop: loop.handle,
    Sort.duplicate: duplicate.handle,
    Sort.bounce: bounce.handle,
    Sort.auto_reply: auto_reply.handle,
    Sort.held: held.handle,
    Sort.statement: statement.handle,
    Sort.command: command.handle,
    Sort.agent_reply: agent_reply.handle,
    Sort.reply: reply.handle,
    Sort.new_ticket: new_ticket.handle,
}
