"""What a mail program makes of a mail that is passed on: any original in any frame of `forwards.yaml`, as text and as
HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from mailgate.mail.message import Address, Headers, Message
from mailgate.mail.parse import read
from mailgate.settings.site import Limits

Frame = Mapping[str, Any]
FRAMES: list[Frame] = YAML(typ="safe", pure=True).load(
    (Path(__file__).parent / "forwards.yaml").read_text(encoding="utf-8")
)
ALL = "from name subject date to cc"


@dataclass(frozen=True)
class Original:
    """The mail that somebody passes on."""

    name: str = "Karl Klein"
    email: str = "karl@customer.example"
    subject: str = "Printer"
    text: str = "It burns.\n\nKarl"
    to: tuple[Address, ...] = (Address("", "erika@partner.example"),)
    cc: tuple[Address, ...] = (Address("Otto Ohm", "otto@partner.example"),)


def framed(original: Original, frame: Frame, words: str = "") -> str:
    """The text that the program writes below the words of whoever passes it on."""
    mark = frame.get("mark", "")
    text = "\n".join(f"{mark}{line}".rstrip() for line in original.text.split("\n"))
    gap = "\n" if frame.get("tight") or frame["head"].endswith(">") else "\n\n"
    above = f"{words}\n\n" if words else ""
    return f"{above}{_filled(frame['head'], original)}{gap}{text}\n{frame.get('foot', '')}"


def subject_of(original: Original, frame: Frame) -> str:
    """The subject that the program writes."""
    if frame["prefix"].startswith("("):
        return f"{original.subject} {frame['prefix']}"
    closed = "]" if frame["prefix"].startswith("[") else ""
    return f"{frame['prefix']}{original.subject}{closed}"


def passed_on(original: Original, frame: Frame, words: str = "", subject: str | None = None) -> Message:
    """The mail in plain text."""
    about = subject_of(original, frame) if subject is None else subject
    return Message(
        Headers(()), Address("Anna", "anna@desk.example"), subject=about, text=framed(original, frame, words)
    )


def passed_on_in_html(original: Original, frame: Frame, words: str) -> Message:
    """The mail with nothing but HTML, its labels in bold."""
    head, quoted = _filled(frame["head"], original), frame["head"].startswith(">") or "\n>" in frame["head"]
    lines = [escape(line.lstrip(">").strip()) for line in head.split("\n")]
    block = "<br>".join(_bold(line) for line in lines)
    text = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in original.text.split("\n"))
    foot = "<br>".join(escape(line) for line in frame.get("foot", "").split("\n"))
    below = f"<div>{block}<br></div><br>{text}<div>{foot}</div>"
    body = f'<blockquote type="cite">{below}</blockquote>' if quoted else below
    page = f"<html><body><div>{escape(words)}</div><br>{body}</body></html>"
    fields = f"From: anna@desk.example\r\nSubject: {subject_of(original, frame)}\r\nMIME-Version: 1.0\r\n"
    return read(f"{fields}Content-Type: text/html; charset=utf-8\r\n\r\n{page}".encode(), Limits())


def _bold(line: str) -> str:
    label, colon, value = line.partition(":")
    return f"<b>{label}:</b>{value}" if colon and "&" not in label and len(label) < 20 else line


def _filled(head: str, original: Original) -> str:
    values = {"name": original.name, "email": original.email, "subject": original.subject}
    for field, people in (("to", original.to), ("cc", original.cc)):
        for sign, glue in (("", ", "), (";", "; "), (",", ",\n ")):
            values[field + sign] = glue.join(map(_written, people))
    for key, value in values.items():
        head = head.replace(f"{{{key}}}", value)
    return head


def _written(address: Address) -> str:
    return f"{address.name} <{address.email}>" if address.name else address.email
