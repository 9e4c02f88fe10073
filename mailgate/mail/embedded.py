"""Pictures that an HTML body holds as data (RFC 2397), as webmail programs put pasted screenshots there: they become
files like any other, and the HTML names them by Content-ID.

Only what begins as a picture does is one. Other data is taken out: it is for programs, and up to megabytes of it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from mailgate.mail.pixels import kind_of
from mailgate.mail.transfer import from_base64

_DATA = re.compile(
    r"data:(?P<type>[a-z]{1,20}/[a-z0-9.+-]{1,60})?(?:;[a-z0-9=.\"-]{1,60}){0,3};base64,(?P<data>[a-z0-9+/=%\s]*+)",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"""\bsrc\s{0,3}=\s{0,3}["']?$""", re.IGNORECASE)
_BEFORE = 16
_MOST = 1000
_TAKEN_OUT = "data:,"


@dataclass(frozen=True, slots=True)
class Embedded:
    """One picture: its media type by its own bytes, and the name under which the HTML shows it now."""

    media_type: str
    content: bytes
    sha256: str
    content_id: str


def taken_out(html: str, most: int = _MOST) -> tuple[str, tuple[Embedded, ...]]:
    """The HTML without data, and its pictures in order, each once and at most so many."""
    if ";base64," not in html and ";BASE64," not in html:
        return html, ()
    pieces, found, at = list[str](), dict[str, Embedded](), 0
    for data in _DATA.finditer(html):
        picture = _picture(data, html) if len(found) < most else None
        pieces += (html[at : data.start()], f"cid:{picture.content_id}" if picture else _TAKEN_OUT)
        at = data.end()
        if picture:
            found.setdefault(picture.content_id, picture)
    return "".join((*pieces, html[at:])), tuple(found.values())


def _picture(data: re.Match[str], html: str) -> Embedded | None:
    """None where it is none, or stands where no picture is shown."""
    start = data.start()
    if not _SOURCE.search(html[max(0, start - _BEFORE) : start]):
        return None
    content = from_base64(data["data"].encode("ascii", "ignore"))
    kind = kind_of(content)
    if kind is None:
        return None
    digest = hashlib.sha256(content).hexdigest()
    return Embedded(kind, content, digest, f"{digest[:32]}@data")
