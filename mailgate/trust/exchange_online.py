"""What Exchange Online writes on the mails of its mailboxes, and what of it counts: its Authentication-Results, which
name nobody, and that a mail was taken in from an account of the same organisation.

Only mail that was fetched from a mailbox of Microsoft 365 is looked at here. From top to bottom it has the Received
fields of Exchange's own hosts, then the results, then the Received field of the host at the border
(`….mail.protection.outlook.com`), which took it in. From there on everything came with the mail.
"""

from __future__ import annotations

import re
from typing import Final

from mailgate.mail.message import Headers

MARKS: Final = "x-ms-exchange-organization-"
"""How the fields begin that Exchange writes for itself, and takes away at its border from what comes from outside."""
AUTH_AS: Final = f"{MARKS}authas"
_RESULTS: Final = "authentication-results"
_UNNAMED: Final = re.compile(r"\s*[a-z][a-z0-9-]*\s*=", re.IGNORECASE)
_COMMENT: Final = re.compile(r"\([^()]*\)")
_BY: Final = re.compile(r"(?:^|\s)by\s+([A-Za-z0-9._-]+)", re.IGNORECASE)
# Worldwide, the clouds of the US government, and the one that 21Vianet runs in China.
_INSIDE: Final = (".outlook.com", ".outlook.office365.com", ".exchangelabs.com", ".office365.us", ".partner.outlook.cn")
_BORDER: Final = (
    ".mail.protection.outlook.com",
    ".mail.protection.office365.us",
    ".mail.protection.partner.outlook.cn",
)


def is_unnamed(value: str) -> bool:
    """An Authentication-Results field that does not say whose it is: RFC 8601, 2.2 wants a name, and this one begins
    with a result."""
    return bool(_UNNAMED.match(value))


def results(headers: Headers) -> tuple[str, ...]:
    """The field that Exchange wrote when it took the mail in: the topmost without a name, above the border. () where
    the mail did not come in over the border."""
    found: list[str] = []
    for name, value in headers.fields:
        lowered = name.lower()
        if lowered == _RESULTS and is_unnamed(value):
            found.append(value)
        elif lowered == "received":
            host = _host(value)
            if host.endswith(_BORDER):
                return tuple(found[:1])
            if not host.endswith(_INSIDE):
                return ()
    return ()


def is_internal(headers: Headers) -> bool:
    """Taken in from an account of the organisation itself. At the border Exchange takes these marks away from what
    comes from outside; so that this need not be relied on, a mail that passed the border or any other host is none, and
    neither is one with two marks."""
    marks = headers.all(AUTH_AS)
    hosts = [_host(value) for value in headers.all("received")]
    inside = bool(hosts) and all(host.endswith(_INSIDE) and not host.endswith(_BORDER) for host in hosts)
    return inside and len(marks) == 1 and _says_internal(marks[0])


def marks(headers: Headers, name: str) -> tuple[str, ...]:
    """The values of a mark (name in lower case), without one that says `Internal` of a mail that is not."""
    found = headers.all(name)
    return (
        found if name != AUTH_AS or is_internal(headers) else tuple(each for each in found if not _says_internal(each))
    )


def _says_internal(mark: str) -> bool:
    return mark.strip().lower() == "internal"


def _host(received: str) -> str:
    """Who wrote it (RFC 5321, 4.4): the `by`, outside of comments."""
    found = _BY.search(_COMMENT.sub(" ", received))
    return f".{found[1].lower().rstrip('.')}" if found else ""
