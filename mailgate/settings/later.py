"""Keys of later versions: accepted, checked, and said to be without effect, so that nobody waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from mailgate.settings.problems import Problem
from mailgate.settings.tree import (
    CATEGORY,
    Found,
    Listing,
    Mapping,
    Node,
    Pattern,
    Scalar,
    find,
    pattern,
)

LATER: tuple[tuple[Pattern, str], ...] = (
    (pattern("web.behind_proxy"), "there are no pages yet but /healthz and /metrics"),
    (pattern("web.api_tokens"), "there is no API"),
    ((*CATEGORY, "public"), "there is no public form"),
    (pattern("retention"), "nothing is deleted by itself"),
)
"""Where the key stands, and what is so until it is built."""


def without_effect(root: Node) -> Iterator[Problem]:
    """A warning for each key that is set and does nothing yet."""
    for steps, until_then in LATER:
        for found in find(root, steps):
            if not _idle(found):
                yield found.key_problem(f"'{found.path[-1]}' has no effect yet: {until_then}")


def _idle(found: Found) -> bool:
    node = found.node
    if isinstance(node, Scalar):
        return node.value is None
    return not (node.items if isinstance(node, Listing) else node.entries if isinstance(node, Mapping) else True)
