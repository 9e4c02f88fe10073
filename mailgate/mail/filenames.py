"""Names of attachments that are safe to show and to save, on any system (reliability.md T16; 314-360).

Characters that are not seen go first: behind one, a harmless ending can hide another.
"""

from __future__ import annotations

import re
import unicodedata

from mailgate.mail.words import clean_line

_MOST_BYTES = 200
_MOST_BYTES_OF_ENDING = 20
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)

# How a file is called that the mail gives no name: stem and ending by media type, the first match counts.
_NAMES: tuple[tuple[str, str, str], ...] = (
    ("text/calendar", "invite", "ics"),
    ("message/delivery-status", "report", "txt"),
    ("message/global-delivery-status", "report", "txt"),
    ("message/disposition-notification", "report", "txt"),
    ("message/global-disposition-notification", "report", "txt"),
    ("message/feedback-report", "report", "txt"),
    ("message/", "message", "eml"),
    ("text/vcard", "contact", "vcf"),
    ("text/x-vcard", "contact", "vcf"),
    ("text/html", "page", "html"),
    ("text/csv", "table", "csv"),
    ("text/xml", "attachment", "xml"),
    ("text/rtf", "text", "rtf"),
    ("text/", "text", "txt"),
    ("image/jpeg", "image", "jpg"),
    ("image/svg+xml", "image", "svg"),
    ("image/tiff", "image", "tif"),
    ("image/png", "image", "png"),
    ("image/gif", "image", "gif"),
    ("image/webp", "image", "webp"),
    ("image/heic", "image", "heic"),
    ("image/bmp", "image", "bmp"),
    ("image/", "image", "bin"),
    ("audio/mpeg", "audio", "mp3"),
    ("audio/wav", "audio", "wav"),
    ("audio/x-wav", "audio", "wav"),
    ("audio/ogg", "audio", "ogg"),
    ("audio/mp4", "audio", "m4a"),
    ("video/mp4", "video", "mp4"),
    ("video/quicktime", "video", "mov"),
    ("application/pdf", "attachment", "pdf"),
    ("application/zip", "attachment", "zip"),
    ("application/gzip", "attachment", "gz"),
    ("application/json", "attachment", "json"),
    ("application/xml", "attachment", "xml"),
    ("application/rtf", "attachment", "rtf"),
    ("application/msword", "attachment", "doc"),
    ("application/vnd.ms-excel", "attachment", "xls"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment", "docx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "attachment", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "attachment", "pptx"),
    ("application/vnd.oasis.opendocument.text", "attachment", "odt"),
    ("application/ms-tnef", "winmail", "dat"),
    ("application/vnd.ms-tnef", "winmail", "dat"),
    ("application/pgp-signature", "signature", "asc"),
    ("application/pgp-encrypted", "version", "asc"),
    ("application/pgp-keys", "key", "asc"),
    ("application/pkcs7-signature", "smime", "p7s"),
    ("application/x-pkcs7-signature", "smime", "p7s"),
    ("application/pkcs7-mime", "smime", "p7m"),
    ("application/x-pkcs7-mime", "smime", "p7m"),
)
_SAID_TOO_MUCH = ("message/", "text/", "image/", "text/html", "text/calendar")
_TYPES = {ending: kind for kind, _, ending in reversed(_NAMES) if kind not in _SAID_TOO_MUCH}
_TYPES |= {"jpeg": "image/jpeg", "tiff": "image/tiff", "txt": "text/plain"}
_ALONE = ("invite", "winmail", "signature", "smime", "key", "contact", "version")
"""Stems of which a mail usually holds one: they carry no number."""


def safe_name(written: str) -> str:
    """The last component of the name as written, at most 200 bytes, ending kept; empty where nothing is left."""
    plain = clean_line(written, 1000)
    if not plain.isascii():
        plain = clean_line(unicodedata.normalize("NFKC", plain), 1000)
    last = plain.replace("\\", "/").rpartition("/")[2]
    name = _FORBIDDEN.sub("_", last).strip(" .").lstrip("-. ")
    return _cut(f"_{name}" if _RESERVED.match(name) else name)


def default_name(media_type: str, number: int) -> str:
    """A name for a file without one; `number` counts the files of the mail from 1."""
    stem, ending = next(
        ((stem, ending) for start, stem, ending in _NAMES if media_type.startswith(start)), ("attachment", "bin")
    )
    return f"{stem}.{ending}" if stem in _ALONE else f"{stem}-{number}.{ending}"


def type_of(name: str) -> str:
    """The media type that a file is by its name, for one that was sent without."""
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def distinct(name: str, taken: set[str]) -> str:
    """The name, or `name-2.ext`, `name-3.ext` … where it is taken; adds it to `taken`. Case makes no difference."""
    stem, ending = _halves(name)
    chosen, number = name, 2
    while chosen.casefold() in taken:
        chosen, number = f"{_cut(stem, _MOST_BYTES - 30)}-{number}{ending}", number + 1
    taken.add(chosen.casefold())
    return chosen


def _halves(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    whole = not stem or len(ending.encode()) > _MOST_BYTES_OF_ENDING
    return (name, "") if whole else (stem, dot + ending)


def _cut(name: str, most: int = _MOST_BYTES) -> str:
    """At most `most` bytes of UTF-8, characters whole, the ending kept."""
    stem, ending = _halves(name)
    room = most - len(ending.encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + ending
