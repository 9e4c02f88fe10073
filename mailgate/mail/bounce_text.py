"""Reports that servers write only to people: qmail, Exim, old sendmail, Domino, Exchange, providers. Which lines name
a recipient, what is said of him, and whether the server has given up, by the words of `bounces/*.yaml`.
"""

from __future__ import annotations

import re

from mailgate.mail.bounce_fields import ADDRESS, Fate, Fields, Severity
from mailgate.mail.bounce_words import Server, folded, marks, one_stands_in
from mailgate.mail.delivery_status import diagnosed
from mailgate.mail.message import Message

READ = 64 * 2**10
_LINE = 400
_MOST_RECIPIENTS = 100
_BEGINNING = 4_000

_AROUND = " \t-=|*>_+#~."
_BEFORE = " \t<>\"'([*|•·–-"
# Fields of a copy of our letter, which begin a line; a server that lists them indents them.
_COPIED = ("return-path:", "received: ", "received:\t", "message-id:", "dkim-signature:", "x-mailer:", "mime-version:")
_SERVERS = re.compile(r"^(?:mailer-daemon|postmaster|double-bounce|post_master)@", re.IGNORECASE)
# sendmail: `550 5.1.1 <erika@customer.example>... User unknown`.
_TRANSCRIPT = re.compile(r"[45]\d\d(?: [45]\.\d\.\d{1,3})?")
# Lines about whoever wrote the letter.
_OTHERS = (
    *("from", "von", "de ", "de:", "sender", "mail from", "reply", "by ", "message-id", "in-reply-to", "references"),
    *("absender", "expéditeur", "remitente", "mittente", "afzender", "nadawca", "remetente", "отправитель"),
)
_CLOSED = (")", ">", "]", ">:", "):", ")<")
_MACHINE_FIELD = re.compile(
    r"[ \t]{0,8}((?:final|original)[- ]recipient|action|status|diagnostic[- ]code|(?:reporting|remote)[- ]mta)"
    r"[ \t]{0,8}:[ \t]*(.{0,2000})",
    re.IGNORECASE,
)


def own_words(message: Message) -> str:
    """What the server says, without the copy of our letter below it."""
    kept: list[str] = []
    for line in message.text[:READ].split("\n"):
        if kept and _begins_copy(line):
            break
        kept.append(line)
    return "\n".join(kept)


def _begins_copy(line: str) -> bool:
    start = line[:_LINE].casefold()
    if start.startswith(_COPIED):
        return True
    said = start.strip(_AROUND)
    return said.startswith(marks().copies) and not said.startswith(marks().no_copies)


def fields_in(words: str) -> tuple[Fields, ...]:
    """The machine part that a server put into the text, or under another type; each block with a recipient."""
    blocks: list[list[tuple[str, str]]] = [[]]
    unfinished = False
    for line in words.split("\n"):
        found = _MACHINE_FIELD.match(line[: _LINE * 6])
        if found:
            blocks[-1].append((found[1].lower().replace(" ", "-"), found[2].strip()))
        elif unfinished and line[:1] in (" ", "\t") and line.strip():
            name, value = blocks[-1][-1]
            blocks[-1][-1] = (name, f"{value[:8000]} {line.strip()}")
        elif not line.strip():
            blocks.append([])
        unfinished = bool(blocks[-1]) and bool(line.strip())
    named = (tuple(block) for block in blocks)
    return tuple(block for block in named if any(name.endswith("-recipient") for name, _ in block))[:_MOST_RECIPIENTS]


def fates_in_text(message: Message, words: str, server: Server | None = None) -> tuple[Fate, ...]:
    """Of each recipient that the words name, at least one; none where they only say that all went well."""
    said = folded(words)
    if _all_went_well(message, said):
        return ()
    delayed = tells_delay(message, said)
    final = one_stands_in(marks().finals, f"{folded(message.subject)} {said}") is not None
    return tuple(
        _fate(recipient, told, words, server, delayed=delayed, final=final)
        for recipient, told in _named(message, words)
    )


