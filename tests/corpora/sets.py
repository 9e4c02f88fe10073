"""The mails of other projects, with what those projects expect of them.

They lie beside the checkout, if at all: nothing of them is kept here, and what is measured against them is left out
where they are missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[3] / "shared" / "corpora"

# What a whole mail needs around a body that stands there alone: it answers something, as all of these sets do.
_ANSWER = "From: Erika Example <erika@customer.example>\nTo: support@desk.example\nMIME-Version: 1.0\n"


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail of a set, and what is expected of it (the keys are in the README of the folder)."""

    area: str
    set: str
    name: str
    content: bytes
    expected: dict[str, Any]

    @property
    def kind(self) -> str:
        """`message`: a whole mail; `text` or `html`: only a body."""
        return str(self.expected.get("input", "message"))

    def raw(self, *fields: str) -> bytes:
        """The whole mail; a body alone with these header fields above it."""
        if self.kind == "message":
            return self.content
        typed = f"Content-Type: text/{'html' if self.kind == 'html' else 'plain'}; charset=utf-8\n"
        head = _ANSWER + "".join(f"{field}\n" for field in fields) + typed + "Content-Transfer-Encoding: 8bit\n\n"
        return head.encode() + self.content


def samples(area: str = "*", name: str = "*") -> Iterator[Sample]:
    """All mails of the sets of one area (`reply`, `forward`, `bounce`, `mime`, `helpdesk`), set by set."""
    for path in sorted(FOLDER.glob(f"{area}/{name}/expected.json")):
        for mail, expected in json.loads(path.read_text(encoding="utf-8")).items():
            content = (path.parent / "mails" / mail).read_bytes()
            yield Sample(path.parent.parent.name, path.parent.name, mail, content, expected)
