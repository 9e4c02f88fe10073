"""The lines of a mail and the frames in them: found once, for all who look for words in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from mailgate.mail.frames import Frame, find_frames
from mailgate.mail.lines import Line, next_filled, read_lines, significant
from mailgate.mail.message import Message
from mailgate.settings.site import Limits

_SHORTEST_NAME = 4
_LONGEST = 120


class Layout(NamedTuple):
    """Of `message.text`, as far as the limits let it be cut."""

    lines: tuple[Line, ...]
    frames: tuple[Frame, ...]


def layout_of(message: Message, limits: Limits) -> Layout:
    """Lines and frames of this message."""
    lines = read_lines(message, limits)
    frames = find_frames(lines)
    if frames and any(frame.weak and not frame.believed for frame in frames):
        names = [name for each in message.to if len(name := significant(each.name)) >= _SHORTEST_NAME]
        frames = tuple(_believed(frames, lines, names))
    return Layout(lines, frames)


def _believed(frames: Sequence[Frame], lines: Sequence[Line], names: Sequence[str]) -> Iterator[Frame]:
    """ "Anna Alt wrote:" above marked lines says neither date nor address (Thunderbird of old, mutt, Gnus), but names
    the one to whom this mail goes, as an answer does."""
    for frame in frames:
        if frame.weak and not frame.believed and names and _names_one(frame, lines, names):
            yield replace(frame, believed=True)
        else:
            yield frame


def _names_one(frame: Frame, lines: Sequence[Line], names: Sequence[str]) -> bool:
    said = " ".join(line.bare for line in lines[frame.start : frame.end])
    below = next_filled(lines, frame.end)
    quoted = below < len(lines) and lines[below].quoted
    return quoted and len(said) <= _LONGEST and any(name in significant(said) for name in names)
