"""Whether a mail answers or passes on, as its headers and the prefix of its subject say."""

from __future__ import annotations

from mailgate.mail.message import Message
from mailgate.mail.phrases import phrases

_LONGEST_PREFIX = 16
_MOST_TAGS = 5


def is_reply(message: Message) -> bool:
    """It names the mail it answers, or its subject begins with Re:, AW: … A forwarded mail is none."""
    prefix = _prefix(message.subject)
    if prefix in phrases().forward_prefixes:
        return False
    named = (
        message.in_reply_to
        or message.references
        or message.headers.get("In-Reply-To")
        or message.headers.get("References")
    )
    return bool(named) or prefix in phrases().reply_prefixes


def is_forward(subject: str) -> bool:
    """The subject begins with Fwd:, WG: …"""
    return _prefix(subject) in phrases().forward_prefixes


def _prefix(subject: str) -> str:
    """The first word before a colon, without leading [tags] and counters: "[Ext] Re[2]: x" gives "re"."""
    rest = subject.strip()
    for _ in range(_MOST_TAGS):
        tag, closed, behind = rest.partition("]")
        if not (tag.startswith("[") and closed):
            break
        rest = behind.strip()
    head, colon, _ = rest[:_LONGEST_PREFIX].replace("：", ":").partition(":")
    return head.casefold().rstrip("0123456789[]()^ ") if colon else ""
