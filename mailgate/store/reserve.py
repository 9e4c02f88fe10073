"""Numbers that are nobody else's yet: of tickets, and of rows by the name of their table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mailgate.store.witness import NotItsTurn

Mark = Mapping[str, int]


class Reserve:
    """Numbers of each kind, given in order."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[int]] = {}
        self._given: dict[str, int] = {}
        """How many of them are."""

    def left(self, kind: str) -> list[int]:
        """Those that are not given yet."""
        return self._numbers.get(kind, [])[self._given.get(kind, 0) :]

    def has(self, kind: str) -> bool:
        """Whether one is left."""
        return self._given.get(kind, 0) < len(self._numbers.get(kind, ()))

    @property
    def is_empty(self) -> bool:
        """Whether none of any kind is left."""
        return not any(map(self.has, self._numbers))

    def take(self, kind: str) -> int:
        """The next one. Raises NotItsTurn where there is none: only at the desk are more."""
        if not self.has(kind):
            raise NotItsTurn
        at = self._given[kind]
        self._given[kind] = at + 1
        return self._numbers[kind][at]

    def add(self, kind: str, numbers: Iterable[int]) -> None:
        """More of them."""
        self._numbers.setdefault(kind, []).extend(numbers)
        self._given.setdefault(kind, 0)

    def mark(self) -> Mark:
        """How far they are given."""
        return dict(self._given)

    def back_to(self, mark: Mark) -> None:
        """What was given since then is not."""
        self._given = {kind: mark.get(kind, 0) for kind in self._numbers}

    def copy(self) -> Reserve:
        """What is left, to be used or thrown away."""
        made = Reserve()
        for kind in self._numbers:
            made.add(kind, self.left(kind))
        return made
