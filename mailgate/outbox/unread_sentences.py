"""Sentences about mail that nobody here can read, or that has no words: rows of the table in `sentences.py`."""

from __future__ import annotations

OF_UNREAD_MAIL: dict[str, tuple[str, str]] = {
    "remark.encrypted": (
        "This mail is encrypted ({how}): nobody here can read it without the key.",
        "Diese Mail ist verschlüsselt ({how}): Ohne den Schlüssel ist sie hier nicht lesbar.",
    ),
    "remark.encrypted.part": (
        "A part of this mail is encrypted ({how}): nobody here can read that without the key.",
        "Ein Teil dieser Mail ist verschlüsselt ({how}): Ohne den Schlüssel ist er hier nicht lesbar.",
    ),
    "remark.encrypted.kept": (
        "The whole mail is kept as original.eml: open that in a mail program that has the key.",
        "Die ganze Mail liegt unverändert als original.eml bei: Ein Mailprogramm mit dem Schlüssel öffnet sie.",
    ),
    "remark.only_files": (
        "The mail has no text, only this: {names}.",
        "Die Mail hat keinen Text, nur dies: {names}.",
    ),
    "remark.only_files.more": (
        "The mail has no text, only this: {names} and {number} more files.",
        "Die Mail hat keinen Text, nur dies: {names} und {number} weitere Dateien.",
    ),
    "remark.only_pictures": (
        "The mail has no text, only pictures.",
        "Die Mail hat keinen Text, nur Bilder.",
    ),
    "remark.empty": ("The mail is empty.", "Die Mail ist leer."),
}
