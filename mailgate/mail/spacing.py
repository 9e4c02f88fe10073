"""The plain text that Outlook's desktop program makes of its paragraphs: a blank line after each of them, so that one
blank line of the writer becomes three. Undone only where the HTML proves Outlook and every line fits.
"""

from __future__ import annotations

from itertools import groupby

_OUTLOOK = "msonormal"
_READ = 64 * 2**10
_OWN_BLANK = 3


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
