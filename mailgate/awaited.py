"""What a mail waits for before it is handled: an older one that it names; DNS, where an agent's rights depend on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from mailgate.desk import mails
from mailgate.errors import Temporary
from mailgate.incoming import Read
from mailgate.store.db import Tx

OVERTAKING: Final = timedelta(minutes=10)
"""How long a reply waits for the older mail it names, which is still being worked on."""
UNPROVEN: Final = timedelta(minutes=30)
"""How long an agent's mail waits for DNS; then nothing vouches for him, and he is asked back."""


class WaitForParent(Temporary):
    """an older mail that this one names is not handled yet"""


class WaitForDns(Temporary):
    """DNS does not answer, so that nobody knows yet whether an agent wrote this"""

    again_in = timedelta(minutes=10)


def wait(tx: Tx, read: Read) -> None:
    """Raises WaitForParent or WaitForDns while it is worth waiting. A reporter's ticket never waits for DNS."""
    waited = tx.now - read.envelope.received_at
    if read.parents and waited < OVERTAKING and (unfinished := mails.unfinished(tx, read.parents)):
        raise WaitForParent(f"waits for M-{unfinished[0]}, which it names and which is not handled yet")
    sender = read.message.sender
    if read.authentication.unanswered and waited < UNPROVEN and sender and tx.settings.agent_at(sender.email):
        raise WaitForDns(f"DNS does not say whether {sender.email} wrote it; asked again for half an hour")
