"""What stands behind a command word: who, which category, kind and priority. By id, path, address or unique name.

Raises `Unclear` with the nearest words where an argument means nothing here, or several things.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mailgate.errors import RefusedCommand
from mailgate.rules.near import nearest
from mailgate.rules.nothing import NONE, NONE_WORD
from mailgate.rules.pages import without_pages
from mailgate.rules.vocabulary import ENTRIES, fold
from mailgate.sentence import OR, Sentence, joined, verbatim, what_exists
from mailgate.settings.categories import CategoryNode
from mailgate.settings.model import Settings
from mailgate.settings.scalars import Text, any_language, in_language

MOST_NEAR = 5
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody. `value`: an agent's or group's id, or an address in lower case that is no agent's."""

    kind: Literal["agent", "group", "address"]
    value: str


class Unclear(RefusedCommand):
    """the argument means nothing here, or several things"""

    def __init__(self, why: Sentence, near: Sequence[str] = ()) -> None:
        super().__init__(why)
        self.near = tuple(near)[:MOST_NEAR]
        """Whole arguments that are clear, best first."""


class Several(Unclear):
    """the argument means several things"""


class Instead(RefusedCommand):
    """the command is not carried out, but another one may be meant"""

    def __init__(self, why: Sentence, instead: Sequence[str]) -> None:
        super().__init__(why)
        self.instead = tuple(instead)
        """Whole commands, such as `#take`."""


PRIORITIES: dict[str, str] = {
    "low": "low",
    "normal": "normal",
    "high": "high",
    "urgent": "urgent",
    "niedrig": "low",
    "hoch": "high",
    "dringend": "urgent",
}

PRIORITY_WORDS: dict[str, Sentence] = {
    "low": Sentence("low", "niedrig"),
    "normal": Sentence("normal", "normal"),
    "high": Sentence("high", "hoch"),
    "urgent": Sentence("urgent", "dringend"),
}
"""What people call a priority."""

_NOBODY = Sentence("nobody here is called '{wanted}'", "hier heißt niemand „{wanted}“")
_SEVERAL = Sentence("'{wanted}' can mean {meanings}", "„{wanted}“ ist nicht eindeutig: {meanings}")
_SEVERAL_OF = {
    "category": Sentence(
        "'{wanted}' can mean the category {meanings}", "„{wanted}“ ist als Kategorie nicht eindeutig: {meanings}"
    ),
    "kind": Sentence(
        "'{wanted}' can mean the kind {meanings}", "„{wanted}“ ist als Vorgangsart nicht eindeutig: {meanings}"
    ),
}
_UNKNOWN = {
    "category": Sentence("there is no category '{wanted}'; {some}", "eine Kategorie „{wanted}“ gibt es nicht; {some}"),
    "kind": Sentence("there is no kind '{wanted}'; {some}", "eine Vorgangsart „{wanted}“ gibt es nicht; {some}"),
    "priority": Sentence(
        "there is no priority '{wanted}'; low, normal, high and urgent exist",
        "eine Priorität „{wanted}“ gibt es nicht; es gibt niedrig, normal, hoch und dringend",
    ),
}

_NO_NUMBER = Sentence("'{wanted}' is no number of a ticket", "„{wanted}“ ist keine Ticketnummer")
_NUMBER = re.compile(r"#?(?P<number>[1-9]\d{0,9})", re.ASCII)

# What Outlook makes of an address (`a@b.example<mailto:a@b.example>`), `Name <address>`, and the address alone.
_ADDRESS = re.compile(r"(?:[^<>@]*<)?\s*(?:mailto:)?(?P<address>[^\s<>@,;:\"()]+@[^\s<>@,;:\"()]*\w)")


