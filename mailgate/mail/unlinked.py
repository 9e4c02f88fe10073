"""Words of a stranger's header as text that no mail program turns into a link: for letters that list mails nobody has
looked at. The words stay readable: `hxxp://evil[.]example`."""

from __future__ import annotations

import re
from collections.abc import Collection

_SCHEME = re.compile(r"\b(https?|ftp|file|tel|sms|mailto|data|javascript)(?=:)", re.IGNORECASE)
_WRITTEN = {"http": "hxxp", "https": "hxxps"}
# Between two labels of a name: a full stop with a space behind it is none of them, nor is that of a number.
_DOT = re.compile(r"(?<=[\w\-])\.(?=[^\W\d_]{2,})")


def unlinked(text: str, ours: Collection[str] = ()) -> str:
    """One clean line (`clean_line`) without anything that would become a link, addresses included. `ours`: hosts and
    keys of the configuration, which stay as they are where they stand alone."""
    if ours:
        alone = re.compile(rf"(?<![\w.@/-])({'|'.join(map(re.escape, ours))})(?![\w@/-]|\.\w)")
        return "".join(piece if at % 2 else unlinked(piece) for at, piece in enumerate(alone.split(text)))
    without = _SCHEME.sub(lambda found: _WRITTEN.get(found[1].lower(), f"{found[1]}[]"), text)
    return _DOT.sub("[.]", without)


def unlinked_sender(sender: str) -> str:
    """`Name <address>`: the name unlinked, the address as it is, because one has to know who it is."""
    name, bracket, address = sender.rpartition(" <")
    return f"{unlinked(name)} <{address}" if bracket and address.endswith(">") else sender
