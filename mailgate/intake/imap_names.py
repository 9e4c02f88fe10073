"""Names of folders on the wire: modified UTF-7 between quotes (RFC 3501, 5.1.3 and 4.3)."""

from __future__ import annotations

import re
from typing import Final

_PLAIN: Final = re.compile(r"[^\x20-\x7e]+")


def quoted(text: str) -> str:
    """A quoted string. Raises ValueError where the text has line ends, which no quoted string may have."""
    if re.search(r"[\r\n\0]", text):
        raise ValueError("a name can not have line ends")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def folder(name: str) -> str:
    """`Entwürfe` as `"Entw&APw-rfe"`."""
    return quoted(_PLAIN.sub(lambda match: _shifted(match[0]), name.replace("&", "&-")))


def _shifted(letters: str) -> str:
    """Base64 of UTF-16 without padding, with `,` for `/`: what UTF-7 of the library writes between `+` and `-`."""
    encoded = letters.encode("utf-7").decode("ascii")
    return "&" + encoded.removeprefix("+").removesuffix("-").replace("/", ",") + "-"
