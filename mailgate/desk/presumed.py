"""A subject that only sounds like an automatic answer is a weak hint: against an agent who is known by his token or
his domain, and who writes commands in a mail that answers nothing, or above our line, as no program does, it does not
count."""

from __future__ import annotations

from mailgate.desk.threads import Thread
from mailgate.mail.classify import Facts
from mailgate.mail.layout import Layout
from mailgate.mail.marker import find_marker
from mailgate.mail.message import Message
from mailgate.rules.commands import read_commands
from mailgate.settings.model import Settings
from mailgate.trust.verdict import Authentication


def of_person(
    settings: Settings, message: Message, facts: Facts, thread: Thread, layout: Layout, authentication: Authentication
) -> Facts:
    """The facts, without what only the subject says where a person is certain."""
    if facts.presumed is None or message.sender is None or settings.agent_at(message.sender.email) is None:
        return facts
    if not (authentication.aligned or (thread.token is not None and thread.token.by_person)):
        return facts
    begins = thread.token is None and thread.ticket is None and not message.in_reply_to
    commands = begins and bool(read_commands(message.text).commands)
    # A program writes the subject of what it answers behind its own words, and may quote our letter.
    named = thread.ticket is not None and thread.ticket.subject in message.subject.partition(":")[2]
    if not (commands or (find_marker(layout.lines) and not named)):
        return facts
    return facts._replace(no_change=None, presumed=None)
