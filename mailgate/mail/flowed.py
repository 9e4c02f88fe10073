"""`format=flowed` (RFC 3676): soft line breaks joined again, quote depth kept as `> ` before each paragraph."""

from __future__ import annotations

_SIGNATURE = "-- "


def unflow(text: str, delete_space: bool) -> str:
    """`text` has LF line ends. `delete_space` is the parameter DelSp: the space before a soft break is no text."""
    done, open_depth, paragraph = list[str](), 0, list[str]()
    for line in text.split("\n"):
        depth, words = _quoted(line)
        if paragraph and (depth != open_depth or words == _SIGNATURE):
            # RFC 3676, 4.5: another depth, or the signature line, ends a paragraph that still flows.
            done.append(_prefixed(open_depth, paragraph))
            paragraph = []
        open_depth = depth
        soft = words.endswith(" ") and words != _SIGNATURE
        paragraph.append(words[:-1] if soft and delete_space else words)
        if not soft:
            done.append(_prefixed(depth, paragraph))
            paragraph = []
    if paragraph:
        done.append(_prefixed(open_depth, paragraph))
    return "\n".join(done)


def _quoted(line: str) -> tuple[int, str]:
    """Quote depth and the words, without stuffed space (RFC 3676, 4.4)."""
    words = line.lstrip(">")
    return len(line) - len(words), words.removeprefix(" ")


def _prefixed(depth: int, paragraph: list[str]) -> str:
    words = "".join(paragraph)
    return f"{'>' * depth} {words}" if depth and words else ">" * depth + words
