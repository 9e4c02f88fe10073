"""DNS as a table: what a test publishes is found, all else does not exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mailgate.trust.lookups import NoAnswer


@dataclass
class Published:
    """`Published({"example.test TXT": ["v=spf1 -all"]})`; about names in `failing` DNS does not answer."""

    zones: Mapping[str, Sequence[str]]
    failing: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def txt(self, name: str) -> tuple[bytes, ...]:
        return tuple(each.encode() for each in self.records(name, "TXT"))

    def for_one_mail(self) -> Published:
        return self

    def ahead(self, names: Sequence[str]) -> tuple[bytes, ...]:
        return ()

    def records(self, name: str, kind: str) -> tuple[str, ...]:
        plain = name.lower().rstrip(".")
        self.asked.append(f"{plain} {kind}")
        if plain in self.failing:
            raise NoAnswer(plain)
        return tuple(self.zones.get(f"{plain} {kind}", ()))
