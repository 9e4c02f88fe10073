"""Parts that hold other parts, opened: signed mail in one block (S/MIME), `winmail.dat`, blocks in a plain text,
containers that are encoded or name no boundary, files of old Macs. What was inside takes the place of the part, so that
`content.py` decides about it as about all others.

Nothing is verified, deciphered, fetched or joined. Where something can not be opened the part stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from mailgate.mail.boundary import boundary_within
from mailgate.mail.compressed_rtf import Room
from mailgate.mail.content import PACKED_MAIL, name_of
from mailgate.mail.filenames import type_of
from mailgate.mail.message import Headers, Seal
from mailgate.mail.packed import Packed, shown_name
from mailgate.mail.parameters import Parameterized
from mailgate.mail.structure import UNENCODED, Node, outline, parts_within
from mailgate.mail.wording import content_bytes
from mailgate.settings.site import Limits

_DEEPEST = 4
"""Signed mail in signed mail."""
_MOST_COPIED = 1.5
"""What was packed may take so many times the mail's own bytes, where that is more than a little."""
_A_LITTLE = 2**20
_MOST_LINES = 10_000
_MOST_TNEF = 5
_BLOCKS = (b"begin", b"-----BEGIN PGP ")
"""One of these stands in every text with a block, however it is encoded, save in base64."""
_PGP_IN_HTML = b"-----BEGIN PGP MESSAGE-----"
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_TNEF = b"\x78\x9f\x3e\x22"
_TNEF_IN_BASE64 = b"eJ8+I"
# A field of a part, in quoted-printable: the container is what it says, and not only its parts.
_ENCODED_FIELD = re.compile(rb"^content-[a-z-]{4,20}:[^\n]{0,200}=3D", re.IGNORECASE | re.MULTILINE)
_OPENPGP, _SMIME = "OpenPGP", "S/MIME"


class Opened(NamedTuple):
    """The tree with what was inside, what seals the mail has, and what was odd."""

    root: Node
    seal: Seal | None = None
    defects: tuple[str, ...] = ()


def opened(raw: bytes, root: Node, limits: Limits) -> Opened:
    """The tree of a mail, opened."""
    opening = _Opening(raw, limits)
    tree = opening.node(root)
    seal = Seal(opening.encrypted, opening.signed) if opening.encrypted or opening.signed else None
    return Opened(tree, seal, tuple(dict.fromkeys(opening.defects)))


