"""Commands of an agent where none are read, in the statement he was asked for: he is told that they did nothing."""

from __future__ import annotations

from mailgate.desk import change, people, refusals
from mailgate.desk.audience import of_agent
from mailgate.desk.kept import Held
from mailgate.desk.tickets import Ticket
from mailgate.mail.body import NewWords
from mailgate.outbox.sentences import sentence
from mailgate.rules.commands import read_commands
from mailgate.store.db import Tx


def tell(tx: Tx, agent: str, ticket: Ticket, words: NewWords, message_id: str | None) -> None:
    """One tap carries them out, where he may; the statement itself is not touched by that."""
    written = read_commands(words.text, people.names(tx, ticket.reporter), signed=words.signed)
    found = (*(each.line for each in written.commands), *(each.line for each in written.misread))
    lines = tuple(dict.fromkeys(found))
    if not lines:
        return
    why, right = sentence("refused.in_statement"), "; ".join(refusals.written_out(written.commands))
    change.record(tx, ticket.number, f"agent:{agent}", "refused", why=why)
    language = of_agent(tx.settings, agent).language
    held = Held(
        agent=agent,
        language=language,
        ticket=ticket,
        answered=None,
        commands=lines,
        words="",
        files=(),
        message_id=message_id,
        partly=True,
    )
    mistakes = (refusals.mistake(language, line, why, (right,) if right else ()) for line in lines)
    refusals.refuse(tx, held, tuple(mistakes))
