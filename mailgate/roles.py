"""What a node does: all of it, or only some roles where several nodes share a database (`mailgate run --role`)."""

from __future__ import annotations

from enum import StrEnum

from mailgate.errors import MailgateError


class Role(StrEnum):
    """One kind of work."""

    intake = "intake"
    worker = "worker"
    sender = "sender"
    clock = "clock"
    web = "web"


ALL = frozenset(Role)


class UnknownRole(MailgateError):
    """a role that there is not"""


def roles(text: str) -> frozenset[Role]:
    """The roles of a list such as `intake,web`. Raises UnknownRole."""
    named = [each.strip() for each in text.split(",") if each.strip()]
    unknown = [each for each in named if each not in set(Role)]
    if unknown or not named:
        what = f"'{unknown[0]}' is no role" if unknown else "no role is named"
        raise UnknownRole(f"--role: {what}; allowed are {', '.join(Role)}")
    return frozenset(map(Role, named))
