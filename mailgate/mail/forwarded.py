"""A mail that was passed on: who wrote it, when, about what, to whom, and its words. An attached mail first, then the
frame nearest the top; what that mail itself passes on is its `inner`. Below a frame an attached mail is a file of the
mail that is passed on there, unless it is that very mail.

Recognises what the data of `quotes/` knows. A plain answer is never taken for it: the words "forwarded message" must be
there, or a frame below a subject that begins with Fwd:, or a header block in a mail that answers nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mailgate.mail.attached import attached_mails, further_mails
from mailgate.mail.attributed import attributed
from mailgate.mail.below import below_frame, is_drawn, marks_end, words_of
from mailgate.mail.evidence import Frame, has_clock
from mailgate.mail.frames import resembles_frame
from mailgate.mail.identity import named_honestly
from mailgate.mail.layout import Layout, layout_of
from mailgate.mail.lines import Line, significant
from mailgate.mail.markup import Origin
from mailgate.mail.message import Address, Attachment, Headers, Message
from mailgate.mail.named import people_of, writer_of
from mailgate.mail.phrases import phrases
from mailgate.mail.references import base_subject
from mailgate.mail.subject import has_reply_prefix, is_forward, is_reply, passed_on_subject
from mailgate.mail.words import clean_line
from mailgate.settings.scalars import lower_ascii
from mailgate.settings.site import Limits

_LIMITS = Limits()
_LONGEST_NAME = 100
_NEAR = 3
_OWN_WORDS = 40
"""Letters; in less somebody only points to the mail he attaches."""
_LONG_ENOUGH = 1000
_SHORTEST_WORD = 4
_DEEPEST = 5
"""So many times a mail is followed that passes on what was passed on."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The mail that was passed on; what it does not say is empty."""

    sender: str
    """Bare address, in lower case; empty where only a name is said."""
    name: str
    subject: str
    date: str
    """As written there."""
    text: str
    original: Message | None = field(default=None, compare=False)
    """The whole mail, where it was attached."""
    one_of_several: bool = False
    """Mails of other writers are attached too."""
    others: tuple[Attachment, ...] = ()
    """Further mails that are attached."""
    to: tuple[Address, ...] = ()
    """Whom it was written to; people of whom only the name is said have an empty address."""
    cc: tuple[Address, ...] = ()
    words: str = ""
    """What the one who passes it on says above it."""
    closing: str = ""
    """What he says below it, where its end is marked."""
    inner: Forwarded | None = None
    """The mail that this one passes on itself."""

    @property
    def author(self) -> Address:
        """Who wrote it; without an address where none is said."""
        return named_honestly(Address(clean_line(self.name, _LONGEST_NAME), self.sender))


def forwarded(message: Message, layout: Layout | None = None, *, by_agent: bool = False) -> Forwarded | None:
    """The mail that `message` passes on, or None. `layout`: of this message, where it is known; `by_agent`: one of us
    has written it."""
    return _forwarded(message, layout, _DEEPEST, by_agent=by_agent)


def _forwarded(message: Message, layout: Layout | None, depth: int, *, by_agent: bool = False) -> Forwarded | None:
    if depth == 0:
        return None
    attached = _attached(message, depth) if message.attachments and message.report is None else None
    inline = _inline(message, layout or layout_of(message, _LIMITS), depth, by_agent=by_agent)
    if attached is None or inline is None:
        return attached or inline
    same = attached.sender == inline.sender and significant(inline.text) in significant(attached.text)
    return attached if same else inline


def _attached(message: Message, depth: int) -> Forwarded | None:
    mails = attached_mails(message.attachments, _LIMITS)
    if not mails or _asks_himself(message, mails[0][0]):
        return None
    original, sender = mails[0]
    return Forwarded(
        sender=lower_ascii(sender.email),
        name=sender.name,
        subject=original.subject,
        date=original.headers.get("Date"),
        text=original.text.strip(),
        original=original,
        one_of_several=any(lower_ascii(each.email) != lower_ascii(sender.email) for _, each in mails),
        others=further_mails(message.attachments, _LIMITS),
        to=original.to,
        cc=original.cc,
        words=message.text.strip(),
        inner=_forwarded(original, None, depth - 1),
    )


def _asks_himself(message: Message, original: Message) -> bool:
    """An answer, or a request of his own with a mail as a file: under another subject, and with words of his own."""
    if is_forward(message.subject, message.text):
        return False
    own = _words(message.subject)
    says = len(significant(message.text[:_LONG_ENOUGH])) >= _OWN_WORDS
    return is_reply(message) or (says and bool(own) and not own & _words(original.subject))


def _words(subject: str) -> frozenset[str]:
    """Those that say something."""
    words = (significant(word) for word in base_subject(subject)[:_LONG_ENOUGH].split())
    return frozenset(word for word in words if len(word) >= _SHORTEST_WORD)


