"""What the readers of packed content give back: files found inside something, and where reading went on."""

from __future__ import annotations

from dataclasses import dataclass

from mailgate.mail.filenames import safe_name
from mailgate.mail.words import decode_bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """One file that was packed in something else. `name` is what the packing says, of any bytes: never a path to
    write to."""

    name: bytes | str
    content: bytes
    media_type: str = ""
    content_id: str = ""
    inline: bool = False
    part: int = 0
    """Which part of a file this is, from 1; 0: it is whole."""
    parts: int = 0
    """Of how many, where that is said."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A block of a text, read: the first byte behind it, the text that stands for it, its files and what was odd.
    `encrypted`, `signed`: what kind of seal it is."""

    at: int
    files: tuple[Packed, ...] = ()
    text: bytes | None = None
    """Words of the block itself; None: a short mark for each of its files stands there."""
    defects: tuple[str, ...] = ()
    encrypted: str = ""
    signed: str = ""


def shown_name(name: bytes | str) -> str:
    """A packed file's name, safe to show and to save; empty where nothing is left of it."""
    return safe_name(name if isinstance(name, str) else decode_bytes(name, None))
