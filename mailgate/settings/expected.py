"""Does a document of `explain` hold what a routing test expects of it?

Of an object only the keys that are named count. Of a sentence (`why`, `reason`, `text` and their like) the words that
are named. Of a list, what is named has to be there, in any order; an empty list means that there is nothing, and
`nothing_else: [letters]` in the case, that nothing else is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailgate.settings.cases import Case
from mailgate.settings.files import unknown_key
from mailgate.settings.problems import Problem, shown
from mailgate.settings.tree import Found, Listing, Mapping, Scalar, children

Document = dict[str, Any]

_FORWARDED = ("from", "name", "subject", "date", "text", "to", "cc", "words", "inner")
KEYS: dict[str, tuple[str, ...]] = {
    "": (
        *("sort", "reason", "state", "refused", "again", "trust", "ticket", "rules", "route", "commands", "new_text"),
        *("folded", "forwarded", "bounce", "auto", "attachments", "defects", "effects", "letters"),
    ),
    "trust": ("level", "evidence"),
    "ticket": ("number", "matched_by"),
    "rules": ("name", "file", "line", "matched", "why"),
    "route": (
        *("category", "group", "assignee", "coordinator", "priority", "kind", "channel", "language", "tags", "level"),
        *("visible", "wanted_by", "due", "reporter", "company", "department", "phone", "notify", "cc", "correlate"),
        *("close", "hold", "drop", "acknowledge", "rule", "why", "remarks"),
    ),
    "route.correlate": ("key", "rule", "resolves"),
    "commands": ("command", "args", "ok", "why"),
    **dict.fromkeys(("forwarded", "forwarded.inner"), _FORWARDED),
    **{f"forwarded.{at}": ("name", "email") for at in ("to", "cc", "inner.to", "inner.cc")},
    "folded": ("why", "parts"),
    "folded.parts": ("kind", "lines", "method", "confidence"),
    "bounce": ("recipient", "status", "class", "reason"),
    "auto": ("reply", "respond", "why"),
    "attachments": ("name", "type", "size", "sha256", "cid", "decoration"),
    "letters": ("to", "template", "language", "subject", "text"),
}
"""The keys of the document (CONTRACT 3, `explain --json`), by the path they stand at."""

SENTENCES = frozenset({"reason", "why", "text", "evidence", "effects", "defects", "remarks"})
_TIMES = frozenset({"wanted_by", "due", "date"})


def unknown_keys(case: Case) -> Iterator[Problem]:
    """A problem for each key that no document has, with the nearest that is allowed."""
    yield from _unknown(Found((), case.expected.place, case.expected))


def _unknown(found: Found) -> Iterator[Problem]:
    allowed = KEYS.get(".".join(each for each in found.path if isinstance(each, str)), ())
    for below in children(found):
        key = below.path[-1]
        if isinstance(key, str) and key not in allowed:
            # `given` is taken out of the tree, and allowed all the same.
            yield below.key_problem(unknown_key(key, (*allowed, "given") if not found.path else allowed))
        else:
            yield from _unknown(below)


def differences(case: Case, document: Document) -> Iterator[Problem]:
    """A problem for each expected value that came out otherwise, at its place."""
    for found in children(Found((), case.expected.place, case.expected)):
        key = str(found.path[0])
        for each in _differences(found, document.get(key), is_whole=key in case.whole):
            yield _with_reason(each, document)


def _with_reason(problem: Problem, document: Document) -> Problem:
    """With what decided it, where the document knows."""
    part = problem.path.partition(".")[0]
    why = {
        "sort": document["reason"],
        "route": (document["route"] or {}).get("why"),
        "trust": "; ".join((document["trust"] or {}).get("evidence", ())),
    }.get(part)
    if not why or problem.path.endswith(("why", "evidence")):
        return problem
    return Problem.at(problem.place, problem.path.split("."), f"{problem.message}: {shown(why, 160).strip(chr(39))}")


def _differences(found: Found, got: Any, *, is_whole: bool = False) -> Iterator[Problem]:
    node, key = found.node, next(each for each in reversed(found.path) if isinstance(each, str))
    if key in SENTENCES:
        yield from _sentences(found, got)
    elif isinstance(got, list) and not (isinstance(node, Mapping) or _is_nothing(found)):
        yield from _listed(found, got, is_whole=is_whole)
    elif isinstance(node, Mapping) and isinstance(got, dict):
        for below in children(found):
            yield from _differences(below, got.get(str(below.path[-1])))
    elif not (isinstance(node, Scalar) and _same(key, node, got)):
        yield found.problem(f"expected {_words(found)}, got {_said(got)}")


def _is_nothing(found: Found) -> bool:
    return isinstance(found.node, Scalar) and found.node.value is None


def _same(key: str, node: Scalar, got: Any) -> bool:
    if isinstance(got, list):
        return node.value is None and not got
    if got is None or node.value is None or isinstance(got, bool) or isinstance(node.value, bool):
        return got is node.value
    if key in _TIMES:
        return _time(node.written) == _time(str(got))
    return str(node.value).rstrip("\n") == str(got).rstrip("\n")


def _time(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


# -- sentences ---------------------------------------------------------------------------------------------------------


def _sentences(found: Found, got: Any) -> Iterator[Problem]:
    """The words that are named stand in it, or in one of them."""
    whole = "\n".join(map(str, got)) if isinstance(got, list) else str(got or "")
    wanted = list(children(found)) if isinstance(found.node, Listing) else [found]
    if all(isinstance(each.node, Scalar) and (each.node.value is None or not each.written) for each in wanted):
        if whole:
            yield found.problem(f"expected nothing, got {shown(whole, 160)}")
        return
    for each in wanted:
        if not isinstance(each.node, Scalar) or each.written.rstrip("\n") not in whole:
            yield each.problem(f"expected the words {_words(each)}, got {_said(whole or None)}")


# -- lists -------------------------------------------------------------------------------------------------------------


def _listed(found: Found, got: list[Any], *, is_whole: bool) -> Iterator[Problem]:
    """Each that is named is there, once for each time it is named."""
    wanted = list(children(found)) if isinstance(found.node, Listing) else [found]
    pairs = _Pairs.of(wanted, got)
    for at, each in enumerate(wanted):
        if at not in pairs.of_wanted:
            yield from _missing(each, [got[other] for other in pairs.unused], got)
    missing = len(wanted) - len(pairs.of_wanted)
    if (is_whole or not wanted) and len(pairs.unused) > missing:
        rest = _those([got[other] for other in pairs.unused])
        yield found.problem(f"expected nothing {'else' if wanted else 'here'}, got {rest}")


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Which of the wanted is which of those that are there; as many as can be."""

    of_wanted: dict[int, int]
    unused: tuple[int, ...]

    @classmethod
    def of(cls, wanted: list[Found], got: list[Any]) -> _Pairs:
        fits = [[other for other, one in enumerate(got) if not any(_item(each, one))] for each in wanted]
        taken: dict[int, int] = {}

        def take(at: int, seen: set[int]) -> bool:
            for other in (each for each in fits[at] if each not in seen):
                seen.add(other)
                if other not in taken or take(taken[other], seen):
                    taken[other] = at
                    return True
            return False

        for at in range(len(wanted)):
            take(at, set())
        return cls(
            {at: other for other, at in taken.items()}, tuple(each for each in range(len(got)) if each not in taken)
        )


