"""Which older mails a mail says it answers: found in its header alone, before anything is parsed."""

from __future__ import annotations

from mailgate.mail.fields import section_of, value_of
from mailgate.mail.references import message_ids

_LARGEST_HEADER = 256 * 2**10
_NAMING = (b"in-reply-to", b"references")


def named_ids(raw: bytes) -> tuple[str, ...]:
    """Message-IDs in In-Reply-To and References, without brackets, in the order of the fields."""
    spans = section_of(raw, 0, min(len(raw), _LARGEST_HEADER)).spans
    named = (span for span in spans if span.name.lower() in _NAMING)
    return tuple(each for span in named for each in message_ids(value_of(raw, span)))
