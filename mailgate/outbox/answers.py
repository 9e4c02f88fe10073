"""What a relay's answer means and what follows from it: the one table of delivery.

An answer is read from what the connection did; the row of the table says what becomes of the letter, of the connection
and of the relay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

import aiosmtplib
import sqlalchemy as sa

from mailgate import untrusted
from mailgate.mail.delivery_status import status_in
from mailgate.mail.words import clean_line
from mailgate.rules.retry import next_attempt

LONGEST_ANSWER = 500

RELAYS_OWN_FAULT = frozenset({530, 534, 535, 538})
"""Codes about our login, not about the letter (RFC 4954, 6): it must not fail for them."""


_TOO_LARGE = frozenset({"5.3.4", "5.2.3"})
"""RFC 3463, 3.3 and 3.4: for the system, or by its rules; a 552 by itself may also be a full mailbox."""
_OTHER_CLASS = re.compile(r"\b4\.\d+\.\d+ ")
"""Some servers of Microsoft answer `552 4.3.1 Message size exceeds …`."""

FOR_EVERY_RELAY = "too large for every relay, also without files"
"""So begins the answer of a letter that failed for its size."""


class Kind(StrEnum):
    """The classes of answers."""

    TAKEN = "taken"
    """2xx."""
    LATER = "later"
    """4xx."""
    CLOSING = "closing"
    """421: the relay ends this connection."""
    REFUSED = "refused"
    """5xx."""
    UNSENDABLE = "unsendable"
    """The letter can not be put together or addressed; no relay was asked."""
    BROKEN = "broken"
    """The connection was lost before the letter was handed over."""
    STALLED = "stalled"
    """No answer in time, before the letter was handed over."""
    SEVERED = "severed"
    """The connection was lost after DATA: taken or not, nobody knows."""
    SILENT = "silent"
    """No answer in time after DATA: taken or not, nobody knows."""
    UNREACHABLE = "unreachable"
    """No connection, no TLS or no login."""
    WAITING = "waiting"
    """The relay was not asked: paused, at its rate, or busy."""
    BACK = "back"
    """We are stopping; the letter was not begun."""
    TOO_LARGE = "too large"
    """The relay has said that it takes less: before it was handed over, or in place of taking it."""
    UNABLE = "unable"
    """The relay can not carry such an address (SMTPUTF8); it was not asked to."""
    LAPSED = "lapsed"
    """We stood still for so long that another sender may have it by now; it was not handed over."""


@dataclass(frozen=True, slots=True)
class Follow:
    """What follows from an answer."""

    state: Literal["pending", "sent", "failed"]
    counts: bool = True
    """It is an attempt of the letter."""
    doubtful: bool = False
    """It may have been delivered: the same bytes go again, and the doubt is counted."""
    hang_up: bool = False
    pauses: bool = False
    """The whole relay rests for a while."""
    next_relay: bool = False
    """The next relay is asked at once."""


FOLLOWS: dict[Kind, Follow] = {
    Kind.TAKEN: Follow("sent"),
    Kind.REFUSED: Follow("failed"),
    Kind.UNSENDABLE: Follow("failed", counts=False),
    Kind.TOO_LARGE: Follow("failed", counts=False, next_relay=True),
    Kind.UNABLE: Follow("failed", counts=False, next_relay=True),
    Kind.LATER: Follow("pending"),
    Kind.CLOSING: Follow("pending", hang_up=True),
    Kind.BROKEN: Follow("pending", hang_up=True),
    Kind.STALLED: Follow("pending", hang_up=True, pauses=True),
    Kind.SEVERED: Follow("pending", hang_up=True, doubtful=True),
    Kind.SILENT: Follow("pending", hang_up=True, doubtful=True, pauses=True),
    Kind.UNREACHABLE: Follow("pending", counts=False, hang_up=True, pauses=True, next_relay=True),
    Kind.WAITING: Follow("pending", counts=False, next_relay=True),
    Kind.BACK: Follow("pending", counts=False),
    Kind.LAPSED: Follow("pending", counts=False, hang_up=True),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of handing a letter to a relay; `wait` only where it was not asked."""

    kind: Kind
    text: str
    wait: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a letter. `failed` is final: refused, unsendable, or given up."""

    state: Literal["pending", "sent", "failed"]
    answer: str | None
    attempts: int
    doubtful: int
    next_at: datetime | None
    lighter: bool = False
    """It is too large for every relay, and goes again at once without its files."""


def read_answer(wrong: Exception, *, handed_over: bool) -> Answer:
    """The answer behind an exception of the connection. `handed_over`: DATA had begun."""
    if isinstance(wrong, aiosmtplib.SMTPRecipientsRefused):
        wrong = wrong.recipients[0]
    # A 2xx that comes as an exception stands in the wrong place of the dialogue: it accepts nothing.
    if isinstance(wrong, aiosmtplib.SMTPResponseException) and wrong.code // 100 in (4, 5):
        if _is_size(wrong):
            return Answer(Kind.TOO_LARGE, in_words(wrong))
        return Answer(_kind(wrong.code), in_words(wrong))
    if isinstance(wrong, aiosmtplib.SMTPNotSupported):
        return Answer(Kind.UNABLE, f"the address needs SMTPUTF8, and the relay can not do it: {wrong}")
    if isinstance(wrong, TimeoutError):
        return Answer(Kind.SILENT if handed_over else Kind.STALLED, "no answer in time")
    return Answer(Kind.SEVERED if handed_over else Kind.BROKEN, f"no usable answer: {in_words(wrong)}")


def best_of(answers: Iterable[Answer]) -> Answer:
    """Where several relays were asked: what can be tried again first, else why it can never leave; best that it is too
    large, because it may be smaller without its files."""

    def place(answer: Answer) -> tuple[bool, timedelta, bool]:
        return FOLLOWS[answer.kind].state == "failed", answer.wait, answer.kind is not Kind.TOO_LARGE

    return min(answers, key=place)


def too_large(size: int, most: int, url: str) -> Answer:
    """For a relay that announces how much it takes (RFC 1870)."""
    words = f"the letter has {_megabytes(size)} MB, and {url} takes at most {_megabytes(most)} MB"
    return Answer(Kind.TOO_LARGE, clean(words))


def outcome(letter: sa.Row[Any], answer: Answer, now: datetime) -> Outcome:
    """What becomes of this letter (a row of table `letter`) after this answer."""
    follow = FOLLOWS[answer.kind]
    attempts = letter.attempts + follow.counts
    doubtful = letter.doubtful + follow.doubtful
    if answer.kind is Kind.TOO_LARGE:
        return _of_size(letter, answer, now)
    if follow.state != "pending":
        return Outcome(follow.state, answer.text, attempts, doubtful, None)
    if answer.kind is Kind.BACK:
        return Outcome("pending", letter.answer, attempts, doubtful, letter.next_at)
    if not follow.counts:
        return Outcome("pending", answer.text, attempts, doubtful, now + answer.wait)
    # A letter that waited for days for a relay that was away has not been tried for days.
    first = letter.created_at if letter.attempts else now
    if next_at := next_attempt(attempts, first, now):
        return Outcome("pending", answer.text, attempts, doubtful, next_at)
    return Outcome("failed", f"given up after {attempts} attempts; last: {answer.text}", attempts, doubtful, None)


def _of_size(letter: sa.Row[Any], answer: Answer, now: datetime) -> Outcome:
    if letter.files:
        return Outcome("pending", answer.text, letter.attempts, letter.doubtful, now, lighter=True)
    return Outcome("failed", clean(f"{FOR_EVERY_RELAY}: {answer.text}"), letter.attempts, letter.doubtful, None)


def in_words(wrong: Exception) -> str:
    """An exception of the connection as one line: a relay's code and words where there are some."""
    if isinstance(wrong, aiosmtplib.SMTPResponseException):
        return clean(f"{wrong.code} {wrong.message}")
    return clean(untrusted.in_words(wrong))


def clean(text: str) -> str:
    """A relay's words on one line that every terminal and database can take."""
    return clean_line(text.encode("utf-8", "replace").decode("utf-8"), LONGEST_ANSWER)


def _megabytes(size: int) -> str:
    return f"{size / 10**6:.2f}"


def _is_size(wrong: aiosmtplib.SMTPResponseException) -> bool:
    """Whether the relay refuses the size of the letter, by its code or by its words."""
    if wrong.code < 500:
        return False
    said = in_words(wrong)
    return status_in(said) in _TOO_LARGE or (wrong.code == 552 and status_in(_OTHER_CLASS.sub("", said)) in _TOO_LARGE)


def _kind(code: int) -> Kind:
    if code == 421:
        return Kind.CLOSING
    if code in RELAYS_OWN_FAULT:
        return Kind.UNREACHABLE
    # RFC 5321, 4.2.1: the first digit says whether trying again helps.
    return Kind.LATER if code < 500 else Kind.REFUSED
