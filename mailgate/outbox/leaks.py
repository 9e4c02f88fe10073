"""The last look at a letter: no injected header, and no agent's address in what we add for somebody outside.

What people typed or released is their decision; tokens of others in their words are taken out before (`safe.py`). A hit
raises Permanent: the letter stops, and the admins are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from mailgate.errors import Permanent
from mailgate.outbox.draft import Secrets
from mailgate.outbox.view import LetterView
from mailgate.settings.model import Settings

# Starts only where a run of such characters starts, and never gives one back: linear in any text.
_ADDRESS: Final = re.compile(r"(?<![\w.!#$%&*+/=?^`{|}~-])[\w.!#$%&*+/=?^`{|}~-]++@[\w.-]++")
_CONTROLS: Final = bytes((*range(0x20), 0x7F))
_QUOTE_MARKS: Final = re.compile(r"^[> ]+", re.MULTILINE)
_CONTROL: Final = re.compile(rb"[\x00-\x1f\x7f]")
LONGEST_LINE: Final = 998
"""RFC 5322, 2.1.1, without CRLF."""


def scan_header(header: bytes, written: Sequence[str]) -> None:
    """Raise Permanent unless the block holds exactly the fields we wrote, in their order, each once."""
    if not header.endswith(b"\r\n"):
        raise Permanent("the header does not end with a line end")
    lines = header[:-2].split(b"\r\n")
    harmless = len(header.translate(None, _CONTROLS)) == len(header) - 2 * len(lines)
    if not harmless or max(map(len, lines)) > LONGEST_LINE or not all(map(bytes.strip, lines)):
        for line in lines:
            _scan_line(line)
    found = [line.partition(b":")[0] for line in lines if line[:1] != b" "]
    names, each_once = _names(tuple(written))
    if found != names:
        others = ", ".join(each.decode("ascii", "replace") for each in found)
        raise Permanent(f"the header holds other fields than were written: {others[:200]}")
    if not each_once:
        raise Permanent("a header field stands twice")


@lru_cache(maxsize=64)  # there are few sorts of letters
def _names(written: tuple[str, ...]) -> tuple[list[bytes], bool]:
    """The names of fields as they stand in a header, and whether none of them stands twice."""
    return [name.encode("ascii") for name in written], len({name.lower() for name in written}) == len(written)


def _scan_line(line: bytes) -> None:
    if len(line) > LONGEST_LINE:
        raise Permanent("a header line is too long")
    if _CONTROL.search(line):
        raise Permanent("a header line holds a control character")
    # RFC 5322, 3.2.2: a folded line must not be white space alone; readers would see the end of the header.
    if not line.strip(b" "):
        raise Permanent("a header line is empty")


def scan_words(written: Iterable[str], view: LetterView, to: str, settings: Settings) -> None:
    """Raise Permanent where a letter to somebody outside shows an agent's address that no person wrote in it.

    `written` is what we made: text, HTML, display names. An address may stand there where somebody's words in the view
    hold it; our own public addresses, and those of the reader, always.
    """
    shown = frozenset(each for each in _addresses("\n".join(written)) if _is_like_an_agents(each, settings))
    if shown and shown & _secret(to, settings) - _addresses(_spoken(view)):
        raise Permanent("the letter would show an agent's address to somebody outside")


def scan_secrets(written: str, files: Iterable[str], view: LetterView, secrets: Secrets) -> None:
    """Raise Permanent where something internal stands in a letter to somebody outside: in its text or among its files
    (digests). Words that its writer typed himself are his decision."""
    typed, text = _on_one_line(view.words), _on_one_line(written)
    if any(line in text and line not in typed for line in secrets.lines):
        raise Permanent("the letter would show internal words to somebody outside")
    if not secrets.files.isdisjoint(files):
        raise Permanent("the letter would carry an internal file to somebody outside")


def _on_one_line(text: str) -> str:
    return " ".join(_QUOTE_MARKS.sub(" ", text).split())


def _is_like_an_agents(address: str, settings: Settings) -> bool:
    return address.rpartition("@")[2] in settings.domains_of_agents


def _addresses(text: str) -> frozenset[str]:
    if "@" not in text:
        return frozenset()
    return frozenset(found.rstrip(".").lower() for found in _ADDRESS.findall(text))


def _secret(to: str, settings: Settings) -> frozenset[str]:
    others = (agent.addresses for agent in settings.agents.values() if to.lower() not in agent.addresses)
    return frozenset(each for addresses in others for each in addresses if not settings.target(each))


def _spoken(view: LetterView) -> str:
    """What people wrote: words, the subject, names, a notice of the administrator."""
    files = (each.name for each in view.files)
    return "\n".join((view.words, view.solution, view.earlier, view.notice, view.subject, view.reader, *files))
