"""The line-based parser of Python is the oracle: on every regular mail both find the same fields, the same tree of
parts and the same bytes in each.

Regular: neither parser names a defect, media types and encodings are clean tokens and true, fields are UTF-8 (RFC
6532), there is no NUL and no CR alone (to us that is no end of a line, RFC 5322, 2.2), no limit is broken. On odd mail
they may differ, and `test_structure.py` says what is right.
"""

from __future__ import annotations

import base64
import binascii
import email
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message, policy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailgate.mail.fields import eight_bit, head_of, section_of
from mailgate.mail.structure import Node, outline
from mailgate.mail.wording import content_bytes
from tests.corpora.sets import FOLDER, samples
from tests.mail.writing import LIMITS

OWN = sorted((Path(__file__).parents[1] / "mails").glob("*.eml"))
BLOCKS = "message/delivery-status"
"""Their parser takes these apart into blocks of fields, ours when it reads the report."""
IN_BASE64 = re.compile(rb"[A-Za-z0-9+/=\r\n]{60,}")
TOKENS = re.compile(r"[a-z0-9!#$%&'*+.^_`{|}~-]+/[a-z0-9!#$%&'*+.^_`{|}~-]+")
"""What is no media type their parser takes for one (RFC 2045, 5.1)."""


@dataclass(frozen=True, slots=True)
class Part:
    """What both parsers say of one part; `content` is empty where there are parts inside it."""

    media_type: str
    fields: tuple[tuple[str, str], ...]
    content: bytes = b""
    inside: tuple[Part, ...] = ()


def by_lines(raw: bytes) -> message.Message:
    return email.message_from_bytes(raw, policy=policy.compat32)


def theirs(part: message.Message) -> Part:
    kind, fields = part.get_content_type(), tuple((name, plain(value)) for name, value in part.raw_items())
    if not part.is_multipart():
        return Part(kind, fields, decoded(part))
    parts = [each for each in part.get_payload() if isinstance(each, message.Message)]
    return Part(kind, fields, inside=tuple(theirs(each) for each in parts if kind != BLOCKS or each.keys()))


def decoded(part: message.Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def plain(value: str) -> str:
    """The unfolded text of a value as their parser keeps it: with its folds, and bytes as surrogates."""
    return eight_bit(value.encode("ascii", "surrogateescape").replace(b"\r\n", b"").replace(b"\n", b"")).strip(" \t")


def ours(raw: bytes, node: Node) -> Part:
    kind, fields = node.media_type, node.headers.fields
    if node.children:
        return Part(kind, fields, inside=tuple(ours(raw, child) for child in node.children))
    content = content_bytes(raw, node)
    if kind == BLOCKS:
        return Part(kind, fields, inside=tuple(blocks(content)))
    if kind.startswith("message/"):  # to them each of these is a mail; to us two are
        return Part(kind, fields, inside=(ours(content, outline(content, LIMITS)[0]),))
    return Part(kind, fields, content)


def blocks(content: bytes) -> Iterator[Part]:
    at = 0
    while at < len(content):
        section = section_of(content, at)
        if fields := head_of(content, at, len(content)).headers.fields:
            yield Part("text/plain", fields)
        at = section.body


def is_regular(raw: bytes) -> bool:
    root, broken = outline(raw, LIMITS)
    odd = broken or b"\0" in raw or b"\r" in raw.replace(b"\r\n", b"") or any(node.defects for node in nodes(root))
    return not odd and all(has_no_defect(part) for part in by_lines(raw).walk())


def has_no_defect(part: message.Message) -> bool:
    content = b"" if part.is_multipart() else decoded(part)  # some defects are found only then
    encoding = str(part.get("content-transfer-encoding", ""))
    named = TOKENS.fullmatch(part.get_content_type()) is not None and encoding == encoding.strip()
    is_true = encoding == "base64" or not IN_BASE64.fullmatch(content)
    values = b"".join(value.encode("ascii", "surrogateescape") for _, value in part.raw_items())
    return named and is_true and not part.defects and values == values.decode("utf-8", "replace").encode()


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def agree(raw: bytes) -> None:
    assert ours(raw, outline(raw, LIMITS)[0]) == theirs(by_lines(raw))


def test_both_agree_on_every_regular_mail_of_ours() -> None:
    regular = [raw for raw in map(Path.read_bytes, OWN) if is_regular(raw)]
    for raw in regular:
        agree(raw)
    assert len(regular) > len(OWN) * 0.8


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the mails of other projects are not beside this checkout")
def test_both_agree_on_every_regular_mail_of_others() -> None:
    regular = [sample for sample in samples() if is_regular(sample.raw("Subject: x"))]
    for sample in regular:
        raw = sample.raw("Subject: x")
        assert ours(raw, outline(raw, LIMITS)[0]) == theirs(by_lines(raw)), sample.name
    assert len(regular) > 500


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
CONTENTS = st.lists(TEXTS | st.sampled_from(("", "--", "--b", "From me", ".", "-- ", "a=b", "X: y")), max_size=6)
ENCODINGS: dict[str, Callable[[list[str], str], bytes]] = {
    "7bit": lambda words, end: end.join(words).encode("ascii", "replace"),
    "8bit": lambda words, end: end.join(words).encode(),
    "quoted-printable": lambda words, end: binascii.b2a_qp("\n".join(words).encode()).replace(b"\n", end.encode()),
    "base64": lambda words, end: base64.encodebytes(end.join(words).encode()).replace(b"\n", end.encode()),
}


@st.composite
def leaves(draw: st.DrawFn, end: str) -> bytes:
    kind = draw(
        st.sampled_from(("text/plain", "text/html", "application/pdf", "image/png", "TEXT/Plain; charset=utf-8"))
    )
    encoding = draw(st.sampled_from(tuple(ENCODINGS)))
    fields = f"Content-Type: {kind}{end}Content-Transfer-Encoding: {encoding}{end}{end}"
    return fields.encode() + ENCODINGS[encoding](draw(CONTENTS), end)


@st.composite
def parts(draw: st.DrawFn, end: str, depth: int = 0) -> bytes:
    """A part of a mail as the RFCs want it; boundaries stand in no content, because each holds its own depth."""
    if depth == 4 or draw(st.booleans()):
        return draw(leaves(end))
    inside = draw(st.lists(parts(end, depth + 1), min_size=1, max_size=3))
    if draw(st.integers(0, 5)) == 0:
        return f"Content-Type: message/rfc822{end}{end}Subject: inner{end}".encode() + inside[0]
    boundary = draw(st.sampled_from(("=_x", "a b'c", "0" * 60))) + str(depth)
    mark = f"--{boundary}".encode()
    kind = draw(st.sampled_from(("mixed", "alternative", "related", "signed", "digest")))
    head = f'Content-Type: multipart/{kind};{end}\tboundary="{boundary}"{end}{end}preamble{end}'.encode()
    pieces = [mark + draw(st.sampled_from((b"", b" ", b"\t"))) + end.encode() + each + end.encode() for each in inside]
    return head + b"".join(pieces) + mark + b"--" + end.encode() + draw(st.sampled_from((b"", b"epilogue")))


@given(st.sampled_from(("\r\n", "\n")).flatmap(parts))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_agree_on_whatever_is_written_by_the_rules(part: bytes) -> None:
    raw = b"From: a@customer.example\nSubject: =?utf-8?q?=C3=A4?=\n folded\nMIME-Version: 1.0\n" + part
    assert is_regular(raw)
    agree(raw)