def who(settings: Settings, text: str) -> Who:
    """An agent id, address, group id or unique name (also a single first name or surname)."""
    wanted = _clean(text)
    if address := address_in(wanted):
        agent = settings.agent_at(address)
        return Who("agent", agent) if agent else Who("address", address)
    people = tuple(_people(settings))
    for question in (_is_id, _is_name, _is_one_of_the_names, _was_id):
        if found := [each for each in people if question(each, plain(wanted.removeprefix("@")))]:
            return _only(wanted, found)
    meant = nearest(plain(wanted), (word for each in people for word in each.words), MOST_NEAR)
    near = [each.argument for word in meant for each in people if word in each.words]
    raise Unclear(_NOBODY.filled(wanted=wanted), tuple(dict.fromkeys(near)))


def is_somebody(settings: Settings, text: str, nearly: bool) -> bool:
    """Whether an agent or a group is called so, perhaps one of several; `nearly`: also with a slip of the pen."""
    try:
        return who(settings, text).kind != "address"
    except Several:
        return True
    except Unclear as unclear:
        return nearly and bool(unclear.near)


def category(settings: Settings, text: str) -> str:
    """The path of a category: given as the path, its last part, or a unique name in any language."""
    nodes = {path: node for path, node in settings.category_nodes.items() if node.active}
    wanted = _clean(text)
    parts = [plain(part) for part in wanted.split("/")]
    for question in (_is_path, _ends_so):
        if found := [path for path, node in nodes.items() if question(nodes, node, parts)]:
            return _one("category", wanted, found)
    words = {plain(word): path for path, node in reversed(nodes.items()) for word in (path, *node.names)}
    raise _unknown("category", wanted, words, nodes)


def kind(settings: Settings, text: str) -> str:
    """The id of a kind of case: given as the id or a unique name in any language."""
    kinds = {name: each for name, each in settings.all_kinds.items() if each.active}
    wanted = _clean(text)
    called = {name: {plain(word) for word in any_language(each.name or name)} for name, each in kinds.items()}
    by_id = [name for name in kinds if plain(name) == plain(wanted)]
    if found := by_id or [name for name, words in called.items() if plain(wanted) in words]:
        return _one("kind", wanted, found)
    words = {word: name for name in reversed(kinds) for word in (plain(name), *called[name])}
    raise _unknown("kind", wanted, words, kinds)


def priority(text: str) -> str:
    """low, normal, high or urgent: given in English or German."""
    wanted = _clean(text)
    if found := PRIORITIES.get(plain(wanted)):
        return found
    near = (*(PRIORITIES[word] for word in nearest(plain(wanted), PRIORITIES)), *PRIORITY_WORDS)
    raise Unclear(_UNKNOWN["priority"].filled(wanted=wanted), tuple(dict.fromkeys(near)))


def ticket_number(text: str) -> int:
    """The number of a ticket: `1042`, `#1042`. Raises Unclear."""
    match = _NUMBER.fullmatch(_clean(text))
    if match is None:
        raise Unclear(_NO_NUMBER.filled(wanted=_clean(text)))
    return int(match["number"])


def titled(name: Text) -> Sentence:
    """What a group or a category is called, in both languages."""
    return Sentence(in_language(name, "en"), in_language(name, "de"))


def spoken(line: str) -> Sentence:
    """A line of one command as the contract writes it, `#priority high`, and as one writes it in German."""
    word, _, argument = line.removeprefix("#").partition(" ")
    german = (*ENTRIES[word].german, word)[0]
    spoken_in_german = f"#{german} {as_written(word, argument).german}"
    return Sentence(line, spoken_in_german if line.endswith(" ") else spoken_in_german.rstrip())  # to be filled in


def as_written(command: str, argument: str) -> Sentence:
    """An argument as one writes it behind that command: priorities are called otherwise in German, and so is none."""
    if argument == NONE:
        return NONE_WORD
    return PRIORITY_WORDS.get(argument, verbatim(argument)) if command == "priority" else verbatim(argument)