def tells_delay(message: Message, said: str) -> bool:
    """The server goes on trying. Of a subject that repeats ours only its beginning counts."""
    subject = folded(message.subject)
    head, colon, _ = subject.partition(":")
    told = f"{head}{colon}" if head.strip(" *") != "warning" else subject
    return bool(one_stands_in(marks().delay_subjects, told) or one_stands_in(marks().delay_words, said))


def _all_went_well(message: Message, said: str) -> bool:
    subject = folded(message.subject)
    good = any(phrase.begins(subject) for phrase in marks().success_subjects)
    good = good or one_stands_in(marks().success_words, said[:_BEGINNING]) is not None
    return good and one_stands_in(marks().finals, said) is None


def _fate(recipient: str | None, told: str, words: str, server: Server | None, *, delayed: bool, final: bool) -> Fate:
    permanent = "permanent" in folded(words)
    found = diagnosed(None, told, server, permanent=permanent)
    if found.status is None and told != words:
        # Domino and MailMarshal say the reason once, above or below all recipients.
        found = diagnosed(None, words, server, permanent=permanent)
    refused: Severity = "soft" if (found.status or "").startswith("4") and not final else "hard"
    status = found.status or ("4.0.0" if delayed else "5.0.0")
    return Fate(recipient, status, "delay" if delayed else refused, found.reason, found.address)


def _named(message: Message, words: str) -> list[tuple[str | None, str]]:
    """The recipients, each with what is said of it. Those that Exim and Gmail name in a field count first."""
    told = _told_of(words, _not_recipients(message))
    fields = " ".join(message.headers.all("x-failed-recipients"))[: _LINE * _MOST_RECIPIENTS]
    failed = list(dict.fromkeys(ADDRESS.findall(fields)))[:_MOST_RECIPIENTS]
    if failed:
        said = {address.lower(): text for address, text in told}
        return [(address, said.get(address.lower(), words)) for address in failed]
    if told:
        return [(address, text) for address, text in told]
    return [(first_address(message, words), words)]


def first_address(message: Message, words: str) -> str | None:
    """The first address in the words that is neither a server nor us."""
    others = {to.email.lower() for to in (*message.to, *message.cc)}
    named = (found[0] for found in ADDRESS.finditer(words))
    return next((each for each in named if each.lower() not in others and not _SERVERS.match(each)), None)


def _not_recipients(message: Message) -> frozenset[str]:
    sender = (message.sender.email,) if message.sender else ()
    return frozenset(each.lower() for each in (*sender, *(to.email for to in (*message.to, *message.cc))))


def _told_of(words: str, others: frozenset[str]) -> list[tuple[str, str]]:
    """Each recipient line opens what is said of its address, up to the next recipient."""
    written: dict[str, str] = {}
    said: dict[str, list[str]] = {}
    current = ""
    for line in words.split("\n"):
        found = recipient_in(line) if "@" in line else None
        if found and found.lower() not in others and not _SERVERS.match(found) and len(said) < _MOST_RECIPIENTS:
            current = found.lower()
            written.setdefault(current, found)
        if current:
            said.setdefault(current, []).append(line)
    return [(written[address], "\n".join(lines)) for address, lines in said.items()]


def recipient_in(line: str) -> str | None:
    """The recipient that a line is about: the address opens it, stands behind a label, or alone in brackets."""
    found = ADDRESS.search(line[:_LINE])
    if found is None:
        return None
    before, after = line[: found.start()], line[found.end() : _LINE].strip()
    start = folded(before.strip(_BEFORE))
    if not start or _TRANSCRIPT.fullmatch(start) or _is_label(start) or _is_label(folded(before.strip(" \t<\"'"))):
        return found[0]
    # Exchange: `Erika Krause (erika@customer.example)`, `Erika Krause <erika@customer.example>`.
    enclosed = before.rstrip("\"'").endswith(("(", "<", "[", ":")) and after.strip("\"'") in _CLOSED
    return found[0] if enclosed and not start.startswith(_OTHERS) else None


def _is_label(start: str) -> bool:
    return any(
        start == label or (start.endswith(f" {label}") and (" " in label or label.endswith((":", "："))))
        for label in marks().labels
    )
