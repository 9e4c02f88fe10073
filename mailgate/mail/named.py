"""Addresses and names as header blocks write them: for people, by hundreds of programs, never by RFC 5322.

    Karl Klein <karl@x.example>        "Klein, Karl" <karl@x.example>      Klein, Karl <karl@x.example>
    karl@x.example (Karl Klein)        Karl Klein [mailto:karl@x.example]  karl@x.example<mailto:karl@x.example>
    Karl Klein karl@x.example          Karl Klein (only a name, inside one company)

Nobody gets rights from what is read here. Each expression is bounded, so the time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailgate.mail.message import Address
from mailgate.mail.phrases import phrases
from mailgate.mail.words import clean_line, decode_words

_EMAIL = re.compile(r"[^\s<>()\[\]@:,;；，、＜＞\"“”„«»|]{1,100}@[\w.-]{1,200}\.\w{2,24}")
_LONGEST = 20_000
"""Characters of a value that are read."""
_LONGEST_NAME = 100
_MOST = 200
"""Addresses of one value."""
_QUOTES = "\"'*“”„‟«»‚‘’‹›`｢｣"
_BEFORE_EMAIL = " \t<[(:＜"
_BEHIND_EMAIL = " \t,;>])＞、；"
_OPENS_ADDRESS = ("<", "[", "＜", "<mailto:", "[mailto:")
_OPENING = ("<", "[", "(", "<mailto:", "[mailto:")
_GROUP_END = ":;"


def writer_of(value: str) -> Address | None:
    """Who wrote it, as the value of From says; with an empty address where there is only a name.

    Anybody calls himself as he likes, also by somebody else's address: a program writes the name first, so that the
    last address in brackets is his, and what stands in quotation marks above it is his name. Of "X on behalf of Y" it
    is Y, whom From named (RFC 5322, 3.6.2).
    """
    value = _decoded(value)
    bracketed = _bracketed(value)
    if bracketed is None:
        return next(_members(value), None)
    value = _behind(value, bracketed)
    return next((each for each in _members(value) if each.email == bracketed), Address("", bracketed))


def _bracketed(value: str) -> str | None:
    """The last address in pointed or square brackets, in lower case."""
    found = [each[0] for each in _EMAIL.finditer(value) if value[: each.start()].rstrip().endswith(_OPENS_ADDRESS)]
    return found[-1].strip("'*`").lower() if found else None


def _behind(value: str, email: str) -> str:
    """The value behind "on behalf of", where this address stands there."""
    small = value.casefold()
    ends = (at + len(words) + 2 for words in phrases().behalf if (at := small.rfind(f" {words} ")) >= 0)
    end = max(ends, default=0)
    return value[end:] if len(small) == len(value) and email in small[end:] else value


def people_of(value: str) -> tuple[Address, ...]:
    """Everybody whom the value of To or Cc names."""
    found: list[Address] = []
    for each in _members(_decoded(value)):
        if len(found) >= _MOST:
            break
        found.append(each)
    return tuple(found)


def place_of(email: str, text: str) -> tuple[int, int] | None:
    """Where this address, as it was read here, stands in the text."""
    found = (each.span() for each in _EMAIL.finditer(text) if each[0].strip("'*`").lower() == email)
    return next(found, None)


def _decoded(value: str) -> str:
    value = value[:_LONGEST]
    return decode_words(value) if "=?" in value else value


def _members(value: str) -> Iterator[Address]:
    return _with_addresses(value) if "@" in value else _only_names(value)


def _with_addresses(value: str) -> Iterator[Address]:
    last: Address | None = None
    behind, bracketed = 0, False
    for found in _EMAIL.finditer(value):
        email = found[0].strip("'*`").lower()
        between = value[behind : found.start()]
        behind = found.end()
        if last is not None and _says_again(between, email, last.email):
            continue
        if last is not None and not bracketed and _opens(between):  # "a@b" <c@d>: a name that looks like an address
            last, bracketed = Address("", email), True
            continue
        comment, between = _comment(between)
        if last is not None:
            yield _named(last, comment)
        yield from (Address(name, "") for name in _names_between(between))
        last, bracketed = Address(_name_in(between, email), email), between.rstrip().endswith(_OPENING)
    if last is not None:
        comment, rest = _comment(value[behind:])
        yield _named(last, comment)
        yield from (Address(name, "") for name in _names_between(f"{rest};"))


def _opens(between: str) -> bool:
    """What stands before these signs is the name of the address behind them."""
    return "<" in between and "," not in between and ";" not in between


def _says_again(between: str, email: str, last: str) -> bool:
    """`a@b <a@b>`, `a@b<mailto:a@b>`: the address itself is shown, or is the link that it carries."""
    plain = between.strip(_BEFORE_EMAIL + _QUOTES + ">])")
    if plain == "mailto":
        return True
    return not plain and email == last


def _named(address: Address, comment: str) -> Address:
    return address if address.name or not comment else Address(comment, address.email)


def _comment(between: str) -> tuple[str, str]:
    """The name in round brackets behind an address, and what follows it."""
    rest = between.lstrip(" >")
    if not rest.startswith("("):
        return "", between
    inside, closed, behind = rest[1:].partition(")")
    return (_tidy(inside), behind) if closed and "@" not in inside else ("", between)


def _names_between(between: str) -> Iterator[str]:
    """People without an address who stand before the next one who has one; only semicolons part them for certain."""
    for piece in between.lstrip(_BEHIND_EMAIL).replace("；", ";").split(";")[:-1]:
        if name := _tidy(piece):
            yield name


def _name_in(between: str, email: str) -> str:
    """The words before an address; its own spelling is no name."""
    written = between.replace("；", ";").rpartition(";")[2].lstrip(_BEHIND_EMAIL)
    if written.casefold().rstrip().endswith("mailto:"):  # without the colon it is somebody's name
        written = written.rstrip()[: -len("mailto:")]
    name = _tidy(written.rstrip(_BEFORE_EMAIL))
    return "" if "@" in name or name.casefold() == email else name


def _only_names(value: str) -> Iterator[Address]:
    if value.rstrip().endswith(_GROUP_END):  # undisclosed-recipients:;
        return
    value = value.replace("；", ";").partition("<")[0].partition("[")[0]
    pieces = value.split(";") if ";" in value else _at_commas(value)
    yield from (Address(name, "") for piece in pieces if (name := _tidy(piece)))


def _at_commas(value: str) -> list[str]:
    """ "Karl Klein, Erika Berg" are two, "Klein, Karl" is one."""
    pieces = value.split(",")
    return pieces if len(pieces) > 1 and all(" " in piece.strip() for piece in pieces) else [value]


def _tidy(name: str) -> str:
    name = name.replace('\\"', '"').strip(' \t"*,;')
    while len(name) > 1 and name[0] in _QUOTES and name[-1] in _QUOTES:
        name = name[1:-1].strip(" ,;")
    return clean_line(name, _LONGEST_NAME)
