"""What mail programs do to the lines of the plain text they make of HTML, undone where the HTML proves it.

Outlook's desktop program puts a blank line after each paragraph, so that one blank line of the writer becomes three.
Gmail breaks each line at 78 characters, and a long command would go on in a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from mailgate.mail.html import to_text

_OUTLOOK = "msonormal"
_READ = 64 * 2**10
_OWN_BLANK = 3
_WIDTH = 78
_MOST_JOINED = 20


def as_written(text: str, html: str | None) -> str:
    """The words with the blank lines their writer made; other text unchanged."""
    if not html or _OUTLOOK not in html[:_READ].lower():
        return text
    lines = text.split("\n")
    runs = [(blank, list(run)) for blank, run in groupby(lines, key=lambda line: not line.strip())]
    gaps = [len(run) for blank, run in runs if blank]
    alone = all(len(run) == 1 for blank, run in runs if not blank)
    if not alone or any(gap % 2 == 0 for gap in gaps) or max(gaps, default=0) < _OWN_BLANK:
        return text
    return "\n".join(line for blank, run in runs for line in (run[: len(run) // 2] if blank else run))


def unbroken(text: str, html: str | None) -> str:
    """The words with the lines as they were written, wherever the HTML has them as one."""
    lines = text.split("\n")
    if not html or len(text) > _READ or not any(_is_broken(lines, at) for at in range(len(lines) - 1)):
        return text
    written = {_letters(line) for line in to_text(html).split("\n")}
    return "\n".join(_joined(lines, written))


def _is_broken(lines: Sequence[str], at: int) -> bool:
    """The next line goes on: its first word would have made this one too long."""
    following = lines[at + 1].split(maxsplit=1) if at + 1 < len(lines) and len(lines[at]) <= _WIDTH else []
    return bool(following and lines[at]) and len(lines[at]) + 1 + len(following[0]) > _WIDTH


def _joined(lines: Sequence[str], written: set[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        end = at + 1
        while end < at + _MOST_JOINED and _is_broken(lines, end - 1):
            end += 1
        ends = (each for each in range(end, at + 1, -1) if _letters("".join(lines[at:each])) in written)
        end = next(ends, at + 1)
        yield " ".join(lines[at:end])
        at = end


def _letters(line: str) -> str:
    return "".join(line.split())
