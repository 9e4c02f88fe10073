"""The one mailbox that From really names, or none.

Python's `parseaddr` and `headerregistry` take `alice@desk.test)evil@attacker.test` and three more shapes for Alice
(CVE-2023-27043, reliability.md F10). Here the whole value has to be exactly one mailbox of RFC 5322, 3.4, or it names
nobody. To, Cc and Reply-To are read leniently: nobody gets rights from them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailgate.mail.message import Address
from mailgate.mail.tokens import Token, tokens
from mailgate.mail.words import clean_line, decode_words

_LONGEST_LOCAL = 128
_LONGEST_DOMAIN = 255
_LONGEST_LABEL = 63
_LONGEST_NAME = 200
_LONGEST_FIELD = 64 * 2**10
_MOST_COMMENTS = 10

_DOT_ATOM = re.compile(r"[^\s\"(),:;<>@\[\]\\.]+(?:\.[^\s\"(),:;<>@\[\]\\.]+)*")
_QUOTED_LOCAL = re.compile(r'"(?:[ !#-\[\]-~]|\\[ -~])+"')
_ANGLE = re.compile(r"<\s*(?:mailto:)?([^<>\s]{1,400})\s*>")
_BARE = re.compile(r"[^\s<>(),;:\"\[\]]{1,200}@[^\s<>(),;:\"\[\]]{1,260}")
# What nearly all mail has, in ASCII and short: an address in angle brackets, words or one quoted string before it; or
# an address alone, with a comment behind it. Read at one glance, and to the same end as token by token.
_PLAIN_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_PLAIN = re.compile(
    r"(?:(?:\"([^\"\\]*)\" *|([^\"(),:;<>@\\]*))(<))?"
    r"([!#-'*+/-9=?A-Z^-~-]+(?:\.[!#-'*+/-9=?A-Z^-~-]+)*)"
    rf"@((?:{_PLAIN_LABEL}\.)*(?=[A-Za-z]){_PLAIN_LABEL})(?(3)>|(?: *\(([^()\\]*)\))?)"
)
_LONGEST_PLAIN = 128
# The same in any script: words without quotes and comments, one address in angle brackets; or an address alone. Read
# at one glance, and to the same end as token by token.
_USUAL = re.compile(r"([^\"(),:;<>@\\]*)<([^\"(),:;<>@\[\]\\\s]+@[^\"(),:;<>@\[\]\\\s]+)>")
_USUAL_BARE = re.compile(r"[^\"(),:;<>@\[\]\\\s]+@[^\"(),:;<>@\[\]\\\s]+")
# Brackets and dots in a name are no phrase of RFC 5322, but common ("[EXT] Dr. Alt") and can hide no second address.
_IN_NAMES = frozenset(("atom", "quoted", "space", ".", "[", "]"))
_LETTERS_MARKS_NUMBERS = "LMN"


def sole_mailbox(values: Sequence[str]) -> Address | None:
    """The mailbox, where there is exactly one field and its whole value is exactly one mailbox. None for none, several,
    groups, routes, domain literals, and whatever two programs could read in two ways. `values`: raw field values,
    encoded words not decoded."""
    if len(values) != 1 or len(values[0]) > _LONGEST_FIELD:
        return None
    return _usual(values[0]) or _strict(tokens(values[0].strip(" \t")))


def named_honestly(address: Address) -> Address:
    """Without a display name that holds somebody else's address: letters show the name alone."""
    if address.name.isascii() and "@" not in address.name:
        return address
    found = _BARE.findall(unicodedata.normalize("NFKC", address.name))
    return replace(address, name="") if any(each.lower() != address.email.lower() for each in found) else address


def mailboxes(values: Sequence[str], most: int) -> tuple[Address, ...]:
    """The first `most` mailboxes of address lists, each address once; what names no address is left out."""
    if len(values) == 1 and most > 0 and (plain := _plain(values[0])):
        return (plain,)
    found: dict[str, Address] = {}
    for address in (member for value in values for member in _members(value)):
        if len(found) >= most:
            break
        if address:
            found.setdefault(address.email.lower(), address)
    return tuple(found.values())


def _members(value: str) -> Iterator[Address | None]:
    if usual := _usual(value):
        yield usual
        return
    for piece in _pieces(value):
        yield _strict(piece) or _lenient("".join(token.text for token in piece))


def _usual(value: str) -> Address | None:
    """The mailbox, where it is written as nearly all are; None says nothing."""
    written = value.strip(" \t")
    if plain := _plain(written):
        return plain
    if _USUAL_BARE.fullmatch(written):
        email = _address(written)
        return Address("", email) if email else None
    shape = _USUAL.fullmatch(written)
    email = _address(shape[2]) if shape else None
    return Address(_words_of_name(shape[1]), email) if shape and email else None


