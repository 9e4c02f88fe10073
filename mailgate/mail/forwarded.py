"""A mail that was passed on: who wrote it, when, about what, and its words. An attached mail first, then the top frame.

Recognises what the data of `quotes/` knows. A plain answer is never taken for it: the words "forwarded message", or a
subject that begins with Fwd: and a frame, must be there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mailgate.mail.evidence import Frame, addresses
from mailgate.mail.identity import named_honestly
from mailgate.mail.layout import Layout, layout_of
from mailgate.mail.lines import Line
from mailgate.mail.message import Address, Message
from mailgate.mail.parse import read
from mailgate.mail.references import base_subject
from mailgate.mail.subject import is_forward
from mailgate.mail.words import clean_line
from mailgate.settings.scalars import lower_ascii
from mailgate.settings.site import Limits

_LIMITS = Limits()
_ATTACHED = "message/rfc822"
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The mail that was passed on; what it does not say is empty."""

    sender: str
    """Bare address, in lower case."""
    name: str
    subject: str
    date: str
    """As written there."""
    text: str
    original: Message | None = field(default=None, compare=False)
    """The whole mail, where it was attached."""
    one_of_several: bool = False
    """Other mails are attached too."""

    @property
    def author(self) -> Address:
        """Who wrote it; without an address where none is said."""
        return named_honestly(Address(clean_line(self.name, _LONGEST_NAME), self.sender))


def forwarded(message: Message, layout: Layout | None = None) -> Forwarded | None:
    """The mail that `message` passes on, or None. `layout`: of this message, where it is known."""
    return _attached(message) or _inline(message, layout or layout_of(message, _LIMITS))


def _attached(message: Message) -> Forwarded | None:
    files = [each for each in message.attachments if each.media_type == _ATTACHED]
    if not files:
        return None
    inner = read(files[0].content, _LIMITS)
    if inner.sender is None:
        return None
    return Forwarded(
        sender=lower_ascii(inner.sender.email),
        name=inner.sender.name,
        subject=inner.subject,
        date=inner.headers.get("Date"),
        text=inner.text.strip(),
        original=inner,
        one_of_several=len(files) > 1,
    )


def _inline(message: Message, layout: Layout) -> Forwarded | None:
    frame = _forwarding_frame(message, [frame for frame in layout.frames if frame.believed])
    if frame is None or not (frame.fields or frame.addresses):
        return None
    named = addresses(frame.field("from")) if frame.fields else frame.addresses
    return Forwarded(
        sender=named[0] if named else "",
        name=_name(frame.field("from")),
        subject=frame.field("subject") or base_subject(message.subject),
        date=frame.field("date"),
        text=_text_below(message.text, layout.lines, frame),
    )


def parted(text: str, message: Message, layout: Layout) -> tuple[str, str]:
    """The words above what the message passes on, and the rest; `text` is all that is shown of it."""
    frame = _forwarding_frame(message, [frame for frame in layout.frames if frame.believed])
    if frame is None:
        return text, ""
    first = message.text.split("\n", frame.start + 1)[frame.start].strip()
    lines = text.split("\n")
    at = next((place for place, line in enumerate(lines) if line.strip() == first), len(lines))
    return "\n".join(lines[:at]).rstrip(), "\n".join(lines[at:])


def _forwarding_frame(message: Message, believed: Sequence[Frame]) -> Frame | None:
    """The frame on top, where it says so itself or the subject does."""
    top = next((frame for frame in believed if frame.kind != "structure"), None)
    return top if top and (top.forward or is_forward(message.subject)) else None


def _name(value: str) -> str:
    """The words before the address; an address alone is no name."""
    words = value.replace("[", "<").partition("<")[0].strip().strip("\"'*").strip()
    return "" if "@" in words else words


def _text_below(text: str, lines: Sequence[Line], frame: Frame) -> str:
    depth = lines[frame.end - 1].depth
    below = text.split("\n")[frame.end :]
    return "\n".join(_unquoted(line, depth) for line in below).strip()


def _unquoted(line: str, depth: int) -> str:
    """Without the quote marks of the forwarding program (Apple Mail quotes what it forwards)."""
    for _ in range(depth):
        line = line.removeprefix(">").removeprefix(" ")
    return line.rstrip()
