"""Rules that no mail can reach, because an earlier rule takes every mail they would match.

Judged only where it can be known for sure: `covers` says yes when whatever fits the narrow condition certainly fits the
wide one, by equal or wider patterns. It never says yes on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from mailgate.settings.problems import Problem
from mailgate.settings.routing import Pattern, Rule, When, compile_linear
from mailgate.settings.scalars import ENOUGH_TRUST, in_bytes
from mailgate.settings.tree import Found, Node, find, pattern

Text = tuple[str, str]
"""A pattern: `glob`, `regex` or `is`, and its text; in lower case but for expressions."""
Part = tuple[str, Any]
"""A key (of a header with its name), and what is asked of it."""

_SIZE = re.compile(r"(<=|>=|<|>)\s*(.+)")


@dataclass(frozen=True, slots=True)
class Condition:
    """A `when`, taken apart: all parts have to hold, and of each of `choices` one way."""

    parts: tuple[Part, ...]
    choices: tuple[tuple[Condition, ...], ...] = ()

    def along_with(self, other: Condition) -> Condition:
        return Condition((*self.parts, *other.parts), (*self.choices, *other.choices))


def unreachable(root: Node, where: str, rules: tuple[Rule, ...]) -> Iterator[Problem]:
    """A warning for each rule of this list that an earlier one leaves nothing to."""
    takers: list[tuple[Condition, Found]] = []
    for rule, found in zip(rules, find(root, pattern(f"{where}.*")), strict=True):
        if not rule.active:
            continue
        condition = condition_of(rule.when)
        taker = next((each for each in takers if covers(each[0], condition)), None)
        if taker is not None:
            everything = taker[0] == Condition(())
            what = "matches every mail" if everything else "matches every mail that this one would"
            yield found.problem(f"no mail reaches this rule: the one at {taker[1].node.place} {what}")
        elif not rule.then.continue_:
            takers.append((condition, found))


def condition_of(when: When) -> Condition:
    """The condition, ready to be compared; what tells rules apart most stands first."""
    parts: list[Part] = []
    for attribute in (*_TEXTS, *_VALUES, *_OTHERS):
        asked = getattr(when, attribute)
        if asked is not None:
            parts.append((attribute, tuple(map(_text, asked)) if attribute in _PATTERNS else asked))
    parts += [(f"header {name.lower()}", tuple(map(_text, asked))) for name, asked in (when.header or {}).items()]
    if when.not_ is not None:
        parts.append(("not_", condition_of(when.not_)))
    made = Condition(tuple(parts), (tuple(map(condition_of, when.any_)),) if when.any_ is not None else ())
    for each in when.all_ or ():
        made = made.along_with(condition_of(each))
    return made


def _text(written: Pattern) -> Text:
    if written.regex is not None:
        return "regex", written.regex
    return ("is", written.is_.strip().lower()) if written.is_ is not None else ("glob", (written.glob or "").lower())


def covers(wide: Condition, narrow: Condition) -> bool:
    """Does every mail that fits `narrow` fit `wide`?"""
    if _all_implied(wide, narrow) and all(any(covers(way, narrow) for way in choice) for choice in wide.choices):
        return True
    for at, choice in enumerate(narrow.choices):
        rest = Condition(narrow.parts, (*narrow.choices[:at], *narrow.choices[at + 1 :]))
        if all(covers(wide, rest.along_with(way)) for way in choice):
            return True
    return False


def _all_implied(wide: Condition, narrow: Condition) -> bool:
    for wanted in wide.parts:
        # A plain loop: of a thousand rules, half a million pairs come by.
        for known in narrow.parts:
            if wanted[0] == known[0] and _implied(wanted, known):
                break
        else:
            return False
    return True


def _implied(wanted: Part, known: Part) -> bool:
    """Does what is known to hold of a key make certain what is wanted of it?"""
    return wanted[1] == known[1] or _COVERS.get(wanted[0].partition(" ")[0], _never)(wanted[1], known[1])


def _never(wide: Any, narrow: Any) -> bool:
    return False


def _any_of(wide: tuple[str, ...], narrow: tuple[str, ...]) -> bool:
    return set(narrow) <= set(wide)


def _trust(wide: str, narrow: str) -> bool:
    return narrow in ENOUGH_TRUST[wide]


def _size(wide: str, narrow: str) -> bool:
    one, other = _SIZE.fullmatch(wide.strip()), _SIZE.fullmatch(narrow.strip())
    if not (one and other) or one[1][0] != other[1][0]:
        return False
    limit, closer = in_bytes(one[2]), in_bytes(other[2])
    if limit == closer:
        return len(one[1]) >= len(other[1])
    return closer > limit if one[1][0] == ">" else closer < limit


def _not(wide: Condition, narrow: Condition) -> bool:
    """Who excludes more lets fewer through."""
    return covers(narrow, wide)


def _values(wide: tuple[Text, ...], narrow: tuple[Text, ...]) -> bool:
    return all(any(_value_covers(one, other) for one in wide) for other in narrow)


def _value_covers(wide: Text, narrow: Text) -> bool:
    (kind, asked), (other, text) = wide, narrow
    if wide == narrow or (kind == "glob" and not asked.strip("*")):
        return True
    if other == "regex":
        return False
    is_exact = other == "is" or not re.search(r"[*?]", text)
    if kind == "regex":
        return is_exact and compile_linear(asked).search(text) is not None
    if kind == "is":
        return is_exact and asked == text
    # A star of the narrow one stands for itself here, and only a star of the wide one takes it.
    takes_less_than_a_star = "?" in asked and not is_exact
    return not takes_less_than_a_star and fnmatchcase(text, asked.replace("[", "[[]"))


def _texts(wide: tuple[Text, ...], narrow: tuple[Text, ...]) -> bool:
    return all(any(_text_covers(one, other) for one in wide) for other in narrow)


def _text_covers(wide: Text, narrow: Text) -> bool:
    if wide == narrow:
        return True
    if wide[0] != "glob" or narrow[0] == "regex":
        return False
    return _words_take(wide[1].split(), narrow[1].split())


def _words_take(wide: list[str], narrow: list[str]) -> bool:
    """Do these words stand, one behind the other, among those? Plain words only, and a star at the end of one."""
    if not wide or not all(re.fullmatch(r"\w+\*?", word) for word in (*wide, *narrow)):
        return False
    places = range(len(narrow) - len(wide) + 1)
    return any(all(map(_word_takes, wide, narrow[at : at + len(wide)])) for at in places)


def _word_takes(wide: str, narrow: str) -> bool:
    if wide.endswith("*"):
        return narrow.rstrip("*").startswith(wide[:-1])
    return wide == narrow


_TEXTS = ("subject", "text")
_VALUES = ("from_", "cc", "reply_to", "attachment", "to")
_PATTERNS = frozenset((*_TEXTS, *_VALUES))
_OTHERS = ("language", "customer_group", "has", "trust", "size", "spam", "list_", "auto", "hours")

_COVERS: dict[str, Callable[[Any, Any], bool]] = {
    **dict.fromkeys((*_VALUES, "header"), _values),
    **dict.fromkeys(_TEXTS, _texts),
    **dict.fromkeys(("language", "customer_group", "has"), _any_of),
    "trust": _trust,
    "size": _size,
    "not_": _not,
}
"""What makes certain that a key holds; the others only where they ask for the very same."""