class _Opening:
    def __init__(self, raw: bytes, limits: Limits) -> None:
        self._raw = raw
        self._limits = limits
        self._packed_in = 0
        self._level = 0
        self._copied = 0
        self._tnef = 0
        self._room = Room()
        self._parts = 0
        self.encrypted = ""
        self.signed = ""
        self.defects: list[str] = []

    def node(self, node: Node) -> Node:
        """The part with all inside it. As deep as the tree; a packed tree is a few levels more."""
        if node.media_type.startswith("multipart/"):
            return self._container(node)
        opener = _OPENERS.get(node.media_type)
        if opener is None:
            return self._unlabelled(node) if not node.media_type.startswith(_NEVER_PACKED) else node
        return opener(self, node)

    def _container(self, node: Node) -> Node:
        children = node.children or self._hidden_parts(node)
        if node.media_type == "multipart/signed":
            smime = "pkcs7" in (node.content_type.get("protocol") or "").lower()
            self.signed = self.signed or (_SMIME if smime else _OPENPGP)
            children = tuple(child for child in children if child.media_type not in _SIGNATURES)
        elif node.media_type == "multipart/encrypted":
            self.encrypted = self.encrypted or _OPENPGP
            children = tuple(_named(child) for child in children if child.media_type != "application/pgp-encrypted")
        if not children:
            return self._without_parts(node)
        self._level += 1
        new = tuple([self.node(child) for child in children])
        self._level -= 1
        return node if new == node.children else node._replace(children=new)

    def _without_parts(self, node: Node) -> Node:
        """What stands around the boundary lines of a container without a part in it."""
        boundary = (node.content_type.get("boundary") or "").encode("utf-8", "replace")
        content = content_bytes(self._raw, node)
        if not boundary or b"--" + boundary not in content:
            return node
        line = re.compile(rb"^--" + re.escape(boundary) + rb"[^\n]*\n?", re.MULTILINE)
        lines = line.sub(b"", content, count=_MOST_LINES)
        return node._replace(begin=0, end=len(lines), encoding="", source=lines)

    def _hidden_parts(self, node: Node) -> tuple[Node, ...]:
        """Of a container that is encoded, or says that it is (RFC 2045, 6.4), or that names another boundary than it
        uses."""
        source = self._raw if node.source is None else node.source
        declared = node.content_type.get("boundary") or ""
        encoded = node.encoding not in UNENCODED
        boundary = ""
        if not (encoded and _ENCODED_FIELD.search(source, node.begin, node.end)):
            boundary = boundary_within(source, declared, node.begin, node.end)
        if encoded and not boundary:
            source = content_bytes(self._raw, node)
            node = node._replace(begin=0, end=len(source), source=source)
            boundary = boundary_within(source, declared)
        if not boundary or (encoded and not self._may_keep(source)):
            return ()
        parts, broken = parts_within(source, node, boundary, self._limits, self._level)
        if self._is_too_much(parts, broken):
            return ()
        return parts if node.source is None else tuple([_of(part, source) for part in parts])

    def _may_keep(self, content: bytes) -> bool:
        """Is there room for a copy of what was packed? One in the other they would cost a multiple of the mail."""
        if self._copied + len(content) > max(_A_LITTLE, _MOST_COPIED * len(self._raw)):
            self.defects.append("too much is packed in each other")
            return False
        self._copied += len(content)
        return True

    def _is_too_much(self, parts: tuple[Node, ...], broken: tuple[str, ...]) -> bool:
        """Parts that were packed count as the mail's own."""
        self._parts += sum(map(_count, parts))
        if self._parts > self._limits.parts:
            broken = (*broken, f"more than {self._limits.parts} parts")
        self.defects += broken
        return bool(broken)

    def _tree(self, content: bytes) -> Node | None:
        """The tree of packed bytes, opened too, a few levels deep; None where it breaks a limit."""
        if self._packed_in >= _DEEPEST or not self._may_keep(content):
            return None
        root, broken = outline(content, self._limits, depth=self._level)
        if self._is_too_much((root,), broken):
            return None
        self._packed_in += 1
        root = self.node(_of(root, content))
        self._packed_in -= 1
        return root

    def _text(self, node: Node) -> Node:
        source = self._raw if node.source is None else node.source
        if node.encoding != "base64" and not any(source.find(mark, node.begin, node.end) >= 0 for mark in _BLOCKS):
            return node
        if node.disposition.value == "attachment" or name_of(node):
            return node
        content = content_bytes(self._raw, node)
        if not any(mark in content for mark in _BLOCKS):
            return node
        from mailgate.mail.blocks import parted  # few mails have any

        content = content.replace(b"\r\n", b"\n")  # the other copy is let go: it may be large
        found = parted(content)
        if found is None:
            return node
        self.encrypted, self.signed = self.encrypted or found.encrypted, self.signed or found.signed
        self.defects += found.defects
        words = node._replace(begin=0, end=len(found.text), encoding="", source=found.text)
        return _container("multipart/mixed", (words, *map(_file, found.files)))

    def _html(self, node: Node) -> Node:
        source = self._raw if node.source is None else node.source
        if source.find(_PGP_IN_HTML, node.begin, node.end) >= 0:
            self.encrypted = self.encrypted or _OPENPGP
        return node

    def _cms(self, node: Node) -> Node:
        """RFC 8551, 3.5.2: what was signed is a whole MIME part. Signed files of other programs stay files."""
        from mailgate.mail.cms import read_cms

        found, said = read_cms(content_bytes(self._raw, node)), node.content_type.get("smime-type") or ""
        kind = found.kind if found else "signed" if said.startswith("signed") else "encrypted"
        if kind == "encrypted":
            self.encrypted = self.encrypted or _SMIME
        if kind != "signed" or said == "certs-only":
            return node
        self.signed = self.signed or _SMIME
        inner = self._tree(found.content) if found and found.content and _is_part(found.content) else None
        return inner or node

    def _winmail(self, node: Node) -> Node:
        from mailgate.mail.winmail import parts_of

        if self._tnef >= _MOST_TNEF:
            return node
        self._tnef += 1
        found = parts_of(content_bytes(self._raw, node), self._room)
        if found is None or not found.is_whole:
            self.defects.append("winmail.dat could not be read" if found is None else "winmail.dat is broken off")
        if found is None or not (found.words or found.files):
            return node
        words = _container("multipart/alternative", tuple(_words(each) for each in found.words))
        return _container(PACKED_MAIL, (words, *map(_file, found.files), node))

    def _apple(self, node: Node) -> Node:
        from mailgate.mail.apple import read_single

        found = read_single(content_bytes(self._raw, node))
        return node if found is None else _file(replace(found, name=name_of(node) or found.name))

    def _partial(self, node: Node) -> Node:
        number, total = (node.content_type.get(name) or "?" for name in ("number", "total"))
        self.defects.append(f"this is piece {number[:6]} of {total[:6]} of a mail that was sent in pieces")
        return node

    def _elsewhere(self, node: Node) -> Node:
        self.defects.append("a part lies elsewhere and was not fetched")
        return node

    def _pgp(self, node: Node) -> Node:
        """The control part of PGP/MIME outside its container: so Exchange leaves it."""
        self.encrypted = self.encrypted or _OPENPGP
        return node

    def _unlabelled(self, node: Node) -> Node:
        """Types that say nothing: by the first bytes, or by the name."""
        source = self._raw if node.source is None else node.source
        mark = _TNEF_IN_BASE64 if node.encoding == "base64" else _TNEF
        if source.startswith(mark, node.begin, node.end):
            return self._winmail(node)
        return self._cms(node) if name_of(node).lower() in ("smime.p7m", "smime.p7z") else node