def _inline(message: Message, layout: Layout, depth: int, *, by_agent: bool) -> Forwarded | None:
    frame = _forwarding_frame(message, layout, by_agent=by_agent)
    if frame is None:
        return None
    lines = message.text.split("\n")
    writer, date = _told(frame, layout.lines)
    if writer is None:
        return None
    ended = marks_end(layout.lines[_start(layout.lines, frame)].bare, writer, frame.kind)
    text, closing = below_frame(lines[frame.end :], layout.lines[frame.end - 1].depth, ended=ended)
    found = Forwarded(
        sender=writer.email,
        name=writer.name,
        subject=frame.field("subject") or passed_on_subject(message.subject),
        date=date,
        text=text,
        to=people_of(frame.field("to")),
        cc=people_of(frame.field("cc")),
        words="\n".join(lines[: _start(layout.lines, frame)]).strip(),
        closing=closing,
    )
    return replace(found, inner=_forwarded(_as_sent(found), None, depth - 1))


def _told(frame: Frame, lines: Sequence[Line]) -> tuple[Address | None, str]:
    """Writer and date, as the frame tells them."""
    if frame.kind == "header block":
        return writer_of(frame.field("from")), frame.field("date")
    if frame.kind != "attribution" and not frame.addresses:
        return None, ""
    # Yandex, old Proton: the attribution stands below a divider, which says nothing of it.
    said = (line.bare for line in lines[frame.start : frame.end] if words_of(line.bare) not in phrases().forwards)
    writer, date = attributed(" ".join(filter(None, said)))
    return (writer if writer.email or writer.name else None), date


def _as_sent(found: Forwarded) -> Message:
    """The mail that is passed on, as far as its text tells."""
    nothing = Headers(())
    return Message(nothing, found.author, to=found.to, cc=found.cc, subject=found.subject, text=found.text)


def parted(text: str, message: Message, layout: Layout) -> tuple[str, str]:
    """The words above what an agent's mail passes on, and the rest; `text` is all that is shown of it."""
    start = forwarding_start(message, layout)
    if start is None:
        return text, ""
    first = message.text.split("\n", start + 1)[start].strip()
    lines = text.split("\n")
    at = next((place for place, line in enumerate(lines) if line.strip() == first), len(lines))
    return "\n".join(lines[:at]).rstrip(), "\n".join(lines[at:])


def forwarding_start(message: Message, layout: Layout) -> int | None:
    """The line in which the frame begins below which an agent's mail passes something on."""
    frame = _forwarding_frame(message, layout, by_agent=True)
    return None if frame is None else _start(layout.lines, frame)


def _forwarding_frame(message: Message, layout: Layout, *, by_agent: bool) -> Frame | None:
    """The frame on top, where it says so itself, or the subject does, or the mail answers nothing."""
    if not layout.frames:
        return None
    top = next((frame for frame in layout.frames if frame.believed and frame.kind != "structure"), None)
    if top is None:
        return None
    if is_forward(message.subject, message.text):
        return top
    if top.forward or _start(layout.lines, top) < top.start:
        return None if _is_quoted_by_answer(message, layout.lines, top) else top
    return top if _passes_on_silently(message, layout.lines, top, by_agent=by_agent) else None


def _start(lines: Sequence[Line], frame: Frame) -> int:
    """Where the frame begins, with a line above the header block that announces the mail (The Bat!: "This is a
    forwarded message")."""
    above = frame.start - 1
    while above > 0 and frame.start - above < _NEAR and lines[above].blank:
        above -= 1
    announced = frame.kind == "header block" and above >= 0 and words_of(lines[above].bare) in phrases().forwards
    return above if announced else frame.start


def _is_quoted_by_answer(message: Message, lines: Sequence[Line], frame: Frame) -> bool:
    """An answer to a mail that passed something on, below a frame that we have no data for."""
    if frame.start == 0 or not lines[frame.start].quoted or not has_reply_prefix(message.subject):
        return False
    end = frame.start
    while end > 0 and lines[end - 1].blank:
        end -= 1
    return resembles_frame(lines, end)


def _passes_on_silently(message: Message, lines: Sequence[Line], frame: Frame, *, by_agent: bool) -> bool:
    """A divider, or the mark of the HTML, and a whole header block in a mail that answers nothing; of an agent, who is
    told whose ticket it became, the block alone does. An answer goes to whom the block names, and nobody passes his own
    mail on in silence."""
    if frame.kind != "header block" or is_reply(message) or not (frame.field("subject") and frame.field("date")):
        return False
    top = lines[frame.start]
    is_whole = bool(frame.field("to")) and has_clock(frame.field("date"))
    if not ((by_agent and is_whole) or is_drawn(top.bare) or top.origin is Origin.REST):
        return False
    writer = writer_of(frame.field("from"))
    if writer is None or not writer.email or (message.sender and _plain(message.sender.email) == _plain(writer.email)):
        return False
    return all(_plain(each.email) != _plain(writer.email) for each in (*message.to, *message.cc))


def _plain(email: str) -> str:
    """Without its +tag, in lower case: our letters name the one, answers go to the other."""
    local, _, domain = lower_ascii(email).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
