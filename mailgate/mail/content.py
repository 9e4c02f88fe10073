"""Which parts of a mail are its words, which are files, which are a report: decided by structure alone (RFC 2046,
2183, 2387, 6522), so that every word and every file of a person is in exactly one place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from mailgate.mail.structure import ATTACHED_MAIL, Node

# Text that is a file even without a name: it is data, or says nothing to a reader of plain text.
_TEXT_FILES = frozenset(
    (
        *("text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/csv", "text/xml", "text/css"),
        *("text/rtf", "text/x-amp-html", "text/watch-html"),
    )
)

PACKED_MAIL = "multipart/x-winmail"
"""A container of our own: words that stand in a `winmail.dat`, and then its files."""

RTF = ("text/rtf", "application/rtf", "text/x-rtf", "application/x-rtf")
"""Read as words only where a mail has no others."""

# RFC 6522, 3464, 8098, 5965, 6533: the machine part of a report.
REPORT_PARTS: tuple[tuple[str, str], ...] = (
    ("message/delivery-status", "delivery-status"),
    ("message/global-delivery-status", "delivery-status"),
    ("message/disposition-notification", "disposition-notification"),
    ("message/global-disposition-notification", "disposition-notification"),
    ("message/feedback-report", "feedback-report"),
)
_REPORTING = frozenset(kind for kind, _ in REPORT_PARTS)
_HEADERS_OF_ORIGINAL = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_MACHINE_PARTS = _REPORTING.union(_HEADERS_OF_ORIGINAL)


class Words(NamedTuple):
    """One stretch of body: the parts that say it in plain text and those that say it in HTML; either may be missing."""

    plain: tuple[Node, ...] = ()
    html: tuple[Node, ...] = ()


class File(NamedTuple):
    """One attachment. `inline`: belongs into the text, like an image of the HTML body."""

    node: Node
    inline: bool


@dataclass(slots=True)
class Content:
    """What a mail, or a part of one, holds, in its order. `reports`: machine parts; `originals`: parts that hold the
    header of the mail a report is about."""

    words: list[Words] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    reports: list[Node] = field(default_factory=list)
    originals: list[Node] = field(default_factory=list)
    spare: list[Words] = field(default_factory=list)
    """Words of a packed mail, which its cover most often says too: shown where no others say the same."""
    others: list[Words] = field(default_factory=list)
    """Words that another alternative most often says too: shown where one of them stands nowhere else."""

    def add(self, other: Content) -> None:
        """Append what another part holds."""
        self.words += other.words
        self.files += other.files
        self.reports += other.reports
        self.originals += other.originals
        self.spare += other.spare
        self.others += other.others


def _content_of(node: Node) -> Content:
    """Everything below a node."""
    content = Content()
    _collect(node, content)
    return content


def _collect(node: Node, into: Content) -> None:
    """Add what stands below a node. The recursion is as deep as the tree, which `structure.py` limits."""
    if not node.media_type.startswith("multipart/"):
        _leaf(node, into)
    elif not node.children:
        # A container without a boundary line is read as the text it shows.
        into.words.append(Words(plain=(node,)))
    else:
        _CONTAINERS.get(node.media_type, _one_after_the_other)(node, into)


def whole_content(root: Node) -> Content:
    """The content of a mail. A named text part that is the only text is both its words and a file. The machine parts of
    a report are files where the mail is none: somebody shows them to us."""
    content = _content_of(root)
    is_report = root.media_type.startswith(("multipart/report", "message/"))
    if (content.reports or content.originals) and not is_report:
        known = tuple(file.node for file in content.files)
        shown = [node for node in (*content.reports, *content.originals) if not _is_among(node, known)]
        content.files += [File(node, False) for node in shown]
    if not content.words:
        kinds = (_could_be_words, _is_rtf)
        named = next((file.node for could in kinds for file in content.files if could(file.node)), None)
        content.words += [_as_words(named)] if named is not None else [Words((each,)) for each in content.reports[:1]]
    return content


def name_of(node: Node) -> str:
    """The file name as the part gives it (RFC 2183, 2.3; older programs: the parameter of Content-Type), or empty."""
    return node.disposition.get("filename") or node.content_type.get("name") or ""


def _one_after_the_other(node: Node, into: Content) -> None:
    for child in node.children:
        _collect(child, into)


def _alternative(node: Node, into: Content) -> None:
    """RFC 2046, 5.1.4: the same said in several ways. The first child with plain text and the last with HTML count;
    files stay, whichever child holds them. Where there is more, it may be something else."""
    contents = [_content_of(child) for child in node.children]
    plain = next((content.words for content in contents if any(words.plain for words in content.words)), [])
    html = next((content.words for content in reversed(contents) if any(words.html for words in content.words)), [])
    said = Words(
        plain=tuple(node for words in plain for node in words.plain),
        html=tuple(node for words in html for node in words.html),
    )
    into.words.append(said)
    alone = len(said.html) == 1  # the twin of the plain text; several stand around files
    for content in contents:
        for words in content.words:
            into.others += [Words(plain=(node,)) for node in words.plain if not _is_among(node, said.plain)]
            into.others += [Words(html=(node,)) for node in words.html if not (alone and node is said.html[0])]
        content.words = []
        into.add(content)


def _is_among(node: Node, nodes: tuple[Node, ...]) -> bool:
    return any(node is each for each in nodes)


def _related(node: Node, into: Content) -> None:
    """RFC 2387: the root says the words, the others belong into it."""
    start = (node.content_type.get("start") or "").strip("<>")
    root = next((child for child in node.children if start and content_id(child) == start), node.children[0])
    _collect(root, into)
    for child in node.children:
        if child is root:
            continue
        if content_id(child) and _is_file(child):
            into.files.append(File(child, True))
        else:
            _collect(child, into)


def _is_file(node: Node) -> bool:
    return not node.media_type.startswith("multipart/")


def content_id(node: Node) -> str | None:
    """The Content-ID without brackets (RFC 2392: what a `cid:` link names)."""
    return node.headers.get("content-id").strip().strip("<>").strip() or None


def _leaf(node: Node, into: Content) -> None:
    is_attached = _is_attached(node)
    if node.media_type in _MACHINE_PARTS:
        (into.reports if node.media_type in _REPORTING else into.originals).append(node)
        into.files += [File(node, False)] if is_attached else []
    elif node.media_type in ATTACHED_MAIL:
        into.files.append(File(node, False))
        into.originals.append(node)
    elif not is_attached and not name_of(node) and _is_text(node):
        into.words.append(_as_words(node))
    else:
        inline = node.disposition.value == "inline" or (node.media_type == "text/calendar" and not is_attached)
        into.files.append(File(node, inline))


def _is_attached(node: Node) -> bool:
    return node.disposition.value == "attachment"


def _is_text(node: Node) -> bool:
    return node.media_type.startswith("text/") and node.media_type not in _TEXT_FILES


def _could_be_words(node: Node) -> bool:
    return not _is_attached(node) and _is_text(node)


def _is_rtf(node: Node) -> bool:
    return not _is_attached(node) and node.media_type in RTF


def _apple_double(node: Node, into: Content) -> None:
    """RFC 1740: the first part holds what only a Mac understands."""
    children = [child for child in node.children if child.media_type != "application/applefile"]
    _one_after_the_other(node._replace(children=tuple(children)), into)


def _packed_mail(node: Node, into: Content) -> None:
    words, *files = node.children
    _one_after_the_other(node._replace(children=tuple(files)), into)
    into.spare += _content_of(words).words if words.children else []


def _as_words(node: Node) -> Words:
    return Words(html=(node,)) if node.media_type == "text/html" else Words(plain=(node,))


_CONTAINERS: dict[str, Callable[[Node, Content], None]] = {
    "multipart/alternative": _alternative,
    "multipart/related": _related,
    "multipart/appledouble": _apple_double,
    PACKED_MAIL: _packed_mail,
}
