"""The machine part of a delivery report (RFC 3464, 2; RFC 6533): one fate for each recipient it names, however far its
server strays from the standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from mailgate.mail.bounce_words import Server, marks
from mailgate.mail.delivery_status import diagnosed, status_field
from mailgate.mail.message import Headers
from mailgate.mail.words import clean_line
from mailgate.sentence import Sentence

Severity = Literal["hard", "soft", "delay"]
Fields = tuple[tuple[str, str], ...]

ADDRESS = re.compile(r"[\w.+=/&%'#$*!?^`{|}~-]{1,64}@[^\W_](?:[\w.-]{0,250}\w)?", re.IGNORECASE)
_LONGEST = 320
_FINAL, _ORIGINAL = "final-recipient", "original-recipient"
_ANSWER = re.compile(r"[ \t]*smtp[ \t]*;[ \t]*[45]\d\d[ -]#?([45]\.\d\.\d{1,3})(?!\d|\.\d)", re.IGNORECASE)
_PIECES = re.compile(r"[\s,;:()\[\]]+")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_UTF8_XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the letter for one recipient."""

    recipient: str | None
    status: str | None
    """Enhanced status code (RFC 3463)."""
    severity: Severity | None
    """None: it arrived, or went on to where nobody reports."""
    reason: Sentence
    address: bool
    """Whether a failure lies with the address."""
    names: tuple[str, ...] = ()
    """All addresses it is named by, in lower case."""
    bare: bool = False
    """Neither a diagnostic nor an exact code says why: the rest of the report may."""
    judged: bool = True
    """An action or a status says how it ended."""

    def is_of(self, email: str) -> bool:
        """Of this address, under any of its names."""
        return email.lower() in (*(self.recipient or "").lower().split(), *self.names)


def fates_of(blocks: Iterable[Fields], server: Server | None = None) -> Iterator[Fate]:
    """RFC 3464, 2.3: of each recipient that is named. A block without a recipient is about the letter."""
    for block in blocks:
        for fields in _each_recipient(_well_named(block)):
            headers = Headers(fields)
            if any(name in headers for name in (_FINAL, _ORIGINAL, "action", "status")):
                yield _fate(headers, server)


def _well_named(block: Fields) -> Fields:
    """With the names of the standard for those that some servers use; where both stand there, the standard's count."""
    own = {name for name, _ in block}
    known = marks().fields
    return tuple(
        (known[name], value) if name in known and known[name] not in own else (name, value) for name, value in block
    )


def _each_recipient(block: Fields) -> Iterator[Fields]:
    """Some servers leave out the empty line between two recipients."""
    if sum(name == _FINAL for name, _ in block) < 2:
        yield block
        return
    begun: list[tuple[str, str]] = []
    for name, value in block:
        if name in (_FINAL, _ORIGINAL) and any(known in (name, "action", "status") for known, _ in begun):
            yield tuple(begun)
            begun = []
        begun.append((name, value))
    yield tuple(begun)


def _fate(fields: Headers, server: Server | None) -> Fate:
    action = action_of(fields.get("action"))
    said = _answered(fields) or status_field(fields.get("status"), failed=action != "delayed" if action else None)
    found = diagnosed(said, f"{fields.get('diagnostic-code')} {_comment(fields.get('status'))}", server)
    status = found.status or ("4.0.0" if action == "delayed" else "2.0.0" if action == "arrived" else "5.0.0")
    return Fate(
        recipient=_recipient(fields),
        status=status,
        severity=_severity(action, status),
        reason=found.reason,
        address=found.address,
        names=tuple(dict.fromkeys(name for each in (_FINAL, _ORIGINAL) for name in _names(fields.get(each)))),
        bare=status.endswith(".4.7") or (status.endswith(".0") and not fields.get("diagnostic-code")),
        judged=bool(action or said),
    )


def _answered(fields: Headers) -> str | None:
    """What the other server answered, where that is told word for word: a server that reports may put a more general
    code, and sometimes the wrong one, into Status."""
    found = _ANSWER.match(fields.get("diagnostic-code"))
    return found[1] if found and not found[1].endswith((".0", ".4.7")) else None


def _comment(status: str) -> str:
    """`5.1.1 (unknown address)`."""
    return status.partition("(")[2]


def action_of(value: str) -> str | None:
    """`failed`, `delayed` or `arrived`; None where the word is missing or nobody knows it."""
    words = (word for word in _PIECES.split(value.casefold()) if word)
    return next((known for word in words if (known := marks().actions.get(word))), None)


def _severity(action: str | None, status: str) -> Severity | None:
    """RFC 3464, 2.3.3: `failed` is final, whatever the class of the status: the server has given up."""
    if action == "arrived":
        return None
    if action == "delayed":
        return "delay"
    if action == "failed" or status.startswith("5"):
        return "hard"
    return "soft" if status.startswith("4") else None


def _recipient(fields: Headers) -> str | None:
    """`rfc822; anna@example.com`, the type in any case or missing (RFC 3464, 2.3.2; RFC 6533, 3)."""
    for name in (_FINAL, _ORIGINAL):
        found = ADDRESS.search(_without_type(fields.get(name)))
        if found:
            return clean_line(found[0], _LONGEST)
    return None


def _names(value: str) -> Iterator[str]:
    """The address as written, and as it was before RFC 3461, 4 encoded it (`anna+2Btax@example.com`)."""
    found = ADDRESS.search(_without_type(value))
    if found:
        yield found[0].lower()
        if "+" in found[0]:
            yield _XTEXT.sub(lambda code: chr(int(code[1], 16)), found[0]).lower()


def _without_type(value: str) -> str:
    kind, semicolon, address = value.partition(";")
    address = address if semicolon else kind
    if "\\x{" in address:  # RFC 6533, 3: how an address of other letters is written in ASCII
        address = _UTF8_XTEXT.sub(_letter, address)
    return address


def _letter(code: re.Match[str]) -> str:
    number = int(code[1], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else code[0]
