"""Words where a command usually names somebody or a date, and that mean none: `#due none`, `#koordinator keiner`."""

from __future__ import annotations

from mailgate.rules.vocabulary import fold
from mailgate.sentence import Sentence

NONE = "none"
NONE_WORD = Sentence("none", "keiner")
"""As our letters write it."""
_WORDS = frozenset(
    map(fold, (NONE, "nobody", "never", "off", "no", "keiner", "keine", "keines", "kein", "niemand", "nie", "aus"))
)


def is_none(text: str) -> bool:
    """Whether the argument takes away what stands there."""
    return fold(text.strip(" .,;!\"'")) in _WORDS or text.strip() in ("-", "–", "—")