def address_in(text: str) -> str | None:
    """The one address a text consists of, in lower case; None where it is something else."""
    found = _ADDRESS.match(text[:_LONGEST])
    if not found:
        return None
    rest = text[found.end() :].strip().lower()
    address = found["address"].lower()
    return address if rest in ("", ">", f"<mailto:{address}>", f"<{address}>", f"[mailto:{address}]") else None


def plain(text: str) -> str:
    """Without case, umlaut spelling, accents and doubled blanks: how names are compared."""
    apart = unicodedata.normalize("NFKD", fold(text[:_LONGEST]))
    return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())


def _clean(text: str) -> str:
    return " ".join(without_pages(text[:_LONGEST]).split()).strip("\"'“”„‚‘’ ").rstrip(",;.!")


# -- people ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Person:
    """An agent or a group, with every way to call it, all of it plain."""

    who: Who
    title: str
    argument: str
    """What means nobody else, whatever the names are."""
    names: tuple[str, ...]
    parts: frozenset[str]
    was: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        return (plain(self.who.value), *self.names, *self.parts)


def _people(settings: Settings) -> Iterator[_Person]:
    for name, agent in settings.agents.items():
        if agent.active:
            argument = agent.email.lower() if name in settings.groups else name
            called = plain(agent.name)
            parts = frozenset(called.replace(",", " ").split())
            yield _Person(Who("agent", name), agent.name, argument, (called,), parts, tuple(map(plain, agent.was)))
    for name, group in settings.groups.items():
        if group.active:
            titles = any_language(group.name)
            names = tuple(map(plain, titles))
            argument = titles[0] if name in settings.agents else name
            yield _Person(Who("group", name), titles[0], argument, names, frozenset(), tuple(map(plain, group.was)))


def _is_id(person: _Person, wanted: str) -> bool:
    return plain(person.who.value) == wanted


def _is_name(person: _Person, wanted: str) -> bool:
    return wanted in person.names


def _is_one_of_the_names(person: _Person, wanted: str) -> bool:
    """`Ben`, `Beck`, `Beck, Ben`."""
    words = wanted.replace(",", " ").split()
    return bool(words) and person.parts.issuperset(words)


def _was_id(person: _Person, wanted: str) -> bool:
    return wanted in person.was


def _only(wanted: str, found: Sequence[_Person]) -> Who:
    if len(found) == 1:
        return found[0].who
    meanings = ", ".join(f"{each.title} ({each.argument})" for each in found[:MOST_NEAR])
    raise Several(_SEVERAL.filled(wanted=wanted, meanings=meanings), [each.argument for each in found])


# -- categories and kinds ----------------------------------------------------------------------------------------------

_Nodes = dict[str, CategoryNode]


def _is_path(nodes: _Nodes, node: CategoryNode, parts: Sequence[str]) -> bool:
    return [plain(part) for part in node.path.split("/")] == list(parts)


def _ends_so(nodes: _Nodes, node: CategoryNode, parts: Sequence[str]) -> bool:
    """Whether the category is called so, and each part before it names the category above: `Netzwerk/VPN`, `vpn`."""
    above: CategoryNode | None = node
    for part in reversed(parts):
        if above is None or part not in map(plain, above.names):
            return False
        above = nodes.get(above.parent) if above.parent else None
    return True


def _one(what: str, wanted: str, found: Sequence[str]) -> str:
    if len(found) == 1:
        return found[0]
    meanings = joined(map(verbatim, found[:MOST_NEAR]), OR)
    raise Several(_SEVERAL_OF[what].filled(wanted=wanted, meanings=meanings), found)


def _unknown(what: str, wanted: str, words: dict[str, str], known: Iterable[str]) -> Unclear:
    near = dict.fromkeys(words[word] for word in nearest(plain(wanted), words))
    some = what_exists(list(known)[:MOST_NEAR])
    return Unclear(_UNKNOWN[what].filled(wanted=wanted, some=some), tuple(near))
