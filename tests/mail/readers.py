"""Every public function of `mail/`, called with arguments made out of one mail: for the tests that leave none out.

What one function returns is an argument of the next: a type that no row of `_MADE` makes comes out of that pool.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC
from functools import cached_property
from importlib import import_module
from itertools import islice
from random import Random

import mailgate.mail
from mailgate.mail.automatic import ANSWERS, LISTS, MACHINES, SILENCE, WITHOUT_DECISION
from mailgate.mail.content import Content, whole_content
from mailgate.mail.fields import Section, section_of
from mailgate.mail.html import parsed
from mailgate.mail.known import known_lines
from mailgate.mail.layout import Layout, layout_of
from mailgate.mail.likeness import prints
from mailgate.mail.lines import Line
from mailgate.mail.message import Message
from mailgate.mail.parse import read
from mailgate.mail.structure import Node, outline
from mailgate.mail.tabled import of_text
from tests.mail.writing import LIMITS, envelope

_MANY = re.compile(r"(Sequence|Iterable|Collection|list|tuple|frozenset)\[([\w.]+)(?:, \.\.\.)?\]")
_OF_THE_MAIL = frozenset(("Node", "Content", "Section", "Span", "Words", "list[File]"))
"""With one of these beside them, bytes are those of the whole mail."""
_MOST_KEPT = 50

_WITH_ITS_END = frozenset(("attribution.beginnings", "attribution.may_be_wordless"))
"""Functions whose `end` is the last line and not the one behind it."""

_OURS = {"attribute": ("class", "id")}
"""Parameters for which no mail says a value, only our own code."""

UNCALLED = {
    "parts.guarded": "it calls whatever it is given",
    "claims.his_claims": "it asks for what `known.py` found in the same lines, which calls it",
    "calendar_zones.zone_of": "it raises ValueError for a broken zone, which `calendar.py` makes a defect",
}
"""Functions that are not called by themselves, and why."""


def public_functions() -> dict[str, Callable[..., object]]:
    """`module.function` → function, of all modules of `mail/`."""
    names = [each.name for each in pkgutil.iter_modules(mailgate.mail.__path__)]
    modules = {name: import_module(f"mailgate.mail.{name}") for name in names}
    return {
        f"{module}.{name}": made
        for module, content in modules.items()
        for name, made in vars(content).items()
        if not name.startswith("_") and getattr(made, "__module__", "") == content.__name__ and _is_function(made)
    }


def _is_function(made: object) -> bool:
    return inspect.isfunction(inspect.unwrap(made)) if callable(made) else False


class NotMade(Exception):
    """This mail holds nothing of the kind."""


class Source:
    """One mail, a text and some bytes, from which arguments are made; `chance` chooses where there are many."""

    def __init__(self, raw: bytes, text: str, octets: bytes, chance: Random) -> None:
        self.raw, self.text, self.octets, self.chance = raw, text, octets, chance
        self.pool: defaultdict[str, list[object]] = defaultdict(list)

    @cached_property
    def message(self) -> Message:
        return read(self.raw, LIMITS)

    @cached_property
    def layout(self) -> Layout:
        return layout_of(self.message, LIMITS)

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.layout.lines

    @cached_property
    def root(self) -> Node:
        return outline(self.raw, LIMITS)[0]

    @cached_property
    def content(self) -> Content:
        return whole_content(self.root)

    @cached_property
    def section(self) -> Section:
        return section_of(self.raw)

    def one_of(self, *values: object) -> object:
        return self.chance.choice(values)

    def place(self, name: str, lowest: int, highest: int) -> int:
        """A number between them for a parameter of this name, often at an edge."""
        return self.chance.choice((lowest, highest, self.chance.randint(lowest, highest)))

    def learn(self, value: object, depth: int = 0) -> None:
        """Keep what a function returned, and what is in it, for others that take it."""
        kept = self.pool[type(value).__name__]
        if value is not None and len(kept) < _MOST_KEPT:
            kept.append(value)
        if depth < 2:
            for each in _inside(value):
                self.learn(each, depth + 1)


def _inside(value: object) -> Iterator[object]:
    if isinstance(value, (tuple, list, frozenset)):
        yield from islice(value, _MOST_KEPT)
    elif isinstance(value, Mapping):
        yield from islice(value.values(), _MOST_KEPT)
    elif is_dataclass(value):
        yield from (getattr(value, each.name) for each in fields(value))


def nodes(node: Node) -> Iterator[Node]:
    """A part and all inside it."""
    yield node
    for child in node.children:
        yield from nodes(child)


def call_all(source: Source) -> Iterator[str]:
    """Calls each public function, and says its name when it has returned. What it raises comes out with its name. Those
    for which something was missing are tried again when all others have returned what they know."""
    source.learn(source.message)
    missing = list[str]()
    for names in ([each for each in PUBLIC if each not in UNCALLED], missing):
        for name in names:
            try:
                source.learn(call(name, source))
            except NotMade:
                if names is not missing:
                    missing.append(name)
                continue
            yield name


def call(name: str, source: Source) -> object:
    """What the function returns; an iterator as a list. Raises NotMade."""
    positional, named = arguments(name, source)
    try:
        found = PUBLIC[name](*positional, **named)
        return list(islice(found, 10**6)) if isinstance(found, Iterator) else found
    except Exception as error:
        error.add_note(f"{name}(*{positional!r:.2000}, **{named!r:.2000})")
        raise


def arguments(of: str, source: Source) -> tuple[list[object], dict[str, object]]:
    """Positional and named arguments. Raises NotMade."""
    positional, named = list[object](), dict[str, object]()
    asked = inspect.signature(PUBLIC[of]).parameters.values()
    sized = _sized(source, {each.annotation for each in asked})
    lowest = 0
    for each in asked:
        value: object
        if each.annotation in ("int", "int | None"):
            value = lowest = _number(source, of, each.name, sized, lowest)
        elif each.annotation == "bytes":
            value = sized
        elif each.name in _OURS:
            value = source.one_of(*_OURS[each.name])
        else:
            value = source.lines if each.annotation == "Sequence[Line]" else _made(each.annotation, source)
        if each.kind is each.KEYWORD_ONLY:
            named[each.name] = value
        else:
            positional.append(value)
    return positional, named


def _sized(source: Source, annotations: set[str]) -> Collection[object]:
    """That into which numbers point."""
    if "Sequence[Line]" in annotations:
        return source.lines
    if "bytes" in annotations:
        return source.raw if annotations & _OF_THE_MAIL else source.one_of(source.raw, source.octets)  # type: ignore[return-value]
    return source.text


def _number(source: Source, of: str, name: str, sized: Collection[object], lowest: int) -> int:
    if name in ("at", "begin", "start") or (name == "end" and of in _WITH_ITS_END):
        if lowest >= len(sized):
            raise NotMade
        return source.place(name, lowest, len(sized) - 1)
    if name == "end":
        return source.place(name, lowest, len(sized))
    return int(str(source.one_of(10**6, 100, 3, 1, 0)))


def _made(annotation: str, source: Source) -> object:
    if annotation in _MADE:
        return _MADE[annotation](source)
    if annotation.endswith(" | None"):
        known = source.pool[annotation.removesuffix(" | None")]
        return source.one_of(*known, None)
    if many := _MANY.fullmatch(annotation):
        known = source.pool[many[2]]
        return known if many[1] == "list" else frozenset(known) if many[1] == "frozenset" else tuple(known)
    if not source.pool[annotation]:
        raise NotMade(annotation)
    return source.one_of(*source.pool[annotation])


def _known(value: object) -> object:
    if value is None:
        raise NotMade
    return value


_MADE: dict[str, Callable[[Source], object]] = {
    "Container[int]": lambda s: frozenset(range(s.place("end", 0, len(s.lines)))),
    "Content": lambda s: s.content,
    "Envelope": lambda s: envelope(str(s.one_of("", "erika@customer.example"))),
    "Callable[[], bool]": lambda s: lambda: bool(s.one_of(True, False)),
    "Table": lambda s: s.one_of(ANSWERS, MACHINES, LISTS, SILENCE, WITHOUT_DECISION),
    "Iterable[str]": lambda s: s.text.split()[:20],
    "HtmlElement": lambda s: _known(parsed(s.text)),
    "Known": lambda s: known_lines(s.lines, (s.text,)),
    "Layout": lambda s: s.layout,
    "Layout | None": lambda s: s.one_of(s.layout, None),
    "Limits": lambda s: LIMITS,
    "Message": lambda s: s.message,
    "Node": lambda s: s.one_of(*nodes(s.root)),
    "Prints": lambda s: prints(s.message.subject, s.text),
    "Section": lambda s: s.section,
    "Sequence[Frame]": lambda s: s.layout.frames,
    "Sequence[str]": lambda s: s.one_of((s.text,), s.text.split("\n")[:50], s.message.headers.all("from")),
    "Tabled": lambda s: of_text(s.text[:2000]),  # a letter of ours, however long the mail is
    "bool": lambda s: s.one_of(True, False),
    "bytes | str": lambda s: s.one_of(s.text, s.octets),
    "etree._Element": lambda s: _made("HtmlElement", s),
    "frozenset[str]": lambda s: frozenset(s.text.split()[:20]),
    "list[File]": lambda s: s.content.files,
    "list[str]": lambda s: list[str](),
    "set[str]": lambda s: set[str](),
    "str": lambda s: s.text,
    "str | None": lambda s: s.one_of(s.text, s.text, None),
    "tuple[Attachment, ...]": lambda s: s.message.attachments,
    "tzinfo": lambda s: UTC,
}
PUBLIC = public_functions()
