"""What a worker decides before its turn, while somebody else has his: new tickets, which hang on little else.

What concerns a ticket that exists waits for the turn, and so does whatever goes wrong: then it is handled once more,
and what is said of it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mailgate import handling
from mailgate.desk import foreseen
from mailgate.handling import Handled, Lost, Mail
from mailgate.incoming import Read
from mailgate.settings.model import Settings
from mailgate.store.claim import Claimed
from mailgate.store.db import Tx
from mailgate.store.trouble import is_trouble_of_the_machine

Done = dict[int, Handled | Lost | None]
"""What became of mails, by their number."""


def promising(settings: Settings, mails: Iterable[Mail]) -> list[Mail]:
    """Those that open tickets, as far as they say it themselves."""
    return [each for each in mails if isinstance(each.read, Read) and _opens_a_ticket(settings, each.read)]


def decide(tx: Tx, mails: list[Mail], on: Callable[[Claimed], None]) -> Done:
    """The first of these, up to one that has to wait for the turn."""
    foreseen.ask(tx, [each.read for each in mails if isinstance(each.read, Read)])
    done: Done = {}
    for mail in mails:
        try:
            done[mail.number] = handling.handle(tx, mail, on)
        except Exception as wrong:  # it happens again in the turn, or has been only a matter of the turn
            if is_trouble_of_the_machine(wrong):
                raise
            break
    return done


def _opens_a_ticket(settings: Settings, read: Read) -> bool:
    message, facts = read.message, read.facts
    answers = message.in_reply_to or message.references or read.twin or read.sibling or read.parents
    by_us = message.sender is None or settings.agent_at(message.sender.email) is not None
    pictures = any(each.shown for each in message.attachments)  # which of them repeat is asked behind each mail
    return not (answers or by_us or facts.bounce or facts.auto_reply or pictures)
