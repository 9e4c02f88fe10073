"""A delivery report about a letter of ours, proven by our own token: the letter is marked, and its owner is told."""

from __future__ import annotations

from mailgate.desk import delivery
from mailgate.incoming import Incoming, Outcome
from mailgate.store.db import Tx


def handle(tx: Tx, mail: Incoming) -> Outcome:
    """A permanent failure tells the owner; a delay is only an event."""
    letter = delivery.reported_letter(tx, mail.thread, mail.read.bounce, mail.message)
    if letter is None:
        return Outcome("handled")
    bounce = delivery.of_recipient(letter, mail.read.bounce)
    if bounce is None:
        delivery.arrived(tx, letter)
    else:
        delivery.reported(tx, letter, bounce)
    return Outcome("handled", letter.ticket)
