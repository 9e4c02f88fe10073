"""The arguments of MAIL and RCPT (RFC 5321, 4.1.2), read by one linear expression: a whole path or nothing. Looser than
the RFC only where real senders are: dots anywhere in the local part, a space behind the colon, no angle brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ATOM = r'[^\x00-\x20\x7f"(),:;<>@\[\\\]]++'
_QUOTED = r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*+"'
_WORD = r"[^\x00-/:-@\[-^`{-\x7f]++"  # letters, digits, underscore, and what is not ASCII
_NAME = rf"{_WORD}(?:-++{_WORD})*+(?:\.{_WORD}(?:-++{_WORD})*+)*+"
_DOMAIN = rf"(?:{_NAME}|\[[0-9A-Za-z:.]++\])"
# RFC 5321, 4.1.1.3: a source route is accepted and ignored.
_ROUTE = rf"(?:@{_DOMAIN}(?:,@{_DOMAIN})*+:)?+"
_PATH = re.compile(
    rf"\s*+(?P<bracket><)?+{_ROUTE}(?:(?P<local>{_ATOM}|{_QUOTED})(?:@(?P<domain>{_DOMAIN}))?+)?+(?(bracket)>)"
    r"(?:\x20++(?P<parameters>.*+))?+"
)
_PARAMETER = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9-]*+)(?:=(?P<value>[^=\x00-\x20\x7f]++))?+")
_PLAIN_QUOTED = re.compile(r'"[^\x00-\x20\x7f"(),:;<>@\[\\\]]++"')


@dataclass(frozen=True, slots=True)
class Path:
    """A path and its parameters: names in upper case, values as written, empty where there is none."""

    address: str
    """`local@domain`; empty for `<>`; `postmaster` for the one address that needs no domain (RFC 5321, 4.5.1)."""
    parameters: dict[str, str]

    @property
    def is_plain(self) -> bool:
        """ASCII alone: needs no SMTPUTF8."""
        return self.address.isascii()


def read_path(argument: str, keyword: str) -> Path | None:
    """`FROM:<…> A=b C` (the keyword is `FROM:` or `TO:`); None when any of it is malformed."""
    if argument[: len(keyword)].upper() != keyword:
        return None
    found = _PATH.fullmatch(argument, len(keyword))
    if found is None or not argument.isprintable():  # also surrogates, invisible and bidirectional marks
        return None
    address = _address(found)
    parameters = _parameters(found["parameters"] or "")
    return None if address is None or parameters is None else Path(address, parameters)


def _address(found: re.Match[str]) -> str | None:
    local, domain = found["local"], found["domain"]
    if local is None:
        return "" if found["bracket"] else None
    if _PLAIN_QUOTED.fullmatch(local):
        # RFC 5321, 4.1.2: quotes that are not needed mean nothing.
        local = local[1:-1]
    if domain is None:
        return "postmaster" if local.lower() == "postmaster" else None
    return f"{local}@{domain}"


def _parameters(text: str) -> dict[str, str] | None:
    read: dict[str, str] = {}
    for word in text.split():
        found = _PARAMETER.fullmatch(word)
        if found is None or found["name"].upper() in read:
            return None
        read[found["name"].upper()] = found["value"] or ""
    return read
