"""Names that were given up: `was: [old-name]` says who goes by them now.

A category is named by its path. A name without `/` in a subcategory is that of a sibling, else of a main category; what
was called otherwise above is called otherwise below: `networks: {was: [network]}` takes `network/vpn` along.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from mailgate.settings.problems import Place, Problem
from mailgate.settings.tree import CATEGORY, Found, Node, Pattern, find, pattern, texts

Was = Mapping[str, Sequence[str]]
"""Everything of one sort by its name, with the names it had."""

SORTS: dict[str, Pattern] = {
    "agent": pattern("agents.*"),
    "group": pattern("groups.*"),
    "customer group": pattern("customer_groups.*"),
    "category": CATEGORY,
    "kind": pattern("kinds.*"),
    "channel": pattern("channels.*"),
}
"""What has names that can be given up, and where it is written."""


_FILES = {"people": ("agent", "group", "customer group"), "categories": ("category", "kind", "channel")}
FILES = {what: file for file, these in _FILES.items() for what in these}
"""The file each stands in, without its ending."""
BUILT_IN = {"category": "general", "kind": "request", "channel": "email"}
"""What always exists, also unconfigured."""


def successors(entries: Was) -> dict[str, str]:
    """Each name that was given up, and who goes by it now. What still exists is nobody's old name."""
    found: dict[str, str] = {}
    for name, was in entries.items():
        for old in was:
            if old not in entries:
                found.setdefault(old, name)
    return found


def successors_of_categories(entries: Was) -> dict[str, str]:
    """The same for paths of categories, parents before children."""
    found: dict[str, str] = {}
    for old, path in (*_named(entries), *_named_as_main(entries), *_by_those_above(entries)):
        if old not in entries:
            found.setdefault(old, path)
    return found


def _named(entries: Was) -> Iterator[tuple[str, str]]:
    for path, was in entries.items():
        for old in was:
            yield meant(path, old), path


def meant(path: str, old: str) -> str:
    """The path that `was: [old]` means in the category of this path."""
    parent = path.rpartition("/")[0]
    sibling = f"{parent}/{old}" if parent and "/" not in old else old
    return old if sibling == path else sibling


def _named_as_main(entries: Was) -> Iterator[tuple[str, str]]:
    """A subcategory that was a main category; where two name it, it is nobody's."""
    plain = [(old, path) for path, was in entries.items() if "/" in path for old in was if "/" not in old]
    often = Counter(old for old, _ in plain)
    return (each for each in plain if often[each[0]] == 1)


def _by_those_above(entries: Was) -> Iterator[tuple[str, str]]:
    """`network/vpn` is what `networks/vpn` was called while `networks` was `network`."""
    former: dict[str, list[str]] = {}
    for path, was in entries.items():
        parent, _, own = path.rpartition("/")
        names = (own, *(old for old in was if "/" not in old))
        above = former.get(parent, []) if parent else []
        below = [f"{up}/{name}" for up in above for name in names]
        former[path] = [*(meant(path, old) for old in was), *below]
        yield from ((old, path) for old in below)


def unsound(root: Node) -> Iterator[Problem]:
    """A problem for each `was:` that names what still exists, or what another one has claimed already."""
    for what, where in SORTS.items():
        existing = {name_of(what, found): found.key for found in find(root, where)}
        claimed: dict[str, tuple[str, Place]] = {}
        for owner in find(root, where):
            yield from _claims(what, owner, existing, claimed)


def name_of(what: str, found: Found) -> str:
    """Its id; of a category the path."""
    return "/".join(map(str, found.path[1::2])) if what == "category" else str(found.path[-1])


def _claims(
    what: str, owner: Found, existing: dict[str, Place], claimed: dict[str, tuple[str, Place]]
) -> Iterator[Problem]:
    name = name_of(what, owner)
    for found in texts(owner, ("was",)):
        old = meant(name, found.text or "") if what == "category" else found.text or ""
        if old in existing or old == BUILT_IN.get(what):
            where = f"stands at {existing[old]}" if old in existing else "is built in"
            yield found.problem(f"'{old}' still exists, it {where}; `was` is for names that are gone")
            continue
        other, place = claimed.setdefault(old, (name, found.node.place))
        if place is not found.node.place:
            yield found.problem(f"'{old}' is claimed already by '{other}' at {place}; one alone can take it over")
