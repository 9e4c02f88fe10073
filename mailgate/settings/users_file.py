"""The users file of the submission listener: a line `name:hash` each, as `htpasswd -B` writes it. A line with a mistake
lets nobody in; the others count. Neither a name nor a hash of a wrong line ever stands in a sentence."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailgate.settings.scalars import lower_ascii

LARGEST_BYTES: Final = 4 * 2**20
LONGEST_NAME: Final = 255
HIGHEST_COST: Final = 16
"""Each step doubles the time: one more than this, and a login takes many seconds."""

_HASH = re.compile(r"\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{53}")
_WRITE_IT = "write it with `htpasswd -B`"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one line, counted from 1."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class User:
    """One good line."""

    line: int
    name: str
    """In lower case."""
    hash: bytes
    cost: int


@dataclass(frozen=True, slots=True)
class Users:
    """All that a users file says."""

    users: tuple[User, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


def read_users(content: bytes) -> Users:
    """Every user, and every mistake. Never raises."""
    if len(content) > LARGEST_BYTES:
        return Users((), (Mistake(1, f"the file is larger than {LARGEST_BYTES // 2**20} MiB"),))
    found: dict[str, User] = {}
    mistakes: list[Mistake] = []
    for number, line in _lines(content):
        user = _user(number, line)
        if isinstance(user, User) and user.name in found:
            user = Mistake(number, f"this name stands already in line {found[user.name].line}")
        if isinstance(user, User):
            found[user.name] = user
        else:
            mistakes.append(user)
    return Users(tuple(found.values()), tuple(mistakes))


def _lines(content: bytes) -> Iterator[tuple[int, str | None]]:
    """Lines that say something; None for one that is not written in UTF-8."""
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            line = raw.decode().strip()
        except UnicodeDecodeError:
            yield number, None
            continue
        if line and not line.startswith("#"):
            yield number, line


def _user(number: int, line: str | None) -> User | Mistake:
    if line is None:
        return Mistake(number, "this line is not written in UTF-8")
    name, colon, hashed = line.partition(":")
    name, hashed = lower_ascii(name.strip()), hashed.strip()
    if not colon:
        return Mistake(number, f"there is no ':' between the name and its hash; {_WRITE_IT}")
    if why := _wrong_name(name):
        return Mistake(number, why)
    match = _HASH.fullmatch(hashed)
    if match is None:
        return Mistake(number, f"what stands behind the name is no bcrypt hash; {_WRITE_IT}")
    cost = int(match[1])
    if not 4 <= cost <= HIGHEST_COST:
        return Mistake(number, f"a bcrypt cost of {cost} can not be used: write 4 to {HIGHEST_COST}, best about 11")
    return User(number, name, hashed.encode(), cost)


def _wrong_name(name: str) -> str | None:
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or any(each.isspace() for each in name):
        return f"the name has to be one word of at most {LONGEST_NAME} characters: an agent's id, or a mail address"
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return None
    return "a name can not be an IP address: those stand for the hosts of trusted_peers"
