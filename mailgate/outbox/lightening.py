"""A letter that is too large for every relay leaves without its files: its words then say which, and where they are.

The row is written anew before it leaves, so that it says what was really sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from markupsafe import escape

from mailgate.mail.words import clean_line
from mailgate.outbox import phrases
from mailgate.outbox.letters import TO_AGENTS
from mailgate.outbox.render import Words
from mailgate.outbox.typeset import wrap
from mailgate.sentence import Sentence
from mailgate.trust import token as tokens

MOST_NAMED: Final = 20
_LONGEST_NAME: Final = 150

_LEFT_OUT: Final = Sentence("Too large to send along: {files}.", "Zu groß zum Mitschicken: {files}.")
_MORE: Final = Sentence("{files} and {number} more", "{files} und {number} weitere")
_AT_THE_TICKET: Final = Sentence(
    "The files are kept with the ticket; an admin can take them out of its mails (`mailgate trace {number}`,"
    " `mailgate mail ID --raw`).",
    "Die Dateien liegen am Ticket; aus dessen Mails kann ein Administrator sie holen (`mailgate trace {number}`,"
    " `mailgate mail ID --raw`).",
)
_ASK_US: Final = Sentence(
    "The files are kept here with number {number}; an answer to this mail is enough to get them in another way.",
    "Die Dateien liegen hier unter der Nummer {number}; eine Antwort auf diese Mail genügt, um sie auf anderem Weg zu"
    " bekommen.",
)
_ASK: Final = Sentence(
    "An answer to this mail is enough to get the files in another way.",
    "Eine Antwort auf diese Mail genügt, um die Dateien auf anderem Weg zu bekommen.",
)

_FOOT: Final = re.compile(r"(?m)^(?:─{10,}|-- )$")
"""What stands below the words: the facts of a ticket, or a signature, which mail programs hide."""
_FOOT_OF_PAGE: Final = re.compile(r'<hr style=|<p style="margin:0 0 8px;font-size:14px;opacity:0\.7">')
_END_OF_PAGE: Final = re.compile(r"</body>", re.IGNORECASE)
_PICTURE: Final = re.compile(r'<img src="cid:([^"]+)"[^>]*>')
_NOTE: Final = '<p style="margin:0 0 16px;padding:8px 12px;border:1px solid #c98a00;border-radius:6px">{}</p>\n'


@dataclass(frozen=True, slots=True)
class Lighter:
    """The words of the letter without its files."""

    text: str
    html: str
    names: tuple[str, ...]
    """Of the files that stay here."""


def without_files(letter: sa.Row[Any], words: Words) -> Lighter:
    """The words of a row of table `letter` that has files, and what they now say of these, in its language."""
    names = tuple(map(_name, letter.files))
    said = _said(letter, names)
    html = _above(_with_names(words.html, letter), _NOTE.format(escape(said)), _FOOT_OF_PAGE, _END_OF_PAGE)
    return Lighter(_above(words.text, f"{wrap(said)}\n\n", _FOOT), html if words.html else "", names)


def _said(letter: sa.Row[Any], names: tuple[str, ...]) -> str:
    shown = zip(letter.files[:MOST_NAMED], names, strict=False)
    files: str | Sentence = ", ".join(_with_size(each, name, letter.language) for each, name in shown)
    if len(names) > MOST_NAMED:
        files = _MORE.filled(files=files, number=len(names) - MOST_NAMED)
    where = _ASK if letter.ticket is None else _AT_THE_TICKET if letter.template in TO_AGENTS else _ASK_US
    both = (_LEFT_OUT.filled(files=files), where.filled(number=letter.ticket))
    return " ".join(each.in_language(letter.language) for each in both)


def _name(file: Mapping[str, Any]) -> str:
    return clean_line(tokens.strip(file["name"]), _LONGEST_NAME) or "file"


def _with_size(file: Mapping[str, Any], name: str, language: str) -> str:
    return f"{name} ({phrases.size_words(file['size'], language)})" if "size" in file else name


def _above(words: str, said: str, *feet: re.Pattern[str]) -> str:
    """Above the last of the first kind of foot that there is, else at the end."""
    for foot in feet:
        if found := list(foot.finditer(words)):
            at = found[-1].start()
            return f"{words[:at]}{said}{words[at:]}"
    return f"{words.rstrip()}\n\n{said}"


def _with_names(html: str, letter: sa.Row[Any]) -> str:
    """Pictures that do not come along are named where they stood."""
    names = {str(escape(each["cid"])): _name(each) for each in letter.files if each["cid"]}

    def name(match: re.Match[str]) -> str:
        if match[1] not in names:
            return match[0]
        return f"[{escape(phrases.picture_words(names[match[1]], letter.language))}]"

    return _PICTURE.sub(name, html)
