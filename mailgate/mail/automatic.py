"""The marks of automatic mail (reliability.md 5, peers.md 36 and 37): each table is asked in order, each answer is the
proof in words. Values are compared as token lists without regard to case: every product studied has a hole there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from mailgate.mail.absences import announced, says_away, sounds_away
from mailgate.mail.bounce_shapes import shown
from mailgate.mail.invitation import ANSWERS as CALENDAR_ANSWERS
from mailgate.mail.invitation import Invitation
from mailgate.mail.machines import (
    ABUSE_FIELDS,
    ANSWER_FIELDS,
    ANSWER_TOKENS,
    CAMPAIGN_FIELDS,
    DESK_FIELDS,
    LIST_FIELDS,
    LOOP_FIELDS,
    MACHINE_FIELDS,
    REPLIED,
    ROLES,
    TELEPHONE_FIELDS,
    WATCHERS,
)
from mailgate.mail.message import Message
from mailgate.mail.references import base_subject
from mailgate.mail.report_kinds import other_report

Question = Callable[[Message], str | None]


@dataclass(frozen=True, slots=True)
class Mark:
    """A question, and the fields (in lower case) it asks about: no mail without one of them is asked, and most mails
    have none of any table. Without fields it is asked of every mail."""

    question: Question
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """Marks, asked in their order."""

    marks: tuple[Mark, ...]
    fields: frozenset[str]
    """All fields that they ask about."""
    of_every_mail: tuple[Mark, ...]

    @classmethod
    def of(cls, *marks: Mark) -> Table:
        """The table of these marks."""
        fields = frozenset(name for mark in marks for name in mark.fields)
        return cls(marks, fields, tuple(mark for mark in marks if not mark.fields))


_COMMENT = re.compile(r"\([^()]*\)")
_SEPARATORS = re.compile(r"[\s,;]+")
_LONGEST_LOCAL = 64
"""RFC 5321, 4.5.3.1.1: no local part is longer."""
_NO = ("", "no", "none", "false", "0", "off")


def tokens_of(value: str) -> tuple[str, ...]:
    """The words of a value in lower case, comments left out: `No (human), x` gives `no`, `x`."""
    return tuple(token for token in _SEPARATORS.split(_COMMENT.sub(" ", value).lower()) if token)


def _says_yes(message: Message, name: str) -> bool:
    return name in message.headers and (tokens_of(message.headers.get(name)) or ("",))[0] not in _NO


def _where_one_stands(names: Iterable[str], question: Question) -> Mark:
    return Mark(question, frozenset(name.lower() for name in names))


def _first_of(names: tuple[str, ...]) -> Mark:
    return _where_one_stands(
        names, lambda message: next((shown(message, name) for name in names if _says_yes(message, name)), None)
    )


def _has_one_of(names: tuple[str, ...]) -> Mark:
    """RFC 2369, 4: `List-Post: NO` is written by a list too."""
    return _where_one_stands(
        names, lambda message: next((shown(message, name) for name in names if name in message.headers), None)
    )


def _has_token(name: str, wanted: Iterable[str]) -> Mark:
    words = frozenset(wanted)

    def question(message: Message) -> str | None:
        values = message.headers.all(name)
        return shown(message, name) if any(words.intersection(tokens_of(value)) for value in values) else None

    return _where_one_stands((name,), question)


def submitted(message: Message) -> str:
    """The keyword of Auto-Submitted (RFC 3834, 5), in lower case and without parameters; empty where there is none."""
    words = [tokens_of(value) for value in message.headers.all("auto-submitted")]
    return next((found[0] for found in words if found and found[0] != "no"), "")


def _auto_replied(message: Message) -> str | None:
    return shown(message, "Auto-Submitted") if submitted(message).startswith(REPLIED) else None


def announced_answer(message: Message, null_sender: str | None) -> str | None:
    """Exchange marks its out-of-office letters `auto-generated`, and those before 2010 only ask for silence: with a
    subject that programs alone begin so, or as an answer without a return path, such a mark means an answer. What a
    machine reports, and a person's mail that a rule passes on, has neither. `null_sender`: its proof."""
    generated = bool(submitted(message))
    if generated and null_sender and message.in_reply_to:
        return shown(message, "Auto-Submitted")
    proof = shown(message, "Auto-Submitted") if generated else first_proof(_WITH_ABSENCE, message) or null_sender
    if proof is None or not announced(message.subject):
        return None
    return proof if generated else f"{proof}; {shown(message, 'Subject')}"


def _mac_vacation(message: Message) -> str | None:
    return shown(message, "X-Apple-Action") if "vacation" in tokens_of(message.headers.get("x-apple-action")) else None


def _post_class(message: Message) -> str | None:
    known = "autoresponder" in tokens_of(message.headers.get("x-post-messageclass"))
    return shown(message, "X-POST-MessageClass") if known else None


def _delivered_to_robot(message: Message) -> str | None:
    return shown(message, "Delivered-To") if message.headers.get("delivered-to").lower() == "autoresponder" else None


def _abuse_report(message: Message) -> str | None:
    known = next((name for name in ABUSE_FIELDS if _says_yes(message, name)), None)
    return shown(message, known) if known else None


def _calendar_answer(message: Message) -> str | None:
    """Only a calendar part that belongs to the text, or that the program of whoever speaks in it has sent: a file that
    somebody attached is what the mail is about."""
    said = message.invitation
    if said is None or said.method not in CALENDAR_ANSWERS or not (said.inline or _speaks_himself(said, message)):
        return None
    return f"text/calendar with METHOD:{said.method}"


