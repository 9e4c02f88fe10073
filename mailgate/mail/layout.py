"""The lines of a mail and the frames in them: found once, for all who look for words in it."""

from __future__ import annotations

from dataclasses import dataclass

from mailgate.mail.frames import Frame, find_frames
from mailgate.mail.lines import Line, read_lines
from mailgate.mail.message import Message
from mailgate.settings.site import Limits


@dataclass(frozen=True, slots=True)
class Layout:
    """Of `message.text`, as far as the limits let it be cut."""

    lines: tuple[Line, ...]
    frames: tuple[Frame, ...]


def layout_of(message: Message, limits: Limits) -> Layout:
    """Lines and frames of this message."""
    lines = read_lines(message, limits)
    return Layout(lines, find_frames(lines))
