"""Our addresses and those of the agents: each belongs to one, none to both, a token finds room in ours, and a mailbox
is one of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mailgate.settings.problems import Problem, suggestion
from mailgate.settings.tree import CATEGORY, THEN, Found, Node, Pattern, Scalar, find, pattern, texts

# RFC 5321, 4.5.3.1.1: a local part has 64 octets at most.
_LOCAL_PART = 64
_ROOM = len("+b-") + 24

_NOT_OURS: tuple[tuple[Pattern, str], ...] = (
    (pattern("agents.*.email"), "an agent's letters would come back as tickets"),
    (pattern("agents.*.aliases"), "an agent's letters would come back as tickets"),
    (pattern("site.admins"), "alerts would come back as tickets"),
    ((*CATEGORY, "notify"), "what is sent there would come back"),
    ((*THEN, "notify"), "what is sent there would come back"),
)


def wrong_addresses(root: Node) -> Iterator[Problem]:
    """A problem for each address that stands twice, has no room for a token, would answer itself, or is
    fetched without being ours."""
    ours = list(_all(root, pattern("addresses.*"), ("address", "aliases")))
    agents = list(_all(root, pattern("agents.*"), ("email", "aliases")))
    yield from _twice(ours)
    yield from _twice(agents)
    yield from _without_room(root)
    known = {_plain(each): each for each in ours}
    yield from _mailboxes_of_nobody(root, known)
    for steps, why in _NOT_OURS:
        for found in texts(root, steps):
            if own := known.get((found.text or "").lower()) or known.get(_plain(found)):
                yield found.problem(f"'{found.written}' is an address of ours ({own.node.place}): {why}")


def _mailboxes_of_nobody(root: Node, known: Mapping[str, Found]) -> Iterator[Problem]:
    for found in texts(root, pattern("intake.imap.*.address")) if known else ():
        if _plain(found) not in known:
            near = suggestion(found.written, [each.written for each in known.values()])
            yield found.judged(f"'{found.written}' is no address of ours; {near}")


def _all(root: Node, owners: Pattern, keys: Iterable[str]) -> Iterator[Found]:
    for owner in find(root, owners):
        for key in keys:
            yield from texts(owner, (key,))


def _plain(found: Found) -> str:
    """The address without its +tag, in lower case."""
    local, at, domain = (found.text or "").lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def _twice(addresses: Iterable[Found]) -> Iterator[Problem]:
    first: dict[str, Found] = {}
    for found in addresses:
        known = first.setdefault((found.text or "").lower(), found)
        if known is not found:
            yield found.problem(f"'{found.written}' stands already at {known.node.place}; an address belongs to one")


def _without_room(root: Node) -> Iterator[Problem]:
    for owner in find(root, pattern("addresses.*")):
        flag = next(find(owner, ("subaddress",)), None)
        if flag is None or not isinstance(flag.node, Scalar) or flag.node.value is not True:
            continue
        for found in (*texts(owner, ("address",)), *texts(owner, ("aliases",))):
            local = (found.text or "").rpartition("@")[0]
            if "+" in local:
                yield found.problem("an address with a + in it can not have `subaddress: true`")
            elif (octets := len(local.encode())) + _ROOM > _LOCAL_PART:
                yield found.problem(
                    f"the part before the @ has {octets} octets; with `subaddress: true` at most {_LOCAL_PART - _ROOM}"
                    " leave room for a token"
                )