def _speaks_himself(said: Invitation, message: Message) -> bool:
    own = said.speaker.email.lower() if said.speaker else ""
    return said.declared and message.sender is not None and own == message.sender.email.lower()


def _auto_generated(message: Message) -> str | None:
    return shown(message, "Auto-Submitted") if submitted(message) and not _redirected(message) else None


def _redirected(message: Message) -> bool:
    """A rule of Exchange that redirects a person's mail marks it as generated (needs.md 11): it keeps who wrote it, and
    says who has redirected it. Nobody answers such a mail, but its words are a person's."""
    return "resent-from" in message.headers and "x-ms-exchange-inbox-rules-loop" in message.headers


_unprefixed = lru_cache(maxsize=4)(base_subject)  # several questions about one mail ask it


def away_subject(message: Message) -> str | None:
    """A weak hint (reliability.md 5, row 20): it only lowers what a mail may cause, and never loses one."""
    sounds = sounds_away(_unprefixed(message.subject))
    return f"the subject looks like an automatic reply: {shown(message, 'Subject')}" if sounds else None


def away_text(message: Message) -> str | None:
    """A weaker one: the first words of an answer say that its writer is away. People say so too, and ask something."""
    answers = message.in_reply_to or message.references or _unprefixed(message.subject) != message.subject
    if not answers:
        return None
    found = says_away(message.text)
    return f"the text begins like an automatic reply: '{found}'" if found else None


def begins_as_absence(message: Message) -> str | None:
    """`Re: Automatic reply: …` is written by somebody who answers a robot, and is none; nor is a mail of its own about
    holidays, as an agent writes it to us who will be away. A program answers a letter, and names its subject."""
    subject = message.subject.strip()
    answers = message.in_reply_to or message.references or any("+" in each.email for each in message.to)
    names_another = ":" in subject and announced(subject)
    return away_subject(message) if (answers or names_another) and _unprefixed(subject) == subject else None


def _role_sender(message: Message) -> str | None:
    local = message.sender.email.rpartition("@")[0] if message.sender else ""
    return f"From: {message.sender}" if ROLES.fullmatch(local[:_LONGEST_LOCAL]) else None


def _watcher(message: Message) -> str | None:
    local = message.sender.email.rpartition("@")[0] if message.sender else ""
    return f"From: {message.sender}" if WATCHERS.fullmatch(local) else None


def _nobody(message: Message) -> str | None:
    return None if message.sender else "From names no single mailbox"


def _unreadable(message: Message) -> str | None:
    return None if message.readable else "the mail could not be read"


ANSWERS = Table.of(
    _where_one_stands(("Auto-Submitted",), _auto_replied),
    _first_of(ANSWER_FIELDS),
    *(_has_token(name, words) for name, words in ANSWER_TOKENS),
    _where_one_stands(("X-POST-MessageClass",), _post_class),
    _where_one_stands(("X-Apple-Action",), _mac_vacation),
    _where_one_stands(("Delivered-To",), _delivered_to_robot),
    Mark(other_report),
    _where_one_stands(ABUSE_FIELDS, _abuse_report),
    Mark(_calendar_answer),
)
"""An automatic answer: no request in it, nobody waits for us."""

MACHINES = Table.of(
    _where_one_stands(("Auto-Submitted",), _auto_generated),
    _first_of(MACHINE_FIELDS),
)
"""Sent by a machine; may well be a request."""

LISTS = Table.of(_has_one_of(LIST_FIELDS), _has_token("Precedence", ("list",)))

UNASKED: tuple[Mark, ...] = (
    _has_token("Precedence", ("bulk", "junk")),
    _has_token("X-Precedence", ("bulk", "junk")),
    Mark(_role_sender),
)
"""Sent to many, or by an address that nobody reads: neither answered nor a reason to change a ticket."""

# MS-OXCMAIL: a list; DR, RN and NRN only decline receipts, None declines nothing. People's mail has it too.
_SUPPRESSES = _has_token("X-Auto-Response-Suppress", ("all", "oof", "autoreply"))

SILENCE = Table.of(
    Mark(_unreadable),
    Mark(_nobody),
    *UNASKED,
    _SUPPRESSES,
    _first_of(LOOP_FIELDS),
    _first_of(DESK_FIELDS),
    _first_of(TELEPHONE_FIELDS),
    _first_of(CAMPAIGN_FIELDS),
    Mark(_watcher),
)
"""Reasons not to answer automatically, besides all of the above; a person may have written it."""

_WITH_ABSENCE = Table.of(
    _SUPPRESSES,
    _first_of(("X-MS-Exchange-Inbox-Rules-Loop", "X-MS-Exchange-Generated-Message-Source")),
    _has_token("Precedence", ("bulk", "junk")),
)
"""What proves an automatic answer together with a subject that announces one, and alone does not."""

WITHOUT_DECISION = Table.of(*UNASKED, Mark(begins_as_absence))
"""Reasons why words change no state of a ticket and hold no commands (reliability.md 5, rows 15, 16 and 20), besides
all that machines and lists send."""


def first_proof(table: Table, message: Message) -> str | None:
    """The first answer of a table."""
    there = message.headers.names
    marks = table.of_every_mail if table.fields.isdisjoint(there) else table.marks
    for mark in marks:  # a loop: it is asked six times of every mail
        if not (mark.fields and mark.fields.isdisjoint(there)) and (proof := mark.question(message)):
            return proof
    return None
