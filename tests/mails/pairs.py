"""The pairs of the corpus: `NAME.eml`, the mail, and `NAME.yaml`, what is given and what has to come out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from mailgate.rehearsal import Mail

FOLDER = Path(__file__).parent
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
_OF_THE_PAIR = ("about", "given", "xfail")


@dataclass(frozen=True, slots=True)
class Pair:
    """One mail of the corpus. What the keys of `given` mean stands in README.md."""

    name: str
    about: str
    mail: Mail
    at: datetime
    after: str | None
    answers: str | None
    again: bool
    raw: bool
    expected: dict[str, Any]
    xfail: str | None

    def bytes(self, values: dict[str, str]) -> bytes:
        """The mail as it comes over the wire, placeholders filled in."""
        written = (FOLDER / f"{self.name}.eml").read_bytes()
        return written if self.raw else filled(written, values)

    def said(self, values: dict[str, str]) -> Mail:
        """What is said about the mail, placeholders filled in."""
        to = tuple(_filled(each.encode(), values).decode() for each in self.mail.to)
        return replace(self.mail, to=to)


def names() -> list[str]:
    """Every pair, in order; a file without its other half is one too, and fails."""
    return sorted({path.stem for path in FOLDER.iterdir() if path.suffix in (".eml", ".yaml")})


@cache
def pair(name: str) -> Pair:
    """Read one pair."""
    content = YAML(typ="safe", pure=True).load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    given = dict(content.get("given") or {})
    at = given.pop("at", MONDAY)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    ways = {key: given.pop(key, None) for key in ("after", "answers")}
    flags = {key: given.pop(key, False) for key in ("again", "raw")}
    to = given.pop("to", ())
    mail = Mail(sender=given.pop("from", None), to=(to,) if isinstance(to, str) else tuple(to), at=at, **given)
    expected = {key: value for key, value in content.items() if key not in _OF_THE_PAIR}
    return Pair(name, content["about"], mail, at, **ways, **flags, expected=expected, xfail=content.get("xfail"))


def filled(written: bytes, values: dict[str, str]) -> bytes:
    """A stored mail as it comes over the wire, placeholders filled in."""
    return b"\n".join(_filled(line, values) for line in written.split(b"\n")).replace(b"\n", b"\r\n")


def _filled(line: bytes, values: dict[str, str]) -> bytes:
    """A placeholder of several lines repeats what stands before it: `> {{text}}` quotes the whole text."""
    for name, value in values.items():
        mark = f"{{{{{name}}}}}".encode()
        if mark in line:
            before, _, after = line.partition(mark)
            filled = b"\n".join((before + each).rstrip() for each in value.encode().split(b"\n"))
            line = filled + _filled(after, values)
    return line