def _plain(written: str) -> Address | None:
    if len(written) > _LONGEST_PLAIN or not (written.isascii() and written.isprintable()) or "=?" in written:
        return None
    found = _PLAIN.fullmatch(written)
    if found is None:
        return None
    quoted, words, _, local, domain, behind = found.groups()
    return Address(" ".join((quoted or words or behind or "").split()), f"{local}@{domain.lower()}")


def _strict(piece: list[Token]) -> Address | None:
    """RFC 5322, 3.4: `[display-name] <addr-spec>` or `addr-spec`, comments outside of both."""
    comments = [token for token in piece if token.kind == "comment"]
    if len(comments) > _MOST_COMMENTS:
        return None
    # A comment is white space (RFC 5322, 3.2.2), so that one inside an address breaks it.
    plain = [Token("space", " ") if token.kind == "comment" else token for token in piece]
    before, opening, rest = _parted(plain, "<")
    if not opening:
        email = _address(_joined(plain))
        return Address(_name(comments[-1:]), email) if email else None
    inside, closing, after = _parted(rest, ">")
    email = _address(_joined(inside))
    if not closing or _joined(after) or not email or not _may_be_name(before, email):
        return None
    return Address(_name(before) or _name(comments[-1:]), email)


def _parted(piece: list[Token], kind: str) -> tuple[list[Token], bool, list[Token]]:
    at = next((at for at, token in enumerate(piece) if token.kind == kind), None)
    return (piece, False, []) if at is None else (piece[:at], True, piece[at + 1 :])


def _joined(piece: list[Token]) -> str:
    return "".join(token.text for token in piece).strip(" \t")


def _may_be_name(before: list[Token], email: str) -> bool:
    """`anna@a.test <anna@a.test>` says one thing twice; any other bare address before the brackets is a second one."""
    return all(token.kind in _IN_NAMES for token in before) or _joined(before).lower() == email.lower()


def _name(piece: list[Token]) -> str:
    return _words_of_name("".join(token.words for token in piece))


def _words_of_name(written: str) -> str:
    return clean_line(decode_words(written) if "=?" in written else written, _LONGEST_NAME) if written else ""


def _address(text: str) -> str | None:
    """The address with its domain in lower case, or None where it is not exactly one (RFC 5322, 3.4.1; RFC 6531)."""
    local, at, domain = text.rpartition("@")
    if not at or len(local) > _LONGEST_LOCAL or len(domain) > _LONGEST_DOMAIN or not text.isprintable():
        return None
    # RFC 2047, 5: no encoded word inside an address; who decodes it there reads another address.
    if "=?" in text or not (_DOT_ATOM.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local)):
        return None
    if not all(_is_label(label) for label in domain.split(".")) or domain.rpartition(".")[2].isdigit():
        return None
    return f"{local}@{domain.lower()}" if text.isascii() or _is_what_it_seems(text) else None


def _is_label(label: str) -> bool:
    return (
        0 < len(label) <= _LONGEST_LABEL
        and not label.startswith("-")
        and not label.endswith("-")
        and (
            label.isalnum()
            or all(char.isalnum() or char in "-_" or unicodedata.category(char)[0] == "M" for char in label)
        )
    )


def _is_what_it_seems(text: str) -> bool:
    """No character that normalising, or a change of case, turns into ASCII: full-width letters, the Kelvin sign, the
    dotless i (reliability.md 145) would make a stranger's address an agent's somewhere later."""
    foreign = [char for char in text if not char.isascii()]
    return unicodedata.normalize("NFKC", text) == text and all(
        unicodedata.category(char)[0] in _LETTERS_MARKS_NUMBERS
        and not any(twin.isascii() for twin in char.lower() + char.upper() + char.casefold())
        for char in foreign
    )


def _pieces(value: str) -> Iterator[list[Token]]:
    """The members of an address list, groups opened (RFC 5322, 3.4). Inside angle brackets nothing ends a member."""
    piece, angle = list[Token](), False
    for token in tokens(value):
        angle = token.kind == "<" or (angle and token.kind != ">")
        if token.kind in ",;" and not angle:
            yield piece
            piece = []
        elif token.kind == ":" and not angle:
            piece = []
        else:
            piece.append(token)
    yield piece


def _lenient(written: str) -> Address | None:
    """An address out of a broken member (`Max | [x] <a@b.test>`), the last in angle brackets first."""
    if "@" not in written or len(written) > _LONGEST_FIELD:
        return None
    candidates = _ANGLE.findall(written)[-1:] or _BARE.findall(written)[:1]
    email = next((found for found in map(_address, candidates) if found), None)
    name = written.partition("<")[0].strip(" \t\"'") if "<" in written else ""
    return Address(clean_line(decode_words(name), _LONGEST_NAME), email) if email else None
