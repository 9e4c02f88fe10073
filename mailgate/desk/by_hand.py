"""An agent's signature, on this desk: it counts once, and only for the ticket that the signed words themselves name or
whose token they carry. What stands in the header nobody signed: whoever caught the mail could write there what he
likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa

from mailgate.desk import threads
from mailgate.desk.once import ACTED
from mailgate.desk.threads import Thread
from mailgate.mail.message import Message
from mailgate.mail.words import decode_words
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.trust import token as tokens
from mailgate.trust.own_hand import Signature
from mailgate.trust.verdict import Level

_NUMBER = re.compile(r"(?<![\w#&/+])#([0-9]{1,18})(?![\w-])", re.ASCII)
_QUOTED = re.compile(r"\s*[>|]")
_BEFORE = Sentence("this signature came before, with M-{mail}", "diese Signatur kam schon einmal, mit M-{mail}")
_UNNAMED = Sentence(
    "the signed words neither name the ticket (#{number}) nor carry a token of its letters",
    "die signierten Worte nennen weder das Ticket (#{number}), noch tragen sie ein Kennzeichen seiner Mails",
)
_NOTHING_NAMED = Sentence(
    "the signed words name no ticket and carry no token", "die signierten Worte nennen kein Ticket und kein Kennzeichen"
)


def fresh(tx: Tx, signature: Signature | None, same: tuple[int | None, ...]) -> Signature | None:
    """The signature as it counts here: not where another mail than these brought it before."""
    if signature is None or signature.hand is None:
        return signature
    earlier = tx.value(sa.select(ACTED.c.mail).where(ACTED.c.digest == signature.hand.digest))
    return signature if earlier is None or earlier in same else signature.without(_BEFORE.filled(mail=earlier))


def named(tx: Tx, signature: Signature | None, message: Message, words: str, thread: Thread) -> Signature | None:
    """The signature as it counts for this ticket. `message`: with nothing in it but what was signed; `words`: its new
    words, since a letter of ours that it quotes may name other tickets too."""
    if signature is None or signature.hand is None:
        return signature
    own = "\n".join(line for line in words.split("\n") if not _QUOTED.match(line))
    subject = decode_words(signature.hand.subject)
    numbers = {*_numbers(own), *_numbers(subject), *_tagged(tx, own), *_tagged(tx, subject)}
    if thread.ticket is None:
        carries = bool(numbers) or _carries(tx, message, subject, thread)
        return signature if carries else signature.without(_NOTHING_NAMED)
    meant = {each.number for each in (thread.ticket, thread.merged) if each}
    if numbers & meant or _carries(tx, message, subject, thread):
        return signature
    return signature.without(_UNNAMED.filled(number=thread.ticket.number))


def remember(tx: Tx, signature: Signature | None, level: Level) -> None:
    """It has counted, whatever the mail was taken for: whoever catches a statement or a new request can not send it
    again as an answer, since to whom it goes nobody signed."""
    if level is Level.signed and signature and signature.hand and tx.mail is not None:
        known = tx.value(sa.select(ACTED.c.mail).where(ACTED.c.digest == signature.hand.digest))
        if known is None:
            tx.execute(sa.insert(ACTED).values(digest=signature.hand.digest, mail=tx.mail, at=tx.now))


def _numbers(text: str) -> Iterator[int]:
    return (int(found) for found in _NUMBER.findall(text))


def _tagged(tx: Tx, text: str) -> Iterator[int]:
    """Numbers in the tag of this desk, however it looks."""
    tag = re.escape(tx.settings.tickets.tag).replace(r"\{number\}", r"([0-9]{1,18})")
    return (int(found) for found in re.findall(tag, text))


def _carries(tx: Tx, message: Message, subject: str, thread: Thread) -> bool:
    """A token of his own, of this ticket or of the very letter that is answered, stands in what was signed."""
    found = tokens.in_text("\n".join((subject, message.text, message.html or "")))
    uses = [each for each in threads.lookup(tx, found, message, in_address=False) if each.by_person]
    letter = thread.token.letter if thread.token else None
    if thread.ticket is None:
        return any(each.letter == letter and letter is not None for each in uses)
    return any(each.ticket == thread.ticket.number or (letter and each.letter == letter) for each in uses)