def _item(found: Found, got: Any) -> Iterator[Problem]:
    if isinstance(found.node, Scalar) and not isinstance(got, dict):
        if not _same("", found.node, got):
            yield found.problem("")
    else:
        yield from _differences(found, got)


def _missing(wanted: Found, free: list[Any], got: list[Any]) -> Iterator[Problem]:
    """What is wrong with the one that is nearest; else that there is nothing like it."""
    keys = [str(each.path[-1]) for each in children(wanted)] if isinstance(wanted.node, Mapping) else []
    tried = [list(_differences(wanted, each)) for each in free if keys]
    nearest = min(tried, key=len, default=[])
    if nearest and len(nearest) < len(keys):
        yield from nearest
        return
    yield wanted.problem(f"expected {_words(wanted)} among them, got {_those(got, keys)}")


# -- words -------------------------------------------------------------------------------------------------------------


def _words(found: Found) -> str:
    """What is expected, as it is written."""
    node = found.node
    if isinstance(node, Scalar):
        return _said(node.value)
    if isinstance(node, Listing):
        return f"[{', '.join(map(_words, children(found)))}]" if node.items else "nothing"
    return f"{{{', '.join(f'{each.path[-1]}: {_words(each)}' for each in children(found))}}}"


def _said(value: Any) -> str:
    if value is None or value == []:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return shown(value, 160)
    return _brief(value, ()) if isinstance(value, (dict, list)) else str(value)


def _those(values: list[Any], keys: Collection[str] = (), most: int = 8) -> str:
    return ", ".join(_brief(each, keys) for each in values[:most]) + (", …" if len(values) > most else "") or "nothing"


def _brief(value: Any, keys: Collection[str]) -> str:
    """An object by the keys that were asked for, else by its first ones."""
    if isinstance(value, list):
        return f"[{', '.join(_brief(each, keys) for each in value)}]"
    if not isinstance(value, dict):
        return _said(value)
    named = [each for each in value if each in keys] or list(value)[:2]
    return f"{{{', '.join(f'{each}: {_said(value[each])}' for each in named)}}}"
