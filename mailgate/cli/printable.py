"""What of others' words a terminal may be given."""

from __future__ import annotations

import re

_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def safe(text: str) -> str:
    """Text of others on our terminal: no escape sequences, no text that runs backwards, no half characters."""
    return _CONTROLS.sub("�", text)
