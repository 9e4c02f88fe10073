"""Words that are too many for a letter: it shows their beginning, and all of them travel along as a file."""

from __future__ import annotations

import hashlib

from mailgate.desk import conversation
from mailgate.mail.message import Attachment
from mailgate.outbox.draft import Enclosure
from mailgate.sentence import Sentence, joined, verbatim
from mailgate.store.db import Tx
from mailgate.trust import token as tokens

MOST_SHOWN = 128 * 2**10
"""Characters. A letter has them twice, as text and as HTML, and no mail program shows nearly as many."""

IN_FILE = Sentence(
    "This is only the beginning. The whole text is in the file {name}.",
    "Das ist nur der Anfang. Der ganze Text steht in der Datei {name}.",
)
TOO_LARGE = Sentence(
    "This is only the beginning. The whole text is too long for a mail; it stands on the ticket.",
    "Das ist nur der Anfang. Der ganze Text ist zu lang für eine Mail; er steht am Ticket.",
)
_NAME = Sentence("whole-text.txt", "ganzer-text.txt")
_SPACE = verbatim(" ")


def file_of(tx: Tx, words: str) -> tuple[Enclosure, ...]:
    """All the words as a file of their own, where they are too many; nothing where a letter can show them."""
    if len(words) <= MOST_SHOWN:
        return ()
    raw = tokens.strip(words).encode("utf-8", "replace")
    name = _NAME.in_language(tx.settings.site.language)
    return conversation.keep_files(tx, (Attachment(name, "text/plain", raw, hashlib.sha256(raw).hexdigest()),))


def beginning(words: str) -> str:
    """As much as a letter shows: whole lines, or, of a line that never ends, a piece."""
    if len(words) <= MOST_SHOWN:
        return words
    piece = words[:MOST_SHOWN]
    return piece.rpartition("\n")[0] or piece


def remark(about: Sentence | None, file: tuple[Enclosure, ...], attached: tuple[Enclosure, ...]) -> Sentence | None:
    """What was to be known of the words anyhow, and that they are cut."""
    if not file:
        return about
    said = IN_FILE.filled(name=file[0].name) if file[0] in attached else TOO_LARGE
    return joined((about, said), _SPACE) if about else said
