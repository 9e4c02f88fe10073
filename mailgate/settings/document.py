"""One YAML file, from text to tree: YAML 1.2 without anchors, aliases, tags and second documents.

Every problem is collected, none raised. After a value that wants quotes reading goes on as if it had them.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Environ
from dataclasses import dataclass, field, replace

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from mailgate.settings import quotes, traps
from mailgate.settings.core_schema import resolved
from mailgate.settings.environment import filled
from mailgate.settings.join import join
from mailgate.settings.problems import Place, Problem, shown
from mailgate.settings.tree import Entry, Listing, Mapping, Node, Scalar

_DEEPEST = 50
_MOST_MENDED = 50


@dataclass(slots=True)
class Document:
    """What one file says. `root` is None where it could not be read to its end."""

    root: Mapping | None = None
    problems: list[Problem] = field(default_factory=list)


def read_document(file: str, text: str, environ: Environ[str, str]) -> Document:
    """The tree of one file with all its problems."""
    mended: dict[int, Problem] = {}
    while True:
        try:
            return _Composer(file, text, environ, mended).document()
        except MarkedYAMLError as error:
            trap = traps.explain(error, text)
        except ReaderError as error:
            trap = traps.Trap(error.position, "a control character stands here; the file is damaged or no text")
        problem = Problem.at(place_in(file, text, trap.index), (), trap.message)
        start, end = trap.span or (0, 0)
        if start == end or start in mended or len(mended) == _MOST_MENDED:
            # What no quotes can mend may just follow from the values that were mended.
            return Document(None, list(mended.values()) or [problem])
        mended[start] = problem
        text = text[:start] + "x" * (end - start) + text[end:]


def place_in(file: str, text: str, index: int) -> Place:
    """Line and column of a character."""
    before = text[:index]
    return Place(file, before.count("\n") + 1, index - before.rfind("\n"))


class _Composer:
    """Builds the tree of one file from the events of the YAML reader."""

    def __init__(self, file: str, text: str, environ: Environ[str, str], mended: dict[int, Problem]) -> None:
        self.file = file
        self.text = text
        self.environ = environ
        self.mended = dict(mended)
        self.problems: list[Problem] = []
        self.path: list[str | int] = []
        self.events: Iterator[Event] = iter(YAML(typ="safe", pure=True).parse(text))

    def document(self) -> Document:
        root: Node = Mapping(Place(self.file))
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.say(self.at(event), "a second document begins here; a file holds one")
                    break
            elif isinstance(event, (MappingStartEvent, SequenceStartEvent, ScalarEvent, AliasEvent)):
                root = self.node(event)
        self.problems.extend(self.mended.values())
        if isinstance(root, Mapping):
            return Document(root, self.problems)
        what = "a list" if isinstance(root, Listing) else shown(root.written)
        self.say(root.place, f"{what} stands here; the file has to be made of `key: value` lines")
        return Document(None, self.problems)

    def at(self, event: Event) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def say(self, place: Place, message: str) -> None:
        self.problems.append(Problem.at(place, self.path, message))

    def node(self, event: Event) -> Node:
        if len(self.path) > _DEEPEST:
            raise MarkedYAMLError(problem=f"nested deeper than {_DEEPEST} levels", problem_mark=event.start_mark)
        if isinstance(event, AliasEvent):
            return self.decorated(event, "anchors and aliases are")
        assert isinstance(event, (MappingStartEvent, SequenceStartEvent, ScalarEvent))  # all that is left
        if event.anchor:
            self.decorated(event, "anchors and aliases are")
        elif event.tag:
            self.decorated(event, "tags (!) are")
        if isinstance(event, MappingStartEvent):
            return self.mapping(event)
        return self.listing(event) if isinstance(event, SequenceStartEvent) else self.scalar(event)

    def decorated(self, event: Event, what: str) -> Scalar:
        """Anchor, alias or tag: nearly always a text that wants quotes."""
        start, end = quotes.span_of_value(self.text, event.start_mark.index)
        written = self.text[start:end]
        self.say(self.at(event), f"{what} not used here; {quotes.wants_quotes(written)}")
        return Scalar(self.at(event), written, written, broken=True)

    def mapping(self, start: Event) -> Mapping:
        made = Mapping(self.at(start))
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            self.path.append(self.key(event))
            value = self.node(next(self.events))
            if isinstance(value, Scalar) and value.written == "" and isinstance(event, ScalarEvent):
                self.empty_value(value, event)
            self.add(made, Entry(self.at(event), value))
            self.path.pop()
        return made

    def key(self, event: Event) -> str:
        if isinstance(event, ScalarEvent):
            return str(event.value)
        first = len(self.problems)
        self.node(event)
        del self.problems[first:]
        start, end = event.start_mark.index, self.text.find(":", event.start_mark.index)
        self.say(self.at(event), quotes.wants_quotes(self.text[start:end].strip("? \n")))
        return self.text[start:end]

    def empty_value(self, value: Scalar, key: ScalarEvent) -> None:
        """YAML places what is not there at the next word, perhaps lines below; it belongs behind its key."""
        end = key.end_mark
        value.place = Place(self.file, end.line + 1, end.column + 2)
        self.check(value, traps.taken_for_comment("", self.text, end.index + 1))

    def add(self, made: Mapping, entry: Entry) -> None:
        key = str(self.path[-1])
        first = made.entries.get(key)
        if first is None:
            made.entries[key] = entry
            return
        self.say(entry.key, f"'{key}' stands here twice, first in line {first.key.line}; keep one of them")
        # Names below the second one exist all the same: nothing else is wrong with those who use them.
        for _ in join(Mapping(made.place, {key: first}), Mapping(made.place, {key: entry})):
            pass

    def listing(self, start: Event) -> Listing:
        made = Listing(self.at(start))
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            self.path.append(len(made.items))
            made.items.append(self.node(event))
            self.path.pop()
        return made

    def scalar(self, event: ScalarEvent) -> Scalar:
        written, start = str(event.value), event.start_mark.index
        value = resolved(written) if event.style is None else written
        made = Scalar(self.at(event), value, written, broken=bool(event.anchor or event.tag))
        if mended := self.mended.pop(start, None):
            self.problems.append(replace(mended, path=".".join(map(str, self.path))))
            made.broken = True
        if isinstance(made.value, str) and not made.broken:
            self.check(made, traps.came_out_otherwise(written, event.style, self.text, start, event.end_mark.index))
            self.fill(made)
        return made

    def check(self, made: Scalar, wrong: str | None) -> None:
        if wrong:
            made.broken = True
            self.say(made.place, wrong)

    def fill(self, made: Scalar) -> None:
        made.value, missing = filled(made.written, self.environ)
        for name in missing:
            self.check(made, f"the environment variable {name} is not set")
