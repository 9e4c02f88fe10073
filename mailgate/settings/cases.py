"""`cases/`: routing tests as they are written, each a mail (`NAME.eml`) and what has to become of it (`NAME.yaml`).

`given:` says how the mail comes; every other key is a part of the document of `explain --json`. Judging them needs the
whole house and happens in `vetting.py`; comparing, in `expected.py`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailgate.settings.document import read_document
from mailgate.settings.files import decoded, unknown_key
from mailgate.settings.problems import Place, Problem, choice, nearest, shown
from mailgate.settings.tree import Found, Listing, Mapping, Node, Scalar, children

SOURCES = ("smtp", "submission", "lmtp", "deliver")
NOTHING_ELSE = "nothing_else"


@dataclass(frozen=True, slots=True)
class Given:
    """How a mail comes in. What is not said is None (of recipients: none), and taken from the mail itself."""

    sender: str | None = None
    """Envelope sender; empty for the null sender."""
    to: tuple[str, ...] = ()
    peer: str | None = None
    source: str | None = None
    at: datetime | None = None
    """UTC."""


@dataclass(frozen=True, slots=True)
class Case:
    """One routing test."""

    file: str
    """`cases/NAME.yaml`"""
    raw: bytes
    """NAME.eml as it lies there."""
    given: Given
    expected: Mapping
    """A part of the document, with its places."""
    whole: frozenset[str] = frozenset()
    """Lists of the document that may hold nothing but what is expected (`nothing_else`)."""


@dataclass(slots=True)
class Cases:
    """All that lies in the folder."""

    cases: list[Case] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _AsWritten(dict[str, str]):
    """No variable is filled in: `${NAME}` in a case stands there because somebody has written it in a mail."""

    def __contains__(self, name: object) -> bool:
        return True


def read_cases(folder: Path) -> Cases:
    """Every pair of `cases/` in the configuration folder, and all that is wrong with how they are written."""
    read = Cases()
    names = sorted(path for path in (folder / "cases").glob("*") if path.suffix in (".eml", ".yaml", ".yml"))
    for path in (each for each in names if not each.name.startswith(".")):
        other = path.with_suffix(".yaml" if path.suffix == ".eml" else ".eml")
        if path.suffix == ".yml" or not other.exists():
            read.problems.append(_alone(path, other))
        elif path.suffix == ".yaml":
            _read_one(read, path, other)
    return read


def _alone(path: Path, other: Path) -> Problem:
    if path.suffix == ".yml":
        said = f"nothing reads this file; call it {path.stem}.yaml"
    elif path.suffix == ".eml":
        named = f"cases/{path.name}"
        said = f"there is no {other.name} that says what has to become of this mail; `mailgate explain {named}` helps"
    else:
        said = f"there is no mail {other.name} to this routing test"
    return Problem.at(Place(f"cases/{path.name}"), (), said)


def _read_one(read: Cases, path: Path, mail: Path) -> None:
    file = f"cases/{path.name}"
    text, wrong = decoded(file, path)
    raw, unread = _bytes_of(mail)
    read.problems.extend(each for each in (wrong, unread) if each)
    if wrong or unread:
        return
    document = read_document(file, text.removeprefix("\ufeff"), _AsWritten())
    if document.root is None:
        read.problems.extend(document.problems)
        return
    said, whole = document.root.entries.pop("given", None), document.root.entries.pop(NOTHING_ELSE, None)
    problems = list(document.problems)
    given = _given(said.value if said else Mapping(Place(file)), problems)
    lists = _whole(Found((NOTHING_ELSE,), whole.key, whole.value), document.root, problems) if whole else frozenset()
    read.problems.extend(problems)
    if not problems:
        read.cases.append(Case(file, raw, given, document.root, lists))


def _whole(found: Found, expected: Mapping, problems: list[Problem]) -> frozenset[str]:
    """`nothing_else: [letters]`"""
    named = list(children(found)) if isinstance(found.node, Listing) else [found]
    lists = [key for key, entry in expected.entries.items() if isinstance(entry.value, Listing)]
    for each in (each for each in named if each.written not in lists):
        hint = f"write {choice(lists)}" if lists else "such as letters: [{to: …, template: …}]"
        problems.append(each.problem(f"there is no list {shown(each.written)} in this case; {hint}"))
    return frozenset(each.written for each in named)


def _bytes_of(mail: Path) -> tuple[bytes, Problem | None]:
    try:
        return mail.read_bytes(), None
    except OSError as wrong:
        why = (wrong.strerror or "it is not there").lower()
        return b"", Problem.at(Place(f"cases/{mail.name}"), (), f"the file can not be read: {why}")


# -- given -------------------------------------------------------------------------------------------------------------


def _given(node: Node, problems: list[Problem]) -> Given:
    """What is said there; every mistake is added to `problems`."""
    values: dict[str, Any] = {}
    if not isinstance(node, Mapping):
        found = Found(("given",), node.place, node)
        problems.append(found.problem("write how the mail comes: given: {from: …, to: […], peer: …, source: …, at: …}"))
        return Given()
    for found in children(Found(("given",), node.place, node)):
        key = str(found.path[-1])
        if key not in _GIVEN:
            problems.append(found.key_problem(unknown_key(key, _GIVEN)))
            continue
        name, of = _GIVEN[key]
        try:
            values[name] = of(found)
        except ValueError as wrong:
            problems.append(found.problem(str(wrong)))
    return Given(**values)


def _text(found: Found) -> str:
    node = found.node
    if not isinstance(node, Scalar):
        raise ValueError(f"{'a list' if isinstance(node, Listing) else 'a mapping'} stands here; write one text")
    return node.written if node.value is not None else ""


def _texts(found: Found) -> tuple[str, ...]:
    node = found.node
    return tuple(map(_text, children(found))) if isinstance(node, Listing) else (_text(found),)


def _sender(found: Found) -> str:
    return _text(found).strip().removeprefix("<").removesuffix(">")


def _recipients(found: Found) -> tuple[str, ...]:
    named = tuple(each for each in _texts(found) if each)
    if not named:
        raise ValueError("nobody stands here; write one of our addresses, or leave the key out")
    return named


def _peer(found: Found) -> str:
    try:
        return str(ipaddress.ip_address(_text(found)))
    except ValueError as wrong:
        raise ValueError(f"{shown(found.written)} is no IP address; write one such as 192.0.2.7") from wrong


def _source(found: Found) -> str:
    if (named := _text(found)) in SOURCES or named.startswith("imap:"):
        return named
    near = nearest(named, SOURCES)
    raise ValueError(
        f"there is no way in {shown(named)}; {f'did you mean {near}?' if near else f'write {choice(SOURCES)}'}"
    )


def _time(found: Found) -> datetime:
    try:
        at = datetime.fromisoformat(_text(found).strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as wrong:
        raise ValueError(f"{shown(found.written)} is no time; write one such as 2026-12-24T14:00Z") from wrong


_GIVEN: dict[str, tuple[str, Callable[[Found], Any]]] = {
    "from": ("sender", _sender),
    "to": ("to", _recipients),
    "peer": ("peer", _peer),
    "source": ("source", _source),
    "at": ("at", _time),
}
"""What `given` may say, as a part of `Given`."""
