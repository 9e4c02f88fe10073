"""What a mail's calendar part says, for whoever reads the mail on its ticket: above its words in letters, and beside it
in the history (needs.md 41)."""

from __future__ import annotations

from mailgate.mail.message import Message
from mailgate.outbox import invited
from mailgate.sentence import Sentence, joined, verbatim
from mailgate.store.db import Tx


def event(tx: Tx, message: Message) -> Sentence | None:
    """The line about it; None where the mail has no such part."""
    if message.invitation is None:
        return None
    return invited.said(message.invitation, message.sender, tx.settings.site.timezone)


def beside(event: Sentence | None, remark: Sentence | None) -> Sentence | None:
    """Both, as the one remark that is kept with the message."""
    there = [each for each in (event, remark) if each]
    return joined((each.whole for each in there), verbatim(" ")) if len(there) > 1 else event or remark
