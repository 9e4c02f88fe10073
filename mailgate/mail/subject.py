"""Whether a mail answers or passes on, as its headers and the prefix of its subject say.

The outermost prefix counts: "Re: Fwd: x" answers what was passed on, "Fwd: Re: x" passes an answer on.
"""

from __future__ import annotations

from mailgate.mail.message import Message
from mailgate.mail.phrases import phrases

_LONGEST_PREFIX = 16
_MOST_TAGS = 5
_LOOKED_AT = 20_000
"""Characters of a text in which the words of one language are looked for."""
_BEHIND = "(fwd)"


def is_reply(message: Message) -> bool:
    """It names the mail it answers, or its subject begins with Re:, AW: … A forwarded mail is none."""
    prefix = _prefix(message.subject)
    if prefix in phrases().forward_prefixes:
        return _answers_here(prefix, message.text)
    named = (
        message.in_reply_to
        or message.references
        or message.headers.get("In-Reply-To")
        or message.headers.get("References")
    )
    return bool(named) or prefix in phrases().reply_prefixes


def is_forward(subject: str, text: str = "") -> bool:
    """The subject begins with Fwd:, WG: … or ends as Pine writes it. `text`: of the mail, for the prefix that passes on
    in one language and answers in another."""
    prefix = _prefix(subject)
    if prefix in phrases().forward_prefixes:
        return not _answers_here(prefix, text)
    return prefix not in phrases().reply_prefixes and subject.casefold().rstrip().endswith(_BEHIND)


def passed_on_subject(subject: str) -> str:
    """The subject of the mail that is passed on under this one: without the outermost prefix."""
    rest = subject.strip()
    if rest.startswith("[") and rest.endswith("]") and _head(rest[1:]) in phrases().forward_prefixes:
        rest = rest[1:-1]
    if _head(rest) in phrases().forward_prefixes:
        return rest.replace("：", ":", 1).partition(":")[2].strip()
    return rest[: -len(_BEHIND)].rstrip() if rest.casefold().endswith(_BEHIND) else rest


def has_reply_prefix(subject: str) -> bool:
    """The subject begins with Re:, AW: …"""
    return _prefix(subject) in phrases().reply_prefixes


def _answers_here(prefix: str, text: str) -> bool:
    """VS: is an answer where the frame speaks Finnish, else what a Danish or Norwegian program passes on."""
    words = phrases().either_prefixes.get(prefix)
    if not words:
        return False
    lines = (line.lstrip("> *").casefold() for line in text[:_LOOKED_AT].split("\n"))
    return any(line.startswith(word) and line[len(word) :].lstrip("* ")[:1] == ":" for line in lines for word in words)


def _prefix(subject: str) -> str:
    """The first word before a colon, without leading [tags] and counters: "[Ext] Re[2]: x" gives "re"."""
    rest = subject.strip()
    for _ in range(_MOST_TAGS):
        tag, closed, behind = rest.partition("]")
        if not (tag.startswith("[") and closed):
            break
        if (inside := _head(tag[1:])) in phrases().forward_prefixes:  # old Thunderbird, Horde: "[Fwd: Printer]"
            return inside
        rest = behind.strip()
    return _head(rest)


def _head(subject: str) -> str:
    head, colon, _ = subject[:_LONGEST_PREFIX].replace("：", ":").partition(":")
    return head.casefold().strip().rstrip("0123456789[]()^ ") if colon else ""