_NEVER_PACKED = ("text/", "image/", "message/", "audio/", "video/")
_OPENERS: dict[str, Callable[[_Opening, Node], Node]] = {
    "text/plain": _Opening._text,
    "text/html": _Opening._html,
    "application/pkcs7-mime": _Opening._cms,
    "application/x-pkcs7-mime": _Opening._cms,
    "application/ms-tnef": _Opening._winmail,
    "application/vnd.ms-tnef": _Opening._winmail,
    "application/applefile": _Opening._apple,
    "application/pgp-encrypted": _Opening._pgp,
    "message/partial": _Opening._partial,
    "message/external-body": _Opening._elsewhere,
}


def _is_part(content: bytes) -> bool:
    """Signed by a mail program: it begins with a field of MIME."""
    return content[:8].lstrip(b"\r\n").lower().startswith(b"content-") or b"\ncontent-type:" in content[:2000].lower()


def _of(node: Node, source: bytes) -> Node:
    """The tree, cut from these bytes."""
    return node._replace(children=tuple(_of(child, source) for child in node.children), source=source)


def _count(node: Node) -> int:
    return 1 + sum(map(_count, node.children))


def _named(node: Node) -> Node:
    if name_of(node) or node.media_type != "application/octet-stream":
        return node
    return node._replace(disposition=Parameterized("attachment", (("filename", "encrypted.asc"),)))


_NO_HEADERS = Headers(())


def _container(kind: str, children: tuple[Node, ...]) -> Node:
    return Node(_NO_HEADERS, kind, Parameterized(kind), Parameterized(""), "", 0, 0, children, source=b"")


def _words(packed: Packed) -> Node:
    kind = Parameterized(packed.media_type, (("charset", "utf-8"),))
    return Node(
        _NO_HEADERS, packed.media_type, kind, Parameterized(""), "", 0, len(packed.content), source=packed.content
    )


def _file(packed: Packed) -> Node:
    name = shown_name(packed.name)
    headers = Headers((("Content-ID", f"<{packed.content_id}>"),)) if packed.content_id else _NO_HEADERS
    kind = Parameterized(packed.media_type or type_of(name))
    said = Parameterized("inline" if packed.inline else "attachment", (("filename", name),) if name else ())
    return Node(headers, kind.value, kind, said, "", 0, len(packed.content), source=packed.content)
